//! Identity providers through the door: the page that leads there, the way back, linking and unlinking.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use webkit::{Access, Answer, Call, Cookie, Nothing, Problem, Reply, Routes};
use words::{Bilingual, Failure, Id, Never};

use crate::oidc::{AWAY_SECONDS, Claims, Deed, Journey, LinkView, Provider, ProviderRefusal, Providers, Redeemed, Trusted};
use crate::ops;
use crate::web::passkeys::{COOKIE, browser, place};
use crate::web::sign_in::{SignedInView, come_in, limit_address, session_id};
use crate::web::{DoneView, agent, safe_next};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/login/providers/{provider}", "identity.provider.sign_in", Access::Public, to_sign_in)
        .template("identity/provider.html")
        .refusals(&["identity-provider-unreachable", "too-often"])
        .get("/login/providers/{provider}/return", "identity.provider.return", Access::Public, come_back)
        .refusals(RETURNED)
        .post("/reauth/providers/{provider}", "identity.provider.prove", Access::Person, to_prove)
        .template("identity/provider.html")
        .refusals(&["identity-provider-unreachable", "too-often"])
        .post("/me/links/{provider}", "identity.link.make", Access::Person, to_link)
        .template("identity/provider.html")
        .refusals(&["identity-provider-unreachable", "identity-proof-needed", "too-often"])
        .delete("/me/links/{id}", "identity.link.remove", Access::Person, unlink)
        .refusals(&["identity-proof-needed", "identity-last-way"])
}

const RETURNED: &[&str] = &[
    "identity-challenge-gone",
    "identity-provider-declined",
    "identity-provider-unreachable",
    "identity-provider-token-wrong",
    "identity-provider-email-unverified",
    "identity-provider-several",
    "identity-provider-unknown-person",
    "identity-provider-linked-elsewhere",
    "identity-provider-linked-already",
    "identity-provider-not-own",
    "identity-person-gone",
    "too-often",
];

/// A provider to choose.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ProviderOption {
    /// Short name.
    key: String,
    /// What people call it.
    name: Bilingual,
}

/// An account that is linked.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LinkRow {
    /// The link.
    link: LinkView,
    /// What people call the provider; its short name if it is not in the configuration any more.
    name: Bilingual,
}

/// Where the browser goes now.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JourneyView {
    /// The provider.
    name: Bilingual,
    /// Its address, with everything it has to know.
    address: String,
    /// Where to go back if one would rather not.
    back: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct JourneyForm {
    /// Path to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

/// What the provider sends the browser back with.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ReturnQuery {
    /// To be exchanged for an ID token.
    #[serde(default)]
    #[schemars(length(max = 4000))]
    code: Option<String>,
    /// Which journey it was.
    #[serde(default)]
    #[schemars(length(max = 200))]
    state: Option<String>,
    /// Who sends it back.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    iss: Option<String>,
    /// Why there is no code.
    #[serde(default)]
    #[schemars(length(max = 200))]
    error: Option<String>,
}

/// The providers of the configuration.
pub(super) fn options(call: &Call) -> Vec<ProviderOption> {
    let all = call.app::<Providers>().map(|providers| providers.all().to_vec()).unwrap_or_default();
    all.iter().map(|provider| ProviderOption { key: provider.key().to_owned(), name: provider.name().clone() }).collect()
}

/// Links with the names of their providers.
pub(super) fn rows(options: &[ProviderOption], links: Vec<LinkView>) -> Vec<LinkRow> {
    let name = |key: &str| options.iter().find(|option| option.key == key).map_or_else(|| Bilingual::new(key, key), |option| option.name.clone());
    links.into_iter().map(|link| LinkRow { name: name(&link.provider), link }).collect()
}

/// Those of the providers that are linked, or those that are not.
pub(super) fn linked(options: Vec<ProviderOption>, links: &[LinkView], wanted: bool) -> Vec<ProviderOption> {
    options.into_iter().filter(|option| links.iter().any(|link| link.provider == option.key) == wanted).collect()
}

fn to_sign_in(call: &Call, form: JourneyForm) -> Answer<JourneyView> {
    set_out(call, Deed::SignIn, safe_next(form.next.as_deref()), "/login")
}

fn to_prove(call: &Call, form: JourneyForm) -> Answer<JourneyView> {
    set_out(call, Deed::Prove, safe_next(form.next.as_deref()), "/reauth")
}

fn to_link(call: &Call, _: Nothing) -> Answer<JourneyView> {
    set_out(call, Deed::Link, "/me/security".into(), "/me/security")
}

