//! Usage that a capability told could not be understood: whoever owns the capability is asked to look at it, until nothing waits.

use desk::{Owner, TodoDraft};
use metering::told::{EventDecided, EventsQuarantined};
use store::{Event, Tell, Tx};
use words::{Acting, Bilingual, Fault, Id};

pub(super) const KINDS: [&str; 2] = [EventsQuarantined::KIND, EventDecided::KIND];

const OPERATOR: &str = "capability.operator";

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let sender = match event.kind.as_str() {
        EventsQuarantined::KIND => event.data::<EventsQuarantined>()?.sender,
        _ => event.data::<EventDecided>()?.sender,
    };
    let (who, key) = (Acting::system("reaction"), format!("quarantine/{sender}"));
    if metering::waiting(tx, &sender)? == 0 {
        return desk::todo_done(tx, &who, &key).map(drop);
    }
    match capabilities::capability(tx, &sender)? {
        Some(capability) => desk::todo(tx, &who, &todo(key, &capability, &sender)),
        None => Ok(()),
    }
}

fn todo(key: String, capability: &capabilities::Capability, sender: &Id) -> TodoDraft {
    let node = capability.node.clone();
    TodoDraft {
        key,
        // What the program itself brings has nobody who owns it: an operator of the platform looks.
        owner: if capability.is_builtin() { Owner::Role { role: OPERATOR.into(), node: node.clone() } } else { Owner::Person(capability.owner.clone()) },
        title: Bilingual::new(format!("有待核的用量：{}", capability.zh), format!("Usage to check: {}", capability.en)),
        link: format!("/capabilities/{}/quarantine", capability.slug),
        due_at: None,
        subject: sender.to_string(),
        node,
    }
}
