//! What a call says, taken along while its bodies go by. There is nothing of it for a call whose app does not record.
//!
//! Invariant: what is taken along of a body is all of it, or nothing: what broke off cannot be masked. Of a message of the wire nothing is changed or held back.

use bytes::Bytes;
use capabilities::{Said, TAKEN, Unmasked};
use hyper::{HeaderMap, Request, Response};
use words::Id;

use crate::record::Records;

/// One side while it goes by.
#[derive(Default)]
struct Side {
    head: Vec<(String, String)>,
    length: u64,
    body: Vec<u8>,
    /// Did its end come?
    whole: bool,
}

impl Side {
    fn begin(&mut self, headers: &HeaderMap) {
        self.head = headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
    }

    fn piece(&mut self, data: Option<&Bytes>, ended: bool) {
        self.whole |= ended;
        let Some(data) = data else { return };
        self.length += data.len() as u64;
        if self.length > TAKEN as u64 {
            // Half a text cannot be masked.
            self.body = Vec::new();
        } else {
            self.body.extend_from_slice(data);
        }
    }

    fn said(self) -> Said {
        // Of one that was too long nothing is left.
        let body = String::from_utf8(self.body).ok().filter(|text| self.whole && !text.is_empty());
        Said { head: self.head, length: self.length, body }
    }
}

/// A call while it goes by; on the line once it is dropped, if it was let in.
pub(crate) struct Along {
    line: Records,
    request: Id,
    app: Id,
    first: String,
    let_in: bool,
    asked: Side,
    answered: Side,
}

impl Along {
    pub(crate) fn begin<B>(line: Records, request: Id, app: Id, head: &Request<B>) -> Self {
        let mut asked = Side::default();
        asked.begin(head.headers());
        let target = head.uri().path_and_query().map_or("/", |target| target.as_str());
        Self { line, request, app, first: format!("{} {target}", head.method()), let_in: false, asked, answered: Side::default() }
    }

    /// It is a call now: what is refused before is none.
    pub(crate) fn let_in(&mut self) {
        self.let_in = true;
    }

    /// A piece of the caller's body, and whether it ends there.
    pub(crate) fn asks(&mut self, data: Option<&Bytes>, ended: bool) {
        self.asked.piece(data, ended);
    }

    /// The head of the answer.
    pub(crate) fn answers<B>(&mut self, response: &Response<B>) {
        self.answered.begin(response.headers());
    }

    /// A piece of its body, and whether it ends there.
    pub(crate) fn says(&mut self, data: Option<&Bytes>, ended: bool) {
        self.answered.piece(data, ended);
    }
}

impl Drop for Along {
    fn drop(&mut self) {
        if !self.let_in {
            return;
        }
        let (asked, answered) = (std::mem::take(&mut self.asked).said(), std::mem::take(&mut self.answered).said());
        let (request, app, line) = (self.request.clone(), self.app.clone(), std::mem::take(&mut self.first));
        self.line.put(Unmasked { request, app, line, asked, answered });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_taken_along_whole_or_not_at_all() {
        let take = |pieces: &[usize], ended: bool| {
            let mut side = Side::default();
            for length in pieces {
                side.piece(Some(&Bytes::from("a".repeat(*length))), false);
            }
            side.piece(None, ended);
            let said = side.said();
            (said.length, said.body.map(|body| body.len()))
        };
        assert_eq!(take(&[3, 4], true), (7, Some(7)));
        assert_eq!(take(&[3, 4], false), (7, None));
        assert_eq!(take(&[], true), (0, None));
        assert_eq!(take(&[TAKEN], true), (TAKEN as u64, Some(TAKEN)));
        assert_eq!(take(&[TAKEN, 1], true), (TAKEN as u64 + 1, None));
        let mut odd = Side::default();
        odd.piece(Some(&Bytes::from_static(b"\xff")), true);
        assert_eq!(odd.said().body, None, "no text");
    }
}
