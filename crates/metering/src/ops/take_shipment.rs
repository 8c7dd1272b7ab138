//! Takes in what a gateway wrote down, exactly once: position and rollups in one transaction.
//!
//! Invariant: however often a shipment comes, and however it overlaps others, each entry counts once; where entries are missing nothing is taken in.

use std::collections::BTreeMap;

use store::Tx;
use words::{Fault, Outcome};

use crate::log::{Admitted, Entry, LogId, Settled, Shipment};
use crate::refusal::ShipmentRefusal;
use crate::rollup::Sums;
use crate::{sql, terms};

/// Takes a shipment in; returns the number of the entry that is wanted next.
pub fn take_shipment(tx: &mut Tx, shipment: &Shipment) -> Outcome<i64, ShipmentRefusal> {
    let mut position = sql::position(tx, &shipment.log)?;
    let known = usize::try_from(position.next - shipment.first).map_err(|_| ShipmentRefusal::Gap { wanted: position.next })?;
    let Some(fresh) = shipment.entries.get(known..).filter(|fresh| !fresh.is_empty()) else { return Ok(position.next) };
    if position.closed_at.is_some() {
        return Err(ShipmentRefusal::Closed.into());
    }
    let mut taken = Taken::default();
    for entry in fresh {
        match entry {
            Entry::Admitted(call) => {
                position.admitted += 1;
                taken.open.insert(position.next, call);
            }
            Entry::Settled(end) => {
                position.settled += 1;
                position.orphans += i64::from(!taken.settle(tx, &shipment.log, end)?);
            }
            Entry::Refused(refused) => {
                position.refusals += 1;
                taken.sums.refuse(refused);
            }
        }
        position.next += 1;
    }
    taken.keep(tx, &shipment.log)?;
    sql::position_put(tx, &shipment.log, &position)?;
    Ok(position.next)
}

/// What a shipment leaves.
#[derive(Default)]
struct Taken<'a> {
    sums: Sums,
    /// Admitted in it and not settled in it.
    open: BTreeMap<i64, &'a Admitted>,
    calls: Vec<(Admitted, Settled)>,
}

impl Taken<'_> {
    /// Settles a call; says whether it is known which. It is not only if its admission is lost.
    fn settle(&mut self, tx: &mut Tx, log: &LogId, end: &Settled) -> Result<bool, Fault> {
        let call = match self.open.remove(&end.of) {
            Some(call) => call.clone(),
            None => match sql::open(tx, log, end.of)? {
                Some(call) => {
                    sql::open_gone(tx, log, end.of)?;
                    call
                }
                None if sql::is_lost(tx, log, end.of)? => return Ok(false),
                None => return Err(Fault::new(format!("{log:?} settles entry {}, which admitted no open call", end.of))),
            },
        };
        self.sums.settle(&call, end);
        self.calls.push((call, end.clone()));
        Ok(true)
    }

    fn keep(&self, tx: &mut Tx, log: &LogId) -> Result<(), Fault> {
        let open: Vec<(i64, &Admitted)> = self.open.iter().map(|(seq, call)| (*seq, *call)).collect();
        sql::open_put(tx, log, &open)?;
        sql::calls_put(tx, &self.calls)?;
        if !self.calls.is_empty() {
            terms::begin_sweeping(tx, terms::CALLS)?;
        }
        keep_sums(tx, &self.sums)
    }
}

/// Adds to the rollups.
pub(crate) fn keep_sums(tx: &mut Tx, sums: &Sums) -> Result<(), Fault> {
    sql::rollups_add(tx, &sums.places.iter().collect::<Vec<_>>())?;
    sql::reasons_add(tx, &sums.reasons.iter().collect::<Vec<_>>())
}
