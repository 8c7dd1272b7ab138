//! What people call an account: its kind in the books of the pack, and whom and what the variable parts of its path name.
//!
//! Asks `programme` for books and titles, `identity` for people and units; a page of paths costs a fixed number of questions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Bilingual, Fault, Id, Node};

/// An account in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct AccountName {
    /// Kind of account: deferred pay, wallet…
    kind: Bilingual,
    /// Whose, and of which project or unit.
    about: Vec<Bilingual>,
}

/// Names by path; a path of no kind of the books has none.
pub(super) type Names = BTreeMap<String, AccountName>;

/// Names of the accounts at these paths.
pub(super) fn names<'a>(read: &Read, paths: impl Iterator<Item = &'a str> + Clone) -> Result<Names, Fault> {
    let book = programme::book(read)?;
    let known = Known::of(read, paths.clone())?;
    let named = |path: &str| Some((path.to_owned(), AccountName { kind: book.account_kind(path)?.name.clone(), about: known.about(path) }));
    Ok(paths.filter_map(named).collect())
}

/// Everything that the paths name.
struct Known {
    things: BTreeMap<Id, String>,
    units: BTreeMap<Node, Bilingual>,
}

impl Known {
    fn of<'a>(read: &Read, paths: impl Iterator<Item = &'a str>) -> Result<Self, Fault> {
        let (mut ids, mut nodes) = (Vec::new(), Vec::new());
        for part in paths.flat_map(|path| path.split(':')) {
            match Id::parse(part) {
                Ok(id) => ids.push(id),
                Err(_) if part.contains('/') => nodes.push(Node::at(part)),
                Err(_) => {}
            }
        }
        ids.sort();
        ids.dedup();
        let mut things = identity::person_names(read, &ids)?;
        things.extend(programme::titles(read, &ids)?);
        let units = identity::nodes(read, &nodes)?.into_iter().map(|(node, view)| (node, view.title)).collect();
        Ok(Self { things, units })
    }

    fn about(&self, path: &str) -> Vec<Bilingual> {
        let thing = |part: &str| Id::parse(part).ok().and_then(|id| self.things.get(&id)).map(|name| Bilingual::new(name, name));
        let unit = |part: &str| self.units.get(&Node::at(part)).cloned();
        path.split(':').filter_map(|part| thing(part).or_else(|| unit(part))).collect()
    }
}
