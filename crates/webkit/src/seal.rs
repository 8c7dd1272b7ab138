//! What protects the door: form tokens, where an unsafe request comes from, the headers of every reply.
//!
//! Invariant: a browser that is signed in by cookie can only act from a page of this site.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::Problem;
use crate::address::host_name;

/// Content-Security-Policy of every page: nothing inline, nothing from elsewhere.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Headers of every reply.
pub(crate) const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Makes and checks form tokens: an HMAC of the session.
pub(crate) struct Tokens(hmac::Key);

impl Tokens {
    /// From a text that only this installation can compute.
    pub(crate) fn of(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    /// Token of a session.
    pub(crate) fn token(&self, session: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, session.as_bytes()))
    }

    fn fits(&self, session: &str, token: &str) -> bool {
        URL_SAFE_NO_PAD.decode(token).is_ok_and(|tag| hmac::verify(&self.0, session.as_bytes(), &tag).is_ok())
    }
}

/// Where the browser says the request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Here,
    Elsewhere,
    Unsaid,
}

/// Reads `Sec-Fetch-Site`, or `Origin` where a browser is too old for it.
pub(crate) fn origin(headers: &HeaderMap) -> Origin {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Origin::Here } else { Origin::Elsewhere };
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            let same = origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host));
            if same { Origin::Here } else { Origin::Elsewhere }
        }
        _ => Origin::Unsaid,
    }
}

/// May this unsafe request act? `session`: of the cookie, if it was signed in by one. `json`: scripts cannot send JSON across sites unasked.
pub(crate) fn may_act(tokens: &Tokens, headers: &HeaderMap, session: Option<&str>, json: bool, form_token: Option<&str>) -> Result<(), Problem> {
    let from = origin(headers);
    if from == Origin::Elsewhere {
        return Err(Problem::new(403, "other-site"));
    }
    let Some(session) = session else { return Ok(()) };
    let header = headers.get("x-csrf").and_then(|value| value.to_str().ok());
    let shown = |token: Option<&str>| token.is_some_and(|token| tokens.fits(session, token));
    let fine = if json { from == Origin::Here || shown(header) } else { from == Origin::Here && (shown(form_token) || shown(header)) };
    if fine { Ok(()) } else { Err(Problem::new(403, "form-token-invalid")) }
}

/// Is the `Host` one that this installation answers for?
pub(crate) fn host_known(headers: &HeaderMap, hosts: &[String]) -> bool {
    let host = headers.get("host").and_then(|value| value.to_str().ok()).map(host_name);
    host.is_some_and(|host| hosts.iter().any(|known| host_name(known) == host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn who_may_act_from_where() {
        let tokens = Tokens::of("key");
        let token = tokens.token("s1");
        let (here, cross) = (headers(&[("sec-fetch-site", "same-origin")]), headers(&[("sec-fetch-site", "cross-site")]));
        let old = headers(&[("origin", "http://a.cn:8080"), ("host", "a.cn:8080")]);
        let evil = headers(&[("origin", "http://evil"), ("host", "a.cn")]);
        let bare = headers(&[]);
        let act = |headers: &HeaderMap, session, json, token| may_act(&tokens, headers, session, json, token).is_ok();
        assert!(act(&here, Some("s1"), false, Some(&token)) && act(&old, Some("s1"), false, Some(&token)));
        assert!(!act(&here, Some("s1"), false, None) && !act(&here, Some("s2"), false, Some(&token)) && !act(&bare, Some("s1"), false, Some(&token)));
        assert!(!act(&cross, Some("s1"), false, Some(&token)) && !act(&evil, None, false, None));
        assert!(act(&bare, None, false, None) && act(&here, Some("s1"), true, None) && !act(&bare, Some("s1"), true, None));
    }

    #[test]
    fn foreign_hosts_are_unknown() {
        let hosts = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        assert!(host_known(&headers(&[("host", "localhost:8080")]), &hosts));
        assert!(!host_known(&headers(&[("host", "evil.cn")]), &hosts) && !host_known(&headers(&[]), &hosts));
    }
}
