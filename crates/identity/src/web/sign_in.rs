//! Coming in and going out: password, demo persona, proving again who one is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Cookie, Nothing, Problem, Reply, Routes};
use words::{Id, Never};

use crate::access::{AccessRefusal, NewSession, SESSION_MAX_SECONDS};
use crate::passkey::Place;
use crate::web::providers::{self, ProviderOption};
use crate::web::{DemoPersona, DemoPersonas, DoneView, agent, passkeys, safe_next};
use crate::{ops, sql_access, sql_links};

const PER_MINUTE: u32 = 10;
const PER_MINUTE_ADDRESS: u32 = 60;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/login", "identity.sign_in.show", Access::Public, show)
        .template("identity/sign_in.html")
        .post("/login", "identity.sign_in.make", Access::Public, sign_in)
        .refusals(&["identity-sign-in-failed", "identity-code-needed", "identity-code-wrong", "too-often"])
        .post("/login/as", "identity.sign_in.persona", Access::Public, enter_as)
        .post("/logout", "identity.sign_out", Access::Person, sign_out)
        .get("/reauth", "identity.proof.show", Access::Person, show_proof)
        .template("identity/reauth.html")
        .post("/reauth", "identity.proof.make", Access::Person, prove)
        .refusals(&["identity-password-wrong", "identity-code-needed", "identity-code-wrong", "too-often"])
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct NextQuery {
    /// Path of this site to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

/// The sign-in page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SignInView {
    /// Path to go on to.
    next: String,
    /// Personas of a demonstration.
    personas: Vec<DemoPersona>,
    /// Public address that passkeys are bound to; none if they cannot be used here.
    passkeys_at: Option<String>,
    /// Identity providers at which one may sign in.
    providers: Vec<ProviderOption>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct SignInForm {
    /// Login name.
    #[schemars(length(min = 1, max = 60))]
    login: String,
    /// Password.
    #[schemars(length(min = 1, max = 512))]
    password: String,
    /// Code of the authenticator, or a recovery code, if two-step sign-in is on.
    #[serde(default)]
    #[schemars(length(max = 40))]
    code: Option<String>,
    /// Path to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PersonaForm {
    /// Whom to enter as.
    persona: Id,
    /// Path to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

/// Who came in.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SignedInView {
    /// The person.
    person: Id,
    /// When the session ends at the latest.
    ends_at: words::Instant,
}

impl SignedInView {
    /// Somebody who was in already; the session ends when it ends, at the latest so long from now.
    pub(super) fn of(person: &Id, now: words::Instant) -> Self {
        Self { person: person.clone(), ends_at: now.plus_seconds(SESSION_MAX_SECONDS) }
    }
}

fn show(call: &Call, query: NextQuery) -> Answer<SignInView> {
    let personas = call.app::<DemoPersonas>().map(|demo| demo.0.clone()).unwrap_or_default();
    let view = SignInView { next: safe_next(query.next.as_deref()), personas, passkeys_at: passkeys_at(call), providers: providers::options(call) };
    Ok(Reply::page("identity/sign_in.html", view))
}

fn sign_in(call: &Call, form: SignInForm) -> Answer<SignedInView> {
    limit(call, &form.login)?;
    let attempt = call.read::<_, AccessRefusal>(|read| Ok(ops::attempt(read, &form.login)?))?;
    let proven = attempt.with(&form.password).map_err(refused)?;
    let (code, agent, next) = (form.code.unwrap_or_default(), agent(call), safe_next(form.next.as_deref()));
    let reply = call.write("identity.sign_in", move |tx| Ok(come_in(&ops::sign_in(tx, &proven, &code, &agent)?, &next)))?;
    call.door().rate().forget(&login_key(&form.login));
    Ok(reply)
}

fn enter_as(call: &Call, form: PersonaForm) -> Answer<SignedInView> {
    let demo = call.app::<DemoPersonas>().map_err(|_| Problem::absent())?;
    let known = demo.0.iter().any(|persona| persona.person == form.persona);
    let persona = known.then_some(form.persona).ok_or_else(Problem::absent)?;
    let (agent, next) = (agent(call), safe_next(form.next.as_deref()));
    call.write("identity.sign_in_as", move |tx| Ok(come_in(&ops::sign_in_as(tx, &persona, &agent)?, &next)))
}

fn sign_out(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, session) = (call.acting()?, session_id(call)?);
    let reply = call.write("identity.sign_out", move |tx| {
        ops::sign_out(tx, &who, &session)?;
        Ok(Reply::done("/", DoneView::yes()))
    })?;
    Ok(reply.cookie(Cookie::gone(webkit::SESSION_COOKIE)).say("identity-said-signed-out"))
}

