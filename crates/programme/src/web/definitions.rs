//! Definitions in force: their states and moves as a drawing, and the migration of running cases, rehearsed and applied.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Acting, Bilingual, Id, Instant, Outcome};

use super::drawing::{Drawing, draw};
use crate::refusal::CaseRefusal;
use crate::{Rehearsal, apply_migration, count_by_state, definitions, rehearse_migration, rights, sql};

const PACKS: Access = Access::Right(rights::PACKS);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/definitions", "programme.definition.list", PACKS, list)
        .template("programme/definitions.html")
        .get("/admin/definitions/{definition}", "programme.definition.show", PACKS, show)
        .template("programme/definition.html")
        .get("/admin/definitions/{definition}/migration", "programme.migration.rehearse", PACKS, rehearse)
        .template("programme/definition.html")
        .post("/admin/definitions/{definition}/migration", "programme.migration.apply", PACKS, apply)
        .refusals(&["programme-no-definition", "programme-evidence-needed"])
}

/// A definition in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct DefinitionLine {
    /// Id.
    id: String,
    /// Label.
    label: Bilingual,
    /// Subject.
    subject: String,
    /// Newest version.
    version: i64,
    /// SHA-256 of its text.
    hash: String,
    /// States.
    states: usize,
    /// Moves.
    moves: usize,
    /// Cases that run it.
    cases: i64,
}

/// All definitions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct DefinitionsView {
    /// By id.
    definitions: Vec<DefinitionLine>,
}

fn list(call: &Call, _: Nothing) -> Answer<DefinitionsView> {
    let definitions = call.read(lines)?;
    Ok(Reply::page("programme/definitions.html", DefinitionsView { definitions }))
}

fn lines(read: &Read) -> Outcome<Vec<DefinitionLine>, CaseRefusal> {
    let mut lines = Vec::new();
    for (version, definition) in definitions::all(read)? {
        let cases = count_by_state(read, &definition.id)?.into_iter().map(|(_, n)| n).sum();
        lines.push(DefinitionLine {
            id: definition.id.clone(),
            label: definition.label.clone(),
            subject: definition.subject.clone(),
            version,
            hash: definition.hash.clone(),
            states: definition.states.len(),
            moves: definition.moves.len(),
            cases,
        });
    }
    Ok(lines)
}

/// A state with how many cases are in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct StateLine {
    /// Id.
    id: String,
    /// Label.
    label: Bilingual,
    /// Cases in it.
    cases: i64,
}

/// A move.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MoveLine {
    /// Id.
    id: String,
    /// Label.
    label: Bilingual,
    /// States it leaves.
    from: Vec<Bilingual>,
    /// State it leads to.
    to: Bilingual,
    /// Who makes it.
    by: Vec<String>,
    /// Guards as written.
    need: Vec<String>,
    /// Can it be taken back?
    rectifiable: bool,
}

/// A version of a definition with the cases that run it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct VersionLine {
    /// Version.
    version: i64,
    /// SHA-256 of its text.
    hash: String,
    /// When it was installed.
    installed_at: Instant,
    /// Cases that run it.
    running: i64,
    /// Cases that ended on it.
    ended: i64,
}

/// A definition, and what a migration to its newest version would do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct DefinitionView {
    /// Id.
    id: String,
    /// Label.
    label: Bilingual,
    /// Newest version.
    version: i64,
    /// SHA-256 of its text.
    hash: String,
    /// Versions, newest first.
    versions: Vec<VersionLine>,
    /// States.
    states: Vec<StateLine>,
    /// Moves.
    moves: Vec<MoveLine>,
    /// States and moves as a drawing.
    drawing: Drawing,
    /// What a migration would do, once it was rehearsed.
    rehearsal: Option<Rehearsal>,
}

fn version_line(one: sql::VersionCount) -> VersionLine {
    VersionLine { version: one.version, hash: one.hash, installed_at: one.installed_at, running: one.running, ended: one.ended }
}

fn show(call: &Call, _: Nothing) -> Answer<DefinitionView> {
    let view = call.read(|read| view(read, call.path_text("definition")))?;
    Ok(Reply::page("programme/definition.html", view))
}

fn rehearse(call: &Call, _: Nothing) -> Answer<DefinitionView> {
    let who = call.acting()?;
    let view = call.read(|read| rehearsed(read, &who, call.path_text("definition")))?;
    Ok(Reply::page("programme/definition.html", view))
}

fn rehearsed(read: &Read, who: &Acting, id: &str) -> Outcome<DefinitionView, CaseRefusal> {
    let rehearsal = Some(rehearse_migration(read, who, id)?);
    Ok(DefinitionView { rehearsal, ..view(read, id)? })
}

fn view(read: &Read, id: &str) -> Outcome<DefinitionView, CaseRefusal> {
    if sql::definition_newest(read, id)?.is_none() {
        return Err(words::Failure::Absent);
    }
    let (version, definition) = definitions::newest(read, id)?;
    let counts = count_by_state(read, id)?;
    let count = |state: &str| counts.iter().find(|(known, _)| known == state).map_or(0, |(_, n)| *n);
    let label = |state: &String| definition.state_labels().get(state).cloned().unwrap_or_default();
    let line = |step: &lifecycle::Move| MoveLine {
        id: step.id.clone(),
        label: step.label.clone(),
        from: step.from.iter().map(label).collect(),
        to: label(&step.to),
        by: step.by.clone(),
        need: step.need.iter().map(|guard| guard.source().to_owned()).collect(),
        rectifiable: step.rectifiable,
    };
    Ok(DefinitionView {
        id: definition.id.clone(),
        label: definition.label.clone(),
        version,
        hash: definition.hash.clone(),
        versions: sql::definition_versions(read, id)?.into_iter().map(version_line).collect(),
        states: definition.states.iter().map(|state| StateLine { id: state.id.clone(), label: state.label.clone(), cases: count(&state.id) }).collect(),
        moves: definition.moves.iter().map(line).collect(),
        drawing: draw(&definition),
        rehearsal: None,
    })
}

/// Why running cases come to the new version.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct MigrateForm {
    /// Why.
    #[schemars(length(min = 1, max = 2_000))]
    reason: String,
}

/// What was done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MigratedView {
    /// Cases that came to the new version.
    migrated: usize,
    /// Cases that can come too and did not fit into this transaction.
    left: usize,
}

fn apply(call: &Call, form: MigrateForm) -> Answer<MigratedView> {
    let who = call.acting()?;
    let id = call.path_text("definition").to_owned();
    let rehearsal = call.read(|read| rehearse_migration(read, &who, &id))?;
    let cases: Vec<Id> = rehearsal.mapped.keys().take(200).map(|id| Id::fixed(id.clone())).collect();
    let left = rehearsal.mapped.len() - cases.len();
    call.write("programme.apply_migration", move |tx| {
        let migrated = apply_migration(tx, &who, &id, &cases, &form.reason)?;
        Ok(Reply::done(format!("/admin/definitions/{id}/migration"), MigratedView { migrated, left }).say("programme-said-migrated"))
    })
}
