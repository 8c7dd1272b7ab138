//! Changing a parameter, form, rubric, table or letter with an effective day and a second person.
//!
//! Propose checks all; confirm checks again (pack and day may have moved on), by another person with the same right on the node.

use store::{Read, Tx};
use words::{Acting, Day, Failure, Fault, Id, Never, Outcome};

use crate::ops::current::{one_file, stamp};
use crate::ops::{Change, ChangeDraft, ChangeKind, ChangeRefusal, ChangeState, current};
use crate::told::{ChangeConfirmed, ChangeFacts, ChangeProposed, ChangeWithdrawn};
use crate::{Misfit, Pack, Programme, TableRows, check, load::Loader, rights, sql};

type Checked = Result<(), ChangeRefusal>;

/// Proposes a change. It holds nothing until a second person confirms it.
pub fn propose_change(tx: &mut Tx, who: &Acting, draft: ChangeDraft) -> Outcome<Change, ChangeRefusal> {
    who.may(rights::CHANGE, &draft.node)?;
    fits(&*current(tx)?, &draft, tx.now().day())?;
    let (target, reason) = (draft.target.trim(), draft.reason.trim());
    let new = sql::NewChange { kind: draft.kind, node: &draft.node, target, body: &draft.body, from: draft.from, reason };
    let change = sql::change_insert(tx, who, &new)?;
    tx.tell(who, &ChangeProposed(facts(&change)))?;
    Ok(change)
}

