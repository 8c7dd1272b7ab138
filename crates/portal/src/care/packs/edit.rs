//! Changing an entry: its parts to be edited, with day and reason; and how what was sent becomes a change.

use packs::{ChangeDraft, ChangeKind, Form, Pack, Programme};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Problem, Reply};
use words::{Bilingual, Day, Never, Node};

use super::inputs::{EntryForm, FormParts, LetterParts, RubricParts};
use super::said::name_of;
use super::{changeable, in_force, place};

/// Where.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct EditQuery {
    /// Path of a unit or base; the group if not said.
    #[serde(default)]
    #[schemars(length(max = 200))]
    node: String,
}

/// A column of a table.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ColumnView {
    /// Name in the header.
    name: String,
    /// What it means.
    label: Bilingual,
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EditView {
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
    /// Today.
    today: Day,
    /// First day on which it should hold.
    from: Day,
    /// Why.
    reason: String,
    /// The whole entry as text.
    body: String,
    /// Parts of a form.
    form: Option<FormParts>,
    /// Parts of a rubric.
    rubric: Option<RubricParts>,
    /// Parts of a letter.
    letter: Option<LetterParts>,
    /// Values that a letter may name.
    uses: Vec<String>,
    /// Columns of a table.
    columns: Vec<ColumnView>,
}

pub(super) fn show(call: &Call, query: EditQuery) -> Answer<EditView> {
    page(call, EntryForm { node: query.node, ..EntryForm::default() })
}

/// The same page with what was sent before, to go on with.
pub(super) fn again(call: &Call, input: EntryForm) -> Answer<EditView> {
    page(call, input)
}

fn page(call: &Call, input: EntryForm) -> Answer<EditView> {
    let (who, today, node) = (call.acting()?, call.now().day(), place(&input.node));
    who.may_see(crate::rights::PARAMS, &node)?;
    let programme = call.read::<_, Never>(|read| Ok(packs::current(read)?))?;
    in_force(call, &programme)?;
    let (kind, key) = at(call)?;
    let pack = programme.effective(&node, today);
    let body = if input.body.is_empty() { pack.written(kind, &key).ok_or_else(Problem::absent)? } else { input.body };
    let value = pack.entries().into_iter().find(|(at, _)| at.0 == kind.as_str() && at.1 == key).map(|(_, value)| value).ok_or_else(Problem::absent)?;
    Ok(Reply::page("portal/entry_edit.html", view(&pack, (kind, key, name_of(call.path_text("key"), &value)), node, (today, input.from), body, input.reason)))
}

/// Kind and key in the address.
pub(super) fn at(call: &Call) -> Result<(ChangeKind, String), Problem> {
    let kind = changeable(call.path_text("kind")).ok_or_else(Problem::absent)?;
    Ok((kind, call.path_text("key").to_owned()))
}

fn view(pack: &Pack, at: (ChangeKind, String, Bilingual), node: Node, days: (Day, Option<Day>), body: String, reason: String) -> EditView {
    let (kind, key, name) = at;
    let is = |wanted: ChangeKind| kind == wanted;
    EditView {
        form: is(ChangeKind::Form).then(|| Form::read(&body)).flatten().map(|form| FormParts::of(&form)),
        rubric: is(ChangeKind::Rubric).then(|| packs::Rubric::read(&body)).flatten().map(|rubric| RubricParts::of(&rubric)),
        letter: is(ChangeKind::Letter).then(|| packs::Letter::read(&body)).flatten().map(|letter| LetterParts::of(&letter)),
        uses: pack.letter(&key).filter(|_| is(ChangeKind::Letter)).map(|letter| letter.head.uses.clone()).unwrap_or_default(),
        columns: pack.table(&key).filter(|_| is(ChangeKind::Table)).map(columns).unwrap_or_default(),
        pack: pack.about.id.clone(),
        today: days.0,
        from: days.1.unwrap_or(days.0),
        kind,
        key,
        name,
        node,
        reason,
        body,
    }
}

pub(super) fn columns(table: &packs::Table) -> Vec<ColumnView> {
    table.head.columns.iter().map(|column| ColumnView { name: column.name.clone(), label: Bilingual::new(&column.zh, &column.en) }).collect()
}

/// What was sent as a change: its text, or its parts put into the entry as it holds at the place.
pub(super) fn draft(call: &Call, programme: &Programme, input: &EntryForm) -> Result<ChangeDraft, Problem> {
    in_force(call, programme)?;
    let ((kind, target), today, node) = (at(call)?, call.now().day(), place(&input.node));
    let pack = programme.effective(&node, today);
    let now = pack.written(kind, &target).ok_or_else(Problem::absent)?;
    let next = programme.newest_form_version(&target) + 1;
    let body = match (kind, pack.form(&target), pack.rubric(&target), pack.letter(&target)) {
        _ if !input.body.trim().is_empty() => restored(kind, input, next),
        (ChangeKind::Form, Some(form), _, _) => input.form.as_ref().map_or(now, |parts| kept(form, parts.apply(form, next))),
        (ChangeKind::Rubric, _, Some(rubric), _) => input.rubric.as_ref().map_or(now, |parts| parts.apply(rubric).written()),
        (ChangeKind::Letter, _, _, Some(letter)) => input.letter.as_ref().map_or(now, |parts| parts.apply(letter).written()),
        _ => now,
    };
    Ok(ChangeDraft { kind, node, target, body, from: input.from.unwrap_or(today), reason: input.reason.clone() })
}

/// A form in which nothing was changed keeps its version too.
fn kept(old: &Form, new: Form) -> String {
    let same = Form { head: packs::FormHead { version: old.head.version, ..new.head.clone() }, ..new.clone() } == *old;
    new.written_as(if same { old.head.version } else { new.head.version })
}

/// The text as it was sent; a form that is restored gets the next version.
fn restored(kind: ChangeKind, input: &EntryForm, next: i64) -> String {
    let form = Form::read(&input.body).filter(|_| kind == ChangeKind::Form && input.restore);
    form.map_or_else(|| input.body.clone(), |form| form.written_as(next))
}
