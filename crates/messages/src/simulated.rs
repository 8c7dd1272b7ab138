//! The network of the sandbox: nothing leaves the house, and some numbers have a fate of their own. Pure.

use crate::driver::{Driver, Foreseen, Handed, MessageState, Outgoing};

/// A number and what becomes of messages to it.
pub struct Magic {
    /// Number.
    pub number: &'static str,
    /// Key of its explanation: `messages-magic-delivered`.
    pub key: &'static str,
    fate: Fate,
}

#[derive(Clone, Copy)]
enum Fate {
    Reported { after_s: i64, state: MessageState, code: &'static str },
    Replied(&'static str),
    Refused(&'static str),
    Silent,
}

const fn magic(number: &'static str, key: &'static str, fate: Fate) -> Magic {
    Magic { number, key, fate }
}

const fn reported(after_s: i64, state: MessageState, code: &'static str) -> Fate {
    Fate::Reported { after_s, state, code }
}

/// Numbers with a fate of their own. Messages to all others arrive at once.
pub const MAGIC: [Magic; 8] = [
    magic("+8619900000001", "delivered", reported(0, MessageState::Delivered, "")),
    magic("+8619900000002", "delayed", reported(30, MessageState::Delivered, "")),
    magic("+8619900000003", "unknown", reported(0, MessageState::Failed, "unknown_number")),
    magic("+8619900000004", "expired", reported(60, MessageState::Failed, "expired")),
    magic("+8619900000005", "blocked", Fate::Refused("blocked")),
    magic("+8619900000006", "barred", Fate::Refused("barred")),
    magic("+8619900000007", "opts-out", Fate::Replied("TD")),
    magic("+8619900000008", "silent", Fate::Silent),
];

/// The simulated network.
#[derive(Debug, Clone, Copy)]
pub struct Simulated;

impl Driver for Simulated {
    fn name(&self) -> &'static str {
        "simulated"
    }

    fn is_connected(&self) -> bool {
        true
    }

    fn hand(&self, outgoing: &Outgoing<'_>) -> Handed {
        let arrives = |reply| Handed::Taken(Some(Foreseen { after_s: 0, state: MessageState::Delivered, code: "", reply }));
        match MAGIC.iter().find(|magic| magic.number == outgoing.number.as_str()).map(|magic| magic.fate) {
            None => arrives(None),
            Some(Fate::Replied(reply)) => arrives(Some(reply)),
            Some(Fate::Reported { after_s, state, code }) => Handed::Taken(Some(Foreseen { after_s, state, code, reply: None })),
            Some(Fate::Refused(code)) => Handed::Refused(code),
            Some(Fate::Silent) => Handed::Taken(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    #[test]
    fn every_magic_number_is_a_number_and_has_its_fate() {
        let hand = |number: &str| Simulated.hand(&Outgoing { number: &Number::parse(number).expect("a number"), text: "x", parts: 1 });
        assert!(MAGIC.iter().all(|magic| Number::parse(magic.number).is_some_and(|number| number.as_str() == magic.number)));
        assert_eq!(hand("13800138000"), Handed::Taken(Some(Foreseen { after_s: 0, state: MessageState::Delivered, code: "", reply: None })));
        assert_eq!(hand("19900000002"), Handed::Taken(Some(Foreseen { after_s: 30, state: MessageState::Delivered, code: "", reply: None })));
        assert_eq!(hand("19900000005"), Handed::Refused("blocked"));
        assert_eq!(hand("19900000008"), Handed::Taken(None));
    }
}
