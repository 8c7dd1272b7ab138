//! One's own account: sessions, password, two-step sign-in, recovery codes, tokens, profile, a copy of one's data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Id, Instant, Lang, Never};

use crate::access::{AccessRefusal, SESSION_IDLE_SECONDS, SessionView, TokenDraft, TokenView};
use crate::grant::{GrantView, RoleRights};
use crate::membership::MembershipView;
use crate::ops::{self, OwnDraft};
use crate::passkey::PasskeyView;
use crate::person::PersonDraft;
use crate::web::providers::{self, LinkRow, ProviderOption};
use crate::web::setup::new_secret;
use crate::web::sign_in::{limit, passkeys_at, session_id};
use crate::web::{DoneView, wrong};
use crate::{sql, sql_access, sql_links, sql_passkeys, sql_roles, totp};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/me/security", "identity.security.show", Access::Person, security)
        .template("identity/security.html")
        .delete("/me/sessions/{id}", "identity.session.end", Access::Person, end_session)
        .delete("/me/sessions", "identity.sessions.end", Access::Person, end_sessions)
        .put("/me/password", "identity.password.set", Access::Person, set_password)
        .refusals(&["identity-password-wrong", "identity-password-short", "identity-password-common", "too-often"])
        .post("/me/tokens", "identity.token.make", Access::Person, make_token)
        .refusals(&["identity-proof-needed", "identity-scope-unheld"])
        .delete("/me/tokens/{id}", "identity.token.revoke", Access::Person, revoke_token)
        .post("/me/totp", "identity.totp.begin", Access::Person, begin_totp)
        .refusals(&["identity-proof-needed", "identity-totp-on"])
        .put("/me/totp", "identity.totp.confirm", Access::Person, confirm_totp)
        .refusals(&["identity-code-wrong", "identity-totp-off"])
        .delete("/me/totp", "identity.totp.end", Access::Person, end_totp)
        .refusals(&["identity-proof-needed", "identity-totp-off"])
        .post("/me/recovery-codes", "identity.recovery.make", Access::Person, make_recovery)
        .refusals(&["identity-proof-needed", "identity-totp-off"])
        .get("/me/profile", "identity.profile.show", Access::Person, profile)
        .template("identity/profile.html")
        .put("/me/profile", "identity.profile.change", Access::Person, change_profile)
        .post("/me/data-copies", "identity.data.copy", Access::Person, copy_data)
}

/// Everything about coming in as oneself.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SecurityView {
    /// Login name.
    login: Option<String>,
    /// Sessions that work.
    sessions: Vec<SessionView>,
    /// Personal tokens.
    tokens: Vec<TokenView>,
    /// Rights that a token may carry: those one holds.
    rights: Vec<String>,
    /// Is two-step sign-in on?
    totp: bool,
    /// Recovery codes that were not used.
    recovery_left: i64,
    /// Passkeys.
    passkeys: Vec<PasskeyView>,
    /// Public address that passkeys are bound to; none if they cannot be used here.
    passkeys_at: Option<String>,
    /// Accounts at identity providers.
    links: Vec<LinkRow>,
    /// Providers at which one might link an account.
    providers: Vec<ProviderOption>,
    /// Proved within five minutes who one is?
    proved: bool,
}

fn security(call: &Call, _: Nothing) -> Answer<SecurityView> {
    let (who, session, now) = (call.acting()?, session_id(call)?, call.now());
    let mut rights: Vec<String> = who.grants.iter().flat_map(|grant| grant.rights.iter().cloned()).collect();
    rights.sort();
    rights.dedup();
    let known = providers::options(call);
    let view = call.read::<_, Never>(|read| {
        let links = sql_links::links(read, &who.person)?;
        Ok(SecurityView {
            providers: providers::linked(known.clone(), &links, false),
            links: providers::rows(&known, links),
            login: sql_access::login_of_person(read, &who.person)?.map(|login| login.name),
            sessions: sql_access::sessions(read, &who.person, Some(&session), now.plus_seconds(-SESSION_IDLE_SECONDS))?,
            tokens: sql_access::tokens(read, &who.person)?,
            rights,
            totp: sql_access::totp(read, &who.person)?.is_some_and(|held| held.confirmed),
            recovery_left: sql_access::recovery_left(read, &who.person)?,
            passkeys: sql_passkeys::passkeys(read, &who.person)?,
            passkeys_at: passkeys_at(call),
            proved: who.proved_recently(now),
        })
    })?;
    Ok(Reply::page("identity/security.html", view))
}

