//! A document declares what its capability meters itself. What was declared once stays known, so that late usage is still understood.
//!
//! Invariant: part of the transaction that takes the document.

use store::Tx;
use words::Fault;

use crate::capability::Capability;
use crate::meter::{Meter, full};
use crate::{Document, sql_meter};

/// Keeps the meters of a document, and their newest names.
pub(crate) fn declare_meters(tx: &mut Tx, capability: &Capability, document: &Document) -> Result<(), Fault> {
    if document.meters.is_empty() {
        return Ok(());
    }
    let known = sql_meter::of(tx, &capability.id)?;
    for meter in &document.meters {
        let meter = Meter { key: full(&capability.slug, &meter.key), name: meter.name.clone() };
        match known.iter().find(|one| one.key == meter.key) {
            Some(same) if *same == meter => {}
            Some(_) => sql_meter::rename(tx, &meter)?,
            None => sql_meter::insert(tx, &capability.id, &meter)?,
        }
    }
    Ok(())
}
