//! From a request to a reply: who, where, may they, with what, then the handler.
//!
//! Invariant: a panic in a handler is a problem of this request alone; every reply carries its request id and the security headers.

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicI64;

use axum::http::{HeaderMap, Response};
use ring::digest::{Context, SHA256};
use serde_json::Value;
use words::Lang;

use crate::call::{Call, Refused};
use crate::form::{FormMistake, nested, pairs};
use crate::input::{Given, Takes};
use crate::reply::{Raw, Shown};
use crate::router::Found;
use crate::{Access, App, Credential, Method, Problem, RouteInfo, SESSION_COOKIE, UploadedFile, address, answer, face, kept, multipart, seal};

/// The body as it arrived.
#[derive(Debug, Clone)]
pub enum Arrived {
    /// All of it.
    Whole(Vec<u8>),
    /// More than the route takes.
    TooLarge,
    /// The connection broke off or was too slow.
    Broken,
}

/// A request outside of any server.
#[derive(Debug, Clone)]
pub struct Ask {
    /// `GET` …
    pub method: String,
    /// Encoded path.
    pub path: String,
    /// Encoded query, without `?`.
    pub query: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Arrived,
    /// Address of the other end.
    pub peer: IpAddr,
}

/// Fields that the door itself reads; no schema sees them.
const OURS: [&str; 4] = ["_csrf", "_back", "_method", "_if_match"];

/// What came in a body, before the schema.
#[derive(Default)]
struct Sent {
    fields: Value,
    files: Vec<UploadedFile>,
    json: bool,
    csrf: Option<String>,
    back: Option<String>,
}

impl App {
    /// Answers one request. Blocks; call it where blocking is allowed.
    pub fn handle(&self, ask: Ask) -> Response<Vec<u8>> {
        let began = std::time::Instant::now();
        let bytes: [u8; 12] = self.db().entropy().bytes();
        let request_id = format!("req_{}", hex::encode(bytes));
        let (route, mut reply) = catch_unwind(AssertUnwindSafe(|| self.answer(&ask, &request_id))).unwrap_or_else(|panic| {
            tracing::error!(request_id, panic = panic_text(panic.as_ref()), "the door itself panicked");
            ("door", answer::last_resort(&request_id))
        });
        answer::finish(self, &ask, &request_id, &mut reply);
        self.0.metrics.note(route, reply.status().as_u16(), began.elapsed());
        reply
    }

    /// Largest body that the route of this path takes, in bytes.
    pub(crate) fn body_limit(&self, method: &str, path: &str) -> usize {
        let (path, _) = without_api(path);
        match self.0.router.find(self.table(), path, Method::parse(method)) {
            Found::Route(index, _) if self.table().get(index).is_some_and(|route| route.takes == Takes::Upload) => 20 << 20,
            _ => 1 << 20,
        }
    }

    fn answer(&self, ask: &Ask, request_id: &str) -> (&'static str, Response<Vec<u8>>) {
        if let Some(reply) = answer::plain(self, ask) {
            return ("plain", reply);
        }
        // Who looks, what they see and what stands around it are of one moment. Whoever acts may have to wait for others, and holds none.
        let looks = Method::parse(&ask.method) == Some(Method::Get);
        if looks { self.db().at_one_moment(|| self.answer_call(ask, request_id, looks)) } else { self.answer_call(ask, request_id, looks) }
    }

    fn answer_call(&self, ask: &Ask, request_id: &str, looks: bool) -> (&'static str, Response<Vec<u8>>) {
        let mut call = self.call(ask, request_id);
        let mut route_id = "none";
        let mut sent = Sent::default();
        let outcome = self.admitted(&mut call, ask, &mut route_id, &mut sent);
        let reply = match outcome {
            Ok(raw) => answer::show(&call, raw),
            Err(problem) => self.refuse(call, problem, sent, looks),
        };
        (route_id, reply)
    }