/// A page of ours leads to the provider: the policy of our pages lets no form go to another site, and people see where they go.
fn set_out(call: &Call, deed: Deed, next: String, back: &'static str) -> Answer<JourneyView> {
    limit_address(call)?;
    let (provider, place) = (provider(call)?, place(call)?);
    let trusted = provider.trusted(call.now()).map_err(unreachable)?;
    let who = call.who().cloned();
    call.write("identity.set_out", move |tx| {
        let (challenge, journey) = ops::set_out(tx, who.as_ref(), provider.key(), deed, &next)?;
        let address = provider.address(&trusted, &journey, &challenge.text, &place.address(&way_back(&provider)));
        let view = JourneyView { name: provider.name().clone(), address, back: back.to_owned() };
        Ok(Reply::page("identity/provider.html", view).cookie(Cookie::new(COOKIE, challenge.browser).max_age_s(AWAY_SECONDS)))
    })
}

fn come_back(call: &Call, query: ReturnQuery) -> Answer<SignedInView> {
    limit_address(call)?;
    let provider = provider(call)?;
    let (state, browser) = (query.state.clone().unwrap_or_default(), browser(call));
    let begun = call.db().write::<_, Never>("identity.come_back", move |tx| Ok(ops::come_back(tx, &state, &browser)?))?;
    let (journey, person) = begun.filter(|(journey, _)| journey.provider == provider.key()).ok_or_else(|| refused(ProviderRefusal::StateGone))?;
    let claims = claims(call, &provider, &query, &journey)?;
    finish(call, provider, claims, journey, person)
}

/// What the provider says of whoever comes back; asks the network.
fn claims(call: &Call, provider: &Provider, query: &ReturnQuery, journey: &Journey) -> Result<Claims, Problem> {
    let (place, trusted) = (place(call)?, provider.trusted(call.now()).map_err(unreachable)?);
    if !from_it(provider, &trusted, query.iss.as_deref()) {
        return Err(refused(ProviderRefusal::StateGone));
    }
    let code = query.code.as_deref().filter(|code| !code.is_empty() && query.error.is_none()).ok_or_else(|| refused(ProviderRefusal::Declined))?;
    let claims = provider.redeem(&trusted, journey, code, &place.address(&way_back(provider)), call.now());
    claims.map_err(|why| match why {
        Redeemed::Network(what) => unreachable(what),
        Redeemed::Token(mistake) => refused(mistake.into()),
    })
}

/// Does it come from the provider that the browser was sent to (RFC 9207)?
fn from_it(provider: &Provider, trusted: &Trusted, iss: Option<&str>) -> bool {
    iss.map_or(!trusted.authorization_response_iss_parameter_supported, |iss| iss == provider.issuer())
}

fn finish(call: &Call, provider: Arc<Provider>, claims: Claims, journey: Journey, person: Option<Id>) -> Answer<SignedInView> {
    if journey.deed == Deed::SignIn {
        let (agent, next) = (agent(call), journey.next);
        return call.write("identity.sign_in_by_provider", move |tx| {
            Ok(come_in(&ops::sign_in_by_provider(tx, provider.draft(), &claims, &agent)?, &next).cookie(Cookie::gone(COOKIE)))
        });
    }
    // Whoever was signed in when they set out must still be.
    let who = call.acting()?;
    if person.as_ref() != Some(&who.person) {
        return Err(refused(ProviderRefusal::StateGone));
    }
    let holder = session_id(call)?;
    call.write("identity.finish_journey", move |tx| {
        let said = match journey.deed {
            Deed::Prove => ops::prove_by_provider(tx, &who, &holder, provider.draft(), &claims, &journey).map(|()| None)?,
            _ => ops::link_account(tx, &who, provider.draft(), &claims).map(|_| Some("identity-said-linked"))?,
        };
        let view = SignedInView::of(&who.person, tx.now());
        let reply = Reply::done(journey.next.clone(), view).cookie(Cookie::gone(COOKIE));
        Ok(said.into_iter().fold(reply, |reply, said| reply.say(said)))
    })
}

fn unlink(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, link) = (call.acting()?, call.id("id")?);
    call.write("identity.unlink", move |tx| {
        ops::unlink(tx, &who, &link)?;
        Ok(Reply::done("/me/security", DoneView::yes()).say("identity-said-unlinked"))
    })
}

fn provider(call: &Call) -> Result<Arc<Provider>, Problem> {
    let known = call.app::<Providers>().ok().and_then(|providers| providers.get(call.path_text("provider")));
    known.ok_or_else(Problem::absent)
}

fn way_back(provider: &Provider) -> String {
    format!("/login/providers/{}/return", provider.key())
}

fn unreachable(what: String) -> Problem {
    refused(ProviderRefusal::Unreachable).logged(what)
}

fn refused(refusal: ProviderRefusal) -> Problem {
    Failure::Refused(refusal).into()
}
