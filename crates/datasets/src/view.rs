//! What is shown of data sets.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::Read;
use words::{Acting, Bilingual, Failure, Fault, Instant, Never, Node, Outcome, fold};

use crate::asks::{Asks, Standing};
use crate::keep::Kept;
use crate::schema::{Column, ColumnKind, Personal};
use crate::set::Dataset;
use crate::table::kept;
use crate::{rights, sql};

/// Rows that the page of a data set shows.
const SHOWN: usize = 10;

/// A data set in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DatasetCard {
    /// Its name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// What is in it, if its owner said so.
    pub about: Option<Bilingual>,
    /// Unit or base that hosts it.
    pub node: Node,
    /// Its name.
    pub place: Bilingual,
    /// Licence.
    pub licence: String,
    /// Where it comes from.
    pub source: String,
    /// Rows.
    pub rows: i64,
    /// Number of the newest file.
    pub version: i64,
    /// Since when it is there.
    pub changed_at: Instant,
    /// How far its capability is.
    pub standing: Standing,
}

/// A choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlaceView {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: Bilingual,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DatasetsView {
    /// Words in force.
    pub q: String,
    /// Filter in force.
    pub node: String,
    /// Units and bases that host something.
    pub places: Vec<PlaceView>,
    /// By name in addresses.
    pub datasets: Vec<DatasetCard>,
    /// May whoever looks host one?
    pub may_host: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ColumnView {
    /// Name in queries and answers.
    pub name: String,
    /// Type.
    pub kind: ColumnKind,
    /// What people call it.
    pub title: Bilingual,
    /// May rows be filtered and sorted by it?
    pub filter: bool,
    /// Is what is personal in it struck out?
    pub masked: bool,
}

/// A file that was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileView {
    /// Number.
    pub version: i64,
    /// What is new in it.
    pub note: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of what is kept.
    pub sha256: String,
    /// Since when.
    pub made_at: Instant,
}

/// A data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DatasetView {
    /// In short.
    pub dataset: DatasetCard,
    /// Terms of use.
    pub terms: String,
    /// Who answers for it, for those signed in.
    pub owner: Option<String>,
    /// Columns.
    pub columns: Vec<ColumnView>,
    /// Some rows, in the order of the columns.
    pub sample: Vec<Vec<String>>,
    /// Newest first.
    pub files: Vec<FileView>,
    /// Does whoever looks own it?
    pub mine: bool,
}

impl From<Column> for ColumnView {
    fn from(column: Column) -> Self {
        Self { name: column.name, kind: column.kind, title: column.title, filter: column.filter, masked: column.personal == Personal::Mask }
    }
}

fn card(set: &Dataset, places: &BTreeMap<Node, Bilingual>, standing: Standing) -> DatasetCard {
    DatasetCard {
        slug: set.slug.clone(),
        name: Bilingual::new(&set.zh, &set.en),
        about: Some(Bilingual::new(&set.about_zh, &set.about_en)).filter(|about| !(about.zh.is_empty() && about.en.is_empty())),
        place: places.get(&set.node).cloned().unwrap_or_else(|| Bilingual::new(set.node.as_str(), set.node.as_str())),
        node: set.node.clone(),
        licence: set.licence.clone(),
        source: set.source.clone(),
        rows: set.row_count,
        version: set.version,
        changed_at: set.changed_at,
        standing,
    }
}

/// Those of some data sets that somebody may see.
fn cards<A: Asks>(read: &Read, who: Option<&Acting>, sets: &[Dataset]) -> Result<Vec<DatasetCard>, Fault> {
    let (places, standing): (BTreeMap<_, _>, _) = (A::places(read)?.into_iter().collect(), A::standing(read)?);
    let seen = |set: &&Dataset| standing_of(&standing, &set.slug).is_public() || who.is_some_and(|who| who.person == set.owner);
    Ok(sets.iter().filter(seen).map(|set| card(set, &places, standing_of(&standing, &set.slug))).collect())
}

fn standing_of(all: &BTreeMap<String, Standing>, slug: &str) -> Standing {
    all.get(slug).copied().unwrap_or(Standing::Draft)
}

/// What a base hosts, for whoever looks.
pub fn hosted_by<A: Asks>(read: &Read, who: Option<&Acting>, node: &Node) -> Result<Vec<DatasetCard>, Fault> {
    cards::<A>(read, who, &sql::of_node(read, node)?)
}

/// Those that whoever looks may see and in which every word stands.
pub fn found<A: Asks>(read: &Read, who: Option<&Acting>, q: &str) -> Result<Vec<DatasetCard>, Fault> {
    let mut all = cards::<A>(read, who, &sql::sets(read)?)?;
    all.retain(|card| holds(card, &fold(q)));
    Ok(all)
}

