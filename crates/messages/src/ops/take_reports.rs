//! A network reports what became of messages, and what whoever got them answered. Tells `DeliveryReported`, `OptedOut`.
//!
//! Invariant: what was reported first stays; a report that comes again changes nothing and is not told again.

use serde::{Deserialize, Serialize};
use store::{JobRun, Tx};
use words::{Acting, Fault, Id};

use super::opt_out::leave;
use crate::driver::MessageState;
use crate::opt_out::opts_out;
use crate::sql;
use crate::told::{DeliveryReported, Reported};

/// Job: what a network foresaw has come.
pub(crate) const REPORT: &str = "messages.report";

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Message.
    pub message: Id,
    /// `delivered` or `failed`.
    pub state: MessageState,
    /// Why not.
    pub code: String,
    /// What was answered.
    pub reply: Option<String>,
}

/// What became of messages of a send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reports {
    /// Send.
    pub send: Id,
    /// Each.
    pub reports: Vec<Report>,
}

/// Job: takes them in.
pub(crate) fn report(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    take_reports(tx, &run.body()?)
}

/// Takes reports in.
pub fn take_reports(tx: &mut Tx, all: &Reports) -> Result<(), Fault> {
    let Some(send) = sql::send(tx, &all.send)? else { return Ok(()) };
    let messages = sql::messages_of(tx, &send.id)?;
    let mut told = Vec::new();
    for report in &all.reports {
        let Some(message) = messages.iter().find(|one| one.id == report.message) else { continue };
        if !sql::reported(tx, &report.message, report.state, &report.code)? {
            continue;
        }
        told.push(Reported { message: message.id.clone(), number: message.masked.clone(), state: report.state.as_str().into(), code: report.code.clone() });
        if let Some(reply) = report.reply.as_deref().filter(|reply| opts_out(reply)) {
            leave(
                tx,
                &sql::Leaving { owner: &send.owner, environment: &send.environment, number_hash: &message.number_hash, masked: &message.masked, said: reply },
            )?;
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    tx.tell(&Acting::system("messages"), &DeliveryReported { send: send.id, app: send.app, reports: told }).map(drop)
}
