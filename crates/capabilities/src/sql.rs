//! Every SQL sentence about capabilities, versions, apps and keys; rows never leave this file.

use std::collections::BTreeMap;

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::app::{App, AppState, Environment};
use crate::capability::Capability;
use crate::key::{Extra, Key, KeyKind};
use crate::sql_certificate::{certificate_insert, certificate_of};
use crate::version::{Version, VersionState};

const CAPABILITY_AT: &str = "select * from capabilities_capability where id = $1";
const CAPABILITY_OF: &str = "select * from capabilities_capability where slug = $1";
const CAPABILITIES: &str = "select * from capabilities_capability order by slug limit 1000";
const VERSION_AT: &str = "select * from capabilities_version where id = $1";
const VERSIONS_OF: &str = "select * from capabilities_version where capability = $1 order by major desc limit 100";
const VERSION_STATES: &str = "select capability, major, state from capabilities_version order by capability, major desc limit 100000";
const APP_AT: &str = "select a.*, p.firm as payer from capabilities_app a left join capabilities_payer p on p.app = a.id where a.id = $1";
const APPS_OF: &str =
    "select a.*, p.firm as payer from capabilities_app a left join capabilities_payer p on p.app = a.id where a.owner = $1 order by a.id desc limit 100";
const APPS_OF_FIRM: &str =
    "select a.*, p.firm as payer from capabilities_payer p join capabilities_app a on a.id = p.app where p.firm = $1 order by p.app desc limit 500";
const APPS_OPEN: &str = "select cast(count(*) as bigint) as n from capabilities_app where owner = $1 and state = 'open'";
const APPS_IN: &str = "select cast(count(*) as bigint) as n from capabilities_app where environment = $1 and state = 'open'";
const KEY_AT: &str = "select k.*, c.kind, c.sealed, c.secret_hash, c.jwks, t.fingerprint, t.subject, t.not_before, t.not_after
     from capabilities_key k left join capabilities_credential c on c.id = k.id left join capabilities_certificate t on t.id = k.id where k.id = $1";
const KEYS_OF: &str = "select k.*, c.kind, c.sealed, c.secret_hash, c.jwks, t.fingerprint, t.subject, t.not_before, t.not_after
     from capabilities_key k left join capabilities_credential c on c.id = k.id left join capabilities_certificate t on t.id = k.id
     where k.app = $1 order by k.id desc limit 200";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[CAPABILITY_AT, CAPABILITY_OF, CAPABILITIES, VERSION_AT, VERSIONS_OF, VERSION_STATES, APP_AT, APPS_OF, APPS_OF_FIRM, APPS_OPEN, APPS_IN, KEY_AT, KEYS_OF];

fn capability_of(row: &Row) -> Result<Capability, Fault> {
    Ok(Capability {
        id: row.get("id")?,
        slug: row.get("slug")?,
        node: row.get("node")?,
        owner: row.get("owner")?,
        platform: row.get("platform")?,
        fact: row.get("fact")?,
        zh: row.get("zh")?,
        en: row.get("en")?,
        about_zh: row.get("about_zh")?,
        about_en: row.get("about_en")?,
        made_at: row.get("made_at")?,
    })
}

fn version_of(row: &Row) -> Result<Version, Fault> {
    let state: String = row.get("state")?;
    Ok(Version {
        id: row.get("id")?,
        capability: row.get("capability")?,
        major: row.get("major")?,
        state: VersionState::parse(&state).ok_or_else(|| Fault::new(format!("version state {state}")))?,
        by_case: row.get("by_case")?,
        sandbox_upstream: row.get("sandbox_upstream")?,
        live_upstream: row.get("live_upstream")?,
        document: row.get("document")?,
        document_hash: row.get("document_hash")?,
        timeout_ms: row.get("timeout_ms")?,
        body_limit: row.get("body_limit")?,
        sunset_on: row.get("sunset_on")?,
        entered_at: row.get("entered_at")?,
        made_at: row.get("made_at")?,
    })
}

fn app_of(row: &Row) -> Result<App, Fault> {
    let (environment, state): (String, String) = (row.get("environment")?, row.get("state")?);
    Ok(App {
        id: row.get("id")?,
        owner: row.get("owner")?,
        payer: row.get("payer")?,
        environment: Environment::parse(&environment).ok_or_else(|| Fault::new(format!("environment {environment}")))?,
        name: row.get("name")?,
        state: if state == "open" { AppState::Open } else { AppState::Closed },
        made_at: row.get("made_at")?,
        closed_at: row.get("closed_at")?,
    })
}

