//! What other crates ask: names, the tree, who belongs where, who holds what, who acts for whom, who stands in which relation. Look-ups only.

use std::collections::{BTreeMap, BTreeSet};

use store::Read;
use words::{Acting, Day, Fault, Grant, Id, Instant, Node};

use crate::deputy::AbsenceKind;
use crate::grant::{Held, RoleRights, first_free};
use crate::relation::RelationView;
use crate::sql_roles::{self, Away};
use crate::tree::{NodeKind, NodeView};
use crate::{person::PersonState, sql};

/// Names of people and organisations; erased people by their handle, unknown ids are left out.
pub fn person_names(read: &Read, ids: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
    let mut names = sql::handles(read, ids)?;
    names.extend(sql::org_names(read, ids)?.into_iter().map(|(id, title)| (id, title.zh)));
    let people: Vec<Id> = ids.iter().filter(|id| names.contains_key(id)).cloned().collect();
    names.extend(read.personal_many(&people, "name")?);
    Ok(names)
}

/// Language a person wants letters in; Chinese for those unknown.
pub fn lang_of(read: &Read, person: &Id) -> Result<words::Lang, Fault> {
    Ok(sql::person(read, person)?.map(|person| person.lang).unwrap_or_default())
}

/// Is the person known and still here?
pub fn is_here(read: &Read, person: &Id) -> Result<bool, Fault> {
    Ok(sql::person(read, person)?.is_some_and(|person| person.state == PersonState::Active))
}

/// People whose name, staff number, phone or e-mail address fits the query, newest first.
pub fn find_people(read: &Read, query: &str, limit: i64) -> Result<Vec<Id>, Fault> {
    let terms: Vec<String> = crate::person::query_terms(query).iter().map(|term| read.keyed_hash(term)).collect();
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let filter = sql::PeopleFilter { terms: &terms, state: Some(PersonState::Active.as_str()), ..Default::default() };
    Ok(sql::people(read, &filter, 0, limit)?.into_iter().map(|person| person.id).collect())
}

/// The person who signs in under this name.
pub fn person_of_login(read: &Read, login: &str) -> Result<Option<Id>, Fault> {
    Ok(crate::sql_access::login_by_name(read, &words::fold(login))?.map(|login| login.person))
}

/// People who are here and whom a login name, an e-mail address or a staff number names exactly: several if they share an address.
pub fn people_named(read: &Read, text: &str) -> Result<Vec<Id>, Fault> {
    let mut found: BTreeSet<Id> = person_of_login(read, text)?.into_iter().collect();
    for field in ["email", "staff_no"] {
        let terms: Vec<String> = crate::person::found_terms(field, text).iter().map(|term| read.keyed_hash(term)).collect();
        let filter = sql::PeopleFilter { terms: &terms, ..Default::default() };
        found.extend(sql::people(read, &filter, 0, 3)?.into_iter().map(|person| person.id));
    }
    let mut here = Vec::new();
    for person in found {
        if is_here(read, &person)? {
            here.push(person);
        }
    }
    Ok(here)
}

/// The organisation with this 统一社会信用代码.
pub fn org_of(read: &Read, code: &crate::Uscc) -> Result<Option<Id>, Fault> {
    sql::org_by_uscc(read, code.as_str())
}

/// A node.
pub fn node(read: &Read, path: &Node) -> Result<Option<NodeView>, Fault> {
    sql::node(read, path)
}

/// Several nodes in one look-up; unknown ones are left out.
pub fn nodes(read: &Read, paths: &[Node]) -> Result<BTreeMap<Node, NodeView>, Fault> {
    sql::nodes(read, paths)
}

/// Nodes right below.
pub fn children(read: &Read, path: &Node) -> Result<Vec<NodeView>, Fault> {
    sql::children(read, path)
}

/// Group, units and bases, in the order of their paths; no cases.
pub fn places(read: &Read) -> Result<Vec<NodeView>, Fault> {
    sql::places(read)
}

