//! Handlers of the token endpoint, of the keys that it signs with, and of what it says of itself. Machines talk here: JSON only, in the words of the RFCs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes};
use words::{Failure, Never, Refusal as _};

use crate::feed::{self, SignerLine};
use crate::oauth::assertion::ASSERTION_TYPE;
use crate::{ClientShown, Issued, Issuer, TokenRefusal, issue_access_token, prove_client, view};

/// Tokens that one address may ask for, a minute.
const PER_MINUTE: u32 = 120;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/oauth/token", "capabilities.oauth.token", Access::Public, token)
        .refusals(&[
            "capabilities-oauth-invalid-request",
            "capabilities-oauth-unsupported-grant-type",
            "capabilities-oauth-invalid-client",
            "capabilities-oauth-invalid-scope",
        ])
        .get("/.well-known/jwks.json", "capabilities.oauth.keys", Access::Public, keys)
        .get("/.well-known/oauth-authorization-server", "capabilities.oauth.server", Access::Public, server)
}

/// A request for a token (RFC 6749 §4.4.2). The client may show itself in `Authorization: Basic` instead.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct TokenForm {
    /// `client_credentials`.
    #[serde(default)]
    grant_type: Option<String>,
    /// Names of the only capabilities that the token is for, separated by spaces; whatever the credential may call if not said.
    #[serde(default)]
    scope: Option<String>,
    /// Id of the app.
    #[serde(default)]
    client_id: Option<String>,
    /// Its secret (`client_secret_post`).
    #[serde(default)]
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (RFC 7523 §2.2).
    #[serde(default)]
    client_assertion_type: Option<String>,
    /// The assertion (`private_key_jwt`).
    #[serde(default)]
    client_assertion: Option<String>,
}

/// What comes back: RFC 6749 §5.1, or §5.2.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum TokenReplyView {
    /// A token.
    Granted {
        /// The token (RFC 9068).
        access_token: String,
        /// `Bearer`.
        token_type: &'static str,
        /// How long it works, in seconds.
        expires_in: i64,
        /// What it is for, if that was said.
        #[serde(skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
    },
    /// None.
    Refused {
        /// `invalid_client` and others.
        error: &'static str,
        /// What is to blame.
        error_description: &'static str,
        /// A page that explains it.
        error_uri: String,
    },
}

/// Keys that sign tokens (RFC 7517).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KeySetView {
    /// All that are known.
    keys: Vec<SigningKeyView>,
}

/// A key that signs tokens (RFC 8037).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SigningKeyView {
    /// `OKP`.
    kty: &'static str,
    /// `Ed25519`.
    crv: &'static str,
    /// `EdDSA`.
    alg: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    purpose: &'static str,
    /// Its name.
    kid: String,
    /// The key.
    x: String,
}

