//! Handlers of the page on which a capability is tried.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, FieldError, Problem, Reply};
use words::{Acting, Failure, Id, Lang, Never, Outcome};

use super::caller::{self, Answered};
use crate::openapi::reference::{self, ReferenceView};
use crate::openapi::request::{Prepared, prepare};
use crate::openapi::sample::sample;
use crate::openapi::snippets::{LANGUAGES, snippet};
use crate::openapi::{Op, Spec, content, plain};
use crate::version::Version;
use crate::view::{self, AppCard, CapabilityCard};
use crate::{AppState, CallsAt, Environment, GatewayAt, VersionState};

/// Tries of one person, a minute.
const PER_MINUTE: u32 = 60;
/// So much longer than the version allows its upstream is waited for the whole answer.
const MARGIN: Duration = Duration::from_secs(5);

/// Which operation, as which app.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct TryQuery {
    /// Its name: `sendMessage`, or `POST /messages`; the first of the document if not said.
    #[serde(default)]
    #[schemars(length(max = 300))]
    operation: Option<String>,
    /// App that calls.
    #[serde(default)]
    #[schemars(length(max = 60))]
    app: Option<String>,
}

/// A call to be tried.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct TryForm {
    /// Which operation.
    #[schemars(length(min = 1, max = 300))]
    operation: String,
    /// App that calls.
    app: Id,
    /// Parameters by their place in the list of the document: `p0`, `p1` …
    #[serde(default)]
    v: BTreeMap<String, String>,
    /// Media type of the body.
    #[serde(default)]
    #[schemars(length(max = 100))]
    media_type: Option<String>,
    /// The body.
    #[serde(default)]
    #[schemars(length(max = 100_000))]
    body: Option<String>,
}

/// A field of the form.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TryFieldView {
    /// Its name in the form: `v.p0`.
    field: String,
    /// Name of the parameter.
    name: String,
    /// `path`, `query`, `header`.
    place: String,
    /// `integer ≥ 1`.
    kind: String,
    /// Must it be there?
    required: bool,
    /// What it means.
    text: String,
    /// What stands in it.
    value: String,
    /// What can be chosen, if the document says so.
    choices: Vec<String>,
}

/// The body of the form.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TryBodyView {
    /// Must it be there?
    required: bool,
    /// Media types it can have.
    media_types: Vec<String>,
    /// The one it has.
    media_type: String,
    /// What stands in it.
    value: String,
}

/// The call in a language.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SnippetView {
    /// `curl`.
    key: String,
    /// `cURL`.
    name: String,
    /// The program.
    text: String,
}

/// A header of the answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HeaderView {
    /// Name.
    name: String,
    /// Value.
    value: String,
}

/// What came back.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TriedView {
    /// Status.
    status: u16,
    /// Milliseconds from the first byte out to the last byte in.
    took_ms: u64,
    /// Under which the call is found again.
    request_id: Option<String>,
    /// Code of the refusal, if the gateway itself answered.
    code: Option<String>,
    /// Headers.
    headers: Vec<HeaderView>,
    /// Body, if it is text.
    body: Option<String>,
    /// Bytes of the body that were read.
    bytes: usize,
    /// Was there more?
    cut: bool,
}

/// An operation to choose.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ChoiceView {
    /// Its name.
    key: String,
    /// `GET /orders/{id}`.
    label: String,
}

/// The page on which a capability is tried.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TryView {
    /// The capability.
    capability: CapabilityCard,
    /// `1` of `v1`.
    major: i64,
    /// State of the version.
    state: VersionState,
    /// Operations to choose from.
    choices: Vec<ChoiceView>,
    /// The one that is tried.
    operation: ReferenceView,
    /// Apps to choose from.
    apps: Vec<AppCard>,
    /// The one that calls.
    app: Option<Id>,
    /// Parameters.
    fields: Vec<TryFieldView>,
    /// The body, if the operation takes one.
    body: Option<TryBodyView>,
    /// The call in the languages of developers.
    snippets: Vec<SnippetView>,
    /// Can it be sent from here?
    can_send: bool,
    /// What came back.
    result: Option<TriedView>,
}