fn end_session(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, session) = (call.acting()?, call.id("id")?);
    call.write("identity.end_session", move |tx| {
        ops::end_session(tx, &who, &session)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-session-ended"))
    })
}

fn end_sessions(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, session) = (call.acting()?, session_id(call)?);
    call.write("identity.end_sessions", move |tx| {
        ops::end_other_sessions(tx, &who, &session)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-session-ended"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PasswordForm {
    /// The password of today.
    #[schemars(length(min = 1, max = 512))]
    old_password: String,
    /// The new one.
    #[schemars(length(min = 1, max = 512))]
    password: String,
}

fn set_password(call: &Call, form: PasswordForm) -> Answer<DoneView> {
    let (who, session) = (call.acting()?, session_id(call)?);
    limit(call, who.person.as_str())?;
    let attempt = call.read::<_, Never>(|read| Ok(ops::attempt_of(read, &who.person)?))?;
    let proven = attempt.with(&form.old_password).map_err(|_| webkit::Problem::field("/old_password", "identity-password-wrong"))?;
    let secret = new_secret(&form.password, proven.login())?;
    call.write("identity.set_password", move |tx| {
        ops::set_password(tx, &who, &proven, &secret, Some(&session))?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-password"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct TokenForm {
    /// What its owner calls it.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// The only rights it carries; all of its owner's if none.
    #[serde(default)]
    #[schemars(length(max = 100))]
    scopes: Vec<String>,
    /// Days until it ends.
    #[schemars(range(min = 1, max = 366))]
    days: i64,
}

/// What is shown once.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ShownOnceView {
    /// `token`, `recovery`, `totp`, `link`.
    kind: &'static str,
    /// The texts.
    texts: Vec<String>,
    /// For an authenticator app: the address it reads.
    address: Option<String>,
    /// Where to go on.
    next: String,
}

impl ShownOnceView {
    pub(super) fn page(kind: &'static str, texts: Vec<String>, next: &str) -> Reply<Self> {
        Reply::page("identity/shown_once.html", Self { kind, texts, address: None, next: next.to_owned() })
    }
}

fn make_token(call: &Call, form: TokenForm) -> Answer<ShownOnceView> {
    let who = call.acting()?;
    let draft = TokenDraft { name: form.name, scopes: form.scopes, days: form.days };
    call.write("identity.make_token", move |tx| {
        let (_, text) = ops::make_token(tx, &who, &who.person, &draft)?;
        Ok(ShownOnceView::page("token", vec![text], "/me/security"))
    })
}

fn revoke_token(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, token) = (call.acting()?, call.id("id")?);
    call.write("identity.revoke_token", move |tx| {
        ops::revoke_token(tx, &who, &token)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-token-revoked"))
    })
}

fn begin_totp(call: &Call, _: Nothing) -> Answer<ShownOnceView> {
    let who = call.acting()?;
    call.write("identity.begin_totp", move |tx| {
        let login = sql_access::login_of_person(tx, &who.person)?.map(|login| login.name).unwrap_or_default();
        let secret = ops::begin_totp(tx, &who)?;
        let view =
            ShownOnceView { kind: "totp", texts: vec![totp::base32(&secret)], address: Some(totp::address(&login, &secret)), next: "/me/security".into() };
        Ok::<_, words::Failure<AccessRefusal>>(Reply::page("identity/shown_once.html", view))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct CodeForm {
    /// Code of the authenticator.
    #[schemars(length(min = 6, max = 10))]
    code: String,
}

fn confirm_totp(call: &Call, form: CodeForm) -> Answer<DoneView> {
    let who = call.acting()?;
    limit(call, who.person.as_str())?;
    call.write("identity.confirm_totp", move |tx| {
        ops::confirm_totp(tx, &who, &form.code)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-totp-on"))
    })
}

fn end_totp(call: &Call, _: Nothing) -> Answer<DoneView> {
    let who = call.acting()?;
    call.write("identity.end_totp", move |tx| {
        ops::end_totp(tx, &who)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-totp-off"))
    })
}

fn make_recovery(call: &Call, _: Nothing) -> Answer<ShownOnceView> {
    let who = call.acting()?;
    call.write("identity.make_recovery", move |tx| Ok(ShownOnceView::page("recovery", ops::make_recovery(tx, &who)?, "/me/security")))
}

/// What one says about oneself, and where one stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProfileView {
    /// Who.
    id: Id,
    /// The handle that stands in the log.
    handle: String,
    /// Name.
    name: Option<String>,
    /// Mobile phone.
    phone: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Language of pages and letters.
    lang: Lang,
    /// `auto`, `light`, `dark`.
    theme: String,
    /// Memberships.
    memberships: Vec<MembershipView>,
    /// Roles that hold now.
    grants: Vec<GrantView>,
    /// Since when known here.
    made_at: Instant,
}

fn profile(call: &Call, _: Nothing) -> Answer<ProfileView> {
    let (who, roles, now) = (call.acting()?, call.app::<RoleRights>()?.all(), call.now());
    let view = call.read::<_, Never>(|read| {
        let known = ops::known_person(read, &who.person)?;
        let name = read.personal(&who.person, "name")?;
        let shown = name.clone().unwrap_or_else(|| known.handle.clone());
        let grants = sql_roles::grants_of(read, &who.person)?.into_iter().filter(|grant| grant.holds(now));
        Ok(ProfileView {
            phone: read.personal(&who.person, "phone")?,
            email: read.personal(&who.person, "email")?,
            memberships: sql::memberships(read, &who.person)?,
            grants: grants.map(|grant| grant.view(shown.clone(), &roles, now)).collect(),
            name,
            id: known.id,
            handle: known.handle,
            lang: known.lang,
            theme: known.theme,
            made_at: known.made_at,
        })
    })?;
    Ok(Reply::page("identity/profile.html", view))
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Theme {
    /// As the device.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ProfileForm {
    /// Mobile phone.
    #[serde(default)]
    #[schemars(length(max = 20))]
    phone: Option<String>,
    /// E-mail address.
    #[serde(default)]
    #[schemars(length(max = 120))]
    email: Option<String>,
    /// Language of pages and letters.
    lang: Lang,
    /// Theme.
    theme: Theme,
}

fn change_profile(call: &Call, form: ProfileForm) -> Answer<DoneView> {
    let who = call.acting()?;
    let checked = PersonDraft::parse("-", form.phone.as_deref(), form.email.as_deref(), None, None, form.lang).map_err(wrong)?;
    let theme = match form.theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let own = OwnDraft { phone: checked.phone, email: checked.email, lang: form.lang, theme: theme.into() };
    call.write("identity.change_own", move |tx| {
        ops::change_own(tx, &who, &own)?;
        Ok(Reply::done("/me/profile", DoneView::yes()).say("identity-said-saved"))
    })
}

fn copy_data(call: &Call, _: Nothing) -> Answer<ops::MyData> {
    let (who, roles) = (call.acting()?, call.app::<RoleRights>()?.clone());
    call.write("identity.export_own", move |tx| {
        let data = ops::export_own(tx, &who, &roles)?;
        let bytes = serde_json::to_vec_pretty(&data).map_err(words::Fault::new)?;
        Ok(Reply::file("my-data.json", "application/json", bytes))
    })
}
