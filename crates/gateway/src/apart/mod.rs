//! A gateway in a process of its own: what it asks of the house goes over an internal API, which the server answers with the same traits as in one process.
//!
//! Both sides prove that they know one secret, which itself never travels: the gateway shows a token of it, the server answers a question that only it can answer.
//! What a gateway must know and nobody may read (the key that bearer keys are looked up by, the pass of the house) is handed over sealed under that secret, and kept so.
//!
//! Invariant: whatever arrives twice counts once, or is not sent twice.

mod answers;
mod everything;
mod home;
mod host;
mod leased;
mod remote;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::{Hasher, Sealer, SharedSecret};
use words::{Fault, Id};

use crate::{Demand, Feed, Recorder, Reporter, Share, Taker, Teller};

pub use home::Home;
pub use host::{HostOptions, host};
pub use remote::{Link, Remote, RemoteMistake, Server};

/// Where the internal API begins. It is no part of the public one.
pub const PREFIX: &str = "/internal/gateway";
/// Which edition of the forms below is spoken; another one is refused at the first word.
const EDITION: u32 = 2;
/// Header with the id of the gateway.
const GATEWAY: &str = "x-hechuang-gateway";
/// Purpose of the token that a gateway shows.
const SHOWS: &str = "a gateway shows";

/// Purpose of the answer to a gateway's question.
fn proves(question: &str) -> String {
    format!("the server answers {question}")
}

/// Everything a gateway asks of the house.
pub trait Side: Feed + Teller + Taker + Reporter + Recorder {}

impl<T: Feed + Teller + Taker + Reporter + Recorder> Side for T {}

/// What a gateway must know besides its snapshot. Sealed wherever it travels or lies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// Keys by their purposes, hex: what bearer keys are looked up by, and what secrets of signed requests are sealed with.
    pub keys: BTreeMap<String, String>,
    /// The pass by which the house knows its gateways.
    pub pass: String,
    /// Where people find the pages that explain refusals.
    pub help: String,
}

impl Handed {
    /// The hasher of a purpose.
    pub fn hasher(&self, purpose: &str) -> Result<Hasher, Fault> {
        self.key(purpose).map(|key| Hasher::of_key(&key))
    }

    /// The sealer of a purpose.
    pub fn sealer(&self, purpose: &str) -> Result<Sealer, Fault> {
        Sealer::of_key(&self.key(purpose)?)
    }

    fn key(&self, purpose: &str) -> Result<[u8; 32], Fault> {
        let key = self.keys.get(purpose).and_then(|key| hex::decode(key).ok()).and_then(|key| key.try_into().ok());
        key.ok_or_else(|| Fault::new(format!("the server handed over no key for {purpose:?}")))
    }

    fn seal(&self, secret: &SharedSecret) -> Result<Vec<u8>, Fault> {
        secret.seal(&serde_json::to_vec(self).map_err(Fault::new)?)
    }

    fn open(secret: &SharedSecret, sealed: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(&secret.open(sealed)?).map_err(Fault::new)
    }
}

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handed({:?}, …)", self.keys.keys())
    }
}

/// First word of a gateway.
#[derive(Serialize, Deserialize)]
struct Hello {
    edition: u32,
    /// What the server has to answer.
    question: String,
}

/// First word of the server.
#[derive(Serialize, Deserialize)]
struct Welcome {
    /// Answer to the question.
    proof: String,
    /// What is handed over, sealed, hex.
    handed: String,
}

/// Number of the newest change.
#[derive(Serialize, Deserialize)]
struct Newest {
    number: i64,
}

/// Changes after a number.
#[derive(Serialize, Deserialize)]
struct After {
    number: i64,
}

/// Changes, and the number up to which they go.
#[derive(Serialize, Deserialize)]
struct Step {
    number: i64,
    changes: Vec<capabilities::Change>,
}

/// Units are wanted by each of these.
#[derive(Serialize, Deserialize)]
struct Wants {
    wants: Vec<Wanted>,
}

/// What each of them gets; nothing if it is not there any more.
#[derive(Serialize, Deserialize)]
struct Leases {
    leases: Vec<Option<capabilities::Lease>>,
}

/// Units are wanted. The same word twice is answered by the same lease.
#[derive(Serialize, Deserialize)]
struct Wanted {
    holder: Id,
    units: i64,
    word: String,
}

/// Units come back. Never sent twice: those that get lost on the way count as used.
#[derive(Serialize, Deserialize)]
struct Returned {
    holder: Id,
    month: String,
    units: i64,
}

/// A log of the gateway, and the number of one of its entries.
#[derive(Serialize, Deserialize)]
struct LogAt {
    epoch: i64,
    lane: i64,
    /// Wanted next, or last, as the call says.
    #[serde(default)]
    entry: i64,
}

/// How far a log was taken in.
#[derive(Serialize, Deserialize)]
struct Position {
    next: i64,
    closed: bool,
}

/// What a gateway was asked.
#[derive(Serialize, Deserialize)]
struct Demands {
    demands: Vec<Demand>,
}

/// Which parts of the rates are its own.
#[derive(Serialize, Deserialize)]
struct Shares {
    shares: Vec<Share>,
}

/// What calls said.
#[derive(Serialize, Deserialize)]
struct Records {
    records: Vec<capabilities::Recorded>,
}

/// Why the server does not do what was asked.
#[derive(Serialize, Deserialize)]
struct Trouble {
    status: u16,
    code: String,
    #[serde(default)]
    detail: String,
}

/// Nothing to say.
#[derive(Serialize, Deserialize)]
struct Done {}
