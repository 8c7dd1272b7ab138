//! One-time links: the first administrator, and a person's password.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Problem, Reply, Routes};
use words::Bilingual;

use crate::access::AccessRefusal;
use crate::ops::{self, FirstDraft, PasswordDraft};
use crate::secret::{self, LoginSecret};
use crate::sql_access;
use crate::web::sign_in::{SignedInView, come_in, limit, refused};
use crate::web::{FirstRole, agent};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/setup", "identity.setup.show", Access::Public, show)
        .template("identity/setup.html")
        .post("/setup", "identity.setup.make", Access::Public, finish)
        .refusals(&["identity-setup-gone", "identity-login-taken", "identity-password-short", "identity-password-common"])
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct TokenQuery {
    /// Text of the link.
    #[schemars(length(min = 1, max = 100))]
    token: String,
}

/// The page of a link that works.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SetupView {
    /// Text of the link.
    token: String,
    /// Is it for the first administrator of an empty house?
    first: bool,
    /// Login name, if there is one already.
    login: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct SetupForm {
    /// Text of the link.
    #[schemars(length(min = 1, max = 100))]
    token: String,
    /// Chinese name of the group (first set-up).
    #[serde(default)]
    #[schemars(length(max = 120))]
    group_zh: Option<String>,
    /// English name of the group (first set-up).
    #[serde(default)]
    #[schemars(length(max = 120))]
    group_en: Option<String>,
    /// Name of the administrator (first set-up).
    #[serde(default)]
    #[schemars(length(max = 60))]
    name: Option<String>,
    /// Login name.
    #[schemars(length(min = 3, max = 60))]
    login: String,
    /// Password.
    #[schemars(length(min = 1, max = 512))]
    password: String,
}

fn show(call: &Call, query: TokenQuery) -> Answer<SetupView> {
    call.rate(&format!("identity.address.{}", call.client_ip), 60)?;
    let view = call.read(|read| {
        let person = ops::setup_for(read, &query.token)?;
        let login = person.as_ref().map(|person| sql_access::login_of_person(read, person)).transpose()?.flatten().map(|login| login.name);
        Ok::<_, words::Failure<AccessRefusal>>(SetupView { token: query.token.clone(), first: person.is_none(), login })
    })?;
    Ok(Reply::page("identity/setup.html", view))
}

fn finish(call: &Call, form: SetupForm) -> Answer<SignedInView> {
    limit(call, "setup")?;
    let secret = new_secret(&form.password, &form.login)?;
    let (agent, token) = (agent(call), form.token.clone());
    let first = call.read(|read| ops::setup_for(read, &token))?.is_none();
    if first {
        let draft = first_draft(call, form, secret)?;
        return call.write("identity.first_setup", move |tx| Ok(come_in(&ops::finish_first_setup(tx, &token, &draft, &agent)?, "/")));
    }
    let draft = PasswordDraft { login: form.login, secret };
    call.write("identity.setup", move |tx| Ok(come_in(&ops::finish_setup(tx, &token, &draft, &agent)?, "/me/security")))
}

fn first_draft(call: &Call, form: SetupForm, secret: LoginSecret) -> Result<FirstDraft, Problem> {
    let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let needed = |field: &str, given: Option<String>| text(given).ok_or_else(|| Problem::field(format!("/{field}"), "identity-name-needed"));
    let group = Bilingual::new(needed("group_zh", form.group_zh)?, needed("group_en", form.group_en)?);
    let role = call.app::<FirstRole>()?.0.clone();
    Ok(FirstDraft { group, name: needed("name", form.name)?, login: form.login, secret, role })
}

/// Checks and hashes a new password: outside of any transaction.
pub(super) fn new_secret(password: &str, login: &str) -> Result<LoginSecret, Problem> {
    if let Some(code) = secret::password_mistake(password, login) {
        return Err(refused(AccessRefusal::PasswordWeak(code)));
    }
    Ok(LoginSecret::of_password(password, &secret::fresh_salt()?)?)
}
