//! What `messages` asks of apps, meters and the register of people.
//!
//! Invariant: parts that the program itself sends are paid for before, and metered through the same door as usage of anybody's capability.

use std::collections::BTreeMap;

use capabilities::{App, Environment, Unpaid};
use messages::{PartsUsed, SendRefusal, Sender};
use metering::{EventOutcome, UsageEvent};
use serde_json::json;
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::ground::Ground;
use crate::ground_billing;

/// Name of the capability in addresses; its document declares the meter.
const SLUG: &str = "message";
const METER: &str = "message.parts";
/// Source of the events: the program itself.
const SOURCE: &str = "hechuang/messages";

impl messages::Asks for Ground {
    fn sender(read: &Read, app: &Id) -> Result<Option<Sender>, Fault> {
        Ok(capabilities::apps_among(read, std::slice::from_ref(app))?.remove(app).map(sender))
    }

    fn senders_of(read: &Read, person: &Id) -> Result<Vec<Sender>, Fault> {
        Ok(capabilities::apps_of(read, person)?.into_iter().map(sender).collect())
    }

    fn set_aside(tx: &mut Tx, app: &Id, parts: i64) -> Outcome<(), SendRefusal> {
        let refusal = |why| match why {
            Unpaid::Suspended => SendRefusal::Suspended,
            Unpaid::WalletShort => SendRefusal::WalletShort,
            Unpaid::LimitReached => SendRefusal::LimitReached,
        };
        ground_billing::set_aside_whole(tx, app, METER, parts)?.map_err(|why| refusal(why).into())
    }

    fn free_again(tx: &mut Tx, app: &Id, parts: i64) -> Result<(), Fault> {
        let month = words::month_of(tx.now().day());
        ground_billing::free_again(tx, app, METER, &month, parts)
    }

    fn meter(tx: &mut Tx, app: &Id, used: &[PartsUsed]) -> Result<(), Fault> {
        if used.is_empty() {
            return Ok(());
        }
        let events: Vec<UsageEvent> = used.iter().map(|one| event(app, one)).collect();
        let fates = capabilities::take_paid_usage(tx, &Acting::system("messages"), SLUG, &events).map_err(Failure::into_fault)?;
        match fates.iter().find(|fate| fate.outcome != EventOutcome::Taken) {
            Some(fate) => Err(Fault::new(format!("parts of {} are not counted: {:?}", fate.id, fate.doubt))),
            None => Ok(()),
        }
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }
}

fn sender(app: App) -> Sender {
    Sender { live: app.environment == Environment::Live, app: app.id, name: app.name, owner: app.owner }
}

fn event(app: &Id, one: &PartsUsed) -> UsageEvent {
    let says = json!({ "specversion": "1.0", "id": one.message, "source": SOURCE, "type": METER, "subject": app, "time": one.at, "data": { "units": one.parts, "kind": one.kind } });
    let body = says.to_string();
    UsageEvent {
        source: SOURCE.into(),
        id: one.message.to_string(),
        meter: METER.into(),
        subject: app.to_string(),
        at: Some(one.at),
        dims: one.kind.into(),
        units: Some(one.parts),
        body_hash: store::sha256(&body),
        body,
    }
}
