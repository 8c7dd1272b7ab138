//! The gateway's side of the internal API: asks the server what in one process is asked of the database.
//!
//! Blocks, with a bound on every wait. Invariant: only leases are asked for twice, under the word of the first time; units that come back are sent once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use capabilities::{Address, Change, GatewayReport, Lease, Recorded, Upstream};
use metering::{LogId, Shipment};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::SharedSecret;
use ureq::http::Response;
use ureq::{Agent, Body};
use words::{Fault, Id};

use super::{
    After, Demands, Done, EDITION, GATEWAY, Handed, Hello, Leases, LogAt, Newest, PREFIX, Position, Records, Returned, SHOWS, Shares, Step, Trouble, Wanted,
    Wants, Welcome, everything, proves,
};
use crate::meter::pack;
use crate::wire::now_us;
use crate::{Balancer, Demand, Feed, House, Need, Recorder, Reporter, Share, Taken, Taker, Teller};

/// Longest wait for a connection, for an answer, and for the next piece of everything.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(10);
const PIECE: Duration = Duration::from_secs(30);
const EVERYTHING: Duration = Duration::from_secs(600);
/// A connection that has waited longer is not used again: the other side may be closing it.
const IDLE: Duration = Duration::from_secs(4);
/// Largest answer that is believed.
const LARGEST: u64 = 64 << 20;
/// Entries of a log sent at a time: far less than the server takes.
const ENTRIES: usize = 8_000;

/// The server, as a gateway elsewhere reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server(Address);

impl Server {
    /// Reads `https://host[:port]`. In the clear only this machine, unless that is allowed: whoever listens on the way could be a gateway.
    pub fn parse(text: &str, in_clear: bool) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no address of a server such as https://hechuang.example.cn");
        let Some(Upstream::Http(addresses)) = Upstream::parse(text.trim()) else { return Err(wrong()) };
        let [address] = <[Address; 1]>::try_from(addresses).map_err(|_| wrong())?;
        if !address.base.is_empty() {
            return Err(wrong());
        }
        let here = address.host == "localhost" || address.host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if address.tls || here || in_clear {
            return Ok(Self(address));
        }
        Err(format!("{text} would be spoken to in the clear: use https, or say gateway.in_clear if nobody else can listen on that network"))
    }

    /// The server as an upstream, for what it serves itself.
    pub fn house(&self, pass: String) -> House {
        House { address: self.0.clone(), pass }
    }
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.0.tls { "https" } else { "http" }, self.0.authority())
    }
}

/// Since when the server does not answer, for whoever looks after the gateway.
#[derive(Debug, Default)]
pub struct Link(AtomicI64);

impl Link {
    /// Microseconds UTC since when it does not; nothing while it does.
    pub fn away_since(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|since| *since > 0)
    }

    fn note(&self, answers: bool) {
        if answers {
            self.0.store(0, Ordering::Relaxed);
        } else {
            let _ = self.0.compare_exchange(0, now_us(), Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

/// Why the server did not say what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteMistake {
    /// It does not answer, or cannot at the moment.
    Away(String),
    /// It will not: its answer would be the same again.
    Refused(String),
}

impl std::fmt::Display for RemoteMistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Away(why) | Self::Refused(why) => f.write_str(why),
        }
    }
}

impl From<RemoteMistake> for Fault {
    fn from(mistake: RemoteMistake) -> Self {
        Fault::new(mistake)
    }
}

/// The server, for a gateway of this id. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Remote {
    server: Server,
    agent: Agent,
    bearer: String,
    gateway: Id,
    link: Arc<Link>,
    /// Words of leases that were asked for and not answered, by their holders.
    words: HashMap<Id, String>,
}

