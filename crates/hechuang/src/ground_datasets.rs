//! What `datasets` asks of capabilities, meters and places.
//!
//! Invariant: a data set is published through the doors by which anybody publishes a capability, and its rows are metered like usage of anybody's.

use std::collections::BTreeMap;

use capabilities::{CapabilityDraft, CapabilityRefusal, Environment, Unpaid, VersionDraft, VersionState};
use datasets::{DatasetRefusal, Publication, RowsRefusal, Standing};
use metering::{EventOutcome, UsageEvent};
use serde_json::json;
use store::{Read, Tx};
use words::{Acting, Bilingual, Failure, Fault, Id, Node, Outcome, RefusedAs};

use crate::ground::Ground;
use crate::ground_billing;

/// Source of the events: the program itself.
const SOURCE: &str = "hechuang/datasets";
/// A query reads from memory; no call waits longer, ms.
const TIMEOUT_MS: i64 = 5_000;
/// Queries have no bodies.
const BODY_LIMIT: i64 = 1_024;

fn set_aside(tx: &mut Tx, app: &Id, meter: &str, rows: i64) -> Outcome<(), RowsRefusal> {
    let refusal = |why| match why {
        Unpaid::Suspended => RowsRefusal::Suspended,
        Unpaid::WalletShort => RowsRefusal::WalletShort,
        Unpaid::LimitReached => RowsRefusal::LimitReached,
    };
    ground_billing::set_aside_whole(tx, app, meter, rows)?.map_err(|why| refusal(why).into())
}

impl datasets::Asks for Ground {
    fn publish(tx: &mut Tx, who: &Acting, one: Publication) -> Outcome<(), DatasetRefusal> {
        let (slug, about_zh, about_en) = (one.slug.clone(), one.about_zh, one.about_en);
        let draft = CapabilityDraft { slug: one.slug, node: one.node, platform: None, fact: None, zh: one.zh, en: one.en, about_zh, about_en };
        capabilities::register_capability(tx, who, draft).refused_as(|refusal| match refusal {
            CapabilityRefusal::NameNeeded => DatasetRefusal::Needed { field: "/zh" },
            _ => DatasetRefusal::Slug { slug: slug.clone() },
        })?;
        let version = VersionDraft {
            sandbox_upstream: one.upstream.clone(),
            live_upstream: one.upstream,
            document: one.document,
            timeout_ms: TIMEOUT_MS,
            body_limit: BODY_LIMIT,
        };
        // The document is ours: if it is refused, we are wrong.
        capabilities::add_served_version::<Ground>(tx, who, &slug, version).map(drop).map_err(|failure| Failure::Broken(failure.into_fault()))
    }

    fn is_live(read: &Read, app: &Id) -> Result<Option<bool>, Fault> {
        Ok(capabilities::apps_among(read, std::slice::from_ref(app))?.remove(app).map(|app| app.environment == Environment::Live))
    }

    fn meter(tx: &mut Tx, slug: &str, app: &Id, request: &str, rows: i64) -> Outcome<(), RowsRefusal> {
        let (meter, at) = (format!("{slug}.rows"), tx.now());
        // Without moment and rows: a request that a gateway makes again, perhaps over a newer file, is the same event.
        let says = json!({ "specversion": "1.0", "id": request, "source": SOURCE, "type": meter, "subject": app });
        let body = says.to_string();
        let event = UsageEvent {
            source: SOURCE.into(),
            id: request.to_owned(),
            meter,
            subject: app.to_string(),
            at: Some(at),
            dims: String::new(),
            units: Some(rows),
            body_hash: store::sha256(&body),
            body,
        };
        set_aside(tx, app, &event.meter, rows)?;
        let taken = capabilities::take_paid_usage(tx, &Acting::system("datasets"), slug, std::slice::from_ref(&event));
        let fates = taken.map_err(|failure| Failure::Broken(failure.into_fault()))?;
        // A request that is made again was paid for; what cannot be understood waits for a person, who says what it costs.
        if fates.iter().any(|fate| fate.duplicate || fate.outcome != EventOutcome::Taken) {
            ground_billing::free_again(tx, app, &event.meter, &words::month_of(at.day()), rows)?;
        }
        Ok(())
    }

    fn standing(read: &Read) -> Result<BTreeMap<String, Standing>, Fault> {
        let of = |state: Option<VersionState>| match state {
            None | Some(VersionState::Draft) => Standing::Draft,
            Some(VersionState::Sandbox) => Standing::Sandbox,
            Some(VersionState::Live | VersionState::Deprecated) => Standing::Live,
            Some(VersionState::Retired) => Standing::Over,
        };
        Ok(capabilities::states(read)?.into_iter().map(|(slug, state)| (slug, of(state))).collect())
    }

    fn places(read: &Read) -> Result<Vec<(Node, Bilingual)>, Fault> {
        Ok(identity::places(read)?.into_iter().filter(|node| node.closed_on.is_none()).map(|node| (node.path, node.title)).collect())
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }
}