    /// The request with what needs no database: path, query, face, address.
    fn call(&self, ask: &Ask, request_id: &str) -> Call {
        let text = |name: &str| ask.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (path, api) = without_api(&ask.path);
        let mut call = Call {
            lang: Lang::Zh,
            theme: "auto",
            scale: "normal",
            request_id: request_id.to_owned(),
            client_ip: self.client_ip(ask),
            app: self.clone(),
            path: calm(path),
            query: pairs(ask.query.as_bytes()).unwrap_or_default(),
            api,
            html: face::wants_html(api, text("accept"), text("content-type")),
            headers: ask.headers.clone(),
            visitor: None,
            by_cookie: false,
            path_values: Vec::new(),
            key: None,
            request_hash: String::new(),
            version_wanted: ask
                .headers
                .get("if-match")
                .and_then(|value| value.to_str().ok())
                .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned()),
            refused: None,
            writes: AtomicI64::new(0),
        };
        choose_face(&mut call);
        call
    }

    fn client_ip(&self, ask: &Ask) -> IpAddr {
        let forwarded = ask.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let last = forwarded.and_then(|list| list.rsplit(',').next()).and_then(|ip| ip.trim().parse().ok());
        last.filter(|_| self.0.options.behind_proxy).unwrap_or(ask.peer)
    }

    /// Every gate in order, then the handler.
    fn admitted(&self, call: &mut Call, ask: &Ask, route_id: &mut &'static str, sent: &mut Sent) -> Result<Raw, Problem> {
        if !seal::host_known(&ask.headers, &self.0.options.hosts) {
            return Err(Problem::new(400, "host-unknown"));
        }
        pairs(ask.query.as_bytes()).map_err(form_problem)?;
        self.meet(call)?;
        choose_face(call);
        let method = Method::parse(&ask.method);
        let body = match &ask.body {
            Arrived::Whole(body) => body.as_slice(),
            Arrived::TooLarge => return Err(Problem::new(413, "too-large")),
            Arrived::Broken => return Err(Problem::new(400, "body-broken")),
        };
        let is_get = method == Some(Method::Get);
        if !is_get {
            *sent = read_body(call, body)?;
        }
        let route = self.route(call, method_of(method, sent))?;
        *route_id = route.id;
        if !is_get {
            let session = call.visitor.as_ref().filter(|_| call.by_cookie).map(|visitor| visitor.session_id.as_str());
            let by_token = call.visitor.is_some() && !call.by_cookie;
            if !by_token {
                seal::may_act(&self.0.tokens, &ask.headers, session, sent.json, sent.csrf.as_deref())?;
            }
            self.key_of(call, ask, body)?;
        }
        admit(call, route.access)?;
        let given = given(call, route, sent, is_get)?;
        run(call, route, given)
    }

    /// Who is it?
    fn meet(&self, call: &mut Call) -> Result<(), Problem> {
        let bearer = call
            .header("authorization")
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        let credential = match (bearer, call.cookie(SESSION_COOKIE)) {
            (Some(token), _) => Credential::Bearer(token),
            (None, Some(session)) if !session.is_empty() => Credential::Session(session.to_owned()),
            _ => return Ok(()),
        };
        let Some(gate) = &self.0.options.gate else { return Ok(()) };
        call.by_cookie = matches!(credential, Credential::Session(_));
        call.visitor = gate.who(self.db(), credential)?;
        // A call that a gateway brings is known by the id that its caller sees.
        let brought = call.is_brought();
        if let Some(id) = call.header("x-request-id").filter(|id| brought && id.len() <= 64).map(str::to_owned) {
            call.request_id = id;
        }
        if call.visitor.is_none() && !call.by_cookie {
            return Err(Problem::new(401, "token-unknown"));
        }
        Ok(())
    }

    fn route(&self, call: &mut Call, method: Option<Method>) -> Result<&RouteInfo, Problem> {
        match self.0.router.find(self.table(), &call.path, method) {
            Found::Route(index, values) => {
                call.path_values = values;
                self.table().get(index).ok_or_else(Problem::absent)
            }
            Found::OtherMethod(allowed) => {
                let names: Vec<&str> = allowed.iter().map(|method| method.as_str()).collect();
                Err(Problem { allow: Some(names.join(", ").into()), ..Problem::new(405, "method-not-allowed") })
            }
            Found::Nothing => Err(Problem::absent()),
        }
    }

    fn key_of(&self, call: &mut Call, ask: &Ask, body: &[u8]) -> Result<(), Problem> {
        let Some(text) = ask.headers.get("idempotency-key") else { return Ok(()) };
        let text = kept::readable(&String::from_utf8_lossy(text.as_bytes()))?;
        let mut hash = Context::new(&SHA256);
        for piece in [ask.method.as_bytes(), call.path.as_bytes(), ask.query.as_bytes(), body] {
            hash.update(&(piece.len() as u64).to_be_bytes());
            hash.update(piece);
        }
        call.request_hash = hex::encode(hash.finish());
        call.key = Some(text);
        Ok(())
    }

    /// A refused form is shown again by its own page; all else gets a problem.
    fn refuse(&self, mut call: Call, problem: Problem, sent: Sent, looks: bool) -> Response<Vec<u8>> {
        note(&call, &problem);
        if problem.status == 401 && call.html && !looks {
            // After the sign-in one comes back to the form, not to the address that took it.
            let back = sent.back.as_deref().filter(|back| address::is_here(back)).unwrap_or("/");
            call.stand_at(back);
        }
        let again = sent.back.filter(|back| call.html && address::is_here(back) && (400..500).contains(&problem.status) && problem.status != 401);
        if let Some(back) = again {
            let first = (call.path.clone(), std::mem::take(&mut call.query), std::mem::take(&mut call.path_values));
            call.refused = Some(Refused { problem: problem.clone(), values: presentable(sent.fields) });
            if let Some(raw) = self.page_again(&mut call, &back) {
                return answer::show(&call, Raw { status: Some(problem.status), ..raw });
            }
            (call.path, call.query, call.path_values) = first;
            call.refused = None;
        }
        answer::problem(&call, &problem)
    }

    fn page_again(&self, call: &mut Call, back: &str) -> Option<Raw> {
        call.stand_at(back);
        let route = self.route(call, Some(Method::Get)).ok()?;
        admit(call, route.access).ok()?;
        let given = given(call, route, &mut Sent::default(), true).ok()?;
        run(call, route, given).ok().filter(|raw| matches!(raw.shown, Shown::Page { .. }))
    }
}