fn holds(card: &DatasetCard, wanted: &str) -> bool {
    let about = card.about.as_ref().map(|about| format!("{}\n{}", about.zh, about.en)).unwrap_or_default();
    let texts = [&card.name.zh, &card.name.en, &about, &card.place.zh, &card.place.en, &card.source, &card.licence, &card.slug];
    let whole = fold(&texts.map(String::as_str).join("\n"));
    wanted.split_whitespace().all(|word| whole.contains(word))
}

pub(crate) fn list<A: Asks>(read: &Read, who: Option<&Acting>, q: &str, node: &str) -> Result<DatasetsView, Fault> {
    let all = cards::<A>(read, who, &sql::sets(read)?)?;
    let places: BTreeMap<String, Bilingual> = all.iter().map(|card| (card.node.to_string(), card.place.clone())).collect();
    let wanted = fold(q);
    let fits = |card: &DatasetCard| (node.is_empty() || card.node.as_str() == node) && holds(card, &wanted);
    Ok(DatasetsView {
        places: places.into_iter().map(|(value, label)| PlaceView { value, label }).collect(),
        datasets: all.into_iter().filter(fits).collect(),
        may_host: who.is_some_and(|who| who.may_anywhere(rights::OWN).is_ok()),
        q: q.to_owned(),
        node: node.to_owned(),
    })
}

pub(crate) fn show<A: Asks>(read: &Read, keep: &Kept, who: Option<&Acting>, slug: &str) -> Outcome<DatasetView, Never> {
    let set = sql::set(read, slug)?.ok_or(Failure::Absent)?;
    let dataset = cards::<A>(read, who, std::slice::from_ref(&set))?.pop().ok_or(Failure::Absent)?;
    let table = keep.table(read, &set)?;
    let file = |one: desk::Version| FileView { version: one.version, note: one.note, size: one.size, sha256: one.sha256, made_at: one.made_at };
    Ok(DatasetView {
        owner: if who.is_some() { A::names(read, std::slice::from_ref(&set.owner))?.remove(&set.owner) } else { None },
        mine: who.is_some_and(|who| who.person == set.owner),
        sample: table.sample().rows.iter().take(SHOWN).map(|row| row.iter().map(crate::cell::Cell::text).collect()).collect(),
        columns: kept(&set.columns).into_iter().map(ColumnView::from).collect(),
        files: desk::document_versions(read, &set.document)?.into_iter().map(file).collect(),
        terms: set.terms,
        dataset,
    })
}

/// Rows of a data set, as callers get them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RowsView {
    /// Its name in addresses.
    pub dataset: String,
    /// Number of the file.
    pub version: i64,
    /// Are these of the sample only?
    pub sample: bool,
    /// How many fit in all.
    pub count: usize,
    /// Those of this page.
    pub rows: Vec<Map<String, Value>>,
    /// What the next page is asked for with.
    pub next: Option<String>,
}

/// How many rows fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CountView {
    /// Its name in addresses.
    pub dataset: String,
    /// Number of the file.
    pub version: i64,
    /// Are these of the sample only?
    pub sample: bool,
    /// How many.
    pub count: usize,
}

/// Columns and terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SchemaView {
    /// Its name in addresses.
    pub dataset: String,
    /// Number of the file.
    pub version: i64,
    /// Since when.
    pub changed_at: Instant,
    /// Rows of the whole file.
    pub rows: i64,
    /// Columns.
    pub columns: Vec<ColumnView>,
    /// Licence.
    pub licence: String,
    /// Terms of use.
    pub terms: String,
    /// Where it comes from.
    pub source: String,
}

impl SchemaView {
    pub(crate) fn of(set: Dataset) -> Self {
        Self {
            columns: kept(&set.columns).into_iter().map(ColumnView::from).collect(),
            dataset: set.slug,
            version: set.version,
            changed_at: set.changed_at,
            rows: set.row_count,
            licence: set.licence,
            terms: set.terms,
            source: set.source,
        }
    }
}

/// Places in whose name somebody may host.
pub(crate) fn places<A: Asks>(read: &Read, who: &Acting) -> Result<Vec<PlaceView>, Fault> {
    let may = A::places(read)?.into_iter().filter(|(node, _)| who.can(rights::OWN, node));
    Ok(may.map(|(node, label)| PlaceView { value: node.to_string(), label }).collect())
}

/// A data set by its name in addresses; its owner sees it, and everybody once it can be called: the caller says which.
pub fn dataset(read: &Read, slug: &str) -> Result<Option<Dataset>, Fault> {
    sql::set(read, slug)
}
