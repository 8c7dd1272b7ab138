//! Packs that are sent: read with suspicion, looked at with every mistake and the three-way comparison, proposed, put in force by a second person.
//!
//! Reading and proving happen before the transaction. Invariant: what is put in force is what was sent, byte for byte.

use std::sync::Arc;

use packs::{ArchiveRefusal, ImportPlan, ImportRefusal, ImportState, Pack, PackImport, PackMistakes, Upload as Sent};
use programme::DefinitionPlan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Nothing, Problem, Reply, Upload};
use words::{Acting, Failure, Fault, Id, Never, Node};

use super::reader;
use super::said::{SaidMistake, said};
use crate::rights;

/// Nothing but the file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct SentForm {}

/// Why it should be put in force.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ReasonForm {
    /// Why.
    #[schemars(length(min = 4, max = 500))]
    reason: String,
}

/// A pack with everything that is wrong with it.
fn inspected(files: packs::Files) -> (Arc<Pack>, PackMistakes) {
    let (pack, mut mistakes) = Pack::inspect(files);
    mistakes.0.extend(programme::prove_pack(&pack));
    (Arc::new(pack), mistakes)
}

/// A pack that was sent, read again, with what is wrong with it today.
fn planned(read: &Read, id: &Id) -> Result<(PackImport, Arc<Pack>, ImportPlan), Failure<ImportRefusal>> {
    let (kept, files) = packs::import(read, id).map_err(|failure| failure.map(|never: Never| match never {}))?;
    let (pack, mistakes) = inspected(files);
    let plan = packs::plan_for(read, &pack, mistakes)?;
    Ok((kept, pack, plan))
}

pub(super) fn rehearse(call: &Call, input: Upload<SentForm>) -> Answer<PackImport> {
    let who = call.acting()?;
    let file = input.file("file").ok_or_else(|| Problem::field("/file", "input-required"))?;
    let files = packs::read_zip(&file.bytes).map_err(|refusal: ArchiveRefusal| Problem::from(Failure::Refused(refusal)))?;
    let (pack, mistakes) = inspected(files);
    let plan = call.read::<_, Never>(|read| Ok(packs::plan_for(read, &pack, mistakes)?))?;
    let sent = Sent::of(&file.name, &pack, plan.mistakes.0.len());
    call.write("packs.rehearse_import", move |tx| {
        let kept = packs::rehearse_import(tx, &who, &sent)?;
        Ok(Reply::created(format!("/admin/packs/imports/{}", kept.id), kept))
    })
}

pub(super) fn propose(call: &Call, form: ReasonForm) -> Answer<PackImport> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let (_, _, plan) = call.read(|read| planned(read, &id))?;
    call.write("packs.propose_import", move |tx| {
        let kept = packs::propose_import(tx, &who, &id, &form.reason, plan.mistakes.0.len())?;
        Ok(Reply::done(format!("/admin/packs/imports/{id}"), kept).say("portal-change-proposed-say"))
    })
}

pub(super) fn apply(call: &Call, _: Nothing) -> Answer<PackImport> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let (kept, pack, plan) = call.read(|read| planned(read, &id))?;
    let wrong = i64::try_from(plan.mistakes.0.len()).unwrap_or(i64::MAX);
    if wrong > 0 && kept.state == ImportState::Proposed {
        return Err(Failure::Refused(ImportRefusal::Mistakes(wrong)).into());
    }
    call.write("packs.apply_import", move |tx| {
        let (kept, _) = programme::apply_import(tx, &who, &id, &pack)?;
        Ok(Reply::done(format!("/admin/packs/imports/{id}"), kept).say("portal-import-applied-say"))
    })
}

pub(super) fn withdraw(call: &Call, _: Nothing) -> Answer<PackImport> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("packs.withdraw_import", move |tx| {
        let kept = packs::withdraw_import(tx, &who, &id)?;
        Ok(Reply::done(format!("/admin/packs/imports/{id}"), kept).say("portal-change-withdrawn-say"))
    })
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportPage {
    /// The upload.
    import: PackImport,
    /// Who sent it.
    rehearsed_by: String,
    /// Who proposed it.
    proposed_by: Option<String>,
    /// Who decided.
    decided_by: Option<String>,
    /// What is wrong, in sentences.
    mistakes: Vec<SaidMistake>,
    /// What it would change; nothing once it was decided.
    plan: Option<ImportPlan>,
    /// Definitions that differ, with their running cases; once in force, those whose cases run on earlier versions.
    definitions: Vec<DefinitionPlan>,
    /// May whoever looks propose it?
    may_propose: bool,
    /// May whoever looks put it in force?
    may_apply: bool,
    /// May whoever looks withdraw it?
    may_withdraw: bool,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<ImportPage> {
    let (who, id) = (reader(call)?, call.id("id")?);
    let (kept, pack, plan) = call.read(|read| planned(read, &id))?;
    let (definitions, names) = call.read(|read| {
        let definitions = match kept.state {
            ImportState::Applied => programme::open_migrations(read)?,
            ImportState::Withdrawn => Vec::new(),
            _ => programme::plan_definitions(read, &pack)?,
        };
        Ok::<_, Failure<programme::CaseRefusal>>((definitions, names(read, &kept)?))
    })?;
    Ok(Reply::page("portal/import.html", view(call, &who, kept, plan, definitions, names)))
}

type Names = [Option<String>; 3];

fn names(read: &Read, kept: &PackImport) -> Result<Names, Fault> {
    let persons = [Some(kept.rehearsed_by.clone()), kept.proposed_by.clone(), kept.decided_by.clone()];
    let known = identity::person_names(read, &persons.iter().flatten().cloned().collect::<Vec<Id>>())?;
    Ok(persons.map(|person| person.map(|person| known.get(&person).cloned().unwrap_or_else(|| person.to_string()))))
}

fn view(call: &Call, who: &Acting, kept: PackImport, plan: ImportPlan, definitions: Vec<DefinitionPlan>, names: Names) -> ImportPage {
    let manages = who.can(rights::PACKS, &Node::group());
    let (open, own) = (matches!(kept.state, ImportState::Rehearsed | ImportState::Proposed), kept.rehearsed_by == who.person);
    let proposed_it = kept.proposed_by.as_ref() == Some(&who.person);
    let sound = plan.mistakes.0.is_empty();
    let [rehearsed_by, proposed_by, decided_by] =
        names.map(|name| name.map(|name| if name.starts_with("sys_") { call.text("programme-the-house") } else { name }));
    ImportPage {
        rehearsed_by: rehearsed_by.unwrap_or_default(),
        proposed_by,
        decided_by,
        mistakes: if open { said(call, &plan.mistakes.0) } else { Vec::new() },
        may_propose: manages && sound && kept.state == ImportState::Rehearsed,
        may_apply: manages && sound && kept.state == ImportState::Proposed && !proposed_it,
        may_withdraw: manages && open && (own || proposed_it),
        plan: open.then_some(plan),
        definitions,
        import: kept,
    }
}