pub(super) fn show(call: &Call, query: TryQuery) -> Answer<TryView> {
    let gateway = call.app::<GatewayAt>()?.0.clone();
    let can_send = call.who().is_some() && call.app::<CallsAt>()?.0.is_some();
    let (slug, major) = place(call)?;
    let view = call.read(|read| {
        let seen = look(read, call.who(), &slug, major, query.operation.as_deref())?;
        let filled = Filled::example(&seen.op()?);
        page(read, call.who(), seen, &filled, query.app.as_deref(), gateway.as_deref())
    })?;
    Ok(Reply::page("capabilities/try.html", TryView { can_send, ..view }))
}

pub(super) fn send(call: &Call, form: TryForm) -> Answer<TryView> {
    let (who, gateway) = (call.acting()?, call.app::<GatewayAt>()?.0.clone());
    call.rate(&format!("capabilities.try.{}", who.person), PER_MINUTE)?;
    let at = call.app::<CallsAt>()?.0.ok_or_else(|| Problem::new(503, "capabilities-try-off"))?;
    let (slug, major) = place(call)?;
    let filled = Filled::of(&form);
    let (view, request, patience) = call.read(|read| {
        let seen = look(read, Some(&who), &slug, major, Some(&form.operation))?;
        let request = filled.prepare(&seen.op()?);
        let patience = Duration::from_millis(u64::try_from(seen.version.timeout_ms).unwrap_or(0)) + MARGIN;
        Ok::<_, Failure<Never>>((page(read, Some(&who), seen, &filled, Some(form.app.as_str()), gateway.as_deref())?, request, patience))
    })?;
    let request = request.map_err(Problem::invalid)?;
    let (app, name) = (form.app, slug.clone());
    let token = call.db().write("capabilities.mint_token", move |tx| crate::mint_token(tx, &who, &app, &name)).map_err(Problem::from)?;
    // From here on no transaction is open: the gateway is asked as any developer asks it.
    let unreachable = || Problem::new(503, "capabilities-try-off");
    if !caller::learnt(at, token.change) {
        return Err(unreachable());
    }
    let answered = caller::call(at, &format!("/{slug}/v{major}"), &request, &token.text, call.lang == Lang::En, patience).map_err(|_| unreachable())?;
    Ok(Reply::page("capabilities/try.html", TryView { can_send: true, result: Some(TriedView::of(answered)), ..view }))
}

fn place(call: &Call) -> Result<(String, i64), Problem> {
    Ok((call.path_text("slug").to_owned(), call.path_text("major").parse().map_err(|_| Problem::absent())?))
}

/// A version with its document and the operation that is looked at.
struct Seen {
    card: CapabilityCard,
    version: Version,
    spec: Spec,
    key: String,
}

impl Seen {
    fn op(&self) -> Outcome<Op<'_>, Never> {
        self.spec.operation(&self.key).ok_or(Failure::Absent)
    }
}

fn look(read: &Read, who: Option<&Acting>, slug: &str, major: i64, operation: Option<&str>) -> Outcome<Seen, Never> {
    let (card, version) = view::version_seen(read, who, slug, major)?;
    let spec = Spec::parse(&version.document).ok_or(Failure::Absent)?;
    let first = || spec.operations().first().map(Op::key);
    let key = operation.filter(|key| !key.is_empty()).map(str::to_owned).or_else(first).ok_or(Failure::Absent)?;
    Ok(Seen { card, version, spec, key })
}

/// What stands in the fields.
struct Filled {
    values: BTreeMap<usize, String>,
    media_type: Option<String>,
    body: Option<String>,
}

impl Filled {
    fn of(form: &TryForm) -> Self {
        let at = |name: &str| name.strip_prefix('p')?.parse().ok();
        let values = form.v.iter().filter_map(|(name, value)| Some((at(name)?, value.clone()))).collect();
        Self { values, media_type: form.media_type.clone(), body: form.body.clone() }
    }

    /// Examples of the document, and values made from schemas where something must be there.
    fn example(op: &Op<'_>) -> Self {
        let mut values = BTreeMap::new();
        for (at, one) in op.parameters().into_iter().enumerate() {
            let made = || one.required.then(|| sample(op.spec, one.schema)).filter(|made| !made.is_null()).map(|made| plain(&made));
            if let Some(value) = one.example().map(plain).filter(|_| one.required).or_else(made) {
                values.insert(at, value);
            }
        }
        let body = op.body().and_then(|(_, contents)| {
            let (media_type, value) = contents.iter().next()?;
            let (schema, example) = content(op.spec, value);
            let example = example.cloned().unwrap_or_else(|| sample(op.spec, schema));
            Some((media_type.clone(), if example.is_null() { String::new() } else { reference::pretty(&example) }))
        });
        let (media_type, body) = body.unzip();
        Self { values, media_type, body }
    }

