//! Events told upstairs.

use serde::{Deserialize, Serialize};
use store::Tell;
use words::{Id, Node};

/// A pack version was installed and is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackInstalled {
    /// Row of the version.
    pub version: Id,
    /// Id of the pack.
    pub pack: String,
    /// Its version.
    pub number: String,
    /// Its content hash.
    pub hash: String,
}

impl Tell for PackInstalled {
    const KIND: &'static str = "packs.pack_installed";

    fn node(&self) -> Node {
        Node::group()
    }

    fn subject(&self) -> String {
        self.version.to_string()
    }
}

/// A change of a parameter, form, rubric, table or letter was proposed, confirmed or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeFacts {
    /// The change.
    pub change: Id,
    /// `param`, `form`, `rubric`, `table` or `letter`.
    pub kind: String,
    /// Where.
    pub node: Node,
    /// Key of what changes.
    pub target: String,
    /// First day on which it holds.
    pub from: String,
}

macro_rules! told_of_a_change {
    ($($(#[$about:meta])* $name:ident = $kind:literal;)*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub ChangeFacts);

            impl Tell for $name {
                const KIND: &'static str = $kind;

                fn node(&self) -> Node {
                    self.0.node.clone()
                }

                fn subject(&self) -> String {
                    self.0.change.to_string()
                }
            }
        )*
    };
}

told_of_a_change! {
    /// Somebody proposed a change; a second person must confirm it.
    ChangeProposed = "packs.change_proposed";
    /// A second person confirmed it.
    ChangeConfirmed = "packs.change_confirmed";
    /// It was withdrawn before it was confirmed.
    ChangeWithdrawn = "packs.change_withdrawn";
}

/// A pack was sent, proposed, put in force or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFacts {
    /// The upload.
    pub import: Id,
    /// Id of the pack.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// Its content hash.
    pub hash: String,
}

macro_rules! told_of_an_import {
    ($($(#[$about:meta])* $name:ident = $kind:literal;)*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub ImportFacts);

            impl Tell for $name {
                const KIND: &'static str = $kind;

                fn node(&self) -> Node {
                    Node::group()
                }

                fn subject(&self) -> String {
                    self.0.import.to_string()
                }
            }
        )*
    };
}

told_of_an_import! {
    /// Somebody sent a pack and looked at what it would change.
    ImportRehearsed = "packs.import_rehearsed";
    /// It was proposed; a second person must put it in force.
    ImportProposed = "packs.import_proposed";
    /// A second person put it in force.
    ImportApplied = "packs.import_applied";
    /// It was withdrawn.
    ImportWithdrawn = "packs.import_withdrawn";
}
