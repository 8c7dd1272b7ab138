//! Sessions end: by signing out, from the list, by a new password, or because nobody uses them.

use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id, Never, Outcome};

use crate::access::{AccessRefusal, SESSION_IDLE_SECONDS};
use crate::told::SessionsEnded;
use crate::{sql_access, sql_passkeys};

pub(crate) const SWEEP: &str = "identity.sweep_sessions";

/// Ends the session that asks.
pub fn sign_out(tx: &mut Tx, who: &Acting, session: &Id) -> Outcome<(), Never> {
    let count = sql_access::session_delete(tx, session, &who.person)?;
    tx.tell(who, &SessionsEnded { person: who.person.clone(), count })?;
    Ok(())
}

/// Ends one of one's own sessions.
pub fn end_session(tx: &mut Tx, who: &Acting, session: &Id) -> Outcome<(), AccessRefusal> {
    let count = sql_access::session_delete(tx, session, &who.person)?;
    if count == 0 {
        return Err(Failure::Absent);
    }
    tx.tell(who, &SessionsEnded { person: who.person.clone(), count })?;
    Ok(())
}

/// Ends all of one's own sessions but the one that asks.
pub fn end_other_sessions(tx: &mut Tx, who: &Acting, session: &Id) -> Outcome<u64, AccessRefusal> {
    let count = sql_access::sessions_delete(tx, &who.person, Some(session))?;
    tx.tell(who, &SessionsEnded { person: who.person.clone(), count })?;
    Ok(count)
}

/// Asks for tomorrow's sweep; call it at every start, it is one job a day.
pub fn start_sweeping(tx: &mut Tx) -> Result<(), Fault> {
    let tomorrow = tx.now().day().plus_days(1);
    tx.later(Job::new(SWEEP, tomorrow.to_string()).at(tomorrow.start()))
}

/// Job: forgets sessions and ceremonies that no longer work, and comes back tomorrow.
pub fn sweep_sessions(tx: &mut Tx, _: &JobRun) -> Result<(), Fault> {
    let idle = tx.now().plus_seconds(-SESSION_IDLE_SECONDS);
    sql_access::sessions_sweep(tx, idle)?;
    sql_passkeys::ceremonies_sweep(tx)?;
    start_sweeping(tx)
}
