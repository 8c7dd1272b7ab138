//! Events told upstairs: ids and facts. Fields are only ever added.

use serde::{Deserialize, Serialize};
use store::Tell;
use words::{Day, Id, Node};

macro_rules! told {
    ($name:ident, $kind:literal, $subject:ident) => {
        impl Tell for $name {
            const KIND: &'static str = $kind;

            fn node(&self) -> Node {
                self.node.clone()
            }

            fn subject(&self) -> String {
                self.$subject.to_string()
            }
        }
    };
}

/// A case was opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseOpened {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Definition it runs.
    pub definition: String,
    /// Version of the definition.
    pub version: i64,
    /// State it starts in.
    pub state: String,
    /// Case that spawned it.
    pub parent: Option<Id>,
    /// Person it is about.
    pub about: Option<Id>,
}

/// A case moved from one state to another (or stayed, by a move that stays).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseMoved {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Definition it runs.
    pub definition: String,
    /// The move.
    #[serde(rename = "move")]
    pub name: String,
    /// State before.
    pub from: String,
    /// State after.
    pub to: String,
    /// How it ended, if it did.
    pub outcome: Option<String>,
    /// By which way, if that is known.
    pub route: Option<String>,
    /// Why, where a reason was given.
    pub reason: String,
    /// The move that this one takes back.
    pub rectifies: Option<Id>,
}

/// A case came to a conclusion: an end, or closing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseConcluded {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Definition it runs.
    pub definition: String,
    /// How.
    pub outcome: Option<String>,
    /// By which way.
    pub route: Option<String>,
}

/// A move asks something of a domain above: post pay, advance a backing round …
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EffectAsked {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Definition it runs.
    pub definition: String,
    /// The move that asks.
    #[serde(rename = "move")]
    pub name: String,
    /// Verb: `post`, `freeze`, `emit` …
    pub verb: String,
    /// What: the template, the thing frozen, the kind emitted.
    pub what: String,
    /// Whom it is about, if it names a party.
    pub party: Option<String>,
    /// The persons of the party at that moment.
    pub persons: Vec<Id>,
}

/// Answers to a form were saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnswersSaved {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Form.
    pub form: String,
    /// Which time.
    pub ordinal: i64,
    /// Is nothing required missing?
    pub complete: bool,
}

/// Someone was invited, consented, declined or left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberChanged {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Person.
    pub person: Id,
    /// `invited`, `consented`, `declined`, `left`, `withdrawn`, `expired`; `leads`: who leads from now on.
    pub state: String,
    /// Why, where a reason was given.
    #[serde(default)]
    pub reason: String,
}

/// A fact or value was set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FactSet {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Name.
    pub name: String,
    /// Person it is about, or empty.
    pub about: String,
    /// The value.
    pub value: serde_json::Value,
    /// What shows it.
    pub evidence: String,
}

/// An obligation was opened, done or waived.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObligationChanged {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Obligation.
    pub obligation: Id,
    /// Its name within the case.
    pub key: String,
    /// `open`, `done`, `waived`.
    pub state: String,
}

/// A case was brought to another version of its definition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseMigrated {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Version before.
    pub from: i64,
    /// Version after.
    pub to: i64,
    /// State after.
    pub state: String,
    /// Why.
    pub reason: String,
}

/// A definition was installed from a pack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DefinitionInstalled {
    /// Id of the definition.
    pub definition: String,
    /// Where: always the group.
    pub node: Node,
    /// Version.
    pub version: i64,
    /// Its hash.
    pub hash: String,
}

/// An import of projects went on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportChanged {
    /// Import.
    pub import: Id,
    /// Name of the sheet.
    pub name: String,
    /// `reading`, `checked`, `running`, `done`.
    pub state: String,
    /// Rows of the sheet.
    pub rows: i64,
}

impl Tell for ImportChanged {
    const KIND: &'static str = "programme.import_changed";

    fn node(&self) -> Node {
        Node::group()
    }

    fn subject(&self) -> String {
        self.import.to_string()
    }
}

/// A case came in from a sheet; it was recorded now and may have happened earlier.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseImported {
    /// Case.
    pub case: Id,
    /// Its node.
    pub node: Node,
    /// Import.
    pub import: Id,
    /// Row of the sheet.
    pub row: i64,
    /// When it was declared, if that was earlier.
    pub happened_on: Option<Day>,
    /// `draft` or `submitted`.
    pub target: String,
}

told!(CaseImported, "programme.case_imported", case);
told!(CaseOpened, "programme.case_opened", case);
told!(CaseMoved, "programme.case_moved", case);
told!(CaseConcluded, "programme.case_concluded", case);
told!(EffectAsked, "programme.effect_asked", case);
told!(AnswersSaved, "programme.answers_saved", case);
told!(MemberChanged, "programme.member_changed", case);
told!(FactSet, "programme.fact_set", case);
told!(ObligationChanged, "programme.obligation_changed", case);
told!(CaseMigrated, "programme.case_migrated", case);
told!(DefinitionInstalled, "programme.definition_installed", definition);