/// What the token endpoint says of itself (RFC 8414 §2).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServerView {
    /// `iss` of its tokens.
    issuer: String,
    /// Where tokens are asked for.
    token_endpoint: String,
    /// The keys that it signs with.
    jwks_uri: String,
    /// Names of capabilities.
    scopes_supported: Vec<String>,
    /// None: there is no page on which somebody says yes.
    response_types_supported: [&'static str; 0],
    /// Ways to a token.
    grant_types_supported: [&'static str; 1],
    /// How a client shows itself.
    token_endpoint_auth_methods_supported: [&'static str; 3],
    /// How it may sign its assertion.
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    /// Where it is explained.
    service_documentation: String,
}

fn token(call: &Call, form: TokenForm) -> Answer<TokenReplyView> {
    let issuer = call.app::<Issuer>()?.clone();
    call.rate(&format!("oauth {}", call.client_ip), PER_MINUTE)?;
    let shown = shown(&form, call.header("authorization"));
    let issued = shown.map_err(Failure::Refused).and_then(|shown| issue(call, &shown, form.scope.unwrap_or_default(), &issuer));
    match issued {
        Ok(issued) => granted(&issued),
        Err(Failure::Refused(refusal)) => Ok(refused(refusal, &issuer)),
        Err(other) => Err(other.into()),
    }
}

/// The client is believed before the transaction: signatures take their time.
fn issue(call: &Call, shown: &ClientShown, scope: String, issuer: &Issuer) -> Result<Issued, Failure<TokenRefusal>> {
    let (endpoint, from) = (issuer.token_endpoint(), call.client_ip);
    let client = call.db().read(|read| prove_client(read, shown, from, &[&issuer.0, &endpoint]))?;
    let name = issuer.0.clone();
    call.db().write("capabilities.issue_access_token", move |tx| issue_access_token(tx, &client, &scope, &name))
}

fn granted(issued: &Issued) -> Answer<TokenReplyView> {
    let access_token = issued.sign().ok_or_else(|| Problem::broken("a token could not be signed"))?;
    let view = TokenReplyView::Granted { access_token, token_type: "Bearer", expires_in: issued.seconds(), scope: issued.claims.scope.clone() };
    Ok(Reply::json(view).header("cache-control", "no-store"))
}

fn refused(refusal: TokenRefusal, issuer: &Issuer) -> Reply<TokenReplyView> {
    let (error, error_description) = (refusal.error(), refusal.blamed());
    let view = TokenReplyView::Refused { error, error_description, error_uri: format!("{}/problems/{}", issuer.0, refusal.code()) };
    let reply = Reply::json(view).status(refusal.status()).header("cache-control", "no-store");
    if refusal.status() == 401 { reply.header("www-authenticate", "Basic realm=\"hechuang\"") } else { reply }
}

/// How the client shows itself: in one way (RFC 6749 §2.3).
fn shown(form: &TokenForm, authorization: Option<&str>) -> Result<ClientShown, TokenRefusal> {
    if form.grant_type.is_none() {
        return Err(TokenRefusal::Request("grant_type"));
    }
    if form.grant_type.as_deref() != Some("client_credentials") {
        return Err(TokenRefusal::GrantType);
    }
    let basic = authorization.and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")).map(|(_, pair)| pair.trim());
    match (basic, form.client_secret.clone(), form.client_assertion.clone()) {
        (Some(pair), None, None) => {
            let (client, secret) = pair_of(pair).ok_or(TokenRefusal::Client("authorization"))?;
            let same = form.client_id.as_ref().is_none_or(|said| *said == client);
            if same { Ok(ClientShown::Secret { client, secret }) } else { Err(TokenRefusal::Request("client_id")) }
        }
        (None, Some(secret), None) => Ok(ClientShown::Secret { client: form.client_id.clone().ok_or(TokenRefusal::Request("client_id"))?, secret }),
        (None, None, Some(text)) if form.client_assertion_type.as_deref() == Some(ASSERTION_TYPE) => {
            Ok(ClientShown::Assertion { client: form.client_id.clone(), text })
        }
        (None, None, Some(_)) => Err(TokenRefusal::Request("client_assertion_type")),
        (None, None, None) => Err(TokenRefusal::Client("authorization")),
        _ => Err(TokenRefusal::Request("authorization")),
    }
}

/// Ids and secrets are of letters, digits and `_`, so nothing in them is encoded (RFC 6749 §2.3.1).
fn pair_of(text: &str) -> Option<(String, String)> {
    let pair = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    pair.split_once(':').map(|(client, secret)| (client.to_owned(), secret.to_owned()))
}

fn keys(call: &Call, _: Nothing) -> Answer<KeySetView> {
    let known = call.read(|read| Ok::<_, Failure<Never>>(feed::signers(read)?))?;
    let view = |SignerLine { id, x }| SigningKeyView { kty: "OKP", crv: "Ed25519", alg: "EdDSA", purpose: "sig", kid: id.to_string(), x };
    Ok(Reply::json(KeySetView { keys: known.into_iter().map(view).collect() }))
}

fn server(call: &Call, _: Nothing) -> Answer<ServerView> {
    let issuer = call.app::<Issuer>()?;
    let cards = call.read(|read| view::capabilities(read, None))?;
    Ok(Reply::json(ServerView {
        token_endpoint: issuer.token_endpoint(),
        jwks_uri: format!("{}/.well-known/jwks.json", issuer.0),
        scopes_supported: cards.into_iter().map(|card| card.slug).collect(),
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: ["ES256", "EdDSA", "RS256"],
        service_documentation: format!("{}/apps", issuer.0),
        issuer: issuer.0.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_shows_itself_in_one_way() {
        let form = || TokenForm { grant_type: Some("client_credentials".into()), ..TokenForm::default() };
        let some = |text: &str| Some(text.to_owned());
        let basic = format!("Basic {}", STANDARD.encode("app_1:s"));
        let secret = || ClientShown::Secret { client: "app_1".into(), secret: "s".into() };
        let post = || TokenForm { client_id: some("app_1"), client_secret: some("s"), ..form() };
        let assertion = || TokenForm { client_assertion: some("a.b.c"), client_assertion_type: some(ASSERTION_TYPE), ..form() };
        for (form, authorization, wanted) in [
            (form(), Some(basic.as_str()), Ok(secret())),
            (TokenForm { client_id: some("app_1"), ..form() }, Some(basic.as_str()), Ok(secret())),
            (post(), None, Ok(secret())),
            (assertion(), None, Ok(ClientShown::Assertion { client: None, text: "a.b.c".into() })),
            (TokenForm { client_id: some("app_2"), ..form() }, Some(basic.as_str()), Err(TokenRefusal::Request("client_id"))),
            (post(), Some(basic.as_str()), Err(TokenRefusal::Request("authorization"))),
            (TokenForm { client_assertion: some("a.b.c"), ..post() }, None, Err(TokenRefusal::Request("authorization"))),
            (TokenForm { client_assertion_type: some("other"), ..assertion() }, None, Err(TokenRefusal::Request("client_assertion_type"))),
            (TokenForm { client_secret: some("s"), ..form() }, None, Err(TokenRefusal::Request("client_id"))),
            (form(), None, Err(TokenRefusal::Client("authorization"))),
            (form(), Some("Basic ?"), Err(TokenRefusal::Client("authorization"))),
            (TokenForm::default(), Some(basic.as_str()), Err(TokenRefusal::Request("grant_type"))),
            (TokenForm { grant_type: some("password"), ..form() }, Some(basic.as_str()), Err(TokenRefusal::GrantType)),
        ] {
            assert_eq!(shown(&form, authorization), wanted);
        }
    }
}
