//! Closing a month: nothing posts into it any more, and its hash stays (I9).

use store::{Read, Tx};
use words::{Acting, Day, Fault, Instant, Outcome};

use crate::told::PeriodClosed;
use crate::transfer::hash_text;
use crate::{LedgerRefusal, sql};

/// A closed month.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Period {
    /// `2026-10`
    pub month: String,
    /// When it was closed.
    pub closed_at: Instant,
    /// SHA-256 over what each account moved in it, hex.
    pub hash: String,
}

/// Closes a month that is over. Closing it again gives what was closed then.
pub fn close_month(tx: &mut Tx, who: &Acting, month: &str) -> Outcome<Period, LedgerRefusal> {
    let not_over = || LedgerRefusal::PeriodNotOver { month: month.to_owned() };
    let first = Day::parse(&format!("{month}-01")).map_err(|_| not_over())?;
    let now = tx.now();
    if first.last_of_month().end() > now {
        return Err(not_over().into());
    }
    if let Some(row) = sql::period_at(tx, month)? {
        return Ok(Period { month: row.month, closed_at: row.closed_at, hash: row.hash });
    }
    let hash = month_hash(tx, first)?;
    sql::period_insert(tx, month, now, who.person.as_str(), &hash)?;
    tx.tell(who, &PeriodClosed { month: month.to_owned(), hash: hash.clone() })?;
    Ok(Period { month: month.to_owned(), closed_at: now, hash })
}

/// SHA-256 over path, asset, debits and credits of each account that moved in the month.
pub(crate) fn month_hash(read: &Read, first: Day) -> Result<String, Fault> {
    let sums = sql::sums(read, sql::Sums::Days(first.first_of_month().to_string(), first.last_of_month().to_string()))?;
    let lines: Vec<String> = sums.iter().map(|(path, asset, dr, cr)| format!("{path}\t{asset}\t{dr}\t{cr}\n")).collect();
    Ok(hash_text(&lines.concat()))
}

/// The months that are closed, in order.
pub fn closed_months(read: &Read) -> Result<Vec<Period>, Fault> {
    let periods = sql::periods(read)?;
    Ok(periods.into_iter().map(|row| Period { month: row.month, closed_at: row.closed_at, hash: row.hash }).collect())
}
