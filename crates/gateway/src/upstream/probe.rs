//! Asks for the health path of each target whose version has one. One thread of the gateway does so, a few targets at a time.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::HOST;
use hyper::{Method, Request, Uri};
use tokio::sync::Semaphore;
use tokio::task::spawn_local;
use words::Reach;

use super::Health;
use crate::tls::Trust;
use crate::wire::{Guarded, Worker, connect, now_us};

/// How often.
const EVERY: Duration = Duration::from_secs(5);
/// Longest wait for an answer.
const WAIT: Duration = Duration::from_secs(2);
/// So many at a time.
const AT_A_TIME: usize = 16;

/// One target with the path that is asked for.
struct Probe {
    health: Arc<Health>,
    host: String,
    port: u16,
    tls: bool,
    request: Request<Guarded>,
}

/// Probes as long as its thread lives.
pub(crate) async fn keep_probing(worker: Rc<Worker>) {
    let room = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let root = worker.shared.current.newest();
        let mut seen = HashSet::new();
        for (target, path) in root.probed() {
            let fresh = seen.insert(Arc::as_ptr(&target.health));
            let Some(probe) = fresh.then(|| Probe::of(target, path)).flatten() else { continue };
            let Ok(place) = room.clone().acquire_owned().await else { return };
            let (trust, reach) = (worker.shared.trust.clone(), worker.shared.reach);
            spawn_local(async move {
                let health = probe.health.clone();
                let fine = tokio::time::timeout(WAIT, probe.ask(trust, reach)).await.unwrap_or(false);
                health.probed(fine, now_us());
                drop(place);
            });
        }
        tokio::time::sleep(EVERY).await;
    }
}

impl Probe {
    fn of(target: &super::Target, path: &str) -> Option<Self> {
        let uri: Uri = format!("{}{path}", target.address.base).parse().ok()?;
        let request = Request::builder().method(Method::GET).uri(uri).header(HOST, &target.authority).header("user-agent", "hechuang-gateway");
        let (host, port, tls) = (target.address.host.clone(), target.address.port, target.address.tls);
        Some(Self { health: target.health.clone(), host, port, tls, request: request.body(Guarded::empty()).ok()? })
    }

    /// Does it answer 2xx?
    async fn ask(self, trust: Trust, reach: Reach) -> bool {
        let Ok(mut sender) = connect(&self.host, self.port, reach, self.tls.then_some(&trust)).await else { return false };
        sender.send_request(self.request).await.is_ok_and(|answer| answer.status().is_success())
    }
}
