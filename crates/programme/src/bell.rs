//! Whom a case concerns is told: to-dos with due dates, messages with the reason and the next date.

use std::collections::BTreeSet;

use desk::{Message, Owner, TodoDraft};
use lifecycle::{Definition, State, StateKind};
use store::{Read, Tx};
use words::{Acting, Bilingual, Fault, Id, Instant};

use crate::case::{Case, Member, MoveMade, Obligation};
use crate::dossier::Dossier;
use crate::{sql, turn};

fn link(case: &Case) -> String {
    format!("/cases/{}", case.id)
}

pub(crate) fn about(label: &Bilingual, case: &Case) -> Bilingual {
    Bilingual::new(format!("{}：{}", label.zh, case.title), format!("{}: {}", label.en, case.title))
}

/// Persons behind an owner role of a case, for a to-do.
pub(crate) fn owner(case: &Case, role: &str) -> Owner {
    match role {
        "team.lead" | "team" | "founders" => Owner::Person(case.lead.clone()),
        "member" => Owner::Person(case.about.clone().unwrap_or_else(|| case.lead.clone())),
        "home_unit.hr" => Owner::Role { role: "unit.hr".into(), node: case.node.clone() },
        role => Owner::Role { role: role.into(), node: case.node.clone() },
    }
}

/// The to-do of whoever has to see to a state.
pub(crate) fn todo_state(tx: &mut Tx, case: &Case, definition: &Definition, state: &State, due_at: Option<Instant>) -> Result<(), Fault> {
    let Some(role) = state.owner.as_ref().filter(|_| state.kind != StateKind::End) else { return Ok(()) };
    // What the owner has to do there is an obligation of its own already.
    if turn::is_with_others(definition, state) && state.obligations.iter().any(|one| one.owner == *role) {
        return Ok(());
    }
    let draft = TodoDraft {
        key: format!("{}/state", case.id),
        owner: owner(case, role),
        title: about(&state.label, &titled(case, definition)),
        link: link(case),
        due_at,
        subject: case.id.to_string(),
        node: case.node.clone(),
    };
    desk::todo(tx, &Acting::system("programme"), &draft)
}

/// A draft has no title yet: the definition's name stands in.
fn titled(case: &Case, definition: &Definition) -> Case {
    let title = if case.title.is_empty() { definition.label.zh.clone() } else { case.title.clone() };
    Case { title, ..case.clone() }
}

/// The to-do of an obligation.
pub(crate) fn todo_for(tx: &mut Tx, case: &Case, obligation: &Obligation) -> Result<(), Fault> {
    let owner = obligation.owner.clone().map_or_else(|| owner(case, &obligation.owner_role), Owner::Person);
    let label = Bilingual::new(obligation.zh.clone(), obligation.en.clone());
    let link = match &obligation.form {
        Some(form) => format!("/cases/{}/forms/{form}", case.id),
        None => link(case),
    };
    let draft = TodoDraft {
        key: obligation.id.to_string(),
        owner,
        title: about(&label, case),
        link,
        due_at: obligation.due_at,
        subject: case.id.to_string(),
        node: case.node.clone(),
    };
    desk::todo(tx, &Acting::system("programme"), &draft)
}

/// A to-do is done, or needs no doing any more.
pub(crate) fn todo_done(tx: &mut Tx, key: &str) -> Result<(), Fault> {
    desk::todo_done(tx, &Acting::system("programme"), key).map(drop)
}

/// Somebody is asked to join, until a day.
pub(crate) fn invited(tx: &mut Tx, case: &Case, person: &Id, answer_by: Instant) -> Result<(), Fault> {
    let label = Bilingual::new("邀请您加入团队", "You are invited to join the team");
    let draft = TodoDraft {
        key: format!("{}/invitation/{person}", case.id),
        owner: Owner::Person(person.clone()),
        title: about(&label, case),
        link: link(case),
        due_at: Some(answer_by),
        subject: case.id.to_string(),
        node: case.node.clone(),
    };
    desk::todo(tx, &Acting::system("programme"), &draft)?;
    let why = Bilingual::new("项目负责人邀请了您", "the team lead invited you");
    send(tx, case, vec![person.clone()], "case.invited", &label, "", why, Some(answer_by))
}

