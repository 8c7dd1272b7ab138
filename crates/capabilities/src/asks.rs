//! What this crate asks of packs, cases and the register of people, put as a trait that the wiring implements once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use store::{Read, Tx};
use words::{Acting, Day, Fault, Id, Node, Span};

use crate::{Discount, ListedPlan, Plan};

/// Answered at the top. Implementations only look down: packs, cases, register of people.
pub trait Asks: 'static {
    /// Opens the case `capability.version` of a new version; its id becomes the version's.
    fn open_case(tx: &mut Tx, who: &Acting, case: VersionCase) -> Result<Id, Fault>;
    /// Opens the case `capability.subscription` of a new subscription; its id becomes the subscription's.
    fn open_subscription(tx: &mut Tx, who: &Acting, case: SubscriptionCase) -> Result<Id, Fault>;
    /// Makes a move of that case which a use case here stands for; false if the case is in another state by now.
    fn move_subscription(tx: &mut Tx, who: &Acting, id: &Id, name: &str, reason: &str) -> Result<bool, Fault>;
    /// Is it known who this person really is? A firm is.
    fn really_known(read: &Read, person: &Id) -> Result<bool, Fault>;
    /// The discount of a case in incubation to which this person belongs; nothing if there is none.
    fn discount(read: &Read, person: &Id, case: &Id) -> Result<Option<Discount>, Fault>;
    /// Cases in incubation to which this person belongs, with their titles and discounts.
    fn incubating(read: &Read, person: &Id) -> Result<Vec<(Id, String, Discount)>, Fault>;
    /// Names of people, for those who may see them.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
    /// The ledger's book as it stands.
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault>;
    /// The plans of the pack in force; the first of an environment is that of an app that chose none.
    fn plans(read: &Read) -> Result<Vec<Plan>, Fault>;
    /// How long a deprecated version still answers.
    fn sunset(read: &Read) -> Result<Span, Fault>;
    /// How many hours the old key still works after it was rolled.
    fn overlap_hours(read: &Read) -> Result<i64, Fault>;
    /// Sets money aside for so many calls of an app before a gateway admits them: gives how many can be paid, or why none can.
    fn set_aside(_: &mut Tx, _app: &Id, _meter: &str, calls: i64) -> Result<Result<i64, Unpaid>, Fault> {
        Ok(Ok(calls))
    }
    /// Frees what was set aside for calls of a month that were not made.
    fn free_again(_: &mut Tx, _app: &Id, _meter: &str, _month: &str, _calls: i64) -> Result<(), Fault> {
        Ok(())
    }
    /// Sets money aside for all of so many units that a capability meters itself, before it does the work; or says why they cannot be paid.
    fn set_aside_whole(_: &mut Tx, _app: &Id, _meter: &str, _units: i64) -> Result<Result<(), Unpaid>, Fault> {
        Ok(Ok(()))
    }
    /// Units that an app used of what a capability meters itself, in a month: nobody had set money aside for them, so what they cost is set aside now, as far as there is money.
    fn used_unasked(_: &mut Tx, _app: &Id, _meter: &str, _month: &str, _units: i64) -> Result<(), Fault> {
        Ok(())
    }
    /// Is money still set aside for what an app used, or does it wait to be paid out of a wallet?
    fn is_unsettled(_: &Tx, _app: &Id) -> Result<bool, Fault> {
        Ok(false)
    }
    /// What was charged in the months from the first day to the last, without tax, fen: by the name of the capability, which may come several times.
    fn earned(_: &Read, _first: Day, _last: Day) -> Result<Vec<(String, i64)>, Fault> {
        Ok(Vec::new())
    }
    /// Developers who act for an organisation.
    fn firms(_: &Read) -> Result<BTreeSet<Id>, Fault> {
        Ok(BTreeSet::new())
    }
    /// What the plan lists on its platforms.
    fn listed(_: &Read) -> Result<ListedPlan, Fault> {
        Ok(ListedPlan::default())
    }
    /// What gateways must know of how an app pays.
    fn paying(_: &Read, _app: &Id) -> Result<Paying, Fault> {
        Ok(Paying::default())
    }
    /// The same of all apps of which there is something to know.
    fn all_paying(_: &Read) -> Result<BTreeMap<Id, Paying>, Fault> {
        Ok(BTreeMap::new())
    }
}

/// Why calls cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpaid {
    /// What is owed was not paid.
    Suspended,
    /// The wallet has not enough.
    WalletShort,
    /// The spending limit is reached.
    LimitReached,
}

/// How an app pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paying {
    /// Nothing of it passes, since what is owed was not paid.
    pub suspended: bool,
    /// It has a spending limit that holds.
    pub limited: bool,
}

/// The case of a version, to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionCase {
    /// `Echo v1`.
    pub title: String,
    /// Where the capability belongs.
    pub node: Node,
    /// Its owner.
    pub owner: Id,
}

/// The case of a subscription, to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionCase {
    /// Capability, app, plan.
    pub title: String,
    /// Where the capability belongs.
    pub node: Node,
    /// Who owns it, and says yes or no; nobody, if the program itself brings it.
    pub owner: Option<Id>,
    /// Who asks.
    pub developer: Id,
}

/// Where the gateway answers: `http://127.0.0.1:8081`; nothing if it is switched off. A value of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayAt(pub Option<String>);

/// Where the server itself reaches the gateway of this process, to try a call on behalf of whoever is signed in; nothing if it is switched off. A value of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallsAt(pub Option<std::net::SocketAddr>);
