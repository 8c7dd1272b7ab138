//! Where in the organisation something is: a path such as `group/zj/hz-space/case_06e5…`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in the tree group → unit → base → case. A role granted on a node holds for all below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Node(String);

impl Node {
    /// The top of the tree.
    pub fn group() -> Self {
        Self("group".into())
    }

    /// From a stored path.
    pub fn at(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The node called `name` right below this one.
    pub fn below(&self, name: &str) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    /// Is `other` this node or below it?
    pub fn covers(&self, other: &Node) -> bool {
        other.0 == self.0 || (other.0.starts_with(&self.0) && other.0.as_bytes().get(self.0.len()) == Some(&b'/'))
    }

    /// This node, then its ancestors up to the top.
    pub fn upwards(&self) -> impl Iterator<Item = Node> + '_ {
        let mut rest = Some(self.0.as_str());
        std::iter::from_fn(move || {
            let here = rest?;
            rest = here.rsplit_once('/').map(|(above, _)| above);
            Some(Node(here.to_owned()))
        })
    }

    /// The node right above, if there is one.
    pub fn above(&self) -> Option<Node> {
        self.0.rsplit_once('/').map(|(above, _)| Node(above.to_owned()))
    }

    /// The last name of the path.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Node {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_covers_itself_and_what_is_below_and_no_namesake() {
        let zj = Node::group().below("zj");
        assert!(zj.covers(&zj));
        assert!(zj.covers(&zj.below("hz")));
        assert!(!zj.covers(&Node::at("group/zjx")));
        assert!(!zj.below("hz").covers(&zj));
        assert_eq!(zj.below("hz").upwards().map(|n| n.to_string()).collect::<Vec<_>>(), ["group/zj/hz", "group/zj", "group"]);
    }
}