/// An ordinary key has nothing beside its row.
pub(crate) fn extra_of(row: &Row) -> Result<Extra, Fault> {
    let Some(kind) = row.get::<Option<String>>("kind")? else { return Ok(Extra::default()) };
    Ok(Extra {
        kind: kind_of(&kind)?,
        sealed: row.get("sealed")?,
        secret_hash: row.get("secret_hash")?,
        jwks: row.get("jwks")?,
        certificate: certificate_of(row)?,
    })
}

fn kind_of(text: &str) -> Result<KeyKind, Fault> {
    KeyKind::parse(text).ok_or_else(|| Fault::new(format!("a credential of kind {text}")))
}

fn key_of(row: &Row) -> Result<Key, Fault> {
    Ok(Key {
        id: row.get("id")?,
        app: row.get("app")?,
        name: row.get("name")?,
        prefix: row.get("prefix")?,
        hash: row.get("hash")?,
        extra: extra_of(row)?,
        capabilities: row.json("capabilities")?,
        nets: row.json("nets")?,
        ends_at: row.get("ends_at")?,
        revoked_at: row.get("revoked_at")?,
        replaces: row.get("replaces")?,
        made_at: row.get("made_at")?,
    })
}

fn all<T>(read: &Read, sql: &str, values: &[Value], of: fn(&Row) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    read.rows(sql, values)?.iter().map(of).collect()
}

pub(crate) fn capability(read: &Read, id: &Id) -> Result<Option<Capability>, Fault> {
    read.row(CAPABILITY_AT, &params![id])?.as_ref().map(capability_of).transpose()
}

pub(crate) fn capability_by_slug(read: &Read, slug: &str) -> Result<Option<Capability>, Fault> {
    read.row(CAPABILITY_OF, &params![slug])?.as_ref().map(capability_of).transpose()
}

pub(crate) fn capabilities(read: &Read) -> Result<Vec<Capability>, Fault> {
    all(read, CAPABILITIES, &[], capability_of)
}

pub(crate) fn capability_insert(tx: &mut Tx, one: &Capability) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("slug", (&one.slug).into()),
        ("node", (&one.node).into()),
        ("owner", (&one.owner).into()),
        ("platform", one.platform.as_deref().into()),
        ("fact", one.fact.as_deref().into()),
        ("zh", (&one.zh).into()),
        ("en", (&one.en).into()),
        ("about_zh", (&one.about_zh).into()),
        ("about_en", (&one.about_en).into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("capabilities_capability", &columns).map(drop)
}

pub(crate) fn version(read: &Read, id: &Id) -> Result<Option<Version>, Fault> {
    read.row(VERSION_AT, &params![id])?.as_ref().map(version_of).transpose()
}

/// Newest first.
pub(crate) fn versions_of(read: &Read, capability: &Id) -> Result<Vec<Version>, Fault> {
    all(read, VERSIONS_OF, &params![capability], version_of)
}

/// Number and state of the versions of every capability, newest first; without their documents, which are long.
pub(crate) fn version_states(read: &Read) -> Result<BTreeMap<Id, Vec<(i64, VersionState)>>, Fault> {
    let mut found: BTreeMap<Id, Vec<(i64, VersionState)>> = BTreeMap::new();
    for row in read.rows(VERSION_STATES, &[])? {
        let state: String = row.get("state")?;
        let state = VersionState::parse(&state).ok_or_else(|| Fault::new(format!("version state {state}")))?;
        found.entry(row.get("capability")?).or_default().push((row.get("major")?, state));
    }
    Ok(found)
}

pub(crate) fn version_insert(tx: &mut Tx, one: &Version) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("capability", (&one.capability).into()),
        ("major", one.major.into()),
        ("state", one.state.as_str().into()),
        ("by_case", one.by_case.into()),
        ("sandbox_upstream", (&one.sandbox_upstream).into()),
        ("live_upstream", (&one.live_upstream).into()),
        ("document", (&one.document).into()),
        ("document_hash", (&one.document_hash).into()),
        ("timeout_ms", one.timeout_ms.into()),
        ("body_limit", one.body_limit.into()),
        ("sunset_on", one.sunset_on.into()),
        ("entered_at", one.entered_at.into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("capabilities_version", &columns).map(drop)
}

