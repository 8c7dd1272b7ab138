//! How it stands with a gateway that runs, for those who look after it: a page, `/readyz`, figures.

use std::fmt::Write;
use std::sync::Arc;

use capabilities::Environment;
use schemars::JsonSchema;
use serde::Serialize;
use words::Instant;

use crate::snapshot::Root;
use crate::upstream::{Standing, Target};
use crate::wire::{Shared, now_us};

/// Looks at a gateway; also when it has stopped.
#[derive(Clone)]
pub struct Watch(Arc<Shared>);

/// The gateway that runs beside the pages, if one does.
#[derive(Clone, Default)]
pub struct Beheld(pub Option<Watch>);

/// How it stands with a gateway.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GatewayView {
    /// Number of the newest change that is in force.
    change: i64,
    /// How many keys it knows.
    keys: usize,
    /// Last moment of the certificate that callers are shown, if there is a door for TLS.
    certificate_ends_at: Option<Instant>,
    /// `fine`, `soon`, `over`, or `unread` if its files have changed and cannot be taken in.
    certificate: Option<&'static str>,
    /// Addresses that calls go to.
    targets: Vec<TargetView>,
}

/// How it stands with an address that calls go to.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TargetView {
    /// Capability.
    capability: String,
    /// `1` of `v1`.
    major: i64,
    /// Whose calls go there.
    environment: Environment,
    /// `https://host:port/base`.
    address: String,
    /// How many calls it gets beside the others.
    weight: u32,
    /// `open`; `resting` after failures; `down` as its health path says.
    state: &'static str,
    /// Seconds of its rest that are left.
    rests_s: u64,
    /// Calls since the gateway began.
    calls: u64,
    /// Those that failed.
    failed: u64,
    /// Those that were made again elsewhere.
    again: u64,
    /// Why the last one failed.
    last: Option<&'static str>,
    /// When.
    last_at: Option<Instant>,
}

impl Watch {
    pub(crate) fn of(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// Does it know what to let pass?
    pub fn is_ready(&self) -> bool {
        self.0.current.newest().number > 0
    }

    /// For the page.
    pub(crate) fn view(&self) -> GatewayView {
        let root = self.0.current.newest();
        let at = self.0.certificate.as_ref().map(|certificate| certificate.at());
        let (ends, state) = (at.as_ref().map(|at| Instant::from_micros(at.ends_at)), at.as_ref().map(|at| at.state(now_us())));
        let mut targets: Vec<TargetView> = self.targets(&root).map(|(place, target, standing)| target_view(place, target, standing)).collect();
        targets.sort_by(|a, b| (&a.capability, a.major, a.environment.as_str()).cmp(&(&b.capability, b.major, b.environment.as_str())));
        GatewayView { change: root.number, keys: root.keys(), certificate_ends_at: ends, certificate: state, targets }
    }

    fn targets<'a>(&self, root: &'a Root) -> impl Iterator<Item = (Place<'a>, &'a Target, Standing)> {
        let now = self.0.clock();
        root.capabilities().flat_map(move |capability| {
            let place = |major, environment| Place { slug: &capability.line.slug, major, environment };
            capability.targets().map(move |(version, environment, target)| (place(version.line.major, environment), target, target.health.standing(now)))
        })
    }
}

/// Name and kind of a figure, and where it comes from.
type Figure = (&'static str, &'static str, fn(&Standing) -> u64);

/// Whose calls go to a target.
struct Place<'a> {
    slug: &'a str,
    major: i64,
    environment: Environment,
}

fn target_view(place: Place<'_>, target: &Target, standing: Standing) -> TargetView {
    TargetView {
        capability: place.slug.to_owned(),
        major: place.major,
        environment: place.environment,
        address: format!("{}{}", target.origin, target.address.base),
        weight: target.address.weight,
        state: standing.state(),
        rests_s: standing.rests_s,
        calls: standing.calls,
        failed: standing.failed,
        again: standing.again,
        last: standing.last.map(|(why, _)| why.as_str()),
        last_at: standing.last.map(|(_, at)| Instant::from_micros(at)),
    }
}

impl webkit::Beside for Watch {
    fn remarks(&self) -> Vec<String> {
        let certificate = self.0.certificate.as_ref().and_then(|certificate| certificate.at().trouble(now_us()));
        certificate.map(|trouble| format!("gateway: {trouble}")).into_iter().collect()
    }

    fn figures(&self) -> String {
        let mut text = String::new();
        let root = self.0.current.newest();
        let _ = writeln!(text, "# TYPE hechuang_gateway_change gauge\nhechuang_gateway_change {}", root.number);
        if let Some(certificate) = &self.0.certificate {
            let name = "hechuang_gateway_certificate_end_seconds";
            let _ = writeln!(text, "# TYPE {name} gauge\n{name} {}", certificate.at().ends_at / 1_000_000);
        }
        let all: Vec<_> = self.targets(&root).collect();
        let figures: [Figure; 4] = [
            ("calls_total", "counter", |standing| standing.calls),
            ("failed_total", "counter", |standing| standing.failed),
            ("again_total", "counter", |standing| standing.again),
            ("open", "gauge", |standing| u64::from(standing.state() == "open")),
        ];
        for (name, kind, value) in figures {
            let _ = writeln!(text, "# TYPE hechuang_gateway_upstream_{name} {kind}");
            for (place, target, standing) in &all {
                let labels = format!("capability=\"{}\",version=\"v{}\",environment=\"{}\"", place.slug, place.major, place.environment.as_str());
                let _ = writeln!(text, "hechuang_gateway_upstream_{name}{{{labels},target=\"{}\"}} {}", target.origin, value(standing));
            }
        }
        text
    }
}
