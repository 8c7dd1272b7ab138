//! Comments on a case: by whoever takes part in it or holds an office over it; whoever is mentioned hears of it.
//!
//! Asks the desk, which keeps every earlier text. Invariant: nobody hears of a case that they may no longer see.

use std::collections::{BTreeMap, BTreeSet};

use desk::{Comment, CommentDraft, CommentRefusal};
use store::{Read, Tx};
use words::{Acting, Bilingual, Denied, Failure, Fault, Id, Outcome};

use crate::case::Case;
use crate::{access, bell, definitions, rights, sql};

/// Says something about a case.
pub fn comment_on(tx: &mut Tx, who: &Acting, id: &Id, body: &str) -> Outcome<Comment, CommentRefusal> {
    let case = open_to(tx, who, id)?;
    let subject = case.id.to_string();
    leave_out(tx, &case)?;
    desk::follow(tx, &Acting { person: case.lead.clone(), ..who.clone() }, &subject)?;
    let heard: BTreeSet<Id> = desk::followers(tx, &subject)?.into_iter().collect();
    let draft = CommentDraft {
        subject: subject.clone(),
        node: case.node.clone(),
        body: body.to_owned(),
        about: Bilingual::new(&case.title, &case.title),
        link: format!("/cases/{id}#comments"),
    };
    let made = desk::comment(tx, who, &draft)?;
    let named: Vec<Id> = mentioned(tx, &case, &made.body)?.into_iter().filter(|person| *person != who.person && !heard.contains(person)).collect();
    for person in &named {
        desk::follow(tx, &Acting { person: person.clone(), ..who.clone() }, &subject)?;
    }
    bell::mentioned(tx, &case, &made.body, &named)?;
    Ok(made)
}

/// Edits one's own comment; the text before is kept.
pub fn edit_comment_on(tx: &mut Tx, who: &Acting, id: &Id, comment: &Id, body: &str) -> Outcome<Comment, CommentRefusal> {
    let case = open_to(tx, who, id)?;
    of_case(tx, &case, comment)?;
    desk::edit_comment(tx, who, comment, body)
}

/// Takes a comment away with a reason: its author, or who moderates there. Its place and the reason stay.
pub fn withdraw_comment_on(tx: &mut Tx, who: &Acting, id: &Id, comment: &Id, reason: &str) -> Outcome<(), CommentRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    of_case(tx, &case, comment)?;
    desk::remove_comment(tx, who, comment, reason)
}

/// The case, for who may say something about it. Who only reads it (audit) does not.
fn open_to(tx: &Tx, who: &Acting, id: &Id) -> Outcome<Case, CommentRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    if may_comment(tx, who, &case)? { Ok(case) } else { Err(Denied { right: rights::RUN, node: case.node, visible: true }.into()) }
}

/// May they say something about it: the team, whoever has a part in the definition, the offices that run and decide?
pub(crate) fn may_comment(read: &Read, who: &Acting, case: &Case) -> Result<bool, Fault> {
    let office = [rights::SCREEN, rights::DECIDE, rights::RUN].iter().any(|right| who.can(right, &case.node));
    let definition = definitions::definition(read, &case.definition, case.version)?;
    let uses = &definition.schema.uses.roles;
    let part = |role: &String| ["team.lead", "team.member", "member"].contains(&role.as_str()) || uses.contains(role);
    Ok(office || access::roles_in(read, who, case)?.iter().any(part))
}

fn of_case(read: &Read, case: &Case, comment: &Id) -> Outcome<(), CommentRefusal> {
    let mut after = None;
    loop {
        let some = desk::comments(read, case.id.as_str(), after.as_deref(), 200)?;
        if some.iter().any(|one| one.id == *comment) {
            return Ok(());
        }
        match some.last() {
            Some(last) if some.len() == 200 => after = Some(last.id.to_string()),
            _ => return Err(Failure::Absent),
        }
    }
}

/// Followers who have become too near to the case, and are not of its team, hear no more of it.
fn leave_out(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let own: BTreeSet<Id> = sql::members(tx, &case.id)?.into_iter().map(|member| member.person).chain([case.lead.clone()]).chain(case.about.clone()).collect();
    for person in desk::followers(tx, case.id.as_str())? {
        if !own.contains(&person) && identity::in_conflict(tx, &person, &case.node)? {
            desk::unfollow(tx, &Acting { person, grants: Vec::new(), proved_at: None, scopes: None }, case.id.as_str())?;
        }
    }
    Ok(())
}

/// Most holders of one role who can be mentioned.
const MENTIONED: usize = 20;

/// Those who can be mentioned, by name: the team, the mentors, and who acts in a role of the definition.
pub(crate) fn people_of(read: &Read, case: &Case) -> Result<BTreeMap<Id, String>, Fault> {
    let members = sql::members(read, &case.id)?.into_iter().filter(crate::case::Member::counts).map(|member| member.person);
    let mut persons: BTreeSet<Id> = members.chain([case.lead.clone()]).chain(case.about.clone()).collect();
    let definition = definitions::definition(read, &case.definition, case.version)?;
    for role in &definition.schema.uses.roles {
        let role = if role == "home_unit.hr" { "unit.hr" } else { role };
        persons.extend(identity::some_holders_of(read, role, &case.node, MENTIONED)?);
    }
    identity::person_names(read, &persons.into_iter().collect::<Vec<_>>())
}

/// Whom a text names as `@name`; of two names where one begins with the other, the longer one is meant.
fn mentioned(read: &Read, case: &Case, body: &str) -> Result<Vec<Id>, Fault> {
    let people = people_of(read, case)?;
    let named: Vec<(&Id, String)> = people.iter().map(|(id, name)| (id, format!("@{name}"))).filter(|(_, name)| body.contains(name.as_str())).collect();
    let longer =
        |name: &str| named.iter().any(|(_, other)| other.len() > name.len() && other.starts_with(name) && !body.replace(other.as_str(), "").contains(name));
    Ok(named.iter().filter(|(_, name)| !longer(name)).map(|(id, _)| (*id).clone()).collect())
}
