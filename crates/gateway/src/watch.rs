//! How it stands with a gateway that runs, for those who look after it.

use std::sync::Arc;

use crate::wire::{Shared, now_us};

/// Looks at a gateway; also when it has stopped.
#[derive(Clone)]
pub struct Watch(Arc<Shared>);

impl Watch {
    pub(crate) fn of(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

impl webkit::Beside for Watch {
    fn remarks(&self) -> Vec<String> {
        let certificate = self.0.certificate.as_ref().and_then(|certificate| certificate.at().trouble(now_us()));
        certificate.map(|trouble| format!("gateway: {trouble}")).into_iter().collect()
    }

    fn figures(&self) -> String {
        let Some(certificate) = &self.0.certificate else { return String::new() };
        let name = "hechuang_gateway_certificate_end_seconds";
        format!("# TYPE {name} gauge\n{name} {}\n", certificate.at().ends_at / 1_000_000)
    }
}
