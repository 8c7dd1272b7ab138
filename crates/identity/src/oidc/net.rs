//! Requests to a provider: bounded in time and size, no redirects, certificates of the system.

use std::sync::OnceLock;
use std::time::Duration;

use ureq::Agent;
use ureq::http::Response;

const PATIENCE: Duration = Duration::from_secs(10);
const MOST: u64 = 256 * 1024;

/// Speaks to one provider.
pub(super) struct Net {
    /// An issuer of this machine, in the clear.
    pub here: bool,
    agent: OnceLock<Agent>,
}

impl Net {
    pub(super) fn new(here: bool) -> Self {
        Self { here, agent: OnceLock::new() }
    }

    /// A document.
    pub(super) fn get(&self, address: &str) -> Result<Vec<u8>, String> {
        let reply = self.agent().get(address).header("accept", "application/json").call();
        whole(address, reply)
    }

    /// A form, with our name and secret in the header if there is one.
    pub(super) fn post(&self, address: &str, fields: &[(&str, &str)], basic: Option<&str>) -> Result<Vec<u8>, String> {
        let mut request = self.agent().post(address).header("accept", "application/json");
        if let Some(basic) = basic {
            request = request.header("authorization", format!("Basic {basic}"));
        }
        whole(address, request.send_form(fields.iter().copied()))
    }

    fn agent(&self) -> &Agent {
        self.agent.get_or_init(|| {
            let config = Agent::config_builder()
                .timeout_global(Some(PATIENCE))
                .max_redirects(0)
                .http_status_as_error(false)
                .https_only(!self.here)
                .tls_config(webkit::outward_tls());
            // A proxy of the environment is for the outside.
            let config = if self.here { config.proxy(None) } else { config };
            config.build().new_agent()
        })
    }
}

fn whole(address: &str, reply: Result<Response<ureq::Body>, ureq::Error>) -> Result<Vec<u8>, String> {
    let mut reply = reply.map_err(|error| format!("{address}: {error}"))?;
    let body = reply.body_mut().with_config().limit(MOST).read_to_vec().map_err(|error| format!("{address}: {error}"))?;
    let status = reply.status().as_u16();
    if status == 200 {
        return Ok(body);
    }
    let said: String = String::from_utf8_lossy(&body).chars().filter(|c| !c.is_control()).take(200).collect();
    Err(format!("{address}: status {status}: {said}"))
}
