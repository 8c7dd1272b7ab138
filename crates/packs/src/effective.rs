//! The programme as one pack: what holds at a node on a day, written as if the pack said so itself; and as entries for comparison.
//!
//! Pure. Invariant: the pack in the store is not touched; what lies at other nodes or begins later stands beside it under a key of its own.

use words::{Day, Node};

use crate::diff::Entries;
use crate::programme::Placed;
use crate::{Pack, ParamValue, Programme};

impl Programme {
    /// The pack as it holds at a node on a day. Its files are those that were installed.
    pub fn effective(&self, node: &Node, day: Day) -> Pack {
        let mut pack = Pack::clone(&self.pack);
        pack.overlays.clear();
        for form in &mut pack.forms {
            form.clone_from(self.form(node, &form.head.key, day).unwrap_or(&form.clone()));
        }
        for rubric in &mut pack.rubrics {
            rubric.clone_from(self.rubric(node, &rubric.head.key, day).unwrap_or(&rubric.clone()));
        }
        for table in &mut pack.tables {
            table.clone_from(self.table(node, &table.head.key, day).unwrap_or(&table.clone()));
        }
        for letter in &mut pack.letters {
            letter.clone_from(self.letter(node, &letter.head.key, day).unwrap_or(&letter.clone()));
        }
        let params = self.params(node);
        for param in &mut pack.params {
            let held = params.at(day).value(&param.key);
            let changed = held.filter(|value| param.read(&param.value).ok().as_ref() != Some(*value));
            param.value = changed.map_or_else(|| param.value.clone(), ParamValue::written);
        }
        pack
    }

    /// Everything with a key: at the top on a day as if the pack said so; at other nodes or later as `key@node` or `key@node#day`.
    pub fn entries(&self, day: Day) -> Entries {
        let top = Node::group();
        let mut all = self.effective(&top, day).entries();
        let beside = |node: &Node, from: Option<Day>| (*node != top || from.is_some_and(|from| from > day)).then(|| suffix(node, from));
        for one in &self.params {
            if let Some(suffix) = beside(&one.node, Some(one.from)) {
                all.insert(("param", format!("{}{suffix}", one.key)), one.value.written().into());
            }
        }
        put(&mut all, "form", &self.forms, &beside, |form| &form.head.key);
        put(&mut all, "rubric", &self.rubrics, &beside, |rubric| &rubric.head.key);
        put(&mut all, "table", &self.tables, &beside, |table| &table.head.key);
        put(&mut all, "letter", &self.letters, &beside, |letter| &letter.head.key);
        all
    }
}

fn suffix(node: &Node, from: Option<Day>) -> String {
    from.map_or_else(|| format!("@{node}"), |from| format!("@{node}#{from}"))
}

fn put<T: serde::Serialize>(
    all: &mut Entries,
    kind: &'static str,
    placed: &[Placed<T>],
    beside: &impl Fn(&Node, Option<Day>) -> Option<String>,
    key: impl Fn(&T) -> &String,
) {
    for one in placed {
        if let Some(suffix) = beside(&one.node, one.from) {
            all.insert((kind, format!("{}{suffix}", key(&one.what))), serde_json::to_value(&one.what).unwrap_or_default());
        }
    }
}
