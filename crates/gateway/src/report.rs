//! A gateway says that it is there, every few seconds and once when it stops: for the page of those who look after gateways.
//!
//! Asks a *reporter* on a thread of its own. Nothing waits for it, and nothing follows from what it says.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use capabilities::GatewayReport;
use words::{Fault, Id};

use crate::snapshot::Current;
use crate::wire::now_us;

/// How often it says so.
const EVERY: Duration = Duration::from_secs(5);

/// To whom a gateway says that it is there.
pub trait Reporter: Send {
    /// It is there, or it stops.
    fn report(&mut self, report: &GatewayReport) -> Result<(), Fault>;
}

/// What a gateway says of itself that does not change.
#[derive(Debug, Clone)]
pub struct About {
    /// What people call it.
    pub name: String,
    /// Where callers find it.
    pub address: String,
    /// In a process of its own?
    pub apart: bool,
}

/// The thread that reports.
pub(crate) struct Reporting {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Reporting {
    pub(crate) fn start(id: Id, about: About, current: Arc<Current>, mut reporter: Box<dyn Reporter>) -> Result<Self, Fault> {
        let ((stop, stopped), began_us) = (channel(), now_us());
        let thread = crate::thread("gateway-report".into(), move || {
            let mut away = false;
            loop {
                tell(reporter.as_mut(), &said(&id, &about, &current, began_us, false), &mut away);
                if let Err(RecvTimeoutError::Disconnected) = stopped.recv_timeout(EVERY) {
                    break;
                }
            }
            tell(reporter.as_mut(), &said(&id, &about, &current, began_us, true), &mut away);
        })?;
        Ok(Self { stop, thread })
    }

    /// Says goodbye.
    pub(crate) fn end(self) {
        drop(self.stop);
        let _ = self.thread.join();
    }
}

fn said(id: &Id, about: &About, current: &Current, began_us: i64, stops: bool) -> GatewayReport {
    let root = current.newest();
    GatewayReport {
        id: id.clone(),
        name: about.name.clone(),
        address: about.address.clone(),
        apart: about.apart,
        change: root.number,
        keys: i64::try_from(root.keys()).unwrap_or(i64::MAX),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        began_us,
        now_us: about.apart.then(now_us),
        stops,
    }
}

fn tell(reporter: &mut dyn Reporter, report: &GatewayReport, away: &mut bool) {
    match reporter.report(report) {
        Ok(()) => *away = false,
        Err(fault) if !std::mem::replace(away, true) => tracing::warn!(%fault, "the gateway cannot say that it is there"),
        Err(_) => {}
    }
}
