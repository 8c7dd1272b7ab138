//! A change before it is proposed: the form as the applicant will see it, the rubric as the reviewer will; what is wrong, and what differs field by field.
//!
//! Invariant: nothing is stored; what is shown is what would be proposed.

use packs::{ChangeDraft, ChangeKind, ChangeRefusal, FieldDiff, Pack};
use programme::StepPreview;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Reply};
use words::{Bilingual, Day, Failure, Fault, Never, Node, Outcome};

use super::edit::{ColumnView, columns, draft};
use super::inputs::EntryForm;
use super::said::{SaidMistake, name_of, said};
use crate::reviews::{CriterionView, criteria_of};

/// An entry as those will see it whom it is for.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Looks {
    /// Steps of a form.
    pub form: Vec<StepPreview>,
    /// Criteria of a rubric.
    pub rubric: Vec<CriterionView>,
    /// When a subject passes.
    pub passes: Option<Bilingual>,
    /// Text of a letter.
    pub letter: Option<Bilingual>,
    /// Columns of a table.
    pub columns: Vec<ColumnView>,
    /// Rows of a table.
    pub rows: Vec<Vec<String>>,
    /// Value of a parameter.
    pub value: Option<String>,
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PreviewView {
    /// Pack.
    pack: String,
    /// Kind.
    kind: ChangeKind,
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// Place.
    node: Node,
    /// First day on which it would hold.
    from: Day,
    /// Why.
    reason: String,
    /// The entry as text: what is proposed.
    body: String,
    /// What is wrong; with any it cannot be proposed.
    mistakes: Vec<SaidMistake>,
    /// What differs from what holds there.
    fields: Vec<FieldDiff>,
    /// How it will look.
    looks: Looks,
}

pub(super) fn preview(call: &Call, input: EntryForm) -> Answer<PreviewView> {
    let who = call.acting()?;
    let programme = call.read::<_, Never>(|read| Ok(packs::current(read)?))?;
    let draft = draft(call, &programme, &input)?;
    let (mistakes, fields, looks, name) = call.read::<_, ChangeRefusal>(|read| match programme::try_change(read, &who, &draft) {
        Ok(trial) => Ok((trial.mistakes, trial.fields, looks(read, &trial.pack, &draft)?, name(&trial.pack, &draft))),
        Err(Failure::Refused(ChangeRefusal::BadShape(mistakes))) => Ok((mistakes, Vec::new(), Looks::default(), name(&programme.pack, &draft))),
        Err(other) => Err(other),
    })?;
    let ChangeDraft { kind, node, target, body, from, reason } = draft;
    let view = PreviewView {
        pack: programme.pack.about.id.clone(),
        kind,
        key: target,
        name,
        node,
        from,
        reason,
        body,
        mistakes: said(call, &mistakes),
        fields,
        looks,
    };
    Ok(Reply::page("portal/entry_preview.html", view))
}

pub(super) fn name(pack: &Pack, draft: &ChangeDraft) -> Bilingual {
    let entry = pack.entries().into_iter().find(|(at, _)| at.0 == draft.kind.as_str() && at.1 == draft.target.trim());
    entry.map_or_else(|| Bilingual::new(&draft.target, &draft.target), |(at, value)| name_of(&at.1, &value))
}

/// How the entry of a change looks in a pack that has it.
pub(super) fn looks(read: &Read, pack: &Pack, draft: &ChangeDraft) -> Outcome<Looks, ChangeRefusal> {
    Ok(seen(read, pack, draft.kind, draft.target.trim())?)
}

fn seen(read: &Read, pack: &Pack, kind: ChangeKind, key: &str) -> Result<Looks, Fault> {
    let nothing = Looks::default();
    Ok(match kind {
        ChangeKind::Form => Looks { form: pack.form(key).map(|form| programme::preview_form(read, form)).transpose()?.unwrap_or_default(), ..nothing },
        ChangeKind::Rubric => match pack.rubric(key) {
            Some(rubric) => Looks { rubric: criteria_of(rubric), passes: Some(rubric.head.passes.clone()), ..nothing },
            None => nothing,
        },
        ChangeKind::Letter => Looks { letter: pack.letter(key).map(|letter| Bilingual::new(&letter.body_zh, &letter.body_en)), ..nothing },
        ChangeKind::Table => match pack.table(key) {
            Some(table) => Looks { columns: columns(table), rows: rows(table), ..nothing },
            None => nothing,
        },
        ChangeKind::Param => Looks { value: pack.param(key).map(|param| param.value.clone()), ..nothing },
    })
}

fn rows(table: &packs::Table) -> Vec<Vec<String>> {
    let names: Vec<&String> = table.head.columns.iter().map(|column| &column.name).collect();
    table.rows.iter().map(|row| names.iter().map(|name| row.0.get(*name).map(packs::Cell::text).unwrap_or_default()).collect()).collect()
}