pub(crate) fn version_put(tx: &mut Tx, one: &Version) -> Result<(), Fault> {
    let sql = "update capabilities_version set state = $2, sunset_on = $3, entered_at = $4, sandbox_upstream = $5, live_upstream = $6, timeout_ms = $7, body_limit = $8,
         document = $9, document_hash = $10 where id = $1";
    let (state, sandbox, live) = (one.state.as_str(), &one.sandbox_upstream, &one.live_upstream);
    let values = params![&one.id, state, one.sunset_on, one.entered_at, sandbox, live, one.timeout_ms, one.body_limit, &one.document, &one.document_hash];
    tx.change("capabilities_version", sql, &values).map(drop)
}

/// Those of these apps that there are, in few look-ups.
pub(crate) fn apps_among(read: &Read, ids: &[Id]) -> Result<BTreeMap<Id, App>, Fault> {
    let found = among(read, "select a.*, p.firm as payer from capabilities_app a left join capabilities_payer p on p.app = a.id where a.id in", ids, &[])?;
    found.iter().map(|row| app_of(row).map(|app| (app.id.clone(), app))).collect()
}

/// The same of capabilities.
pub(crate) fn capabilities_among(read: &Read, ids: &[Id]) -> Result<BTreeMap<Id, Capability>, Fault> {
    let found = among(read, "select * from capabilities_capability where id in", ids, &[])?;
    found.iter().map(|row| capability_of(row).map(|capability| (capability.id.clone(), capability))).collect()
}

/// Rows of some ids, which stand at the end of the sentence, in few look-ups; `before` are its other values.
pub(crate) fn among(read: &Read, sql: &str, ids: &[Id], before: &[Value]) -> Result<Vec<Row>, Fault> {
    let mut found = Vec::new();
    for some in ids.chunks(400) {
        let marks: Vec<String> = (1..=some.len()).map(|n| format!("${}", n + before.len())).collect();
        let values: Vec<Value> = before.iter().cloned().chain(some.iter().map(Into::into)).collect();
        found.extend(read.rows(&format!("{sql} ({})", marks.join(", ")), &values)?);
    }
    Ok(found)
}

pub(crate) fn app(read: &Read, id: &Id) -> Result<Option<App>, Fault> {
    read.row(APP_AT, &params![id])?.as_ref().map(app_of).transpose()
}

/// Newest first.
pub(crate) fn apps_of(read: &Read, owner: &Id) -> Result<Vec<App>, Fault> {
    all(read, APPS_OF, &params![owner], app_of)
}

/// Apps that a firm pays for, newest first.
pub(crate) fn apps_of_firm(read: &Read, firm: &Id) -> Result<Vec<App>, Fault> {
    all(read, APPS_OF_FIRM, &params![firm], app_of)
}

/// Apps of an environment that are open.
pub(crate) fn open_apps(read: &Read, environment: Environment) -> Result<i64, Fault> {
    read.row(APPS_IN, &params![environment.as_str()])?.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn apps_open(read: &Read, owner: &Id) -> Result<i64, Fault> {
    read.row(APPS_OPEN, &params![owner])?.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn app_insert(tx: &mut Tx, one: &App) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("owner", (&one.owner).into()),
        ("environment", one.environment.as_str().into()),
        ("name", (&one.name).into()),
        ("state", "open".into()),
        ("made_at", one.made_at.into()),
        ("closed_at", Value::Null),
    ];
    tx.insert("capabilities_app", &columns)?;
    payer_put(tx, one)
}

/// Who pays for an app: no row, if its owner does.
pub(crate) fn payer_put(tx: &mut Tx, one: &App) -> Result<(), Fault> {
    tx.change("capabilities_payer", "delete from capabilities_payer where app = $1", &params![&one.id])?;
    let Some(firm) = &one.payer else { return Ok(()) };
    tx.insert("capabilities_payer", &[("app", (&one.id).into()), ("firm", firm.into())]).map(drop)
}

pub(crate) fn app_owner_put(tx: &mut Tx, id: &Id, owner: &Id) -> Result<(), Fault> {
    tx.change("capabilities_app", "update capabilities_app set owner = $2 where id = $1", &params![id, owner]).map(drop)
}

pub(crate) fn app_close(tx: &mut Tx, id: &Id, at: Instant) -> Result<(), Fault> {
    tx.change("capabilities_app", "update capabilities_app set state = 'closed', closed_at = $2 where id = $1", &params![id, at]).map(drop)
}

