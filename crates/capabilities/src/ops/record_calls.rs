//! The owner of an app has the contents of its calls recorded for some hours; gateways bring them, and they are forgotten by themselves.
//!
//! Tells `RecordingChanged`. Invariant: nothing is kept of a call of an app that does not record; what is kept is masked, and sealed under a key that lies
//! with the owner's personal data: erasing them makes it unreadable, in backups too. It is of the newest calls of an app only, and gone when it is over, when
//! the owner ends it, or when the app is closed.

use std::collections::BTreeMap;

use store::{Job, JobRun, Read, Sealer, Tx};
use words::{Acting, Fault, Id, Instant, Outcome};

use crate::app::{App, AppState};
use crate::recorded::Recorded;
use crate::refusal::RecordingRefusal;
use crate::told::RecordingChanged;
use crate::{feed, ops, sql, sql_recording};

/// Field of the owner with the key that what is kept is sealed under.
const FIELD: &str = "recording_key";
/// Most hours at a time.
pub const RECORDING_HOURS: i64 = 72;
/// So many days what was recorded is kept.
pub const RECORDED_DAYS: i64 = 7;
/// So many of the newest calls of an app are kept: a busy one must not fill the disk.
pub const RECORDED_CALLS: i64 = 1_000;
/// Rows that one run of the job forgets at most.
const SOME: i64 = 200;
/// What a gateway brings so long after the end was still recorded in time, in seconds.
const LATE: i64 = 120;
const HOUR_US: i64 = 3_600_000_000;
/// Job: what is over is forgotten.
pub(crate) const FORGET: &str = "capabilities.forget_records";

/// Has calls of an app of one's own recorded for so many hours from now; 0: no longer, and what was kept is forgotten.
pub fn record_calls(tx: &mut Tx, who: &Acting, app: &Id, hours: i64) -> Outcome<Instant, RecordingRefusal> {
    let app = ops::own_app(tx, who, app)?;
    if app.owner != who.person {
        return Err(RecordingRefusal::NotOwn.into());
    }
    if app.state == AppState::Closed {
        return Err(RecordingRefusal::AppClosed.into());
    }
    if !(0..=RECORDING_HOURS).contains(&hours) {
        return Err(RecordingRefusal::Hours.into());
    }
    let until = if hours == 0 { end_recording(tx, &app.id)? } else { begin_recording(tx, &app, hours)? };
    feed::note(tx, feed::APP, &app.id)?;
    tx.tell(who, &RecordingChanged { app: app.id, until })?;
    Ok(until)
}

fn begin_recording(tx: &mut Tx, app: &App, hours: i64) -> Result<Instant, Fault> {
    let until = tx.now().plus_seconds(hours * 3_600);
    sql_recording::set_until(tx, &app.id, until)?;
    if sealer_of(tx, &app.owner)?.is_none() {
        let key = hex::encode(tx.random());
        tx.personal_put(&app.owner, FIELD, &key)?;
    }
    Ok(until)
}

/// No call is recorded any more, and what was kept is forgotten.
pub(crate) fn end_recording(tx: &mut Tx, app: &Id) -> Result<Instant, Fault> {
    // In the past: what gateways still bring is not kept either.
    let until = tx.now().plus_seconds(-LATE);
    sql_recording::set_until(tx, app, until)?;
    sql_recording::forget_app(tx, app)?;
    Ok(until)
}

/// The sealer of what is kept for a person; nothing if they never had anything recorded, or were erased.
pub(crate) fn sealer_of(read: &Read, owner: &Id) -> Result<Option<Sealer>, Fault> {
    let Some(text) = read.personal(owner, FIELD)? else { return Ok(None) };
    let key: Option<[u8; 32]> = hex::decode(text).ok().and_then(|key| key.try_into().ok());
    Sealer::of_key(&key.ok_or_else(|| Fault::new("a key of recordings is damaged"))?).map(Some)
}

/// Keeps what a gateway took along.
pub fn keep_records(tx: &mut Tx, records: &[Recorded]) -> Result<(), Fault> {
    // All of an hour end at once, so there is one job for them.
    let hour = tx.now().micros().div_euclid(HOUR_US) + 1;
    let ends_at = Instant::from_micros(hour * HOUR_US).plus_seconds(RECORDED_DAYS * 86_400);
    let mut sealers = BTreeMap::new();
    for one in records {
        if !sealers.contains_key(&one.app) {
            sealers.insert(&one.app, recording(tx, &one.app)?);
        }
        let Some(Some(sealer)) = sealers.get(&one.app) else { continue };
        let sealed = sealer.seal(&serde_json::to_vec(&one.said).map_err(Fault::new)?)?;
        sql_recording::keep(tx, &one.request, &one.app, sealed, ends_at)?;
    }
    sealers.retain(|_, sealer| sealer.is_some());
    for app in sealers.keys() {
        sql_recording::forget_older(tx, app, RECORDED_CALLS)?;
    }
    if sealers.is_empty() { Ok(()) } else { tx.later(Job::new(FORGET, hour.to_string()).at(ends_at)) }
}

/// What seals the calls of an app, if they are recorded.
fn recording(read: &Read, app: &Id) -> Result<Option<Sealer>, Fault> {
    let since = read.now().plus_seconds(-LATE);
    let Some(app) = sql::app(read, app)?.filter(|app| app.state == AppState::Open) else { return Ok(None) };
    match sql_recording::last_until(read, &app.id)? {
        Some(until) if until > since => sealer_of(read, &app.owner),
        _ => Ok(None),
    }
}

/// Job: some of what is over is forgotten, and then the rest.
pub(crate) fn forget_records(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    if sql_recording::forget_over(tx, SOME)? < SOME { Ok(()) } else { tx.later(Job::new(FORGET, &run.key)) }
}
