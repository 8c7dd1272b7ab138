//! Passkeys through the door: the questions that our script puts to the browser, and the forms that bring the answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Cookie, Nothing, Problem, Reply, Routes};
use words::{Failure, Fault, Id, Never};

use crate::ops::{self, Challenge};
use crate::passkey::{self, CEREMONY_SECONDS, MadeAnswer, PasskeyRefusal, Place, Used, UsedAnswer};
use crate::web::sign_in::{SignedInView, come_in, limit, limit_address, session_id};
use crate::web::{DoneView, agent, safe_next};
use crate::{sql_access, sql_passkeys};

/// The part of a ceremony that stays in the browser.
pub(super) const COOKIE: &str = "ceremony";

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/login/passkey/challenges", "identity.passkey.ask", Access::Public, ask)
        .refusals(&["too-often"])
        .post("/login/passkey", "identity.passkey.sign_in", Access::Public, sign_in)
        .refusals(USED)
        .post("/reauth/passkey/challenges", "identity.passkey.ask_own", Access::Person, ask_own)
        .post("/reauth/passkey", "identity.passkey.prove", Access::Person, prove)
        .refusals(USED)
        .post("/me/passkeys/challenges", "identity.passkey.offer", Access::Person, offer)
        .refusals(&["identity-proof-needed", "identity-passkey-too-many"])
        .post("/me/passkeys", "identity.passkey.add", Access::Person, add_one)
        .refusals(&[
            "identity-passkey-unreadable",
            "identity-passkey-elsewhere",
            "identity-passkey-unverified",
            "identity-passkey-key-kind",
            "identity-proof-needed",
            "identity-challenge-gone",
            "identity-passkey-too-many",
            "identity-passkey-known",
        ])
        .delete("/me/passkeys/{id}", "identity.passkey.remove", Access::Person, remove)
        .refusals(&["identity-proof-needed", "identity-last-way"])
}

const USED: &[&str] = &[
    "identity-passkey-unreadable",
    "identity-passkey-elsewhere",
    "identity-passkey-unverified",
    "identity-passkey-unknown",
    "identity-passkey-wrong",
    "identity-challenge-gone",
    "identity-passkey-stopped",
    "too-often",
];

/// What the browser is asked when a passkey is to be used.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PasskeyAskView {
    /// To be signed; works once.
    challenge: String,
    /// Host that the passkey was made for.
    rp_id: String,
    /// How long the question holds.
    timeout_ms: i64,
    /// The passkeys that will do; any if none is named.
    credentials: Vec<String>,
}

/// What the browser is asked when a passkey is to be made.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PasskeyOfferView {
    /// To be signed; works once.
    challenge: String,
    /// Host that the passkey is made for.
    rp_id: String,
    /// How long the question holds.
    timeout_ms: i64,
    /// The passkeys that are there already.
    credentials: Vec<String>,
    /// What the passkey will know its owner by, in base64url.
    user: String,
    /// What the browser shows of its owner.
    user_name: String,
    /// Kinds of keys, the best first (COSE algorithms).
    algorithms: Vec<i64>,
}

/// A passkey that was made; all but the label in base64url.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PasskeyForm {
    /// What its owner calls it.
    #[schemars(length(min = 1, max = 60))]
    label: String,
    /// What the browser says of the ceremony.
    #[schemars(length(min = 1, max = 4000))]
    client_data: String,
    /// What the authenticator says of the new key.
    #[schemars(length(min = 1, max = 40000))]
    attestation: String,
}

/// A passkey that was used; all but `next` in base64url.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PasskeyUseForm {
    /// Which one.
    #[schemars(length(min = 1, max = 1400))]
    credential: String,
    /// What the browser says of the ceremony.
    #[schemars(length(min = 1, max = 4000))]
    client_data: String,
    /// What the authenticator says.
    #[schemars(length(min = 1, max = 4000))]
    authenticator_data: String,
    /// Its signature.
    #[schemars(length(min = 1, max = 4000))]
    signature: String,
    /// Whose it is; needed to sign in.
    #[serde(default)]
    #[schemars(length(max = 100))]
    user_handle: Option<String>,
    /// Path to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

fn ask(call: &Call, _: Nothing) -> Answer<PasskeyAskView> {
    limit_address(call)?;
    let place = place(call)?;
    call.write::<_, Never>("identity.ask_passkey", move |tx| {
        let challenge = ops::ask_passkey(tx)?;
        Ok(asked(&place, challenge, Vec::new()))
    })
}

fn ask_own(call: &Call, _: Nothing) -> Answer<PasskeyAskView> {
    let (who, place) = (call.acting()?, place(call)?);
    limit(call, who.person.as_str())?;
    call.write("identity.ask_own_passkey", move |tx| {
        let (challenge, known) = ops::ask_own_passkey(tx, &who)?;
        Ok(asked(&place, challenge, known))
    })
}