pub(crate) fn key(read: &Read, id: &Id) -> Result<Option<Key>, Fault> {
    read.row(KEY_AT, &params![id])?.as_ref().map(key_of).transpose()
}

/// Newest first.
pub(crate) fn keys_of(read: &Read, app: &Id) -> Result<Vec<Key>, Fault> {
    all(read, KEYS_OF, &params![app], key_of)
}

pub(crate) fn key_insert(tx: &mut Tx, one: &Key) -> Result<(), Fault> {
    let json = |value: serde_json::Result<String>| value.map(Value::Text).map_err(Fault::new);
    let columns = [
        ("id", (&one.id).into()),
        ("app", (&one.app).into()),
        ("name", (&one.name).into()),
        ("prefix", (&one.prefix).into()),
        ("hash", (&one.hash).into()),
        ("capabilities", json(serde_json::to_string(&one.capabilities))?),
        ("nets", json(serde_json::to_string(&one.nets))?),
        ("ends_at", one.ends_at.into()),
        ("revoked_at", one.revoked_at.into()),
        ("replaces", one.replaces.as_ref().into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("capabilities_key", &columns)?;
    if one.extra.kind == KeyKind::Key {
        return Ok(());
    }
    let columns = [
        ("id", (&one.id).into()),
        ("kind", one.extra.kind.as_str().into()),
        ("sealed", one.extra.sealed.clone().into()),
        ("secret_hash", one.extra.secret_hash.as_deref().into()),
        ("jwks", one.extra.jwks.as_deref().into()),
    ];
    tx.insert("capabilities_credential", &columns)?;
    one.extra.certificate.as_ref().map_or(Ok(()), |certificate| certificate_insert(tx, &one.id, certificate))
}

/// When a key ends, and whether it was killed.
pub(crate) fn key_end(tx: &mut Tx, id: &Id, ends_at: Option<Instant>, revoked_at: Option<Instant>) -> Result<(), Fault> {
    tx.change("capabilities_key", "update capabilities_key set ends_at = $2, revoked_at = $3 where id = $1", &params![id, ends_at, revoked_at]).map(drop)
}

#[cfg(test)]
mod tests {
    use store::testing::temp;
    use words::{Failure, Fault, Never};

    #[test]
    fn every_sentence_is_compiled() {
        let world = temp(&[&super::tests::PART]);
        let prepared = world.db.read::<_, Never>(|read| {
            let all = super::ALL
                .iter()
                .chain(crate::sql_feed::ALL)
                .chain(crate::sql_quota::ALL)
                .chain(crate::sql_token::ALL)
                .chain(crate::sql_oauth::ALL)
                .chain(crate::sql_subscription::ALL)
                .chain(crate::sql_meter::ALL)
                .chain(crate::sql_gateway::ALL)
                .chain(crate::sql_certificate::ALL)
                .chain(crate::sql_reservation::ALL)
                .chain(crate::sql_recording::ALL);
            Ok(all.map(|sql| read.prepare(sql)).collect::<Result<Vec<()>, Fault>>()?)
        });
        prepared.map_err(Failure::into_fault).expect("every sentence");
    }

    static PART: store::Part = store::Part {
        migrations: &[
            store::Migration { name: "20261128_capabilities", sql: include_str!("../migrations/20261128_capabilities.sql") },
            store::Migration { name: "20261129_quota", sql: include_str!("../migrations/20261129_quota.sql") },
            store::Migration { name: "20261130_token", sql: include_str!("../migrations/20261130_token.sql") },
            store::Migration { name: "20261201_subscription", sql: include_str!("../migrations/20261201_subscription.sql") },
            store::Migration { name: "20261202_credential", sql: include_str!("../migrations/20261202_credential.sql") },
            store::Migration { name: "20261203_meter", sql: include_str!("../migrations/20261203_meter.sql") },
            store::Migration { name: "20261203_oauth", sql: include_str!("../migrations/20261203_oauth.sql") },
            store::Migration { name: "20261206_gateway", sql: include_str!("../migrations/20261206_gateway.sql") },
            store::Migration { name: "20261207_certificate", sql: include_str!("../migrations/20261207_certificate.sql") },
            store::Migration { name: "20261207_reservation", sql: include_str!("../migrations/20261207_reservation.sql") },
            store::Migration { name: "20261208_recording", sql: include_str!("../migrations/20261208_recording.sql") },
            store::Migration { name: "20261209_payer", sql: include_str!("../migrations/20261209_payer.sql") },
        ],
        ..store::Part::named("capabilities")
    };
}