/// The page on which one proves again who one is.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProofView {
    /// Path to go on to.
    next: String,
    /// Has one a password?
    password: bool,
    /// Public address that passkeys are bound to; none if one has none.
    passkeys_at: Option<String>,
    /// Identity providers at which one has linked an account.
    providers: Vec<ProviderOption>,
    /// The persona of a demonstration that one is: entered anew, without a password, one has proved it.
    persona: Option<DemoPersona>,
}

fn show_proof(call: &Call, query: NextQuery) -> Answer<ProofView> {
    let (who, next) = (call.acting()?, safe_next(query.next.as_deref()));
    let demo = call.app::<DemoPersonas>().ok();
    let persona = demo.and_then(|demo| demo.0.iter().find(|persona| persona.person == who.person).cloned());
    let view = call.read::<_, Never>(|read| {
        let password = sql_access::login_of_person(read, &who.person)?.is_some_and(|login| !login.secret.is_empty());
        let passkeys_at = if passkeys::has_one(read, &who.person)? { passkeys_at(call) } else { None };
        let providers = providers::linked(providers::options(call), &sql_links::links(read, &who.person)?, true);
        Ok(ProofView { next, password, passkeys_at, providers, persona: persona.clone() })
    })?;
    Ok(Reply::page("identity/reauth.html", view))
}

/// The address at which browsers offer passkeys.
pub(super) fn passkeys_at(call: &Call) -> Option<String> {
    call.app::<Place>().ok().map(|place| place.origin.clone())
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ProofForm {
    /// Password.
    #[schemars(length(min = 1, max = 512))]
    password: String,
    /// Code of the authenticator, or a recovery code, if two-step sign-in is on.
    #[serde(default)]
    #[schemars(length(max = 40))]
    code: Option<String>,
    /// Path to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

fn prove(call: &Call, form: ProofForm) -> Answer<DoneView> {
    let (who, session) = (call.acting()?, session_id(call)?);
    limit(call, who.person.as_str())?;
    let attempt = call.read::<_, AccessRefusal>(|read| Ok(ops::attempt_of(read, &who.person)?))?;
    let proven = attempt.with(&form.password).map_err(|_| refused(AccessRefusal::PasswordWrong))?;
    let (code, next) = (form.code.unwrap_or_default(), safe_next(form.next.as_deref()));
    call.write("identity.prove", move |tx| {
        ops::prove(tx, &who, &session, &proven, &code)?;
        Ok(Reply::done(next.clone(), DoneView::yes()))
    })
}

/// The reply that begins a session in the browser.
pub(super) fn come_in(session: &NewSession, next: &str) -> Reply<SignedInView> {
    let cookie = Cookie::session(session.secret.clone()).max_age_s(SESSION_MAX_SECONDS);
    Reply::done(next, SignedInView { person: session.person.clone(), ends_at: session.ends_at }).cookie(cookie)
}

/// Id of the session or token that asks.
pub(super) fn session_id(call: &Call) -> Result<Id, Problem> {
    call.visitor().map(|visitor| Id::fixed(visitor.session_id.clone())).ok_or_else(Problem::unknown_caller)
}

/// So many tries a minute for a login, and for an address.
pub(super) fn limit(call: &Call, login: &str) -> Result<(), Problem> {
    limit_address(call)?;
    call.rate(&login_key(login), PER_MINUTE)
}

/// So many tries a minute for an address.
pub(super) fn limit_address(call: &Call) -> Result<(), Problem> {
    call.rate(&format!("identity.address.{}", call.client_ip), PER_MINUTE_ADDRESS)
}

fn login_key(login: &str) -> String {
    format!("identity.login.{}", words::fold(login))
}

/// A refusal found outside of a transaction.
pub(super) fn refused(refusal: AccessRefusal) -> Problem {
    words::Failure::Refused(refusal).into()
}
