//! A send: one text to some numbers, each a message of its own. Pure.

use std::collections::{BTreeMap, BTreeSet};

use words::{Id, Instant};

use crate::driver::MessageState;
use crate::number::Number;
use crate::parts::Encoding;
use crate::refusal::SendRefusal;

/// Numbers of one send at most.
pub const NUMBERS: usize = 100;

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendDraft {
    /// Template.
    pub template: Id,
    /// Signature.
    pub signature: Id,
    /// Values of the template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// Numbers as they were given.
    pub numbers: Vec<String>,
}

impl SendDraft {
    /// The numbers, each once.
    pub(crate) fn numbers(&self) -> Result<Vec<Number>, SendRefusal> {
        let mut seen = BTreeSet::new();
        let read = |text: &String| {
            let number = Number::parse(text).ok_or_else(|| SendRefusal::Number { number: text.clone() })?;
            if seen.insert(number.clone()) { Ok(number) } else { Err(SendRefusal::NumberTwice { number: text.clone() }) }
        };
        self.numbers.iter().map(read).collect()
    }
}

/// A send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Send {
    /// Id.
    pub id: Id,
    /// App that sent it.
    pub app: Id,
    /// Whose app that was.
    pub owner: Id,
    /// `sandbox` or `live`.
    pub environment: String,
    /// Template.
    pub template: Id,
    /// Signature.
    pub signature: Id,
    /// How it was sent.
    pub encoding: Encoding,
    /// Parts of each message.
    pub parts_each: i64,
    /// Numbers.
    pub numbers: i64,
    /// Of which were refused.
    pub refused: i64,
    /// Sent at.
    pub made_at: Instant,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Id.
    pub id: Id,
    /// Its send.
    pub send: Id,
    /// Its place among the numbers, from 1.
    pub nth: i64,
    /// Its number, but for the middle.
    pub masked: String,
    /// Keyed hash of its number.
    pub number_hash: String,
    /// Parts that count; none if it was refused.
    pub parts: i64,
    /// Where it stands.
    pub state: MessageState,
    /// Why it did not arrive.
    pub code: String,
    /// When the network reported.
    pub reported_at: Option<Instant>,
}