impl Remote {
    /// Speaks to this server. Certificates of the system vouch for it, and those of the file, if there is one.
    pub fn new(server: Server, secret: &SharedSecret, gateway: Id, trusted: Option<&std::path::Path>) -> Result<Self, Fault> {
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER))
            .max_idle_age(IDLE)
            .max_idle_connections_per_host(8)
            .max_redirects(0)
            .http_status_as_error(false)
            .https_only(server.0.tls)
            // A proxy of the environment is for the outside.
            .proxy(None)
            .tls_config(webkit::outward_tls_beside(trusted)?);
        let (agent, bearer) = (config.build().new_agent(), format!("Bearer {}", secret.token(SHOWS)));
        Ok(Self { server, agent, bearer, gateway, link: Arc::default(), words: HashMap::new() })
    }

    /// Since when the server does not answer.
    pub fn link(&self) -> Arc<Link> {
        self.link.clone()
    }

    /// First word: the server proves that it knows the secret, and hands over what a gateway must know.
    pub fn hello(&self, secret: &SharedSecret) -> Result<Handed, RemoteMistake> {
        let question = hex::encode(rand::random::<[u8; 16]>());
        let welcome: Welcome = self.ask("hello", &Hello { edition: EDITION, question: question.clone() })?;
        if !secret.fits(&proves(&question), &welcome.proof) {
            return Err(RemoteMistake::Refused(format!("what answers at {} does not know the secret", self.server)));
        }
        let sealed = hex::decode(&welcome.handed).map_err(|_| RemoteMistake::Refused("what the server handed over cannot be read".into()))?;
        Handed::open(secret, &sealed).map_err(|fault| RemoteMistake::Refused(format!("what the server handed over: {}", fault.message)))
    }

    fn ask<T: DeserializeOwned>(&self, what: &str, form: &impl Serialize) -> Result<T, RemoteMistake> {
        let body = serde_json::to_vec(form).map_err(|error| RemoteMistake::Refused(error.to_string()))?;
        self.send(what, &body)
    }

    fn send<T: DeserializeOwned>(&self, what: &str, body: &[u8]) -> Result<T, RemoteMistake> {
        let said = self.post(what, ANSWER, body).and_then(|response| self.whole(response));
        self.link.note(said.is_ok());
        serde_json::from_slice(&said?).map_err(|_| RemoteMistake::Away(format!("{}: {what}: the answer cannot be read", self.server)))
    }

    fn post(&self, what: &str, within: Duration, body: &[u8]) -> Result<Response<Body>, RemoteMistake> {
        let request = self.agent.post(format!("{}{PREFIX}/{what}", self.server)).config().timeout_global(Some(within)).timeout_per_read(Some(PIECE)).build();
        let request = request.header("authorization", &self.bearer).header(GATEWAY, self.gateway.as_str());
        request.send(body).map_err(|error| RemoteMistake::Away(format!("{} does not answer: {error}", self.server)))
    }

    fn whole(&self, mut response: Response<Body>) -> Result<Vec<u8>, RemoteMistake> {
        let status = response.status().as_u16();
        let read = response.body_mut().with_config().limit(LARGEST).read_to_vec();
        let body = read.map_err(|error| RemoteMistake::Away(format!("{} broke off: {error}", self.server)))?;
        if status == 200 { Ok(body) } else { Err(self.said_no(status, &body)) }
    }

    /// Only what the server itself says will be the same again; a proxy before it may say anything while the server is away.
    fn said_no(&self, status: u16, body: &[u8]) -> RemoteMistake {
        let server = &self.server;
        match serde_json::from_slice::<Trouble>(body) {
            Ok(said) if status == 404 => RemoteMistake::Refused(format!("{server} admits no gateways: give it gateway.secret_file ({})", said.code)),
            Ok(said) if status < 500 => RemoteMistake::Refused(format!("{server}: {}", if said.detail.is_empty() { said.code } else { said.detail })),
            Ok(said) => RemoteMistake::Away(format!("{server}: {}", said.detail)),
            Err(_) => RemoteMistake::Away(format!("{server} answers {status}")),
        }
    }

    fn log(log: &LogId, entry: i64) -> LogAt {
        LogAt { epoch: log.epoch, lane: log.lane, entry }
    }
}

impl Feed for Remote {
    fn newest(&mut self) -> Result<i64, Fault> {
        Ok(self.ask::<Newest>("newest", &Done {})?.number)
    }

    fn since(&mut self, number: i64) -> Result<(i64, Vec<Change>), Fault> {
        let step: Step = self.ask("changes", &After { number })?;
        Ok((step.number, step.changes))
    }

