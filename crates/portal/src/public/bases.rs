//! The 26 bases: the list with filters, and everything that the register says of one, with its projects counted by state.

use packs::{Base, BaseKind, Figure, Programme, WorkStatus};
use programme::CaseQuery;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Nothing, Problem, Reply, Sheet};
use words::{Bilingual, Fault, Node};

use super::works::{WorkView, source_cells, status_text};
use super::{SourceView, found_in, in_force, with_programme};

/// Which bases.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct BasesQuery {
    /// Kind; all if not said.
    kind: Option<BaseKind>,
    /// Status; all if not said.
    status: Option<WorkStatus>,
    /// City; all if not said.
    #[serde(default)]
    #[schemars(length(max = 40))]
    city: String,
    /// Words of name, focus or operator.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
}

/// A base in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BaseRow {
    /// Number in part five.
    number: i64,
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// Kind.
    kind: BaseKind,
    /// City.
    city: Bilingual,
    /// Who operates it.
    operator: Bilingual,
    /// Status.
    status: WorkStatus,
    /// Where the plan says it.
    source: SourceView,
}

/// A city of the filter.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CityView {
    /// Key.
    value: String,
    /// Name.
    label: Bilingual,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BasesView {
    /// Filter in force.
    kind: Option<BaseKind>,
    /// Filter in force.
    status: Option<WorkStatus>,
    /// Filter in force.
    city: String,
    /// Words in force.
    q: String,
    /// Cities that have a base.
    cities: Vec<CityView>,
    /// How many there are in all.
    total: i64,
    /// Those found.
    bases: Vec<BaseRow>,
}

/// Name of a city: from the table of minimum wages, or as the text of the portal, or the key.
fn city(programme: &Programme, call: &Call, key: &str) -> Bilingual {
    let row = programme.pack.table("minimum_wage").and_then(|table| table.lookup(key));
    let name = |lang: &str| row.and_then(|row| row.0.get(lang)).map(|cell| cell.text());
    if let (Some(zh), Some(en)) = (name("zh"), name("en")) {
        return Bilingual::new(zh, en);
    }
    let text = format!("portal-city-{key}");
    let name = call.text(&text);
    if name == text { Bilingual::new(key, key) } else { Bilingual::new(name.clone(), name) }
}

fn fits(query: &BasesQuery, base: &Base) -> bool {
    let words = [base.zh.as_str(), &base.en, &base.short.zh, &base.focus.zh, &base.focus.en, &base.operator.zh, &base.operator.en];
    query.kind.is_none_or(|kind| base.kind == kind)
        && query.status.is_none_or(|status| base.status == status)
        && (query.city.is_empty() || base.city == query.city)
        && found_in(&words, &query.q)
}

pub(super) fn list(call: &Call, query: BasesQuery) -> Answer<BasesView> {
    let programme = in_force(call)?;
    let all = &programme.pack.facts.bases;
    let row = |base: &Base| BaseRow {
        number: base.number,
        key: base.key.clone(),
        name: Bilingual::new(&base.zh, &base.en),
        kind: base.kind,
        city: city(&programme, call, &base.city),
        operator: base.operator.clone(),
        status: base.status,
        source: (&base.source).into(),
    };
    let bases: Vec<BaseRow> = all.iter().filter(|base| fits(&query, base)).map(row).collect();
    let mut keys: Vec<&String> = all.iter().map(|base| &base.city).collect();
    keys.sort();
    keys.dedup();
    let cities = keys.into_iter().map(|key| CityView { value: key.clone(), label: city(&programme, call, key) }).collect();
    let sheet = sheet(call, &bases);
    let view = BasesView { kind: query.kind, status: query.status, city: query.city, q: query.q, cities, total: all.len() as i64, bases };
    Ok(Reply::page("portal/bases.html", view).sheet(sheet))
}

fn kind_text(call: &Call, kind: BaseKind) -> String {
    call.text(match kind {
        BaseKind::Space => "portal-kind-space",
        BaseKind::Lab => "portal-kind-lab",
        BaseKind::JointLab => "portal-kind-joint_lab",
        BaseKind::Base => "portal-kind-base",
    })
}

fn sheet(call: &Call, bases: &[BaseRow]) -> Sheet {
    let columns = [
        "portal-col-number",
        "portal-col-name",
        "portal-col-kind",
        "portal-col-city",
        "portal-col-operator",
        "portal-col-status",
        "portal-col-line",
        "portal-col-quote",
        "portal-col-as-of",
    ];
    Sheet::new(call.text("portal-nav-bases"), &columns).rows(bases.iter().map(|base| {
        let mut cells = vec![base.number.into(), base.name.get(call.lang).into(), kind_text(call, base.kind).into(), base.city.get(call.lang).into()];
        cells.extend([base.operator.get(call.lang).into(), status_text(call, base.status).into()]);
        cells.extend(source_cells(&base.source));
        cells
    }))
}

/// A number of a base.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FigureView {
    /// What it counts.
    name: Bilingual,
    /// The number.
    value: String,
    /// Where the plan says it.
    source: SourceView,
}

impl From<&Figure> for FigureView {
    fn from(figure: &Figure) -> Self {
        Self { name: Bilingual::new(&figure.zh, &figure.en), value: figure.value.clone(), source: (&figure.source).into() }
    }
}

