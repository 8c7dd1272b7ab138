//! Marks that let a call be found again: request id, W3C trace context, x-correlator. Pure, given randomness.

use hyper::header::{HeaderName, HeaderValue};
use rand::Rng;
use rand::rngs::StdRng;
use words::Id;

use crate::fields::Fields;

/// The marks of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marks {
    /// `req_…`, ours.
    pub request_id: Id,
    /// The bytes that the request id is made of.
    pub raw: [u8; 16],
    /// `00-{trace}-{span}-{flags}`: the caller's trace if it sent a valid one, our span.
    pub traceparent: [u8; 55],
    /// The caller's, echoed.
    pub correlator: Option<HeaderValue>,
}

/// Names of the headers.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// W3C trace context.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// CAMARA's correlator.
pub(crate) const CORRELATOR: HeaderName = HeaderName::from_static("x-correlator");

impl Marks {
    /// The marks of a request at this millisecond; the flag says whether its correlator is fit.
    pub(crate) fn of(fields: &impl Fields, at_ms: i64, random: &mut StdRng) -> (Self, bool) {
        let mut bytes = [0u8; 34];
        random.fill_bytes(&mut bytes);
        let id = Id::new("req", at_ms, *bytes.first_chunk().unwrap_or(&[0; 10]));
        let trace = fields.said(TRACEPARENT.as_str()).and_then(parent);
        let correlator = fields.said(CORRELATOR.as_str());
        let fit = correlator.is_none_or(is_correlator);
        let mut raw = [0; 16];
        raw[..6].copy_from_slice(&at_ms.to_be_bytes()[2..]);
        raw[6..].copy_from_slice(&bytes[..10]);
        let marks = Self {
            request_id: id,
            raw,
            traceparent: traceparent(trace, &bytes[10..]),
            correlator: correlator.filter(|_| fit).and_then(|value| HeaderValue::from_bytes(value).ok()),
        };
        (marks, fit)
    }

    /// The fields in which they travel, to the upstream and back to the caller.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (HeaderName, &[u8])> {
        let correlator = self.correlator.as_ref().map(|correlator| (CORRELATOR, correlator.as_bytes()));
        [(REQUEST_ID, self.request_id.as_str().as_bytes()), (TRACEPARENT, &self.traceparent[..])].into_iter().chain(correlator)
    }
}

/// 16 random bytes for a trace (unless the caller has one), 8 for our span.
fn traceparent(theirs: Option<([u8; 32], [u8; 2])>, random: &[u8]) -> [u8; 55] {
    let (trace, span) = random.split_at(16);
    let mut text = [b'0'; 55];
    text[2] = b'-';
    text[35] = b'-';
    text[52] = b'-';
    let (ours, flags) = theirs.unwrap_or_else(|| {
        let mut fresh = [b'0'; 32];
        let _ = hex::encode_to_slice(trace, &mut fresh);
        (fresh, *b"01")
    });
    text[3..35].copy_from_slice(&ours);
    let _ = hex::encode_to_slice(&span[..8], &mut text[36..52]);
    text[53..].copy_from_slice(&flags);
    text
}

/// Trace id and flags of a valid `traceparent` of version 00.
fn parent(text: &[u8]) -> Option<([u8; 32], [u8; 2])> {
    let hex = |part: &[u8]| part.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let some = |part: &[u8]| part.iter().any(|b| *b != b'0');
    let fine = text.len() == 55 && &text[..3] == b"00-" && text[35] == b'-' && text[52] == b'-';
    if !fine || !hex(&text[3..35]) || !hex(&text[36..52]) || !hex(&text[53..]) || !some(&text[3..35]) || !some(&text[36..52]) {
        return None;
    }
    Some((text[3..35].try_into().ok()?, text[53..].try_into().ok()?))
}

/// `^[a-zA-Z0-9-_:;./<>{}]{0,256}$`
fn is_correlator(text: &[u8]) -> bool {
    text.len() <= 256 && text.iter().all(|b| b.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(b))
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use rand::SeedableRng;

    use super::*;

    fn marks(name: HeaderName, text: &str) -> (Marks, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(text).unwrap());
        Marks::of(&headers, 1_000, &mut StdRng::seed_from_u64(1))
    }

    #[test]
    fn the_callers_trace_goes_on_under_our_span() {
        let theirs = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
        let (ours, _) = marks(TRACEPARENT, theirs);
        let text = std::str::from_utf8(&ours.traceparent).unwrap();
        assert!(text.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && text.ends_with("-00") && text != theirs, "{text}");
        for wrong in [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f35",
        ] {
            let (ours, _) = marks(TRACEPARENT, wrong);
            let text = std::str::from_utf8(&ours.traceparent).unwrap();
            assert!(text.len() == 55 && !text.contains("4bf92f3577b34da6"), "{wrong} → {text}");
        }
    }

    #[test]
    fn a_correlator_is_echoed_or_refused() {
        assert_eq!(marks(CORRELATOR, "a-1_:;./<>{}").0.correlator.unwrap(), "a-1_:;./<>{}");
        for wrong in ["a b", "a,b", "a\"b"] {
            assert!(!marks(CORRELATOR, wrong).1, "{wrong}");
        }
        assert!(!marks(CORRELATOR, &"a".repeat(257)).1);
    }
}