/// A path that is safe to link to: one slash in front, no backslash that a browser would take for one.
fn calm(path: &str) -> String {
    format!("/{}", path.trim_start_matches(['/', '\\']).replace('\\', "%5C"))
}

/// `/api/v1/x` → (`/x`, true).
fn without_api(path: &str) -> (&str, bool) {
    match path.strip_prefix("/api/v1") {
        Some("") => ("/", true),
        Some(rest) if rest.starts_with('/') => (rest, true),
        _ => (path, false),
    }
}

fn choose_face(call: &mut Call) {
    let lang = call.query("lang").and_then(Lang::parse).or_else(|| call.cookie("lang").and_then(Lang::parse));
    let mine = call.visitor.as_ref().and_then(|visitor| visitor.lang);
    let browser = || call.header("accept-language").and_then(face::accepted_language);
    call.lang = lang.or(mine).or_else(browser).unwrap_or(Lang::Zh);
    let chosen = call.query("theme").and_then(face::theme).or_else(|| call.cookie("theme").and_then(face::theme));
    call.theme = chosen.or_else(|| call.visitor.as_ref().and_then(|visitor| visitor.theme.as_deref()).and_then(face::theme)).unwrap_or("auto");
    call.scale = call.query("scale").and_then(face::scale).or_else(|| call.cookie("scale").and_then(face::scale)).unwrap_or("normal");
}

/// A form may say `_method=put|delete`.
fn method_of(method: Option<Method>, sent: &Sent) -> Option<Method> {
    let wished = sent.fields.get("_method").and_then(Value::as_str).and_then(Method::parse);
    match (method, wished) {
        (Some(Method::Post), Some(wished @ (Method::Put | Method::Delete))) if !sent.json => Some(wished),
        _ => method,
    }
}

