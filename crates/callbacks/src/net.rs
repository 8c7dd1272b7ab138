//! Sends a parcel: bounded in time and size, no redirects, no proxy, certificates of the system, and only to addresses within reach.

use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use words::Reach;

use crate::ops::carry_delivery::Parcel;

const PATIENCE: Duration = Duration::from_secs(15);
const MOST: u64 = 4 * 1024;
/// So much of an answer is kept.
const SHOWN: usize = 200;

/// What came of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    /// None: no answer.
    pub status: Option<u16>,
    /// The beginning of the answer, or what was in the way.
    pub said: String,
    pub took_ms: i64,
}

/// Sends parcels.
pub(crate) struct Net(Agent);

impl Net {
    pub(crate) fn new(reach: Reach) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .https_only(!reach.private)
            .proxy(None)
            .user_agent("Hechuang-Callbacks/1")
            .tls_config(webkit::outward_tls())
            .build();
        Self(Agent::with_parts(config, DefaultConnector::default(), Within { reach, names: DefaultResolver::default() }))
    }

    pub(crate) fn send(&self, parcel: &Parcel) -> Answered {
        let begun = Instant::now();
        let request = self
            .0
            .post(&parcel.url)
            .header("content-type", "application/cloudevents+json")
            .header("webhook-id", &parcel.id)
            .header("webhook-timestamp", parcel.at_s.to_string())
            .header("webhook-signature", &parcel.signature);
        let (status, said) = match request.send(parcel.body.as_bytes()) {
            Ok(mut reply) => {
                let said = reply.body_mut().with_config().limit(MOST).read_to_vec().unwrap_or_default();
                (Some(reply.status().as_u16()), String::from_utf8_lossy(&said).into_owned())
            }
            Err(error) => (None, error.to_string()),
        };
        let said = said.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
        Answered { status, said, took_ms: i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX) }
    }
}

/// Finds addresses as ever and keeps those within reach; what is connected to is what was asked about.
#[derive(Debug)]
struct Within {
    reach: Reach,
    names: DefaultResolver,
}

impl Resolver for Within {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        let mut within = self.empty();
        for address in found.iter().filter(|address| self.reach.allows(address.ip())) {
            within.push(*address);
        }
        if within.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(within) }
    }
}