/// The invitation lapses soon.
pub(crate) fn invitation_waits(tx: &mut Tx, case: &Case, person: &Id, until: Option<Instant>) -> Result<(), Fault> {
    let label = Bilingual::new("提醒：团队邀请待您答复", "Reminder: the invitation waits for your answer");
    send(tx, case, vec![person.clone()], "case.invited", &label, "", Bilingual::new("项目负责人邀请了您", "the team lead invited you"), until)
}

/// Nobody answered: the lead can go on without, or invite again.
pub(crate) fn invitation_lapsed(tx: &mut Tx, case: &Case, person: &Id) -> Result<(), Fault> {
    todo_done(tx, &format!("{}/invitation/{person}", case.id))?;
    let label = Bilingual::new("团队邀请已过期", "The invitation to the team has lapsed");
    send(tx, case, vec![person.clone()], "case.team", &label, "", Bilingual::new("您曾被邀请", "you were invited"), None)?;
    let reason = "无人答复，可重新邀请或不再邀请 / nobody answered: invite again or go on without";
    send(tx, case, vec![case.lead.clone()], "case.team", &label, reason, Bilingual::new("您是项目负责人", "you lead the project"), case.due_at)
}

/// An invitation was withdrawn, or somebody was taken off the team; the person and the lead hear why.
pub(crate) fn removed(tx: &mut Tx, who: &Acting, case: &Case, person: &Id, invited: bool, reason: &str) -> Result<(), Fault> {
    let label = if invited {
        Bilingual::new("团队邀请已撤回", "The invitation to the team was withdrawn")
    } else {
        Bilingual::new("已退出团队", "No longer in the team")
    };
    let to: Vec<Id> = [person.clone(), case.lead.clone()].into_iter().filter(|one| *one != who.person).collect();
    send(tx, case, to, "case.team", &label, reason, Bilingual::new("您与该事项有关", "you are concerned"), case.due_at)
}

/// The team and the lead before hear who leads from now on.
pub(crate) fn leads_now(tx: &mut Tx, who: &Acting, case: &Case, before: &Id, reason: &str) -> Result<(), Fault> {
    let name = identity::person_names(tx, std::slice::from_ref(&case.lead))?.remove(&case.lead).unwrap_or_default();
    let label = Bilingual::new(format!("现由{name}负责"), format!("{name} leads from now on"));
    let team = sql::members(tx, &case.id)?.into_iter().filter(Member::counts).map(|member| member.person);
    let to: BTreeSet<Id> = team.chain([before.clone()]).filter(|one| *one != who.person).collect();
    send(tx, case, to.into_iter().collect(), "case.team", &label, reason, Bilingual::new("您与该事项有关", "you are concerned"), case.due_at)
}

/// The lead hears the answer.
pub(crate) fn invitation_answered(tx: &mut Tx, case: &Case, person: &Id, yes: bool) -> Result<(), Fault> {
    todo_done(tx, &format!("{}/invitation/{person}", case.id))?;
    let name = identity::person_names(tx, std::slice::from_ref(person))?.remove(person).unwrap_or_default();
    let label = if yes {
        Bilingual::new(format!("{name}已同意加入"), format!("{name} has consented"))
    } else {
        Bilingual::new(format!("{name}未同意加入"), format!("{name} has declined"))
    };
    send(tx, case, vec![case.lead.clone()], "case.team", &label, "", Bilingual::new("您是项目负责人", "you lead the project"), case.due_at)
}

