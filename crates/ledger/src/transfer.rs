//! One movement as it is written down, and its canonical form.

use ring::digest::{Context, SHA256, digest};
use words::{Day, Instant};

/// What a transfer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Moves value.
    Post,
    /// Holds value.
    Hold,
    /// Moves what was held (or less) and frees the rest.
    Settle,
    /// Frees what was held.
    Void,
    /// Frees what was held because its time ran out.
    Expire,
    /// Moves back exactly what a posting moved.
    Reverse,
}

impl Verb {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Verb::Post => "post",
            Verb::Hold => "hold",
            Verb::Settle => "settle",
            Verb::Void => "void",
            Verb::Expire => "expire",
            Verb::Reverse => "reverse",
        }
    }

    pub(crate) fn parse(code: &str) -> Option<Self> {
        [Verb::Post, Verb::Hold, Verb::Settle, Verb::Void, Verb::Expire, Verb::Reverse].into_iter().find(|verb| verb.code() == code)
    }
}

/// One side of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) path: String,
    /// Number of the entry in the account, from 1, without a gap.
    pub(crate) entry: i64,
    /// Posted balance (credits less debits) after it.
    pub(crate) after: i64,
    /// The account's transfer before.
    pub(crate) prev: Option<String>,
}

/// A movement from the debit account to the credit account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) id: String,
    pub(crate) batch: String,
    pub(crate) verb: Verb,
    /// The hold that is resolved or the posting that is reversed.
    pub(crate) refers: Option<String>,
    pub(crate) template: String,
    pub(crate) asset: String,
    pub(crate) debit: Side,
    pub(crate) credit: Side,
    pub(crate) posted: i64,
    pub(crate) pending: i64,
    /// Number of the leg whose amount this quota leg limits.
    pub(crate) guards: Option<i64>,
    pub(crate) effective: Day,
    pub(crate) made_at: Instant,
    pub(crate) cause_kind: String,
    pub(crate) cause_id: String,
    pub(crate) made_by: String,
    /// On the first leg only.
    pub(crate) key: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) note: Option<String>,
}

/// The id of a leg: `pst_….0003`.
pub(crate) fn leg_id(posting: &str, leg: usize) -> String {
    format!("{posting}.{leg:04}")
}

/// The posting and the number of the leg of a transfer's id.
pub(crate) fn posting_of(id: &str) -> (&str, i64) {
    id.split_once('.').map_or((id, 0), |(posting, leg)| (posting, leg.parse().unwrap_or(0)))
}

impl Transfer {
    /// Feeds the canonical form into a hash: each field with its length, so that no two transfers share a form.
    pub(crate) fn digest_into(&self, hash: &mut Context) {
        let mut bytes: Vec<u8> = Vec::with_capacity(640);
        let mut text = |text: &str| {
            bytes.extend((text.len() as u32).to_be_bytes());
            bytes.extend(text.as_bytes());
        };
        for field in [&self.id, &self.batch, &self.template, &self.asset, &self.debit.path, &self.credit.path, &self.cause_kind, &self.cause_id, &self.made_by]
        {
            text(field);
        }
        text(self.verb.code());
        text(&self.effective.to_string());
        for field in [&self.refers, &self.debit.prev, &self.credit.prev, &self.key, &self.content, &self.note] {
            text(if field.is_some() { "1" } else { "0" });
            text(field.as_deref().unwrap_or_default());
        }
        let sides = [self.debit.entry, self.debit.after, self.credit.entry, self.credit.after];
        for number in [self.posted, self.pending, self.guards.unwrap_or(-1), self.made_at.micros()].into_iter().chain(sides) {
            bytes.extend(number.to_be_bytes());
        }
        hash.update(&bytes);
    }
}

/// SHA-256 over the transfers of a batch, hex.
pub(crate) fn content_of<'a>(transfers: impl IntoIterator<Item = &'a Transfer>) -> String {
    let mut hash = Context::new(&SHA256);
    transfers.into_iter().for_each(|transfer| transfer.digest_into(&mut hash));
    hex::encode(hash.finish())
}

/// SHA-256 of a text, hex.
pub(crate) fn hash_text(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}
