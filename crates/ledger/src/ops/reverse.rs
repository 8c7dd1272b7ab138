//! Correction: a posting is moved back exactly, once (I8). Nothing is ever changed or deleted.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use super::post::{Posted, write};
use crate::posting::Cause;
use crate::sheet::{Move, Sheet, Stamp};
use crate::transfer::{Transfer, Verb};
use crate::{LedgerRefusal, sql};

/// Moves back, leg by leg from the last to the first, exactly what the posting moved. Asked again with the same reason, gives the reversal of then.
pub fn reverse(tx: &mut Tx, who: &Acting, posting: &Id, reason: &str) -> Outcome<Posted, LedgerRefusal> {
    let original = sql::posting(tx, posting.as_str())?;
    let first = original.first().ok_or(Failure::Absent)?;
    if !matches!(first.verb, Verb::Post | Verb::Settle) {
        return Err(LedgerRefusal::NotReversible { kind: first.verb.code().into() }.into());
    }
    let key = format!("reverse:{posting}");
    if let Some((id, _, _)) = sql::keys_used(tx, &[&key])?.into_iter().next() {
        let then = sql::posting(tx, crate::transfer::posting_of(&id).0)?;
        let same = then.first().and_then(|one| one.note.as_deref()) == Some(reason);
        return if same { Ok(Posted::of(&then, true)) } else { Err(LedgerRefusal::AlreadyReversed.into()) };
    }
    let paths: Vec<&str> = original.iter().flat_map(|one| [one.debit.path.as_str(), one.credit.path.as_str()]).collect();
    let mut sheet = Sheet::of(sql::accounts_at(tx, &paths)?);
    let made_at = sheet.last_at().map_or(tx.now(), |last| last.max(tx.now()));
    let stamp = Stamp {
        batch: tx.id("lbt").to_string(),
        posting: tx.id("pst"),
        verb: Verb::Reverse,
        refers: Some(posting.to_string()),
        template: first.template.clone(),
        effective: made_at.day(),
        made_at,
        cause: Cause { kind: first.cause_kind.clone(), id: first.cause_id.clone() },
        made_by: who.person.to_string(),
        key,
        content: String::new(),
        note: reason.to_owned(),
    };
    let posted = Posted::of(sheet.chain(&stamp, &backwards(&original))?, false);
    write(tx, sheet, stamp.batch, made_at)?;
    Ok(posted)
}

fn backwards(original: &[Transfer]) -> Vec<Move> {
    let moved: Vec<&Transfer> = original.iter().rev().filter(|one| one.posted > 0).collect();
    // A quota leg goes on naming the leg it limits, which now has another number.
    let place = |leg: i64| moved.iter().position(|one| crate::transfer::posting_of(&one.id).1 == leg).map(|at| at as i64);
    let back = |one: &&Transfer| Move {
        debit: one.credit.path.clone(),
        credit: one.debit.path.clone(),
        posted: one.posted,
        pending: 0,
        guards: one.guards.and_then(place),
    };
    moved.iter().map(back).collect()
}
