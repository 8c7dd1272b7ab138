//! PostgreSQL: a use case in a transaction of its own, run again after a conflict or a lost connection, and never twice when it was committed.
//!
//! When the connection breaks while committing, nobody has said whether it was done. An event of the use case is its witness: found in the log, it was;
//! not found and its id free to be taken, it was not and cannot be any more. Where there is no witness the caller is told that it is not known.

use std::sync::PoisonError;
use std::time::{Duration, Instant as Moment};

use words::{Failure, Fault, Id, Outcome, Trouble};

use crate::db::run_case;
use crate::{Db, Tx, params};

/// How often a use case that met a transient fault is run again.
const RETRIES: u32 = 12;
/// After so many lost races a use case runs while no other of this process does: on a hot row the same one could lose for ever.
const FAIR_AFTER: u32 = 6;
/// How long one tries to find out whether a commit was made.
const PATIENCE: Duration = Duration::from_secs(5);

/// How one attempt ended.
enum Attempt<T, R> {
    Over(Outcome<T, R>),
    /// The commit was sent and no answer came.
    Doubt(T, Option<Id>, Fault),
}

impl Db {
    pub(crate) fn write_alone<T, R>(&self, mut case: impl FnMut(&mut Tx) -> Outcome<T, R>) -> Outcome<T, R> {
        let mut tried = 0;
        loop {
            let outcome = match self.try_in_turn(&mut case, tried) {
                Attempt::Over(outcome) => outcome,
                Attempt::Doubt(value, witness, fault) => match self.was_done(witness.as_ref()) {
                    Some(true) => Ok(value),
                    Some(false) => Err(Failure::Broken(fault)),
                    None => Err(Failure::Broken(Fault { trouble: Trouble::Unsure, ..fault })),
                },
            };
            match outcome {
                Err(Failure::Broken(fault)) if fault.may_run_again() && tried < RETRIES => {
                    let jitter = u64::from(self.entropy().bytes::<1>()[0]) % 8;
                    std::thread::sleep(Duration::from_millis((1 << tried.min(6)) + jitter));
                    tried += 1;
                }
                outcome => {
                    match &outcome {
                        Ok(_) => self.wiring().note_commit(Ok(())),
                        Err(Failure::Broken(fault)) => self.wiring().note_commit(Err(fault)),
                        Err(_) => {}
                    }
                    return outcome;
                }
            }
        }
    }

    fn try_in_turn<T, R>(&self, case: &mut impl FnMut(&mut Tx) -> Outcome<T, R>, tried: u32) -> Attempt<T, R> {
        let turn = &self.wiring().turn;
        if tried < FAIR_AFTER {
            let _beside_others = turn.read().unwrap_or_else(PoisonError::into_inner);
            self.try_alone(case)
        } else {
            let _nobody_else = turn.write().unwrap_or_else(PoisonError::into_inner);
            self.try_alone(case)
        }
    }

    fn try_alone<T, R>(&self, case: &mut impl FnMut(&mut Tx) -> Outcome<T, R>) -> Attempt<T, R> {
        let conn = match self.begin("begin isolation level serializable") {
            Ok(conn) => conn.with_trip(self.trip()),
            Err(fault) => return Attempt::Over(Err(fault.into())),
        };
        let mut tx = Tx::new(self.reader(conn), self.entropy().clone(), self.wiring().clone());
        let outcome = run_case(&mut tx, case);
        // A failed statement has undone everything, whatever the closure made of it; PostgreSQL would answer its commit with a silent rollback.
        let outcome = outcome.and_then(|value| tx.conn().hurt_by().map_or(Ok(value), |fault| Err(fault.into())));
        let ended = tx.conn().batch(if outcome.is_ok() { "commit" } else { "rollback" });
        tx.close_group(outcome.is_ok() && ended.is_ok());
        let witness = tx.witness().cloned();
        if ended.is_ok() {
            self.give_back(tx.into_conn());
        }
        match (outcome, ended) {
            (Ok(value), Err(fault)) if fault.trouble == Trouble::Away => Attempt::Doubt(value, witness, fault),
            (outcome, ended) => Attempt::Over(outcome.and_then(|value| ended.map(|()| value).map_err(Failure::Broken))),
        }
    }

    /// Was the transaction with this event committed? `None` if that cannot be found out.
    fn was_done(&self, witness: Option<&Id>) -> Option<bool> {
        let (witness, begun) = (witness?, Moment::now());
        loop {
            match self.find_witness(witness) {
                Ok(found) => return Some(found),
                Err(_) if begun.elapsed() > PATIENCE => return None,
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// The id is taken for a moment: that waits for whoever may still be committing it, so that "not there" is final.
    fn find_witness(&self, witness: &Id) -> Result<bool, Fault> {
        let read = self.reader(self.begin("begin")?);
        read.conn.batch("set local statement_timeout = 5000")?;
        let sql = "insert into store_event (id, at, kind, actor, node, subject, data, rows) values ($1, 0, '', '', '', '', '', '') on conflict do nothing";
        let taken = read.conn.execute(sql, &params![witness])?;
        read.conn.batch("rollback")?;
        self.give_back(read.conn);
        Ok(taken == 0)
    }
}
