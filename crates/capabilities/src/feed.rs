//! What a gateway must know: everything once, then numbered changes.
//!
//! Invariant: a change is numbered in the transaction that makes it; numbers are gap-free in the order of commits, so whoever has seen n misses nothing up to n.

use serde::{Deserialize, Serialize};
use store::{Read, Tx};
use words::{Fault, Id};

use crate::key::{Extra, KeyKind};
use crate::net::Net;
use crate::version::Version;
use crate::way::{Rewrite, RouteRule};
use crate::{Asks, Document, Environment, Plan, Rules, VersionState, sql, sql_feed, sql_oauth, sql_quota, sql_recording, sql_subscription, sql_token};

/// Kinds of what changes.
pub(crate) const KEY: &str = "key";
pub(crate) const TOKEN: &str = "token";
pub(crate) const APP: &str = "app";
pub(crate) const CAPABILITY: &str = "capability";
const PLANS: &str = "plans";
const SIGNERS: &str = "signers";

/// Numbers a change: the gateways look at this row again.
pub(crate) fn note(tx: &mut Tx, kind: &'static str, subject: &Id) -> Result<(), Fault> {
    sql_feed::note(tx, kind, subject.as_str())
}

/// The pack in force changed: the gateways look at its plans again.
pub fn note_plans(tx: &mut Tx) -> Result<(), Fault> {
    note(tx, PLANS, &Id::fixed("all"))
}

/// The keys that sign access tokens changed.
pub(crate) fn note_signers(tx: &mut Tx) -> Result<(), Fault> {
    note(tx, SIGNERS, &Id::fixed("all"))
}

/// How an app pays changed: the gateways look at it again.
pub fn note_app(tx: &mut Tx, app: &Id) -> Result<(), Fault> {
    note(tx, APP, app)
}

/// What a gateway learns of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLine {
    /// What it is looked up by, hex: keyed SHA-256 of the text of a key or token, of the name of a certificate, of the id of any other credential.
    pub hash: String,
    /// Id.
    pub id: Id,
    /// Its app.
    pub app: Id,
    /// The only capabilities it may call; all if none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// The only addresses it may be used from; all if none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nets: Vec<Net>,
    /// Does not work from then on (microseconds UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<i64>,
    /// Was it killed?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
    /// How a call shows it.
    #[serde(default, skip_serializing_if = "Proof::is_text")]
    pub proof: Proof,
}

/// How a call shows a credential.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Proof {
    /// By its text.
    #[default]
    Text,
    /// By a signature with its secret (RFC 9421), naming its id.
    Signature {
        /// The secret, sealed for [`crate::SEALER`], hex: it lies like this on the disk of a gateway too.
        secret: String,
    },
    /// By an access token that was got with it (RFC 9068).
    Token,
    /// By a client certificate, when the connection was made (RFC 8705).
    Certificate {
        /// Does not work before (microseconds UTC).
        begins_at: i64,
    },
}

impl Proof {
    fn is_text(&self) -> bool {
        *self == Self::Text
    }
}

/// How a call shows a credential with this beside its row.
pub(crate) fn proof(extra: &Extra) -> Proof {
    match (extra.kind, &extra.sealed) {
        (KeyKind::Key, _) => Proof::Text,
        (KeyKind::Client | KeyKind::Jwks, _) => Proof::Token,
        (KeyKind::Certificate, _) => Proof::Certificate { begins_at: extra.certificate.as_ref().map_or(i64::MAX, |one| one.begins_at.micros()) },
        (KeyKind::Signing, sealed) => Proof::Signature { secret: sealed.as_ref().map(hex::encode).unwrap_or_default() },
    }
}

/// What a gateway learns of a key that signs access tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignerLine {
    /// Its name: `kid`.
    pub id: Id,
    /// Ed25519, its public part, base64url.
    pub x: String,
}

/// The keys that access tokens are believed by.
pub(crate) fn signers(read: &Read) -> Result<Vec<SignerLine>, Fault> {
    let line = |row: sql_oauth::SignerRow| SignerLine { id: row.id, x: row.public };
    Ok(sql_oauth::signers(read, read.now())?.into_iter().map(line).collect())
}

