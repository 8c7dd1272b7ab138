//! What `verify` compares: the columns of a quote with its bills, an order with its quote.

use rating::Rated;
use store::{Checked, Finding, Read};
use words::Fault;

use crate::sql;

/// Lines of each bill sum to its total, and saved is before less after.
pub(crate) fn quotes(read: &Read) -> Result<Checked, Fault> {
    let mut checked = Checked::default();
    let mut after = String::new();
    loop {
        let some = sql::quotes_all(read, &after)?;
        let Some((last, _, _)) = some.last() else { return Ok(checked) };
        after = last.id.to_string();
        checked.add(Checked::each(some, |(quote, before, minor)| {
            let quoted = &quote.quoted;
            let bills = quoted.before.iter().chain([&quoted.after]).all(sums);
            let columns = quoted.after.total.minor == minor && quoted.before.as_ref().map(|before| before.total.minor) == before;
            let saved = before.map_or(0, |before| before - minor) == quoted.saved_minor;
            Ok((!(bills && columns && saved)).then(|| Finding::new("tariffs_quote", quote.id, "the bills do not sum to what was quoted")))
        })?);
    }
}

fn sums(bill: &Rated) -> bool {
    bill.lines.iter().map(|line| line.amount_minor).sum::<i64>() == bill.subtotal.minor
}

/// Nobody has ordered somebody else's quote.
pub(crate) fn orders(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::check_orders(read)?, |(order, fits)| Ok((!fits).then(|| Finding::new("tariffs_order", order, "the order is not of its quote"))))
}
