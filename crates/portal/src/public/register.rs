//! Somebody from outside registers (S-044): person, login, role, sandbox app and its first key in one transaction; the key is shown this once.
//!
//! Asks `identity` and `capabilities`. Invariant: nobody is registered without an app if they asked for one, and no app is left without its owner.

use capabilities::{AppDraft, Environment, GatewayAt};
use identity::{ActorKind, LoginSecret, RegistrationDraft};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Cookie, FieldError, Nothing, Problem, Reply};
use words::{Acting, Failure, Id, Instant};

/// People from outside may register themselves, and get this role of the pack. An app value; without it there is no such page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Name of the role: `public`.
    pub role: String,
}

/// From one address, a minute.
const PER_MINUTE: u32 = 6;
/// What a new developer tries first.
const FIRST: &str = "/capabilities/echo/versions/1/try?operation=getAnything";

/// The form.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RegisterView {
    /// The nine kinds, in the order of the plan.
    kinds: Vec<ActorKind>,
}

/// Somebody who registers.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RegisterForm {
    /// Which of the nine kinds.
    kind: ActorKind,
    /// Name.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// E-mail address; this or the phone is needed.
    #[serde(default)]
    #[schemars(length(max = 120))]
    email: Option<String>,
    /// Mobile phone.
    #[serde(default)]
    #[schemars(length(max = 20))]
    phone: Option<String>,
    /// The organisation they act for; may be left empty.
    #[serde(default)]
    #[schemars(length(max = 120))]
    organisation: Option<String>,
    /// Login name.
    #[schemars(length(min = 3, max = 60))]
    login: String,
    /// Password.
    #[schemars(length(min = 1, max = 512))]
    password: String,
    /// Make a sandbox app with its first key at once?
    app: bool,
}

/// Who registered, and the key of their sandbox app, shown this once.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RegisteredView {
    /// Who.
    person: Id,
    /// When the session ends at the latest.
    ends_at: Instant,
    /// The sandbox app.
    app: Option<Id>,
    /// Text of its key.
    key: Option<String>,
    /// Where to call; nothing if the gateway is switched off.
    gateway: Option<String>,
    /// Page on which the first call is made.
    first: String,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<RegisterView> {
    call.app::<Registration>().map_err(|_| Problem::absent())?;
    Ok(Reply::page("portal/register.html", RegisterView { kinds: ActorKind::ALL.to_vec() }))
}

pub(super) fn make(call: &Call, form: RegisterForm) -> Answer<RegisteredView> {
    let role = call.app::<Registration>().map_err(|_| Problem::absent())?.role.clone();
    call.rate(&format!("portal.register.{}", call.client_ip), PER_MINUTE)?;
    let draft = RegistrationDraft::parse(form.kind, &form.name, form.email.as_deref(), form.phone.as_deref(), form.organisation.as_deref(), call.lang);
    let draft = draft.map_err(|mistakes| Problem::invalid(mistakes.all().iter().map(|(field, code)| FieldError::new(format!("/{field}"), *code)).collect()))?;
    if let Some(code) = identity::password_mistake(&form.password, &form.login) {
        return Err(Problem::field("/password", code));
    }
    // Hashing takes tens of milliseconds, so it comes before the transaction.
    let secret = LoginSecret::of_password(&form.password, &identity::fresh_salt()?)?;
    let agent = call.header("user-agent").unwrap_or_default().to_owned();
    let gateway = call.app::<GatewayAt>()?.0.clone();
    let (app_name, key_name) = (call.text("capabilities-app-first"), call.text("capabilities-key-first"));
    let (login, wants_app) = (form.login, form.app);
    call.write("portal.register", move |tx| {
        let session = identity::register_outside(tx, &draft, &login, &secret, &role, &agent)?;
        let who = Acting { person: session.person.clone(), grants: Vec::new(), proved_at: None, scopes: None };
        let app = AppDraft { name: app_name.clone(), environment: Environment::Sandbox, payer: None };
        let made = wants_app.then(|| capabilities::make_app(tx, &who, &app, &key_name)).transpose();
        let made = made.map_err(|failure| Failure::Broken(failure.into_fault()))?;
        let view = RegisteredView {
            first: made.as_ref().map_or_else(|| "/me".to_owned(), |(app, _)| format!("{FIRST}&app={}", app.id)),
            app: made.as_ref().map(|(app, _)| app.id.clone()),
            key: made.map(|(_, key)| key.text),
            gateway: gateway.clone(),
            person: session.person.clone(),
            ends_at: session.ends_at,
        };
        let seconds = (session.ends_at.micros() - tx.now().micros()) / 1_000_000;
        Ok(Reply::page("portal/registered.html", view).cookie(Cookie::session(session.secret.clone()).max_age_s(seconds)))
    })
}