/// What a gateway learns of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppLine {
    /// Id.
    pub id: Id,
    /// Where its calls go.
    pub environment: Environment,
    /// Do its keys work?
    pub open: bool,
    /// The plan it chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Subscriptions in force; a live app calls nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subscriptions: Vec<SubscriptionLine>,
    /// Nothing of it passes, since what is owed was not paid.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
    /// It has a spending limit that holds, so every call needs a unit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
    /// What its calls say is recorded until then (microseconds UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_until: Option<i64>,
}

/// What a gateway learns of a subscription in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionLine {
    /// Id.
    pub id: Id,
    /// Name of the capability in addresses.
    pub capability: String,
    /// Key of the plan.
    pub plan: String,
}

/// What a gateway learns of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// Id.
    pub id: Id,
    /// `1` of `v1`.
    pub major: i64,
    /// State.
    pub state: VersionState,
    /// Where sandbox calls go.
    pub sandbox: String,
    /// Where live calls go; empty while there is none.
    pub live: String,
    /// Method and path template of each operation.
    pub operations: Vec<(String, String)>,
    /// Longest wait for the answer to begin.
    pub timeout_ms: u64,
    /// Largest body of a request, bytes.
    pub body_limit: u64,
    /// Must what was used be on the disk before its answer goes out?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub durable: bool,
    /// Path below each address of its upstream that answers 2xx while calls may go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<String>,
    /// How often a call that changes nothing may be made again when an upstream fails.
    #[serde(default)]
    pub retries: u8,
    /// Operations, by their places, that may become WebSockets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sockets: Vec<usize>,
    /// Which calls go to a group of addresses; the first that fits counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteRule>,
    /// What is changed of the calls of operations, by their places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rewrites: Vec<(usize, Rewrite)>,
    /// What its calls have to keep to, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
    /// Last day, if it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset_on: Option<words::Day>,
    /// Deprecated since (microseconds UTC), if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<i64>,
}

/// What a gateway learns of a capability: all its versions that can be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapabilityLine {
    /// Id.
    pub id: Id,
    /// Its name in addresses.
    pub slug: String,
    /// Versions.
    pub versions: Vec<VersionLine>,
}

/// One thing a gateway must learn; it replaces what the gateway knew of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A key.
    Key(KeyLine),
    /// An app.
    App(AppLine),
    /// A capability.
    Capability(CapabilityLine),
    /// All plans there are.
    Plans {
        /// In the order of the pack.
        plans: Vec<Plan>,
    },
    /// All keys that access tokens are believed by.
    Signers {
        /// Oldest first.
        signers: Vec<SignerLine>,
    },
}

/// The number of the newest change.
pub fn newest_change(read: &Read) -> Result<i64, Fault> {
    sql_feed::newest(read)
}

/// Changes after number `after`, at most `limit`, as things stand now; with the number up to which they go.
pub fn changes_since<A: Asks>(read: &Read, after: i64, limit: i64) -> Result<(i64, Vec<Change>), Fault> {
    let noted = sql_feed::noted(read, after, limit)?;
    let newest = noted.last().map_or(after, |(version, _, _)| *version);
    let mut seen = std::collections::BTreeSet::new();
    let mut changes = Vec::new();
    for (_, kind, subject) in noted {
        if seen.insert((kind.clone(), subject.clone())) {
            changes.extend(current::<A>(read, &kind, &Id::fixed(subject))?);
        }
    }
    Ok((newest, changes))
}

fn current<A: Asks>(read: &Read, kind: &str, subject: &Id) -> Result<Option<Change>, Fault> {
    Ok(match kind {
        KEY => sql::key(read, subject)?.map(|key| Change::Key(key_line(key))),
        TOKEN => sql_token::token(read, subject)?.map(Change::Key),
        APP => match sql::app(read, subject)? {
            Some(app) => Some(Change::App(app_line::<A>(read, app)?)),
            None => None,
        },
        PLANS => Some(Change::Plans { plans: A::plans(read)? }),
        SIGNERS => Some(Change::Signers { signers: signers(read)? }),
        CAPABILITY => match sql::capability(read, subject)? {
            Some(capability) => Some(Change::Capability(capability_line(read, capability)?)),
            None => None,
        },
        other => return Err(Fault::new(format!("a change of {other}"))),
    })
}