/// Confirms somebody else's proposal: from its day on it holds.
pub fn confirm_change(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Change, ChangeRefusal> {
    let change = proposal(tx, who, id)?;
    if change.proposed_by == who.person {
        return Err(ChangeRefusal::SamePerson.into());
    }
    let draft = change.draft();
    fits(&*current(tx)?, &draft, tx.now().day())?;
    let change = decide(tx, who, id, ChangeState::Confirmed)?;
    let head = sql::head(tx)?.ok_or_else(|| Fault::new("no pack is installed"))?;
    let version = sql::version(tx, &head.version)?.ok_or_else(|| Fault::new("the pack version is gone"))?;
    let stamp = stamp(&version.hash, &sql::confirmed(tx)?);
    sql::head_put(tx, &head.version, &stamp)?;
    tx.tell(who, &ChangeConfirmed(facts(&change)))?;
    Ok(change)
}

/// Takes one's own proposal back.
pub fn withdraw_change(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Change, ChangeRefusal> {
    let change = proposal(tx, who, id)?;
    if change.proposed_by != who.person {
        return Err(ChangeRefusal::NotYours.into());
    }
    let change = decide(tx, who, id, ChangeState::Withdrawn)?;
    tx.tell(who, &ChangeWithdrawn(facts(&change)))?;
    Ok(change)
}

/// Changes, newest first, at most 100: of one state, and older than `before`, if given.
pub fn changes(read: &Read, state: Option<ChangeState>, before: Option<&Id>) -> Result<Vec<Change>, Fault> {
    sql::changes(read, state.map(ChangeState::as_str), before)
}

/// Changes of one entry, newest first, at most 100.
pub fn changes_of(read: &Read, kind: ChangeKind, target: &str) -> Result<Vec<Change>, Fault> {
    sql::changes_of(read, kind, target)
}

/// A change.
pub fn change(read: &Read, id: &Id) -> Outcome<Change, Never> {
    sql::change(read, id)?.ok_or(Failure::Absent)
}

fn proposal(tx: &Tx, who: &Acting, id: &Id) -> Outcome<Change, ChangeRefusal> {
    let change = sql::change(tx, id)?.ok_or(Failure::Absent)?;
    who.may(rights::CHANGE, &change.node)?;
    match change.state {
        ChangeState::Proposed => Ok(change),
        decided => Err(ChangeRefusal::Decided(decided).into()),
    }
}

fn decide(tx: &mut Tx, who: &Acting, id: &Id, state: ChangeState) -> Outcome<Change, ChangeRefusal> {
    sql::change_decide(tx, who, id, state)?.ok_or(Failure::Refused(ChangeRefusal::Decided(state)))
}

fn facts(change: &Change) -> ChangeFacts {
    let (kind, node, target) = (change.kind.as_str().to_owned(), change.node.clone(), change.target.clone());
    ChangeFacts { change: change.id.clone(), kind, node, target, from: change.from.to_string() }
}

/// Everything that a change must be, but for the pack as a whole.
pub(super) fn fits(programme: &Programme, draft: &ChangeDraft, today: Day) -> Checked {
    let pack = &programme.pack;
    if pack.node_of(draft.node.name()).as_ref() != Some(&draft.node) {
        return Err(ChangeRefusal::UnknownNode(draft.node.clone()));
    }
    if !(4..=500).contains(&draft.reason.trim().chars().count()) {
        return Err(ChangeRefusal::NoReason);
    }
    if draft.from < today {
        return Err(ChangeRefusal::InThePast { from: draft.from, today });
    }
    let target = draft.target.trim();
    match draft.kind {
        ChangeKind::Param => Ok(pack.fits_param(&draft.node, target, &draft.body)?),
        ChangeKind::Form => form_fits(programme, draft),
        ChangeKind::Rubric => rubric_fits(pack, draft),
        ChangeKind::Table => Ok(pack.fits_table(&draft.node, &TableRows { key: target.to_owned(), csv: draft.body.clone() }).map(drop)?),
        ChangeKind::Letter => letter_fits(pack, draft),
    }
}

fn form_fits(programme: &Programme, draft: &ChangeDraft) -> Checked {
    let path = format!("forms/{}.toml", draft.target.trim());
    let files = one_file(&path, &draft.body);
    let mut loader = Loader::over(&files);
    let form = loader.form(&path);
    let mut mistakes = loader.mistakes;
    if let Some(form) = form.as_ref().filter(|_| mistakes.is_empty()) {
        named_alike(form.key(), draft, "form")?;
        programme.pack.fits_form(&draft.node, form)?;
        let (newest, same) = (programme.newest_form_version(form.key()), programme.form(&draft.node, form.key(), draft.from) == Some(form));
        if form.head.version <= newest && !same {
            return Err(Misfit::SameVersion { form: form.key().to_owned() }.into());
        }
        mistakes = check::form_alone(&files, form);
    }
    if mistakes.is_empty() { Ok(()) } else { Err(ChangeRefusal::BadShape(mistakes)) }
}

fn rubric_fits(pack: &Pack, draft: &ChangeDraft) -> Checked {
    let path = format!("rubrics/{}.toml", draft.target.trim());
    let files = one_file(&path, &draft.body);
    let mut loader = Loader::over(&files);
    let rubric = loader.rubric(&path);
    let mut mistakes = loader.mistakes;
    if let Some(rubric) = rubric.as_ref().filter(|_| mistakes.is_empty()) {
        named_alike(rubric.key(), draft, "rubric")?;
        pack.fits_rubric(&draft.node, rubric)?;
        mistakes = check::rubric_alone(&files, rubric);
    }
    if mistakes.is_empty() { Ok(()) } else { Err(ChangeRefusal::BadShape(mistakes)) }
}

fn letter_fits(pack: &Pack, draft: &ChangeDraft) -> Checked {
    let path = format!("letters/{}.toml", draft.target.trim());
    let files = one_file(&path, &draft.body);
    let mut loader = Loader::over(&files);
    match loader.whole_letter(&path) {
        Some(letter) => {
            named_alike(&letter.head.key, draft, "letter")?;
            Ok(pack.fits_letter(&draft.node, &letter)?)
        }
        None => Err(ChangeRefusal::BadShape(loader.mistakes)),
    }
}

/// The text says the same key as the address.
fn named_alike(key: &str, draft: &ChangeDraft, kind: &'static str) -> Checked {
    if key == draft.target.trim() { Ok(()) } else { Err(Misfit::Unknown { kind, key: key.to_owned() }.into()) }
}