/// Who belongs to the node itself (not below) on a day.
pub fn members_of(read: &Read, node: &Node, day: Day) -> Result<Vec<Id>, Fault> {
    sql::members_of(read, node, day)
}

/// The unit a person belongs to on a day: the one they joined first of those that still hold.
pub fn home_unit(read: &Read, person: &Id, day: Day) -> Result<Option<Node>, Fault> {
    Ok(home_units(read, std::slice::from_ref(person), day)?.remove(person))
}

/// The same for many people; those without a unit are left out.
pub fn home_units(read: &Read, persons: &[Id], day: Day) -> Result<BTreeMap<Id, Node>, Fault> {
    let places = sql::memberships_on(read, persons, day)?;
    Ok(persons.iter().filter_map(|person| Some((person.clone(), home_among(&places, person)?))).collect())
}

pub(crate) fn home_among(places: &[(Id, Node, Option<NodeKind>)], person: &Id) -> Option<Node> {
    let units = |(_, _, kind): &&(Id, Node, Option<NodeKind>)| matches!(kind, Some(NodeKind::Unit | NodeKind::Group));
    places.iter().filter(|(member, ..)| member == person).find(units).map(|(_, node, _)| node.clone())
}

/// Grade and position in a node on a day.
pub fn standing_in(read: &Read, person: &Id, node: &Node, day: Day) -> Result<Option<crate::MembershipView>, Fault> {
    let held = |membership: &crate::MembershipView| membership.node == *node && membership.from_on <= day && membership.to_on.is_none_or(|to| to >= day);
    Ok(sql::memberships(read, person)?.into_iter().find(held))
}

/// Roles a person holds at a moment: directly, and in the place of officials who are absent or in conflict.
pub fn grants_of(read: &Read, person: &Id, now: Instant) -> Result<Vec<Held>, Fault> {
    if !is_here(read, person)? {
        return Ok(Vec::new());
    }
    let direct = sql_roles::grants_now(read, std::slice::from_ref(person), now)?;
    let mut held: Vec<Held> = direct.into_iter().map(|grant| Held { role: grant.role, node: grant.node, deputy_for: grant.deputy_of }).collect();
    for official in sql_roles::officials_of(read, person)? {
        held.extend(in_place_of(read, person, &official, now)?);
    }
    Ok(held)
}

fn in_place_of(read: &Read, deputy: &Id, official: &Id, now: Instant) -> Result<Vec<Held>, Fault> {
    let day = now.day();
    let line = sql_roles::line_of(read, official)?;
    let everyone: Vec<Id> = line.iter().chain([official]).cloned().collect();
    let away = sql_roles::away_on(read, &everyone, day)?;
    let reasons: Vec<&Away> = away.iter().filter(|absence| absence.official == *official).collect();
    if reasons.is_empty() {
        return Ok(Vec::new());
    }
    let (gone, grants) = (sql_roles::gone(read, &line)?, sql_roles::grants_now(read, std::slice::from_ref(official), now)?);
    let mut held = Vec::new();
    for grant in grants {
        for reason in &reasons {
            let node = match (reason.kind, &reason.node) {
                (AbsenceKind::Away, _) => grant.node.clone(),
                (AbsenceKind::Conflict, Some(case)) if grant.node.covers(case) => case.clone(),
                (AbsenceKind::Conflict, _) => continue,
            };
            let mut kept: BTreeSet<Id> = gone.clone();
            kept.extend(away.iter().filter(|absence| absence.keeps_from(&node)).map(|absence| absence.official.clone()));
            if first_free(&line, &kept) == Some(deputy) {
                held.push(Held { role: grant.role.clone(), node, deputy_for: Some(official.clone()) });
            }
        }
    }
    held.dedup();
    Ok(held)
}