fn admit(call: &Call, access: Access) -> Result<(), Problem> {
    match (access, call.who()) {
        (Access::Public, _) | (Access::Person, Some(_)) => Ok(()),
        (_, None) => Err(Problem::unknown_caller()),
        (Access::Right(right), Some(who)) => {
            let scoped = who.scopes.as_ref().is_none_or(|scopes| scopes.contains(right));
            let held = who.is_system() || (scoped && who.grants.iter().any(|grant| grant.rights.contains(right)));
            if held { Ok(()) } else { Err(Problem::new(403, "denied").arg("right", right).arg("node", "*")) }
        }
    }
}

fn read_body(call: &mut Call, body: &[u8]) -> Result<Sent, Problem> {
    let content_type = call.header("content-type").unwrap_or_default().to_owned();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut sent = Sent { fields: Value::Object(serde_json::Map::new()), ..Sent::default() };
    match kind.as_str() {
        _ if body.is_empty() => sent.json = !call.html,
        "application/x-www-form-urlencoded" => sent.fields = nested(&pairs(body).map_err(form_problem)?).map_err(form_problem)?,
        "multipart/form-data" => {
            let (fields, files) = multipart::read(&content_type, body).ok_or_else(|| Problem::new(400, "body-not-readable"))?;
            sent.fields = nested(&fields).map_err(form_problem)?;
            sent.files = files;
        }
        kind if kind == "application/json" || kind.ends_with("+json") => {
            let text = std::str::from_utf8(body).map_err(|_| Problem::new(400, "body-not-utf8"))?;
            sent.fields =
                serde_json::from_str(text).map_err(|mistake| Problem::new(400, "body-not-json").arg("line", mistake.line()).arg("column", mistake.column()))?;
            sent.json = true;
        }
        _ => return Err(Problem::new(415, "media-type-unknown")),
    }
    if !sent.json {
        let text = |name: &str| sent.fields.get(name).and_then(Value::as_str).map(str::to_owned);
        (sent.csrf, sent.back) = (text("_csrf"), text("_back"));
        call.version_wanted = call.version_wanted.take().or_else(|| text("_if_match"));
    }
    Ok(sent)
}

/// What the handler gets: coerced if it is a form, checked in any case.
fn given(call: &Call, route: &RouteInfo, sent: &mut Sent, is_get: bool) -> Result<Given, Problem> {
    let mut fields = if is_get { nested(&call.query).map_err(form_problem)? } else { sent.fields.clone() };
    if !sent.json {
        if let Some(fields) = fields.as_object_mut() {
            fields.retain(|name, _| !OURS.contains(&name.as_str()));
        }
        route.shape.coerce(&mut fields);
    }
    let files = std::mem::take(&mut sent.files);
    if route.takes != Takes::Upload && !files.is_empty() {
        return Err(Problem::new(415, "files-not-taken"));
    }
    let mistakes = route.shape.mistakes(&fields, sent.json);
    if mistakes.is_empty() { Ok(Given { fields, files }) } else { Err(Problem::invalid(mistakes)) }
}

fn run(call: &Call, route: &RouteInfo, given: Given) -> Result<Raw, Problem> {
    catch_unwind(AssertUnwindSafe(|| (route.run)(call, given)))
        .unwrap_or_else(|panic| Err(Problem::broken(format!("panic in {}: {}", route.id, panic_text(panic.as_ref())))))
}

fn form_problem(mistake: FormMistake) -> Problem {
    match mistake {
        FormMistake::NotUtf8 => Problem::new(400, "body-not-utf8"),
        FormMistake::TooMany | FormMistake::TooDeep => Problem::new(400, "form-too-large"),
    }
}

/// What a refused form may show again: nothing secret, nothing of ours.
fn presentable(mut fields: Value) -> Value {
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|name, _| !OURS.contains(&name.as_str()) && !name.contains("password") && !name.contains("secret"));
    }
    fields
}

pub(crate) fn note(call: &Call, problem: &Problem) {
    if problem.status >= 500 {
        tracing::error!(request_id = call.request_id, path = call.path, code = %problem.code, message = problem.log.as_deref().unwrap_or_default(), "request failed");
    } else {
        tracing::debug!(request_id = call.request_id, path = call.path, code = %problem.code, status = problem.status, "request refused");
    }
}

pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}
