//! What other crates ask: names, the tree, who belongs where, who holds what, who acts for whom, who stands in which relation. Look-ups only.

use std::collections::{BTreeMap, BTreeSet};

use store::Read;
use words::{Acting, Day, Fault, Grant, Id, Instant, Node};

use crate::conflict::{self, Conflicts};
use crate::deputy::AbsenceKind;
use crate::firm::{Firm, Member, MemberState};
use crate::grant::{Held, RoleRights, first_free};
use crate::relation::RelationView;
use crate::sql_roles::{self, Away};
use crate::tree::{NodeKind, NodeView};
use crate::{person::PersonState, sql, sql_firms};

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
    named(read, text, &["email", "staff_no"])
}

/// The same without staff numbers, which are nothing for people from outside to try.
pub(crate) fn people_addressed(read: &Read, text: &str) -> Result<Vec<Id>, Fault> {
    named(read, text, &["email"])
}

fn named(read: &Read, text: &str, fields: &[&str]) -> Result<Vec<Id>, Fault> {
    let mut found: BTreeSet<Id> = person_of_login(read, text)?.into_iter().collect();
    for field in fields {
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

/// A firm, or another organisation.
pub fn firm(read: &Read, id: &Id) -> Result<Option<Firm>, Fault> {
    sql_firms::firm(read, id)
}

/// Firms that a person belongs to, in the order in which they came to them.
pub fn firms_of(read: &Read, person: &Id) -> Result<Vec<Member>, Fault> {
    let mut all = sql_firms::of_person(read, person)?;
    all.retain(|member| member.state == MemberState::Active);
    Ok(all)
}

/// Those who belong to a firm, in the order in which they came.
pub fn members_of_firm(read: &Read, firm: &Id) -> Result<Vec<Member>, Fault> {
    let mut all = sql_firms::open(read, firm)?;
    all.retain(|member| member.state == MemberState::Active);
    Ok(all)
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

/// Those of one kind that are open, in the order of their paths.
pub fn open_places(read: &Read, kind: NodeKind) -> Result<Vec<NodeView>, Fault> {
    sql::open_places(read, kind)
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
    let mut homes = BTreeMap::new();
    for (person, node, kind) in sql::memberships_on(read, persons, day)? {
        if is_home(kind) {
            homes.entry(person).or_insert(node);
        }
    }
    Ok(homes)
}

fn is_home(kind: Option<NodeKind>) -> bool {
    matches!(kind, Some(NodeKind::Unit | NodeKind::Group))
}

pub(crate) fn home_among(places: &[(Id, Node, Option<NodeKind>)], person: &Id) -> Option<Node> {
    places.iter().find(|(member, _, kind)| member == person && is_home(*kind)).map(|(_, node, _)| node.clone())
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
    let line = sql_roles::line_of(read, official)?;
    let own = sql_roles::away_on(read, std::slice::from_ref(official), now.day())?;
    let conflicts = Conflicts::of(read, official, &own, now)?;
    let away = own.iter().any(|absence| absence.kind == AbsenceKind::Away);
    let mut held = Vec::new();
    for grant in sql_roles::grants_now(read, std::slice::from_ref(official), now)? {
        let mut places: Vec<Node> = conflicts.below(&grant.node).into_iter().collect();
        if away {
            places.push(grant.node.clone());
        }
        for node in places {
            if next_in_line(read, &line, &node, now)?.as_ref() == Some(deputy) {
                held.push(Held { role: grant.role.clone(), node, deputy_for: Some(official.clone()) });
            }
        }
    }
    held.dedup();
    Ok(held)
}

/// The first of a line who is here, not away, and not too near to what lies on the node.
fn next_in_line(read: &Read, line: &[Id], node: &Node, now: Instant) -> Result<Option<Id>, Fault> {
    let mut kept = sql_roles::gone(read, line)?;
    kept.extend(sql_roles::away_on(read, line, now.day())?.into_iter().filter(|absence| absence.keeps_from(node)).map(|absence| absence.official));
    kept.extend(conflict::near_to_case(read, line, node, now)?);
    Ok(first_free(line, &kept).cloned())
}

/// Who acts for whom to-dos are: those who hold the role on the node, or on the nearest node above where anybody does.
/// An official who is absent or in conflict is replaced by the first deputy who is there; one in conflict is left out even without a deputy.
pub fn holders_of(read: &Read, role: &str, node: &Node) -> Result<Vec<Id>, Fault> {
    for place in node.upwards() {
        let holders = sql_roles::holders_at(read, role, &place, read.now())?;
        let acting = acting_holders(read, &holders, &place, node)?;
        if !acting.is_empty() {
            return Ok(acting);
        }
    }
    Ok(Vec::new())
}

/// The same, at most so many; of a role that a thousand hold, only as many are looked at.
pub fn some_holders_of(read: &Read, role: &str, node: &Node, most: usize) -> Result<Vec<Id>, Fault> {
    for place in node.upwards() {
        let mut acting = Vec::new();
        for holders in sql_roles::holders_at(read, role, &place, read.now())?.chunks(most.max(1)) {
            acting.extend(acting_holders(read, holders, &place, node)?);
            if acting.len() >= most {
                break;
            }
        }
        if !acting.is_empty() {
            acting.truncate(most);
            return Ok(acting);
        }
    }
    Ok(Vec::new())
}

fn acting_holders(read: &Read, holders: &[Id], place: &Node, node: &Node) -> Result<Vec<Id>, Fault> {
    if holders.is_empty() {
        return Ok(Vec::new());
    }
    let now = read.now();
    let gone = sql_roles::gone(read, holders)?;
    let away = sql_roles::away_on(read, holders, now.day())?;
    let near = if place == node { BTreeSet::new() } else { conflict::near_to_case(read, holders, node, now)? };
    let mut acting = Vec::new();
    for holder in holders.iter().filter(|holder| !gone.contains(holder)) {
        let reasons: Vec<&Away> = away.iter().filter(|absence| absence.official == *holder && absence.keeps_from(node)).collect();
        let conflicted = near.contains(holder) || reasons.iter().any(|reason| reason.kind == AbsenceKind::Conflict);
        let deputy = if reasons.is_empty() && !conflicted { None } else { next_in_line(read, &sql_roles::line_of(read, holder)?, node, now)? };
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

/// Is the official too near to what lies on this node? Then no office of theirs reaches it; [`acting_for`] has seen to that already.
pub fn in_conflict(read: &Read, person: &Id, node: &Node) -> Result<bool, Fault> {
    let now = read.now();
    let away = sql_roles::away_on(read, std::slice::from_ref(person), now.day())?;
    let said = away.iter().any(|absence| absence.kind == AbsenceKind::Conflict && absence.keeps_from(node));
    Ok(said || conflict::near_to_case(read, std::slice::from_ref(person), node, now)?.contains(person))
}

/// The person as one who acts now, with all rights of their roles: at the door, for jobs and for the simulation.
/// Offices do not reach into cases that the person is too near to, so no caller has to ask.
pub fn acting_for(read: &Read, roles: &RoleRights, person: &Id) -> Result<Acting, Fault> {
    let (now, known) = (read.now(), roles.all());
    let personal = |role: &str| known.get(role).is_some_and(|role| role.personal);
    let mut held = grants_of(read, person, now)?;
    // Nobody is an employee, expert or mentor in another's place.
    held.retain(|held| held.deputy_for.is_none() || !personal(&held.role));
    let conflicts = if held.iter().any(|held| !personal(&held.role)) {
        Conflicts::of(read, person, &sql_roles::away_on(read, std::slice::from_ref(person), now.day())?, now)?
    } else {
        Conflicts::default()
    };
    let grant = |held: Held| {
        let (office, rights) = (!personal(&held.role), known.get(&held.role).map(|role| role.rights.clone()).unwrap_or_default());
        let but = if office { conflicts.below(&held.node) } else { BTreeSet::new() };
        Grant { role: held.role, node: held.node, rights, office, but, deputy_for: held.deputy_for }
    };
    let own = firms_of(read, person)?;
    let grants = held.into_iter().map(grant).chain(own.iter().map(Member::grant)).collect();
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
