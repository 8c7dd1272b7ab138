//! What the pages of capabilities take.

use schemars::JsonSchema;
use serde::Deserialize;
use words::{Acting, Id};

use crate::{AppDraft, CapabilityDraft, Environment, KeyDraft, KeyKind, VersionDraft, view};

/// A capability.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct CapabilityForm {
    /// Its name in addresses.
    #[schemars(length(min = 1, max = 40))]
    pub slug: String,
    /// Name, Chinese.
    #[schemars(length(min = 1, max = 60))]
    pub zh: String,
    /// Name, English.
    #[schemars(length(min = 1, max = 60))]
    pub en: String,
    /// What it does, Chinese.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    pub about_zh: String,
    /// What it does, English.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    pub about_en: String,
    /// Platform of the plan it counts to.
    #[serde(default)]
    #[schemars(length(max = 40))]
    pub platform: String,
}

impl CapabilityForm {
    pub(crate) fn draft(self, who: &Acting) -> CapabilityDraft {
        let platform = (!self.platform.is_empty()).then_some(self.platform);
        let (about_zh, about_en) = (self.about_zh, self.about_en);
        CapabilityDraft { slug: self.slug, node: view::home(who), platform, fact: None, zh: self.zh, en: self.en, about_zh, about_en }
    }
}

/// A version.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct VersionForm {
    /// Where sandbox calls go.
    #[schemars(length(min = 1, max = 4000))]
    pub sandbox_upstream: String,
    /// Where live calls go; may be empty at first.
    #[serde(default)]
    #[schemars(length(max = 4000))]
    pub live_upstream: String,
    /// OpenAPI 3.1, JSON.
    #[schemars(length(min = 2))]
    pub document: String,
    /// Longest wait for the upstream's answer to begin, milliseconds.
    #[schemars(range(min = 100, max = 120_000))]
    pub timeout_ms: i64,
    /// Largest body of a request, bytes.
    #[schemars(range(min = 0, max = 104_857_600))]
    pub body_limit: i64,
}

impl VersionForm {
    pub(crate) fn draft(self) -> VersionDraft {
        let (sandbox, live) = (self.sandbox_upstream.trim().to_owned(), self.live_upstream.trim().to_owned());
        VersionDraft { sandbox_upstream: sandbox, live_upstream: live, document: self.document, timeout_ms: self.timeout_ms, body_limit: self.body_limit }
    }
}

/// Where calls go.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct UpstreamsForm {
    /// Where sandbox calls go.
    #[schemars(length(min = 1, max = 4000))]
    pub sandbox_upstream: String,
    /// Where live calls go; may be empty.
    #[serde(default)]
    #[schemars(length(max = 4000))]
    pub live_upstream: String,
}

/// Another document of a version.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct DocumentForm {
    /// OpenAPI 3.1, JSON.
    #[schemars(length(min = 2))]
    pub document: String,
    /// Is it known that calls break, and shall they?
    #[serde(default)]
    pub acknowledged: bool,
}

/// An app.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct AppForm {
    /// What its owner calls it.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// Where its calls go.
    pub environment: Environment,
    /// The firm that pays for it; oneself, if empty.
    #[serde(default)]
    #[schemars(length(max = 60))]
    pub payer: String,
}

impl AppForm {
    pub(crate) fn draft(self) -> AppDraft {
        AppDraft { name: self.name, environment: self.environment, payer: firm(&self.payer) }
    }
}

/// A firm that is named; one that nobody develops for, if it is no id.
fn firm(text: &str) -> Option<Id> {
    let text = text.trim();
    (!text.is_empty()).then(|| Id::parse(text).unwrap_or_else(|_| Id::fixed("")))
}

/// Who pays for an app.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct PayerForm {
    /// A firm; oneself, if empty.
    #[serde(default)]
    #[schemars(length(max = 60))]
    pub payer: String,
}

impl PayerForm {
    pub(crate) fn firm(&self) -> Option<Id> {
        firm(&self.payer)
    }
}

/// A plan.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct PlanForm {
    /// Key of the plan.
    #[schemars(length(min = 1, max = 60))]
    pub plan: String,
}

/// A key.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct KeyForm {
    /// How it is shown; a key if not said.
    #[serde(default)]
    pub kind: KeyKind,
    /// What its owner calls it.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// The only capabilities it may call; all if none.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub capabilities: Vec<String>,
    /// The only addresses it may be used from, one a line or separated by commas; all if none.
    #[serde(default)]
    #[schemars(length(max = 4000))]
    pub nets: String,
    /// Works for so many days; without end if not said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3660))]
    pub days: Option<i64>,
    /// A JWK set of public keys (RFC 7517), if it is shown by those.
    #[serde(default)]
    #[schemars(length(max = 16384))]
    pub jwks: String,
    /// A client certificate, PEM, without its key, if it is that.
    #[serde(default)]
    #[schemars(length(max = 16384))]
    pub certificate: String,
}

impl KeyForm {
    pub(crate) fn draft(self) -> KeyDraft {
        let nets = self.nets.split([',', '\n', ' ', '，']).map(str::trim).filter(|net| !net.is_empty()).map(str::to_owned).collect();
        KeyDraft { kind: self.kind, name: self.name, capabilities: self.capabilities, nets, days: self.days, jwks: self.jwks, certificate: self.certificate }
    }
}
