//! The tree of the organisation: group → units → bases → cases. Everything has its place on a node.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Day, Node, Refusal};

use crate::mistakes::{Complaint, Mistakes, filled, needed};

/// What kind of place a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// The top.
    Group,
    /// A provincial, professional or research unit, or a department of one.
    Unit,
    /// An innovation base.
    Base,
    /// A case: a project, challenge, round … under way.
    Case,
}

impl NodeKind {
    /// All kinds from the top down.
    pub const ALL: [NodeKind; 4] = [Self::Group, Self::Unit, Self::Base, Self::Case];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Unit => "unit",
            Self::Base => "base",
            Self::Case => "case",
        }
    }

    /// Reads a kind.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// May a node of this kind lie right below one of the other? Units may nest (departments), so may cases (sub-projects).
    pub fn fits_below(self, above: NodeKind) -> bool {
        match self {
            Self::Group => false,
            Self::Unit => matches!(above, Self::Group | Self::Unit),
            Self::Base => matches!(above, Self::Group | Self::Unit),
            Self::Case => true,
        }
    }
}

/// A node to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeDraft {
    /// The node right above.
    pub parent: Node,
    /// Last name of the path: small letters, digits, `-` and `_`, at most 40.
    pub name: String,
    /// Kind.
    pub kind: NodeKind,
    /// What people call it.
    pub title: Bilingual,
    /// City, if it has one place.
    pub city: Option<String>,
}

impl NodeDraft {
    /// Reads the raw texts of a form or a row.
    pub fn parse(parent: &str, name: &str, kind: &str, zh: &str, en: &str, city: Option<&str>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let parent = mistakes.take("parent", "identity-node-unknown", parse_path(parent));
        let name = mistakes.take("name", "identity-node-name-wrong", parse_name(name));
        let kind = mistakes.take("kind", "identity-node-kind-wrong", NodeKind::parse(kind.trim()).ok_or(()));
        let zh = mistakes.take("zh", "identity-name-needed", needed(zh, 120));
        let en = mistakes.take("en", "identity-name-needed", needed(en, 120));
        let city = mistakes.take("city", "identity-text-long", filled(city, 60));
        let draft = || Some(Self { parent: parent?, name: name?, kind: kind?, title: Bilingual::new(zh?, en?), city: city? });
        let draft = draft();
        mistakes.draft(draft)
    }

    /// Where it will be.
    pub fn path(&self) -> Node {
        self.parent.below(&self.name)
    }
}

/// A node as everyone sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NodeView {
    /// Path, such as `group/zj/hz-space`.
    pub path: Node,
    /// The node right above; none for the group.
    pub parent: Option<Node>,
    /// Kind.
    pub kind: NodeKind,
    /// What people call it.
    pub title: Bilingual,
    /// City.
    pub city: Option<String>,
    /// Last day, once it is closed.
    pub closed_on: Option<Day>,
}

/// Why the tree is not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// Something is already there.
    Taken,
    /// The node above is closed.
    AboveClosed,
    /// This kind does not lie below that kind.
    Misplaced,
    /// Nodes lie below that are not closed.
    NotEmpty(i64),
    /// Cases are filed under this path: it stays where it is.
    HasCases(i64),
    /// Already closed.
    Closed,
    /// A node does not move below itself.
    BelowItself,
}

impl Refusal for NodeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::Taken => "identity-node-taken",
            Self::AboveClosed => "identity-node-above-closed",
            Self::Misplaced => "identity-node-misplaced",
            Self::NotEmpty(_) => "identity-node-not-empty",
            Self::HasCases(_) => "identity-node-has-cases",
            Self::Closed => "identity-node-closed",
            Self::BelowItself => "identity-node-below-itself",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::Taken => "/name",
            Self::Misplaced => "/kind",
            Self::AboveClosed | Self::BelowItself => "/parent",
            _ => return None,
        };
        Some(field.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotEmpty(count) | Self::HasCases(count) => vec![("count", count.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NotEmpty(_) | Self::HasCases(_) | Self::Closed => 409,
            _ => 422,
        }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(mistakes) => mistakes.parts(),
            _ => Vec::new(),
        }
    }
}

/// A path that came from outside: `group`, then names.
pub(crate) fn parse_path(text: &str) -> Result<Node, ()> {
    let text = text.trim();
    let mut names = text.split('/');
    let fine = text.len() <= 240 && names.next() == Some("group") && names.all(|name| parse_name(name).is_ok());
    if fine { Ok(Node::at(text)) } else { Err(()) }
}

fn parse_name(text: &str) -> Result<String, ()> {
    let text = text.trim();
    let fine = (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        && text.as_bytes()[0].is_ascii_alphanumeric();
    if fine { Ok(text.to_owned()) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_or_refused() {
        for path in ["group", "group/zj", "group/zj/hz-space/case_06e5v0w3c9zs1k2q8m4d7x5r2t"] {
            assert!(parse_path(path).is_ok(), "{path}");
        }
        for path in ["", "zj", "group/", "group//zj", "group/ZJ", "group/../x", "/group", "group/浙江", "group/-x"] {
            assert!(parse_path(path).is_err(), "{path}");
        }
    }

    #[test]
    fn kinds_lie_below_kinds() {
        use NodeKind::{Base, Case, Group, Unit};
        for (kind, above, fits) in
            [(Unit, Group, true), (Unit, Unit, true), (Unit, Base, false), (Base, Base, false), (Base, Unit, true), (Case, Case, true), (Group, Group, false)]
        {
            assert_eq!(kind.fits_below(above), fits, "{kind:?} below {above:?}");
        }
    }
}
