//! Units and bases by name: what stands above this crate knows them and hands them in.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Call, Problem};
use words::{Bilingual, Fault, Node};

/// A unit or base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// Its path.
    pub node: Node,
    /// Its name.
    pub name: Bilingual,
    /// Where it can be read, if it has a page.
    pub href: Option<String>,
}

type Look = dyn Fn(&Read) -> Result<Vec<Place>, Fault> + Send + Sync;

/// Open units and bases. An app value; without it a place is its path.
#[derive(Clone)]
pub struct Places(Arc<Look>);

impl Places {
    /// Looked up anew each time.
    pub fn new(look: impl Fn(&Read) -> Result<Vec<Place>, Fault> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look))
    }
}

/// All places, in the order of the tree.
pub(super) fn all(call: &Call) -> Result<Vec<Place>, Problem> {
    let Some(places) = call.door().value::<Places>().cloned() else { return Ok(Vec::new()) };
    call.read::<_, words::Never>(|read| Ok((places.0)(read)?))
}

/// A place by its path.
pub(super) fn named(places: &[Place], node: &Node) -> Place {
    places.iter().find(|place| place.node == *node).cloned().unwrap_or_else(|| Place {
        node: node.clone(),
        name: Bilingual::new(node.as_str(), node.as_str()),
        href: None,
    })
}

/// What a form says, if there is such a place (any path, where nobody knows places).
pub(super) fn read(places: &[Place], text: &str) -> Option<Node> {
    let fine = !text.is_empty()
        && text.len() <= 240
        && text.split('/').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    let node = fine.then(|| Node::at(text))?;
    (places.is_empty() || places.iter().any(|place| place.node == node)).then_some(node)
}
