//! Which kinds of messages there are, and which of them a person wishes by mail.

use std::collections::BTreeMap;

use store::{Read, Tx};
use words::{Fault, Id};

use crate::message::{MessageKind, Wish};
use crate::sql_inbox as sql;

/// Declares kinds of messages, at start; what is there already is left alone. Kinds that nobody declared come by mail unless one chooses otherwise.
pub fn declare_message_kinds(tx: &mut Tx, kinds: &[MessageKind]) -> Result<(), Fault> {
    for kind in kinds {
        if sql::message_kind(tx, &kind.kind)?.as_ref() != Some(kind) {
            sql::message_kind_put(tx, kind)?;
        }
    }
    Ok(())
}

/// What a person wishes about each declared kind.
pub fn mail_wishes(read: &Read, person: &Id) -> Result<Vec<Wish>, Fault> {
    sql::wishes(read, person)
}

/// Keeps choices; those about mandatory and unknown kinds are ignored.
pub fn choose_mail(tx: &mut Tx, person: &Id, choices: &BTreeMap<String, bool>) -> Result<(), Fault> {
    for wish in sql::wishes(tx, person)? {
        let Some(&choice) = choices.get(&wish.kind.kind) else { continue };
        if !wish.kind.mandatory && choice != wish.wished {
            sql::wish_put(tx, person, &wish.kind.kind, choice)?;
        }
    }
    Ok(())
}
