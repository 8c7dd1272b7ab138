//! A shipment as it travels to a server: a segment of its own with one frame, so it is checked and read as those on disk are. Pure.
//!
//! Invariant: what is unpacked is what was packed, or nothing; whatever the bytes are.

use std::collections::HashMap;
use std::sync::Arc;

use metering::{Admitted, Entry, Shipment};

use super::format::{self, Decoder, FRAME_HEAD, Found, Head};

type Pair = (Arc<str>, Arc<str>);

/// Numbers that keys and places have in a shipment.
#[derive(Default)]
struct Known {
    keys: HashMap<Pair, u64>,
    places: HashMap<Pair, u64>,
}

/// Packs a shipment; nothing if an entry of it was never written by a gateway.
pub(crate) fn pack(shipment: &Shipment) -> Option<Vec<u8>> {
    let log = &shipment.log;
    let head = Head { gateway: log.gateway.clone(), epoch: log.epoch, lane: log.lane, first: shipment.first };
    let (mut bytes, seed) = head.encode();
    let (mut frame, mut known) = (vec![0; FRAME_HEAD], Known::default());
    format::put_number(&mut frame, u64::try_from(shipment.first).ok()?);
    for (seq, entry) in (shipment.first..).zip(&shipment.entries) {
        match entry {
            Entry::Admitted(call) => known.put(&mut frame, call)?,
            Entry::Settled(end) => format::put_again(&mut frame, seq - end.of, end),
            Entry::Refused(one) => format::put_refused(&mut frame, one.at_us, one.app.as_deref().unwrap_or_default(), &one.reason, one.count),
        }
    }
    format::seal(&mut frame, seed);
    bytes.extend(frame);
    Some(bytes)
}

impl Known {
    fn put(&mut self, frame: &mut Vec<u8>, call: &Admitted) -> Option<()> {
        let request = call.request.bytes()?;
        let key = number(&mut self.keys, (&call.app, &call.key), |app, key| format::put_key(frame, app, key));
        let place = number(&mut self.places, (&call.meter, &call.dims), |meter, dims| format::put_place(frame, meter, dims));
        format::put_admitted(frame, call.at_us, key, place, &request);
        Some(())
    }
}

/// The number of a pair; said before its first use.
fn number(known: &mut HashMap<Pair, u64>, (first, second): (&Arc<str>, &Arc<str>), say: impl FnOnce(&str, &str)) -> u64 {
    let next = known.len() as u64;
    *known.entry((first.clone(), second.clone())).or_insert_with(|| {
        say(first, second);
        next
    })
}

/// Unpacks a shipment.
pub(crate) fn unpack(bytes: &[u8]) -> Option<Shipment> {
    let (head, seed, length) = Head::decode(bytes)?;
    let frame = bytes.get(length..)?;
    match Decoder::new(seed).frame(frame) {
        Found::Frame(first, entries, used) if used == frame.len() && first == head.first => {
            let log = metering::LogId { gateway: head.gateway, epoch: head.epoch, lane: head.lane };
            Some(Shipment { log, first, entries })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use metering::{Ending, LogId, Refused, Settled};
    use proptest::prelude::*;
    use words::Id;

    use super::*;

    fn entry(seq: i64, kind: u8, number: u64) -> Entry {
        let text = |name: &str| Arc::<str>::from(format!("{name}_{}", number % 3));
        match kind % 3 {
            0 => Entry::Admitted(Admitted {
                at_us: seq * 7,
                app: text("app"),
                key: text("key"),
                meter: text("echo.calls"),
                dims: text("v1 GET /x"),
                request: Id::new("req", seq, [kind; 10]),
            }),
            1 => {
                let ending = [Ending::Answered, Ending::CallerGone, Ending::CutOff, Ending::Refused(text("gateway-slow"))][(number % 4) as usize].clone();
                Entry::Settled(Settled { of: seq - 1, ending, status: 200, bytes_in: number, bytes_out: number / 2, wait_us: 1, total_us: number })
            }
            _ => Entry::Refused(Refused { at_us: seq, app: number.is_multiple_of(2).then(|| text("app")), reason: text("gateway-rate"), count: number }),
        }
    }

    proptest! {
        #[test]
        fn what_is_unpacked_is_what_was_packed(first in 1i64..1_000, kinds in proptest::collection::vec((any::<u8>(), 0u64..1_000_000), 1..40), at in any::<usize>()) {
            let log = LogId { gateway: Id::new("gtw", 1, [1; 10]), epoch: 3, lane: 1 };
            let entries: Vec<Entry> = (first..).zip(&kinds).map(|(seq, (kind, number))| entry(seq, *kind, *number)).collect();
            let shipment = Shipment { log, first, entries };
            let bytes = pack(&shipment).unwrap();
            prop_assert_eq!(unpack(&bytes), Some(shipment.clone()));
            let mut torn = bytes.clone();
            torn.truncate(at % bytes.len());
            prop_assert_eq!(unpack(&torn), None);
            let mut more = bytes.clone();
            more.push(0);
            prop_assert_eq!(unpack(&more), None);
            let mut flipped = bytes;
            let place = at % flipped.len();
            flipped[place] ^= 1;
            prop_assert_ne!(unpack(&flipped), Some(shipment));
        }
    }

    #[test]
    fn an_id_that_no_gateway_made_is_not_packed() {
        let log = LogId { gateway: Id::fixed("gtw_x"), epoch: 1, lane: 0 };
        let Entry::Admitted(call) = entry(1, 0, 1) else { return };
        let odd = Admitted { request: Id::fixed("odd"), ..call };
        assert_eq!(pack(&Shipment { log, first: 1, entries: vec![Entry::Admitted(odd)] }), None);
    }
}