    fn prepare(&self, op: &Op<'_>) -> Result<Prepared, Vec<FieldError>> {
        let media_type = self.media_type.as_deref().filter(|text| !text.is_empty()).unwrap_or("application/json");
        let fine = media_type.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        let body = self.body.as_deref().filter(|_| op.body().is_some() && fine).map(|body| (media_type, body));
        let wrong = |mistakes: Vec<(usize, &'static str)>| mistakes.into_iter().map(|(at, code)| FieldError::new(format!("/v/p{at}"), code)).collect();
        prepare(op, &self.values, body).map_err(wrong)
    }
}

fn page(read: &Read, who: Option<&Acting>, seen: Seen, filled: &Filled, app: Option<&str>, gateway: Option<&str>) -> Outcome<TryView, Never> {
    let op = seen.op()?;
    let apps: Vec<AppCard> = match who {
        Some(who) => view::my_apps(read, who)?.into_iter().filter(|app| app.state == AppState::Open).collect(),
        None => Vec::new(),
    };
    let chosen = apps.iter().find(|one| app == Some(one.id.as_str())).or_else(|| apps.iter().find(|one| one.environment == Environment::Sandbox));
    let base = format!("{}/{}/v{}", gateway.unwrap_or("http://localhost:8081"), seen.card.slug, seen.version.major);
    // A form that is not whole yet still shows what the call looks like.
    let request =
        filled.prepare(&op).unwrap_or_else(|_| Prepared { method: op.method.to_uppercase(), path: op.path.to_owned(), headers: Vec::new(), body: None });
    let snippets = LANGUAGES.map(|(key, name)| SnippetView { key: key.into(), name: name.into(), text: snippet(key, &base, &request) }).into();
    let choice = |op: &Op<'_>| ChoiceView { key: op.key(), label: format!("{} {}", op.method.to_uppercase(), op.path) };
    Ok(TryView {
        major: seen.version.major,
        state: seen.version.state,
        choices: seen.spec.operations().iter().map(choice).collect(),
        operation: reference::operation(&op),
        app: chosen.or(apps.first()).map(|app| app.id.clone()),
        apps,
        fields: fields(&op, filled),
        body: body(&op, filled),
        snippets,
        can_send: false,
        result: None,
        capability: seen.card,
    })
}

fn fields(op: &Op<'_>, filled: &Filled) -> Vec<TryFieldView> {
    let rows = reference::operation(op).parameters;
    let field = |(at, (one, row)): (usize, (crate::openapi::Parameter<'_>, crate::FieldView))| TryFieldView {
        field: format!("v.p{at}"),
        value: filled.values.get(&at).cloned().unwrap_or_default(),
        choices: one.schema.get("enum").and_then(serde_json::Value::as_array).map(|all| all.iter().map(plain).collect()).unwrap_or_default(),
        name: row.name,
        place: row.place,
        kind: row.kind,
        required: row.required,
        text: row.text,
    };
    op.parameters().into_iter().zip(rows).enumerate().map(field).collect()
}

fn body(op: &Op<'_>, filled: &Filled) -> Option<TryBodyView> {
    let (required, contents) = op.body()?;
    let media_types: Vec<String> = contents.keys().cloned().collect();
    let media_type = filled.media_type.clone().or_else(|| media_types.first().cloned())?;
    Some(TryBodyView { required, media_types, media_type, value: filled.body.clone().unwrap_or_default() })
}

impl TriedView {
    fn of(answered: Answered) -> Self {
        let header = |name: &str| answered.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        let json = serde_json::from_slice::<serde_json::Value>(&answered.body).ok();
        let is_problem = header("content-type").is_some_and(|media_type| media_type.starts_with("application/problem+json"));
        let code = json.as_ref().filter(|_| is_problem).and_then(|body| body.get("code")?.as_str().map(str::to_owned));
        let text = json.as_ref().map(reference::pretty).or_else(|| String::from_utf8(answered.body.clone()).ok());
        Self {
            status: answered.status,
            took_ms: answered.took_ms,
            request_id: header("x-request-id"),
            code: code.filter(|code| code.starts_with("gateway-")),
            body: text.filter(|text| !text.is_empty()),
            bytes: answered.body.len(),
            cut: answered.cut,
            headers: answered.headers.into_iter().map(|(name, value)| HeaderView { name, value }).collect(),
        }
    }
}