/// Who acts for whom to-dos are: those who hold the role on the node, or on the nearest node above where anybody does.
/// An official who is absent or in conflict is replaced by the first deputy who is there; one in conflict is left out even without a deputy.
pub fn holders_of(read: &Read, role: &str, node: &Node) -> Result<Vec<Id>, Fault> {
    for place in node.upwards() {
        let holders = sql_roles::holders_at(read, role, &place, read.now())?;
        let acting = acting_holders(read, &holders, node)?;
        if !acting.is_empty() {
            return Ok(acting);
        }
    }
    Ok(Vec::new())
}

fn acting_holders(read: &Read, holders: &[Id], node: &Node) -> Result<Vec<Id>, Fault> {
    let day = read.now().day();
    let gone = sql_roles::gone(read, holders)?;
    let away = sql_roles::away_on(read, holders, day)?;
    let mut acting = Vec::new();
    for holder in holders.iter().filter(|holder| !gone.contains(holder)) {
        let reasons: Vec<&Away> = away.iter().filter(|absence| absence.official == *holder && absence.keeps_from(node)).collect();
        let deputy = if reasons.is_empty() { None } else { free_deputy(read, holder, node, day)? };
        let conflicted = reasons.iter().any(|reason| reason.kind == AbsenceKind::Conflict);
        match deputy {
            Some(deputy) => acting.push(deputy),
            None if conflicted => {}
            None => acting.push(holder.clone()),
        }
    }
    acting.sort();
    acting.dedup();
    Ok(acting)
}

fn free_deputy(read: &Read, official: &Id, node: &Node, day: Day) -> Result<Option<Id>, Fault> {
    let line = sql_roles::line_of(read, official)?;
    let mut kept = sql_roles::gone(read, &line)?;
    kept.extend(sql_roles::away_on(read, &line, day)?.into_iter().filter(|absence| absence.keeps_from(node)).map(|absence| absence.official));
    Ok(first_free(&line, &kept).cloned())
}

/// Is the official in conflict with what lies on this node? Then they must not act there, whatever they hold.
pub fn in_conflict(read: &Read, person: &Id, node: &Node) -> Result<bool, Fault> {
    let away = sql_roles::away_on(read, std::slice::from_ref(person), read.now().day())?;
    Ok(away.iter().any(|absence| absence.kind == AbsenceKind::Conflict && absence.keeps_from(node)))
}

/// The person as one who acts now, with all rights of their roles: for jobs and the simulation, where nobody signs in.
pub fn acting_for(read: &Read, roles: &RoleRights, person: &Id) -> Result<Acting, Fault> {
    let now = read.now();
    let known = roles.all();
    let grant = |held: Held| {
        let rights = known.get(&held.role).map(|role| role.rights.clone()).unwrap_or_default();
        Grant { role: held.role, node: held.node, rights, deputy_for: held.deputy_for }
    };
    let grants = grants_of(read, person, now)?.into_iter().map(grant).collect();
    Ok(Acting { person: person.clone(), grants, proved_at: Some(now), scopes: None })
}

/// Relations between any of the people and any of the others (people, organisations, cases) that were in force on the day or later.
/// One look-up for whole lists: a draw asks once for the pool and the team.
pub fn relations_between(read: &Read, persons: &[Id], others: &[Id], since: Day) -> Result<Vec<RelationView>, Fault> {
    let few = if persons.len() < others.len() { persons } else { others };
    let (left, right): (BTreeSet<&Id>, BTreeSet<&Id>) = (persons.iter().collect(), others.iter().collect());
    let mut found = sql_roles::relations_touching(read, few, since)?;
    found.retain(|relation| (left.contains(&relation.a) && right.contains(&relation.b)) || (left.contains(&relation.b) && right.contains(&relation.a)));
    Ok(found)
}

/// Relations a person or other party stands in, past ones too.
pub fn relations_of(read: &Read, party: &Id) -> Result<Vec<RelationView>, Fault> {
    sql_roles::relations_of(read, party)
}

/// Everybody who holds the role on the node or anywhere below it, in the order of their ids.
pub fn holders_below(read: &Read, role: &str, node: &Node) -> Result<Vec<Id>, Fault> {
    sql_roles::holders_below(read, role, node, read.now())
}
