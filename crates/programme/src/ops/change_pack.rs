//! Changing the programme while it runs: a change is tried and proved before it is proposed and again before it is confirmed; a pack that was sent is put in force with its definitions.
//!
//! Asks packs. Invariant: what was proved is what is stored: in between, nothing else came into force.

use lifecycle::Definition;
use packs::{Change, ChangeDraft, ChangeKind, ChangeRefusal, ImportRefusal, Installed, Pack, PackImport, Trial};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Read, Tx};
use words::{Acting, Bilingual, Failure, Id, Outcome};

use super::migrate_cases::{Rehearsal, rehearse};
use crate::prove::{lost_fields, prove_pack};
use crate::refusal::CaseRefusal;
use crate::{definitions, install_definitions, install_registers, sql};

/// Tries a change and proves the pack with it; all mistakes are told.
pub fn try_change(read: &Read, who: &Acting, draft: &ChangeDraft) -> Outcome<Trial, ChangeRefusal> {
    let mut trial = packs::try_change(read, who, draft)?;
    let more = prove_pack(&trial.pack);
    trial.mistakes.extend(more);
    if draft.kind == ChangeKind::Form {
        let programme = packs::current(read)?;
        let fields: Vec<String> = programme.pack.form(draft.target.trim()).iter().flat_map(|form| &form.fields).map(|field| field.key.clone()).collect();
        trial.mistakes.extend(lost_fields(&trial.pack, draft.target.trim(), &fields));
    }
    Ok(trial)
}

/// Tries it and lets nothing pass that has mistakes. Returns the stamp of what it was proved against.
pub fn prove_change(read: &Read, who: &Acting, draft: &ChangeDraft) -> Outcome<String, ChangeRefusal> {
    let trial = try_change(read, who, draft)?;
    if trial.mistakes.is_empty() { Ok(trial.stamp) } else { Err(ChangeRefusal::BadShape(trial.mistakes).into()) }
}

/// Proposes a change that was proved.
pub fn propose_change(tx: &mut Tx, who: &Acting, draft: &ChangeDraft, stamp: &str) -> Outcome<Change, ChangeRefusal> {
    unchanged(tx, stamp)?;
    packs::propose_change(tx, who, draft.clone())
}

/// Confirms a change that was proved again.
pub fn confirm_change(tx: &mut Tx, who: &Acting, id: &Id, stamp: &str) -> Outcome<Change, ChangeRefusal> {
    unchanged(tx, stamp)?;
    packs::confirm_change(tx, who, id)
}

fn unchanged(read: &Read, stamp: &str) -> Outcome<(), ChangeRefusal> {
    if packs::stamp_now(read)? == stamp { Ok(()) } else { Err(Failure::Stale) }
}

/// Puts a proposed pack in force with its definitions and registers, in one transaction.
pub fn apply_import(tx: &mut Tx, who: &Acting, id: &Id, pack: &Pack) -> Outcome<(PackImport, Installed), ImportRefusal> {
    let applied = packs::apply_import(tx, who, id, pack)?;
    let files: Vec<(String, String)> = pack.texts_under("lifecycles/").map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    install_definitions(tx, who, &files).map_err(|failure| match failure {
        Failure::Denied(denied) => Failure::Denied(denied),
        other => Failure::Broken(other.into_fault()),
    })?;
    install_registers(tx, pack)?;
    Ok(applied)
}

/// Definitions that have cases on earlier versions, with what a migration to the newest would do.
pub fn open_migrations(read: &Read) -> Outcome<Vec<DefinitionPlan>, CaseRefusal> {
    let mut plans = Vec::new();
    for (to, definition) in definitions::all(read)? {
        let rehearsal = rehearse(read, &definition, to)?;
        if !rehearsal.numbers.is_empty() {
            plans.push(DefinitionPlan { id: definition.id.clone(), label: definition.label.clone(), from: Some(to), to, rehearsal });
        }
    }
    Ok(plans)
}

/// What a pack would do to a definition and the cases that run it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DefinitionPlan {
    /// Definition.
    pub id: String,
    /// Its name in the pack.
    pub label: Bilingual,
    /// The version that is installed; nothing if it is new.
    pub from: Option<i64>,
    /// The version that it would have.
    pub to: i64,
    /// What a migration of the running cases would do afterwards. Without one they finish on the version they have.
    pub rehearsal: Rehearsal,
}

/// Definitions of a pack that are new or differ from those installed, with their running cases.
pub fn plan_definitions(read: &Read, pack: &Pack) -> Outcome<Vec<DefinitionPlan>, CaseRefusal> {
    let mut plans = Vec::new();
    for (name, text) in pack.texts_under("lifecycles/") {
        let Ok(new) = Definition::parse(text, name) else { continue };
        let from = sql::definition_newest(read, &new.id)?;
        if from.as_ref().is_some_and(|(_, hash)| *hash == new.hash) {
            continue;
        }
        let from = from.map(|(version, _)| version);
        let to = from.unwrap_or(0) + 1;
        plans.push(DefinitionPlan { id: new.id.clone(), label: new.label.clone(), from, to, rehearsal: rehearse(read, &new, to)? });
    }
    Ok(plans)
}
