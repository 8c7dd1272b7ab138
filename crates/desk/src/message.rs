//! Messages to people: what, where to go, until when, and why they got it.
//!
//! Pure. Invariant: a message says why it came; one key reaches a person once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Id, Instant, Refusal};

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// To whom; each gets it once.
    pub to: Vec<Id>,
    /// Kind, as people choose by it: `programme.moved`.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Title.
    pub title: Bilingual,
    /// Text.
    pub body: Bilingual,
    /// Where to go: `/projects/prj_…`.
    pub link: String,
    /// Why they got it.
    pub why: Bilingual,
    /// Until when something is to be done.
    pub due_at: Option<Instant>,
    /// The same key never reaches the same person again.
    pub once: Option<String>,
}

/// A kind of message, as people choose by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageKind {
    /// `programme.moved`
    pub kind: String,
    /// What people call it.
    pub name: Bilingual,
    /// Comes by mail whatever they choose.
    pub mandatory: bool,
    /// Comes by mail unless they choose otherwise.
    pub by_mail: bool,
}

/// A message in somebody's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InboxItem {
    /// Id of the item.
    pub id: Id,
    /// Kind.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Title.
    pub title: Bilingual,
    /// Text.
    pub body: Bilingual,
    /// Why they got it.
    pub why: Bilingual,
    /// Where to go.
    pub link: String,
    /// Until when something is to be done.
    pub due_at: Option<Instant>,
    /// When it came.
    pub made_at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
}

/// What a person wishes about one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wish {
    /// The kind.
    #[serde(flatten)]
    pub kind: MessageKind,
    /// Does it come by mail?
    pub wished: bool,
}

impl Wish {
    /// From the kind and the choice, if one was made.
    pub(crate) fn of(kind: MessageKind, choice: Option<bool>) -> Self {
        let wished = kind.mandatory || choice.unwrap_or(kind.by_mail);
        Self { kind, wished }
    }
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mail {
    /// Id.
    pub id: Id,
    /// To whom.
    pub person: Id,
    /// Kind of the message.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Title of the message.
    pub title: Bilingual,
    /// `queued`, `sent`, `failed` or `no_address`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What went wrong last (English, from the server).
    pub last_error: String,
    /// When it was queued.
    pub made_at: Instant,
    /// When the server took it.
    pub sent_at: Option<Instant>,
}

/// Why a mail is not sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRefusal {
    /// It still waits to be sent.
    Waiting,
    /// No mail server is configured.
    Off,
}

impl Refusal for MailRefusal {
    fn code(&self) -> &'static str {
        match self {
            MailRefusal::Waiting => "desk-mail-waiting",
            MailRefusal::Off => "desk-mail-off",
        }
    }

    fn status(&self) -> u16 {
        409
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mandatory_kind_comes_whatever_one_chooses() {
        let table = [
            (true, false, Some(false), true),
            (false, true, None, true),
            (false, true, Some(false), false),
            (false, false, Some(true), true),
            (false, false, None, false),
        ];
        for (mandatory, by_mail, choice, wanted) in table {
            let kind = MessageKind { kind: "k".into(), name: Bilingual::default(), mandatory, by_mail };
            assert_eq!(Wish::of(kind, choice).wished, wanted, "{mandatory} {by_mail} {choice:?}");
        }
    }
}
