//! What `verify` asks of callbacks.

use store::{Checked, Finding, Read};
use words::Fault;

use crate::sql_delivery as sql;

/// Whatever counts as delivered was taken in one of its attempts.
pub(crate) fn taken(read: &Read) -> Result<Checked, Fault> {
    let (mut checked, mut after) = (Checked::default(), String::new());
    loop {
        let page = sql::check_taken(read, &after)?;
        let Some((last, _)) = page.last() else { return Ok(checked) };
        after.clone_from(last);
        let wrong = |(id, taken): (String, bool)| Ok((!taken).then(|| Finding::new("callbacks_delivery", id, "counts as delivered, but nobody took it")));
        checked.add(Checked::each(page, wrong)?);
    }
}