    fn everything(&mut self, take: &mut dyn FnMut(Vec<Change>)) -> Result<i64, Fault> {
        let response = self.post("everything", EVERYTHING, &[])?;
        if response.status().as_u16() != 200 {
            return Err(self.whole(response).err().map_or_else(|| Fault::new("no answer"), Fault::from));
        }
        everything::receive(response.into_body().into_reader(), take)
    }
}

impl Teller for Remote {
    fn lease(&mut self, needs: &[Need]) -> Result<Vec<Option<Lease>>, Fault> {
        let mut word = |holder: &Id| self.words.entry(holder.clone()).or_insert_with(|| hex::encode(rand::random::<[u8; 12]>())).clone();
        let wants = needs.iter().map(|need| Wanted { holder: need.holder.clone(), units: need.units, word: word(&need.holder) }).collect();
        let told: Leases = self.ask("leases", &Wants { wants })?;
        needs.iter().for_each(|need| drop(self.words.remove(&need.holder)));
        Ok(told.leases)
    }

    fn take_back(&mut self, app: &Id, month: &str, units: i64) -> Result<(), Fault> {
        Ok(self.ask::<Done>("returns", &Returned { holder: app.clone(), month: month.to_owned(), units }).map(drop)?)
    }
}

impl Taker for Remote {
    fn position(&mut self, log: &LogId) -> Result<(i64, bool), Fault> {
        let at: Position = self.ask("positions", &Self::log(log, 0))?;
        Ok((at.next, at.closed))
    }

    fn take(&mut self, shipment: Arc<Shipment>) -> Result<Taken, Fault> {
        let (mut first, mut taken) = (shipment.first, Taken::Next(shipment.first));
        for entries in shipment.entries.chunks(ENTRIES) {
            let part = Shipment { log: shipment.log.clone(), first, entries: entries.to_vec() };
            let packed = pack(&part).ok_or_else(|| Fault::new("an entry of the log was written by no gateway"))?;
            taken = self.send("shipments", &packed)?;
            first += i64::try_from(entries.len()).unwrap_or(0);
            if taken != Taken::Next(first) {
                break;
            }
        }
        Ok(taken)
    }

    fn lose(&mut self, log: &LogId, next: i64) -> Result<(), Fault> {
        Ok(self.ask::<Done>("losses", &Self::log(log, next)).map(drop)?)
    }

    fn close(&mut self, log: &LogId, last: i64) -> Result<(), Fault> {
        Ok(self.ask::<Done>("closings", &Self::log(log, last)).map(drop)?)
    }
}

impl Balancer for Remote {
    fn balance(&mut self, demands: &[Demand]) -> Result<Vec<Share>, Fault> {
        Ok(self.ask::<Shares>("rates", &Demands { demands: demands.to_vec() })?.shares)
    }
}

impl Recorder for Remote {
    fn record(&mut self, records: &[Recorded]) -> Result<(), Fault> {
        Ok(self.ask::<Done>("records", &Records { records: records.to_vec() }).map(drop)?)
    }
}

impl Reporter for Remote {
    fn report(&mut self, report: &GatewayReport) -> Result<(), Fault> {
        Ok(self.ask::<Done>("reports", report).map(drop)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_spoken_to_in_the_clear_only_here_or_where_that_is_allowed() {
        for (text, in_clear, wanted) in [
            ("https://hechuang.example.cn", false, Some("https://hechuang.example.cn")),
            ("https://hechuang.example.cn:8443/", false, Some("https://hechuang.example.cn:8443")),
            ("http://localhost:8080", false, Some("http://localhost:8080")),
            ("http://127.0.0.1:8080", false, Some("http://127.0.0.1:8080")),
            ("http://[::1]:8080", false, Some("http://[::1]:8080")),
            ("http://10.0.0.5:8080", false, None),
            ("http://10.0.0.5:8080", true, Some("http://10.0.0.5:8080")),
            ("http://hechuang.example.cn", false, None),
            ("https://hechuang.example.cn/base", false, None),
            ("https://a.example\nhttps://b.example", false, None),
            ("builtin:echo", false, None),
            ("localhost:8080", false, None),
            ("", true, None),
        ] {
            assert_eq!(Server::parse(text, in_clear).ok().map(|server| server.to_string()).as_deref(), wanted, "{text}");
        }
    }
}
