//! Names and city of a node change.

use store::Tx;
use words::{Acting, Bilingual, Failure, Node, Outcome};

use crate::mistakes::{Mistakes, filled, needed};
use crate::told::NodeChanged;
use crate::tree::NodeRefusal;
use crate::{rights, sql};

/// Renames a node; its path stays.
pub fn change_node(tx: &mut Tx, who: &Acting, path: &Node, zh: &str, en: &str, city: Option<&str>) -> Outcome<(), NodeRefusal> {
    sql::node(tx, path)?.ok_or(Failure::Absent)?;
    who.may(rights::UNITS, path)?;
    let mut mistakes = Mistakes::default();
    let zh = mistakes.take("zh", "identity-name-needed", needed(zh, 120));
    let en = mistakes.take("en", "identity-name-needed", needed(en, 120));
    let city = mistakes.take("city", "identity-text-long", filled(city, 60));
    let names = zh.zip(en).zip(city);
    let ((zh, en), city) = mistakes.draft(names).map_err(NodeRefusal::Fields)?;
    sql::node_change(tx, path, &Bilingual::new(zh, en), city)?;
    tx.tell(who, &NodeChanged { node: path.clone() })?;
    Ok(())
}
