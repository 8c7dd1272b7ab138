//! What `verify` compares: a send with its messages.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::sql;

/// Every number of a send has its message, and as many were refused as it says.
pub(crate) fn sends(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let some = sql::sends_after(read, &after)?;
        let Some((last, ..)) = some.last() else { return Ok(checked) };
        after = last.to_string();
        checked.add(Checked::each(some, |(send, numbers, refused)| {
            let sums = sql::sums(read, &send)?;
            let says = || format!("says {numbers} messages, {refused} refused; there are {sums:?}");
            Ok((sums != (numbers, refused)).then(|| Finding::new("messages_send", send.clone(), says())))
        })?);
    }
}