/// The lead hears that somebody entered a project for them.
pub(crate) fn imported(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let label = Bilingual::new("已为您录入项目，请核对并签署团队同意书", "A project was entered for you: check it and sign the consent of the team");
    send(tx, case, vec![case.lead.clone()], "case.invited", &label, "", Bilingual::new("您是项目负责人", "you lead the project"), None)
}

/// Whoever a move names is told what happened, why, and what is next.
pub(crate) fn notify(tx: &mut Tx, dossier: &Dossier, case: &Case, made: &MoveMade, persons: &[Id]) -> Result<(), Fault> {
    let others: Vec<Id> = persons.iter().filter(|person| **person != made.actor).cloned().collect();
    let label = move_label(dossier, made);
    let body = said(dossier, case, &made.reason);
    send_said(tx, case, others, "case.moved", &label, &body, Bilingual::new("您与该事项有关", "you are concerned"), case.due_at)
}

/// The reason, and where the case stands now.
fn said(dossier: &Dossier, case: &Case, reason: &str) -> Bilingual {
    let state = dossier.definition.state(&case.state).map(|state| state.label.clone()).unwrap_or_default();
    let (zh, en) = if reason.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("{}。", reason.trim_end_matches('。')), format!("{}. ", reason.trim_end_matches('.')))
    };
    Bilingual::new(format!("{zh}现为“{}”", state.zh), format!("{en}It is now: {}", state.en))
}

fn move_label(dossier: &Dossier, made: &MoveMade) -> Bilingual {
    dossier.definition.find_move(&made.name).map(|step| step.label.clone()).unwrap_or_default()
}

/// After every move the lead and the person it is about are told, unless they made it themselves or the move names them already.
pub(crate) fn moved(tx: &mut Tx, dossier: &Dossier, case: &Case, made: &MoveMade) -> Result<(), Fault> {
    let told_team =
        made.effects.as_array().is_some_and(|effects| effects.iter().any(|one| one["verb"] == "notify" && (one["what"] == "team" || one["what"] == "member")));
    let concerned = case.about.clone().unwrap_or_else(|| case.lead.clone());
    if told_team || concerned == made.actor {
        return Ok(());
    }
    send_said(
        tx,
        case,
        vec![concerned],
        "case.moved",
        &move_label(dossier, made),
        &said(dossier, case, &made.reason),
        Bilingual::new("您是当事人或负责人", "it is about you or led by you"),
        case.due_at,
    )
}

/// A move was taken back: whoever was told of it, and the lead or the person it is about, hear that, why, and what is next.
pub(crate) fn taken_back(tx: &mut Tx, dossier: &Dossier, last: &MoveMade, who: &Acting, reason: &str) -> Result<(), Fault> {
    let case = &dossier.case;
    let told = last.effects.as_array().into_iter().flatten().filter(|one| one["verb"] == "notify").filter_map(|one| one["what"].as_str());
    let mut persons = vec![case.about.clone().unwrap_or_else(|| case.lead.clone()), last.actor.clone()];
    for party in told {
        persons.extend(dossier.party(tx, party)?);
    }
    persons.sort();
    persons.dedup();
    persons.retain(|person| *person != who.person && !person.as_str().starts_with("sys_"));
    let label = move_label(dossier, last);
    let label = Bilingual::new(format!("已更正“{}”", label.zh), format!("Taken back: {}", label.en));
    send(tx, case, persons, "case.moved", &label, reason, Bilingual::new("您与该事项有关", "you are concerned"), case.due_at)
}

/// Somebody is named in a comment.
pub(crate) fn mentioned(tx: &mut Tx, case: &Case, body: &str, to: &[Id]) -> Result<(), Fault> {
    let label = Bilingual::new("有人在评论中提到您", "You are mentioned in a comment");
    send(tx, case, to.to_vec(), "case.mention", &label, body, Bilingual::new("评论中提到了您", "a comment names you"), None)
}

