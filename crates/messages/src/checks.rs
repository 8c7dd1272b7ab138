//! What `verify` compares: a send with its messages.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::sql;

/// Every number of a send has its message, and as many were refused as it says.
pub(crate) fn sends(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let some = sql::sends_after(read, &after)?;
        let Some(last) = some.last() else { return Ok(checked) };
        after = last.id.to_string();
        checked.add(Checked::each(some, |send| {
            let sums = sql::sums(read, &send.id)?;
            let says = || format!("says {} messages, {} refused; there are {sums:?}", send.numbers, send.refused);
            Ok((sums != (send.numbers, send.refused)).then(|| Finding::new("messages_send", send.id.clone(), says())))
        })?);
    }
}