/// How many projects of a base are in a state.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StateCount {
    /// State.
    state: String,
    /// Its label.
    label: Bilingual,
    /// How many.
    count: i64,
}

/// A base.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BaseView {
    /// Number in part five.
    number: i64,
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// Short name.
    short: Bilingual,
    /// Another name that the plan uses.
    alias: Option<String>,
    /// Kind.
    kind: BaseKind,
    /// City.
    city: Bilingual,
    /// Who operates it.
    operator: Bilingual,
    /// What the plan does not say and we concluded.
    inferred: Option<Bilingual>,
    /// Partners.
    partners: Option<Bilingual>,
    /// Focus and services.
    focus: Bilingual,
    /// What it will do later.
    future: Option<Bilingual>,
    /// Status.
    status: WorkStatus,
    /// The work that builds it.
    work: Option<WorkView>,
    /// Its numbers.
    figures: Vec<FigureView>,
    /// Where part five speaks of it.
    source: SourceView,
    /// Where annex 1 does.
    annex: SourceView,
    /// Its projects by state.
    projects: Vec<StateCount>,
    /// What the registers hold of it, by kind.
    registers: Vec<RegisterView>,
    /// Data sets that it hosts.
    datasets: Vec<datasets::DatasetCard>,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<BaseView> {
    let key = call.path_text("key");
    let found = with_programme(call, |read, programme| programme.pack.base(key).map(|base| view(read, programme, call, base)).transpose())?;
    Ok(Reply::page("portal/base.html", found.ok_or_else(Problem::absent)?))
}

fn view(read: &Read, programme: &Programme, call: &Call, base: &Base) -> Result<BaseView, Fault> {
    let facts = &programme.pack.facts;
    Ok(BaseView {
        number: base.number,
        key: base.key.clone(),
        name: Bilingual::new(&base.zh, &base.en),
        short: base.short.clone(),
        alias: base.alias.clone(),
        kind: base.kind,
        city: city(programme, call, &base.city),
        operator: base.operator.clone(),
        inferred: base.inferred.clone(),
        partners: base.partners.clone(),
        focus: base.focus.clone(),
        future: base.future.clone(),
        status: base.status,
        work: facts.works.iter().find(|work| work.number == base.work).map(WorkView::from),
        figures: base.figures.iter().map(FigureView::from).collect(),
        source: (&base.source).into(),
        annex: (&base.annex).into(),
        registers: programme.pack.node_of(&base.key).map_or(Ok(Vec::new()), |node| registers(read, call, &node))?,
        datasets: match (call.door().value::<super::Hosted>(), programme.pack.node_of(&base.key)) {
            (Some(hosted), Some(node)) => (hosted.0)(read, call.who(), &node)?,
            _ => Vec::new(),
        },
        projects: programme.pack.node_of(&base.key).map_or(Ok(Vec::new()), |node| projects(read, node))?,
    })
}

/// Most records of a kind on the page of a base.
const RECORDS: usize = 60;

/// What a register holds of a base.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RegisterView {
    /// Kind.
    kind: String,
    /// What people call it.
    name: Bilingual,
    /// The whole list.
    href: String,
    /// Its records.
    records: Vec<RecordLine>,
}

/// A record of a base.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RecordLine {
    /// Title.
    title: Bilingual,
    /// Where it can be read.
    href: String,
    /// Where the plan says it.
    place: String,
}

fn registers(read: &Read, call: &Call, node: &Node) -> Result<Vec<RegisterView>, Fault> {
    let mut kinds = register::kinds(read)?;
    kinds.sort_by_key(register::Kind::order);
    let filter = register::RecordFilter { node: Some(node.clone()), state: Some(register::RecordState::Active), ..register::RecordFilter::default() };
    let mut views = Vec::new();
    for kind in kinds {
        let found = register::records(read, &kind.kind, &filter, register::readable_by(call.who()), None, RECORDS)?;
        let records: Vec<RecordLine> = found.records.into_iter().map(record_line).collect();
        if !records.is_empty() {
            views.push(RegisterView { href: format!("/registers/{}?node={node}", kind.kind), kind: kind.kind, name: kind.name, records });
        }
    }
    Ok(views)
}

fn record_line(record: register::Record) -> RecordLine {
    let place = record.body.get("source").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    RecordLine { href: format!("/registers/{}/{}", record.kind, record.key), title: record.title, place }
}

/// Projects of a base that left the draft, in the order of the states.
fn projects(read: &Read, node: Node) -> Result<Vec<StateCount>, Fault> {
    let query = CaseQuery { definition: "incubation.self".into(), base: Some(node), limit: 1_000, ..CaseQuery::default() };
    let rows = programme::rows(read, programme::find_cases(read, &query)?)?;
    let mut counts: Vec<StateCount> = Vec::new();
    for row in rows.into_iter().filter(|row| row.state.id != "draft") {
        match counts.iter_mut().find(|count| count.state == row.state.id) {
            Some(count) => count.count += 1,
            None => counts.push(StateCount { state: row.state.id, label: row.state.label, count: 1 }),
        }
    }
    Ok(counts)
}