/// An obligation is due soon or overdue.
pub(crate) fn remind(tx: &mut Tx, case: &Case, obligation: &Obligation) -> Result<(), Fault> {
    let persons = match &obligation.owner {
        Some(person) => vec![person.clone()],
        None => persons_of(tx, case, &obligation.owner_role)?,
    };
    let label = Bilingual::new(format!("提醒：{}", obligation.zh), format!("Reminder: {}", obligation.en));
    send(tx, case, persons, "case.reminder", &label, "", Bilingual::new("这是您的待办", "it is yours to do"), obligation.due_at)
}

/// The time of a state is over.
pub(crate) fn overdue(tx: &mut Tx, case: &Case, clock: &str) -> Result<(), Fault> {
    let definition = crate::definitions::definition(tx, &case.definition, case.version)?;
    let state = definition.state(&case.state);
    let Some(role) = state.and_then(|state| state.owner.clone()) else { return Ok(()) };
    let persons = persons_of(tx, case, &role)?;
    let name = if clock == lifecycle::SLA {
        state.map(|state| state.label.clone()).unwrap_or_default()
    } else {
        definition.schema.uses.clocks.get(clock).cloned().unwrap_or_default()
    };
    let label = Bilingual::new(format!("已到期：{}", name.zh), format!("Due now: {}", name.en));
    send(tx, case, persons, "case.overdue", &label, "", Bilingual::new("由您办理", "it is yours to deal with"), case.due_at)
}

/// A deputy has the case from now on.
pub(crate) fn handed_on(tx: &mut Tx, case: &Case, to: &[Id]) -> Result<(), Fault> {
    let label = Bilingual::new("转由您办理（原经办人回避）", "Now yours: the official before you has a conflict");
    let why = Bilingual::new("您是固定次序中的下一位", "you are next in the fixed line");
    send(tx, case, to.to_vec(), "case.deputy", &label, "", why, case.due_at)
}

/// Nobody is left who could act: the office, or the leading group, has to appoint deputies.
pub(crate) fn without_official(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let label = Bilingual::new("经办人回避且无人接替，请指定代理人", "Nobody is left to act on it: appoint deputies");
    let office = identity::holders_of(tx, "programme.office", &case.node)?;
    let to = if office.is_empty() { identity::holders_of(tx, "leading_group", &case.node)? } else { office };
    send(tx, case, to, "case.deputy", &label, "", Bilingual::new("由您安排", "it is yours to arrange"), case.due_at)
}

pub(crate) fn persons_of(read: &Read, case: &Case, role: &str) -> Result<Vec<Id>, Fault> {
    match owner(case, role) {
        Owner::Person(person) => Ok(vec![person]),
        Owner::Role { role, node } => identity::holders_of(read, &role, &node),
    }
}

#[allow(clippy::too_many_arguments, reason = "the parts of one message")]
fn send(tx: &mut Tx, case: &Case, to: Vec<Id>, kind: &str, label: &Bilingual, reason: &str, why: Bilingual, due_at: Option<Instant>) -> Result<(), Fault> {
    send_said(tx, case, to, kind, label, &Bilingual::new(reason, reason), why, due_at)
}

#[allow(clippy::too_many_arguments, reason = "the parts of one message")]
fn send_said(
    tx: &mut Tx,
    case: &Case,
    to: Vec<Id>,
    kind: &str,
    label: &Bilingual,
    said: &Bilingual,
    why: Bilingual,
    due_at: Option<Instant>,
) -> Result<(), Fault> {
    if to.is_empty() {
        return Ok(());
    }
    let body = if said.zh.is_empty() {
        Bilingual::new(case.number.clone(), case.number.clone())
    } else {
        Bilingual::new(format!("{}：{}", case.number, said.zh), format!("{}: {}", case.number, said.en))
    };
    let message = Message { to, kind: kind.into(), subject: case.id.to_string(), title: about(label, case), body, link: link(case), why, due_at, once: None };
    desk::notify(tx, message).map(drop)
}
