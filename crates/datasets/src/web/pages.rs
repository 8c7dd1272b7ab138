//! Handlers of the pages. A file is looked into before the transaction: it may be large.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Problem, Reply, Sheet, Upload};
use words::{Failure, Never};

use crate::asks::Asks;
use crate::keep::Kept;
use crate::schema::read_columns;
use crate::set::{Dataset, DatasetDraft};
use crate::table::Table;
use crate::view::{self, DatasetView, DatasetsView, PlaceView};
use crate::{host_dataset, refusal::DatasetRefusal, replace_data, sql};

/// Files brought by one person, a minute.
const PER_MINUTE: u32 = 6;

/// Which data sets.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ListQuery {
    /// Words of name, what is in it, base, source or licence.
    #[schemars(length(max = 100))]
    q: String,
    /// Unit or base that hosts it.
    #[schemars(length(max = 240))]
    node: String,
}

/// An empty form.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DraftView {
    /// Units and bases in whose name whoever looks may host.
    places: Vec<PlaceView>,
}

/// A data set to be hosted, with its file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct DatasetForm {
    /// Its name in addresses.
    #[schemars(length(min = 1, max = 40))]
    slug: String,
    /// Unit or base that hosts it.
    #[schemars(length(min = 1, max = 240))]
    node: String,
    /// Name, Chinese.
    #[schemars(length(min = 1, max = 80))]
    zh: String,
    /// Name, English.
    #[schemars(length(min = 1, max = 120))]
    en: String,
    /// What is in it, Chinese.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    about_zh: String,
    /// What is in it, English.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    about_en: String,
    /// Licence.
    #[schemars(length(min = 1, max = 120))]
    licence: String,
    /// Terms of use.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    terms: String,
    /// Where it comes from.
    #[schemars(length(min = 1, max = 300))]
    source: String,
    /// Columns, one a line: `name | type | 中文 | English | yes or no | no, mask or drop`.
    #[schemars(length(min = 1, max = 8000))]
    columns: String,
    /// The file as CSV, instead of a file.
    #[serde(default)]
    #[schemars(length(max = 900_000))]
    text: Option<String>,
}

/// A new file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct FileForm {
    /// What is new in it.
    #[serde(default)]
    #[schemars(length(max = 200))]
    note: String,
    /// The file as CSV, instead of a file.
    #[serde(default)]
    #[schemars(length(max = 900_000))]
    text: Option<String>,
}

/// What is hosted now.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HostedView {
    /// Its name in addresses.
    slug: String,
    /// Number of its newest file.
    version: i64,
    /// Rows of it.
    rows: i64,
}

fn hosted(set: &Dataset) -> HostedView {
    HostedView { slug: set.slug.clone(), version: set.version, rows: set.row_count }
}

pub(super) fn list<A: Asks>(call: &Call, query: ListQuery) -> Answer<DatasetsView> {
    let view = call.read::<_, Never>(|read| Ok(view::list::<A>(read, call.who(), &query.q, &query.node)?))?;
    let columns = ["datasets-slug", "datasets-name", "datasets-place", "datasets-row-count", "datasets-licence", "datasets-source", "datasets-changed"];
    let sheet = Sheet::new(call.text("datasets-title"), &columns).rows(view.datasets.iter().map(|one| {
        vec![
            one.slug.as_str().into(),
            one.name.get(call.lang).into(),
            one.place.get(call.lang).into(),
            one.rows.into(),
            one.licence.as_str().into(),
            one.source.as_str().into(),
            one.changed_at.into(),
        ]
    }));
    Ok(Reply::page("datasets/list.html", view).sheet(sheet))
}

pub(super) fn draft<A: Asks>(call: &Call, _: Nothing) -> Answer<DraftView> {
    let who = call.acting()?;
    Ok(Reply::page("datasets/new.html", DraftView { places: call.read::<_, Never>(|read| Ok(view::places::<A>(read, &who)?))? }))
}

pub(super) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<DatasetView> {
    let keep = call.app::<Kept>()?.clone();
    Ok(Reply::page("datasets/show.html", call.read(|read| view::show::<A>(read, &keep, call.who(), call.path_text("slug")))?))
}

/// The file, or the text in its place.
fn content<F>(upload: &Upload<F>, text: Option<&str>) -> Vec<u8> {
    upload.file("file").map(|file| file.bytes.clone()).unwrap_or_else(|| text.unwrap_or_default().as_bytes().to_vec())
}

pub(super) fn host<A: Asks>(call: &Call, upload: Upload<DatasetForm>) -> Answer<HostedView> {
    let who = call.acting()?;
    call.rate(&format!("datasets:{}", who.person), PER_MINUTE)?;
    let form = upload.fields.clone();
    let places = call.read::<_, Never>(|read| Ok(view::places::<A>(read, &who)?))?;
    if !places.iter().any(|place| place.value == form.node) {
        return Err(Problem::field("/node", "datasets-place"));
    }
    let columns = read_columns(&form.columns).map_err(Failure::Refused).map_err(Problem::from)?;
    let table = Table::check(&columns, &content(&upload, form.text.as_deref())).map_err(Failure::Refused).map_err(Problem::from)?;
    let draft = DatasetDraft {
        slug: form.slug.trim().to_owned(),
        node: words::Node::at(&form.node),
        zh: form.zh,
        en: form.en,
        about_zh: form.about_zh,
        about_en: form.about_en,
        licence: form.licence,
        terms: form.terms,
        source: form.source,
        columns,
    };
    call.write("datasets.host", move |tx| {
        let set = host_dataset::<A>(tx, &who, &draft, &table)?;
        Ok(Reply::created(format!("/datasets/{}", set.slug), hosted(&set)).say("datasets-said-hosted"))
    })
}

pub(super) fn replace(call: &Call, upload: Upload<FileForm>) -> Answer<HostedView> {
    let (who, slug) = (call.acting()?, call.path_text("slug").to_owned());
    call.rate(&format!("datasets:{}", who.person), PER_MINUTE)?;
    let set = call.read::<_, Never>(|read| sql::set(read, &slug)?.filter(|set| set.owner == who.person).ok_or(Failure::Absent))?;
    let table = Table::check(&set.columns, &content(&upload, upload.fields.text.as_deref())).map_err(Failure::Refused).map_err(Problem::from)?;
    let note = upload.fields.note.trim().to_owned();
    call.write::<_, DatasetRefusal>("datasets.replace", move |tx| {
        let set = replace_data(tx, &who, &slug, &table, &note)?;
        Ok(Reply::done(format!("/datasets/{slug}"), hosted(&set)).say("datasets-said-replaced"))
    })
}
