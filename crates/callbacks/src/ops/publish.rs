//! Something happened: everybody's endpoint that wants to know of it gets a delivery.
//!
//! Invariant: part of the transaction that it is called in; the same event again changes nothing.

use store::{Job, Tx};
use words::Fault;

use crate::message::Message;
use crate::ops::sweep;
use crate::{sql, sql_delivery};

/// Says, at start, where events come from: the public address of this site.
pub fn settle_source(tx: &mut Tx, source: &str) -> Result<(), Fault> {
    if sql_delivery::source(tx)? == source { Ok(()) } else { sql_delivery::source_put(tx, source) }
}

/// Publishes an event of the owner's things. Nothing is kept if nobody wants it.
pub fn publish(tx: &mut Tx, message: &Message) -> Result<(), Fault> {
    let wanting: Vec<_> = sql::endpoints_of(tx, &message.owner)?.into_iter().filter(|endpoint| endpoint.wants(&message.kind)).collect();
    if wanting.is_empty() || sql_delivery::event_known(tx, &message.id)? {
        return Ok(());
    }
    keep(tx, message)?;
    for endpoint in wanting {
        sql_delivery::delivery_insert(tx, &endpoint.id, &message.id)?;
    }
    Ok(())
}

/// Writes down what is sent, and sees to it that it is swept away one day.
pub(crate) fn keep(tx: &mut Tx, message: &Message) -> Result<(), Fault> {
    let source = sql_delivery::source(tx)?;
    sql_delivery::event_insert(tx, &message.id, &message.owner, &message.kind, &message.body(&source))?;
    if tx.job_due(sweep::JOB, sweep::KEY)?.is_none() {
        let at = tx.now().plus_seconds(sweep::EVERY_S);
        tx.later(Job::new(sweep::JOB, sweep::KEY).at(at))?;
    }
    Ok(())
}
