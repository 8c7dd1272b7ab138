//! Sends a message to people: into the inbox always, by mail if a server is configured and they wish it.
//!
//! Invariant: one `once` key reaches a person once; a mail is queued in the transaction that causes it.

use std::collections::BTreeSet;

use store::{Job, Tx};
use words::{Fault, Id};

use crate::message::{Message, Wish};
use crate::ops::send_mail::{JOB, SWITCH};
use crate::sql_inbox as sql;

/// Sends; returns how many people it reached.
pub fn notify(tx: &mut Tx, message: Message) -> Result<usize, Fault> {
    let mut to = Vec::new();
    for person in message.to.iter().collect::<BTreeSet<_>>() {
        let system = person.as_str().starts_with("sys_");
        let again = message.once.as_deref().map_or(Ok(false), |once| sql::reached(tx, person, once))?;
        if !system && !again {
            to.push(person.clone());
        }
    }
    if to.is_empty() {
        return Ok(0);
    }
    let id = sql::message_insert(tx, &message)?;
    for person in &to {
        sql::inbox_insert(tx, person, &id, message.once.as_ref())?;
    }
    queue_mails(tx, &message.kind, &id, &to)?;
    Ok(to.len())
}

fn queue_mails(tx: &mut Tx, kind: &str, message: &Id, to: &[Id]) -> Result<(), Fault> {
    if !sql::switch(tx, SWITCH)? {
        return Ok(());
    }
    let known = sql::message_kind(tx, kind)?;
    for person in to {
        let choice = sql::wish(tx, person, kind)?;
        let wished = known.clone().map_or(choice.unwrap_or(true), |kind| Wish::of(kind, choice).wished);
        if wished {
            let mail = sql::mail_insert(tx, message, person)?;
            tx.later(Job::new(JOB, mail.as_str()))?;
        }
    }
    Ok(())
}