fn offer(call: &Call, _: Nothing) -> Answer<PasskeyOfferView> {
    let (who, place) = (call.acting()?, place(call)?);
    limit(call, who.person.as_str())?;
    let name = call.visitor().map(|visitor| visitor.name.clone()).unwrap_or_default();
    call.write("identity.offer_passkey", move |tx| {
        let (challenge, credentials) = ops::offer_passkey(tx, &who)?;
        let login = sql_access::login_of_person(tx, &who.person)?.map(|login| login.name);
        let view = PasskeyOfferView {
            challenge: challenge.text,
            rp_id: place.rp_id.clone(),
            timeout_ms: CEREMONY_SECONDS * 1000,
            credentials,
            user: passkey::encoded(who.person.as_str()),
            user_name: login.unwrap_or_else(|| name.clone()),
            algorithms: passkey::ALGORITHMS.to_vec(),
        };
        Ok::<_, Failure<PasskeyRefusal>>(Reply::json(view).cookie(Cookie::new(COOKIE, challenge.browser).max_age_s(CEREMONY_SECONDS)))
    })
}

fn add_one(call: &Call, form: PasskeyForm) -> Answer<DoneView> {
    let (who, place, browser) = (call.acting()?, place(call)?, browser(call));
    let answer = MadeAnswer { client_data: &form.client_data, attestation: &form.attestation };
    let made = passkey::made(&place, &answer).map_err(refused)?;
    call.write("identity.add_passkey", move |tx| {
        ops::add_passkey(tx, &who, &form.label, &made, &browser)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-passkey-added").cookie(Cookie::gone(COOKIE)))
    })
}

fn remove(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, passkey) = (call.acting()?, call.id("id")?);
    call.write("identity.remove_passkey", move |tx| {
        ops::remove_passkey(tx, &who, &passkey)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-passkey-removed"))
    })
}

fn sign_in(call: &Call, form: PasskeyUseForm) -> Answer<SignedInView> {
    limit_address(call)?;
    // Nobody was named, so the passkey has to name its owner.
    form.user_handle.as_ref().ok_or_else(|| refused(PasskeyRefusal::Unreadable))?;
    let used = used(call, &form)?;
    let (browser, agent, next) = (browser(call), agent(call), safe_next(form.next.as_deref()));
    let entered = call.db().write("identity.sign_in_with_passkey", move |tx| ops::sign_in_with_passkey(tx, &used, &browser, &agent))?;
    let session = entered.ok_or_else(|| refused(PasskeyRefusal::Stopped))?;
    Ok(come_in(&session, &next).cookie(Cookie::gone(COOKIE)))
}

fn prove(call: &Call, form: PasskeyUseForm) -> Answer<DoneView> {
    let (who, holder) = (call.acting()?, session_id(call)?);
    limit(call, who.person.as_str())?;
    let used = used(call, &form)?;
    let (browser, next) = (browser(call), safe_next(form.next.as_deref()));
    let fine = call.db().write("identity.prove_with_passkey", move |tx| ops::prove_with_passkey(tx, &who, &holder, &used, &browser))?;
    fine.then_some(()).ok_or_else(|| refused(PasskeyRefusal::Stopped))?;
    Ok(Reply::done(next, DoneView::yes()).cookie(Cookie::gone(COOKIE)))
}

/// Looks the passkey up and verifies, outside of any transaction.
fn used(call: &Call, form: &PasskeyUseForm) -> Result<Used, Problem> {
    let place = place(call)?;
    let found = call.read::<_, Never>(|read| Ok(sql_passkeys::passkey_by_credential(read, &form.credential)?))?;
    let held = found.ok_or_else(|| refused(PasskeyRefusal::Unknown))?.held;
    let answer = UsedAnswer {
        client_data: &form.client_data,
        authenticator_data: &form.authenticator_data,
        signature: &form.signature,
        user_handle: form.user_handle.as_deref(),
    };
    passkey::used(&place, held, &answer).map_err(refused)
}

fn asked(place: &Place, challenge: Challenge, credentials: Vec<String>) -> Reply<PasskeyAskView> {
    let view = PasskeyAskView { challenge: challenge.text, rp_id: place.rp_id.clone(), timeout_ms: CEREMONY_SECONDS * 1000, credentials };
    Reply::json(view).cookie(Cookie::new(COOKIE, challenge.browser).max_age_s(CEREMONY_SECONDS))
}

pub(super) fn place(call: &Call) -> Result<Place, Problem> {
    call.app::<Place>().cloned()
}

pub(super) fn browser(call: &Call) -> String {
    call.cookie(COOKIE).unwrap_or_default().to_owned()
}

fn refused(refusal: PasskeyRefusal) -> Problem {
    Failure::Refused(refusal).into()
}

/// Has this person a passkey to prove with?
pub(super) fn has_one(read: &store::Read, person: &Id) -> Result<bool, Fault> {
    Ok(sql_passkeys::passkeys(read, person)?.iter().any(|passkey| passkey.stopped_at.is_none()))
}
