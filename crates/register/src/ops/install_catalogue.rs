//! Brings the registers of a pack in: kinds, and records that nobody has changed by hand.
//!
//! Tells `register.record_saved` of what is new or different. Invariant: what people wrote stays as they wrote it; the same again changes nothing.

use store::Tx;
use words::{Acting, Node, Outcome};

use crate::catalogue::CatalogueKind;
use crate::fact::{FactDraft, FactRefusal};
use crate::ops::{declare_kind, fact, save_record};
use crate::record::{RecordDraft, RecordRefusal};
use crate::sql;

/// Declares the kinds and saves their records; `place` says where a unit or base of the pack stands. Returns how many records are new or changed.
pub fn install_catalogue(tx: &mut Tx, who: &Acting, catalogue: &[CatalogueKind], place: impl Fn(&str) -> Option<Node>) -> Outcome<usize, RecordRefusal> {
    let mut changed = 0;
    for one in catalogue {
        declare_kind::declare_kind(tx, &one.kind)?;
        for record in &one.records {
            let node = place(&record.place).ok_or_else(|| RecordRefusal::UnknownPlace { place: record.place.clone() })?;
            let draft = RecordDraft { node, ..record.draft.clone() };
            if sql::last_hand(tx, &draft.kind, &draft.key)?.is_some_and(|hand| !hand.as_str().starts_with("sys_")) {
                continue;
            }
            let before = sql::record(tx, &draft.kind, &draft.key)?;
            if before.as_ref().is_none_or(|before| !draft.changes(Some(before)).is_empty()) {
                save_record::save_record(tx, who, &draft, None)?;
                changed += 1;
            }
        }
    }
    Ok(changed)
}

/// Keeps the facts of a pack, but none that somebody corrected by hand.
pub fn install_facts(tx: &mut Tx, who: &Acting, drafts: &[FactDraft]) -> Outcome<(), FactRefusal> {
    for draft in drafts {
        if sql::fact_hand(tx, draft)?.is_none_or(|hand| hand.as_str().starts_with("sys_")) {
            fact::save_fact(tx, who, draft)?;
        }
    }
    Ok(())
}
