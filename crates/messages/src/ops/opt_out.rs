//! A number opts out of a sender's messages: by an answer, or because the sender was told so otherwise. Tells `OptedOut`.
//!
//! Invariant: a number stands on a sender's list once, and stays.

use store::Tx;
use words::{Acting, Fault, Outcome};

use super::send_messages::HASHER;
use crate::asks::Sender;
use crate::number::Number;
use crate::opt_out::opts_out;
use crate::refusal::OptOutRefusal;
use crate::sql::{self, Leaving};
use crate::told::OptedOut;

/// Puts a number on the list of a sender; says whether it is new there.
pub fn opt_out(tx: &mut Tx, sender: &Sender, number: &str) -> Outcome<bool, OptOutRefusal> {
    let number = Number::parse(number).ok_or_else(|| OptOutRefusal::Number { number: number.to_owned() })?;
    Ok(put(tx, sender, &number, "")?)
}

/// An answer in the sandbox, where no network brings any; says whether it opted out.
pub fn simulate_reply(tx: &mut Tx, sender: &Sender, number: &str, text: &str) -> Outcome<bool, OptOutRefusal> {
    if sender.live {
        return Err(OptOutRefusal::SandboxOnly.into());
    }
    let number = Number::parse(number).ok_or_else(|| OptOutRefusal::Number { number: number.to_owned() })?;
    if !opts_out(text) {
        return Ok(false);
    }
    put(tx, sender, &number, text.trim())?;
    Ok(true)
}

fn put(tx: &mut Tx, sender: &Sender, number: &Number, said: &str) -> Result<bool, Fault> {
    let (hash, masked) = (tx.hasher(HASHER).hex(number.as_str().as_bytes()), number.masked());
    leave(tx, &Leaving { owner: &sender.owner, environment: sender.environment(), number_hash: &hash, masked: &masked, said })
}

/// Puts it on the list unless it stands there.
pub(crate) fn leave(tx: &mut Tx, one: &Leaving<'_>) -> Result<bool, Fault> {
    if sql::is_opted_out(tx, one.owner, one.environment, one.number_hash)? {
        return Ok(false);
    }
    let now = tx.now();
    sql::opt_out_insert(tx, one, now)?;
    let told = OptedOut { owner: one.owner.clone(), environment: one.environment.into(), number: one.masked.into() };
    tx.tell(&Acting::system("messages"), &told)?;
    Ok(true)
}