/// Everything there is, in batches handed to `take`; returns the number of the newest change it holds.
pub fn everything<A: Asks>(read: &Read, mut take: impl FnMut(Vec<Change>)) -> Result<i64, Fault> {
    let newest = newest_change(read)?;
    take(vec![Change::Plans { plans: A::plans(read)? }, Change::Signers { signers: signers(read)? }]);
    for capability in sql::capabilities(read)? {
        take(vec![Change::Capability(capability_line(read, capability)?)]);
    }
    let (paying, recorded) = (A::all_paying(read)?, sql_recording::all_until(read)?);
    sql_feed::apps(read, |mut apps| {
        with_subscriptions(read, &mut apps)?;
        for app in &mut apps {
            let known = paying.get(&app.id).copied().unwrap_or_default();
            (app.suspended, app.limited) = (known.suspended, known.limited);
            app.recorded_until = recorded.get(&app.id).map(|until| until.micros());
        }
        take(apps.into_iter().map(Change::App).collect());
        Ok(())
    })?;
    sql_feed::keys(read, |keys| {
        take(keys.into_iter().map(Change::Key).collect());
        Ok(())
    })?;
    take(sql_token::alive(read)?.into_iter().map(Change::Key).collect());
    Ok(newest)
}

/// A page of apps, in the order of their ids, with what each of them subscribed.
fn with_subscriptions(read: &Read, apps: &mut [AppLine]) -> Result<(), Fault> {
    let (Some(first), Some(last)) = (apps.first(), apps.last()) else { return Ok(()) };
    for (app, line) in sql_subscription::lines(read, first.id.as_str(), last.id.as_str())? {
        if let Ok(at) = apps.binary_search_by(|other| other.id.as_str().cmp(app.as_str())) {
            apps[at].subscriptions.push(line);
        }
    }
    Ok(())
}

fn key_line(key: crate::Key) -> KeyLine {
    KeyLine {
        proof: proof(&key.extra),
        hash: key.hash,
        id: key.id,
        app: key.app,
        capabilities: key.capabilities,
        nets: key.nets,
        ends_at: key.ends_at.map(words::Instant::micros),
        revoked: key.revoked_at.is_some(),
    }
}

fn app_line<A: Asks>(read: &Read, app: crate::App) -> Result<AppLine, Fault> {
    let paying = A::paying(read, &app.id)?;
    let plan = sql_quota::plan(read, &app.id)?;
    let subscriptions = sql_subscription::lines(read, app.id.as_str(), app.id.as_str())?.into_iter().map(|(_, line)| line).collect();
    let recorded_until = sql_recording::until(read, &app.id)?.map(words::Instant::micros);
    Ok(AppLine {
        recorded_until,
        id: app.id,
        environment: app.environment,
        open: app.state == crate::AppState::Open,
        plan,
        subscriptions,
        suspended: paying.suspended,
        limited: paying.limited,
    })
}

fn capability_line(read: &Read, capability: crate::Capability) -> Result<CapabilityLine, Fault> {
    let versions = sql::versions_of(read, &capability.id)?;
    let callable = versions.into_iter().filter(|version| !matches!(version.state, VersionState::Draft | VersionState::Retired));
    Ok(CapabilityLine { versions: callable.map(version_line).collect::<Result<_, _>>()?, id: capability.id, slug: capability.slug })
}

fn version_line(version: Version) -> Result<VersionLine, Fault> {
    let document = Document::parse(&version.document).map_err(|mistake| Fault::new(format!("document of {}: {mistake:?}", version.id)))?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(VersionLine {
        id: version.id,
        major: version.major,
        state: version.state,
        sandbox: version.sandbox_upstream,
        live: version.live_upstream,
        durable: document.durable,
        health: document.health,
        retries: document.retries,
        routes: document.routes,
        rewrites: document.rewrites,
        sockets: document.operations.iter().enumerate().filter(|(_, one)| one.is_socket()).map(|(at, _)| at).collect(),
        rules: Rules::of(&version.document, &document.operations),
        operations: document.operations.into_iter().map(|one| (one.method, one.path)).collect(),
        timeout_ms: count(version.timeout_ms),
        body_limit: count(version.body_limit),
        sunset_on: version.sunset_on,
        deprecated_at: (version.state == VersionState::Deprecated).then(|| version.entered_at.micros()),
    })
}
