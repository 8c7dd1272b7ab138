//! Whose turn it is: whoever has to act now, and did nothing that would tell them so, gets a to-do and a message.
//!
//! Two cases: a state whose owner cannot leave it by themselves (a member has chosen, now HR carries it out), and an agreement that one side has signed.
//! Invariant: the to-dos of a state end with it, and one that is open is not sent again.

use std::collections::BTreeSet;

use desk::{Message, Owner, TodoDraft};
use lifecycle::{Actor, Definition, Move, State, StateKind, decide};
use store::Tx;
use words::{Acting, Bilingual, Fault, Id};

use crate::case::Case;
use crate::dossier::Dossier;
use crate::ops::{CONSENT, signers};
use crate::{bell, gather};

/// Moves that people make in the ordinary course of things.
fn ordinary(step: &Move) -> bool {
    !step.exceptional && !step.by.iter().all(|by| lifecycle::BUILT_IN_ACTORS.contains(&by.as_str()))
}

fn people_of(step: &Move) -> impl Iterator<Item = &String> {
    step.by.iter().filter(|by| !lifecycle::BUILT_IN_ACTORS.contains(&by.as_str()))
}

/// Does somebody else than its owner lead the case out of this state?
pub(crate) fn is_with_others(definition: &Definition, state: &State) -> bool {
    let Some(owner) = state.owner.as_ref().filter(|_| state.kind == StateKind::Work) else { return false };
    let moves: Vec<&Move> = definition.moves_from(&state.id).into_iter().filter(|step| ordinary(step)).collect();
    !moves.is_empty() && !moves.iter().any(|step| step.by.contains(owner))
}

/// Asks those whose move nothing stands in the way of any more, and takes the question back where something does again.
pub(crate) fn ask(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let dossier = Dossier::read(tx, case.clone())?;
    let definition = dossier.definition.clone();
    let Some(state) = definition.state(&case.state).filter(|state| is_with_others(&definition, state)) else { return Ok(()) };
    let (mut open, mut shut) = (BTreeSet::new(), BTreeSet::new());
    for step in definition.moves_from(&case.state).into_iter().filter(|step| ordinary(step)) {
        let facts = gather::gather(tx, &dossier, &definition.questions(step), "given at the move")?;
        let roles: BTreeSet<String> = people_of(step).cloned().collect();
        let allowed = decide(&definition, &case.state, &step.id, Actor::Roles(&roles), &facts).allowed;
        if allowed { open.extend(roles) } else { shut.extend(roles) }
    }
    for role in &open {
        let persons = bell::persons_of(tx, case, role)?;
        put(tx, case, format!("{}/turn/{role}", case.id), bell::owner(case, role), &persons, &state.label, format!("/cases/{}", case.id))?;
    }
    for role in shut.difference(&open) {
        bell::todo_done(tx, &format!("{}/turn/{role}", case.id))?;
    }
    Ok(())
}

/// Somebody signed: their own question is answered, and the others who are to sign the same paper hear of it.
pub(crate) fn signed(tx: &mut Tx, who: &Acting, dossier: &Dossier, document: &str, label: &Bilingual) -> Result<(), Fault> {
    let case = &dossier.case;
    bell::todo_done(tx, &sign_key(case, document, &who.person))?;
    if document == CONSENT {
        return Ok(()); // whoever is invited has the invitation
    }
    let have: BTreeSet<Id> =
        desk::signatures(tx, case.id.as_str())?.into_iter().filter(|one| one.kind == document && one.counts()).map(|one| one.person).collect();
    let title = Bilingual::new(format!("请签署《{}》", label.zh), format!("Please sign: {}", label.en));
    for party in signers(&dossier.definition, &case.state, document).into_iter().flatten() {
        let persons = dossier.party(tx, &party)?;
        // A unit signs through one of its people.
        let is_unit = party == "application_unit" || party == "home_unit";
        let one_is_enough = is_unit && persons.iter().any(|person| have.contains(person));
        for person in persons.iter().filter(|person| !have.contains(person)) {
            let key = sign_key(case, document, person);
            if one_is_enough {
                bell::todo_done(tx, &key)?;
                continue;
            }
            let link = format!("/cases/{}/documents/{document}", case.id);
            put(tx, case, key, Owner::Person(person.clone()), std::slice::from_ref(person), &title, link)?;
        }
    }
    Ok(())
}

fn sign_key(case: &Case, document: &str, person: &Id) -> String {
    format!("{}/sign/{document}/{person}", case.id)
}

/// The to-do and, if it was not open yet, the message.
fn put(tx: &mut Tx, case: &Case, key: String, owner: Owner, persons: &[Id], label: &Bilingual, link: String) -> Result<(), Fault> {
    if desk::todo_at(tx, &key)?.is_some_and(|todo| todo.state == "open") {
        return Ok(());
    }
    let system = Acting::system("programme");
    let title = bell::about(label, case);
    let draft = TodoDraft { key, owner, title: title.clone(), link: link.clone(), due_at: case.due_at, subject: case.id.to_string(), node: case.node.clone() };
    desk::todo(tx, &system, &draft)?;
    let message = Message {
        to: persons.to_vec(),
        kind: "case.turn".into(),
        subject: case.id.to_string(),
        title,
        body: Bilingual::new(case.number.clone(), case.number.clone()),
        link,
        why: Bilingual::new("现在轮到您办理", "it is your turn now"),
        due_at: case.due_at,
        once: None,
    };
    desk::notify(tx, message).map(drop)
}

/// The case leaves its state: nobody is asked any more.
pub(crate) fn over(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let mine = [format!("{}/turn/", case.id), format!("{}/sign/", case.id)];
    let open = desk::todos_about(tx, case.id.as_str())?.into_iter().filter(|todo| todo.state == "open" && mine.iter().any(|own| todo.key.starts_with(own)));
    for todo in open.collect::<Vec<_>>() {
        bell::todo_done(tx, &todo.key)?;
    }
    Ok(())
}
