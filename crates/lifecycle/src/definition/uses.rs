//! `[uses]`: every name that a definition takes from the world around it, with its type and its label in both languages.
//!
//! Asks nothing, tells nothing. Invariant: nothing else can be named by a guard, an effect, a state or an obligation.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Bilingual;

use crate::guard::{Type, Value};

/// The names a definition uses. Labels are what `missing-…` sentences show.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Uses {
    /// Roles of the pack: in `by`, `owner`, `notify`, `grant_role`.
    pub roles: BTreeSet<String>,
    /// Groups of people of the case: `team`, `member`, `application_unit`; in `signed`, `spawn_each`, `notify`.
    pub parties: BTreeMap<String, Bilingual>,
    /// Forms of the pack: in `form(…)` and obligations.
    pub forms: BTreeMap<String, Bilingual>,
    /// Rubrics of the pack.
    pub rubrics: BTreeSet<String>,
    /// How panels are made up: `expert.random`, `investment_committee`.
    pub panels: BTreeSet<String>,
    /// Decision tables of the pack with the type of their result.
    pub tables: BTreeMap<String, Typed>,
    /// Ledger templates of the pack.
    pub ledger: BTreeSet<String>,
    /// Definitions that are spawned, advanced or asked about.
    pub definitions: BTreeMap<String, Bilingual>,
    /// Names for linked cases other than children: `project = { definitions = ["incubation.self"], … }`.
    pub links: BTreeMap<String, Link>,
    /// Documents that are signed.
    pub documents: BTreeMap<String, Bilingual>,
    /// Facts: booleans with evidence, who set them and when.
    pub facts: BTreeMap<String, Bilingual>,
    /// Things that are there or not: `has(mentor)`.
    pub things: BTreeMap<String, Bilingual>,
    /// Collections that are counted.
    pub counts: BTreeMap<String, Bilingual>,
    /// Collections that are summed.
    pub sums: BTreeMap<String, Typed>,
    /// Values.
    pub values: BTreeMap<String, Typed>,
    /// Dotted names: `team.size`.
    pub names: BTreeMap<String, Typed>,
    /// Accounts whose free balance is asked for.
    pub budgets: BTreeMap<String, Bilingual>,
    /// What is frozen and unfrozen.
    pub frozen: BTreeMap<String, Bilingual>,
    /// Notices that are published (公示, 榜单).
    pub notices: BTreeMap<String, Bilingual>,
    /// What is booked.
    pub bookings: BTreeMap<String, Bilingual>,
    /// Clocks.
    pub clocks: BTreeMap<String, Bilingual>,
    /// Kinds of events emitted.
    pub events: BTreeSet<String>,
}

/// A name with a type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// `bool int decimal money date moment duration text enum`.
    #[serde(rename = "type")]
    pub kind: TypeName,
    /// Options of an enum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Chinese label.
    pub zh: String,
    /// English label.
    pub en: String,
}

/// A linked case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Definitions it can have.
    pub definitions: Vec<String>,
    /// Chinese label.
    pub zh: String,
    /// English label.
    pub en: String,
}

/// Name of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypeName {
    /// Yes or no.
    Bool,
    /// Whole number.
    Int,
    /// Exact decimal number.
    Decimal,
    /// Amount of an asset.
    Money,
    /// Calendar day.
    Date,
    /// Moment.
    Moment,
    /// Calendar duration.
    Duration,
    /// Text.
    Text,
    /// One of `options`.
    Enum,
}

impl Typed {
    /// The type.
    pub fn ty(&self) -> Type {
        match self.kind {
            TypeName::Bool => Type::Bool,
            TypeName::Int => Type::Int,
            TypeName::Decimal => Type::Decimal,
            TypeName::Money => Type::Money,
            TypeName::Date => Type::Date,
            TypeName::Moment => Type::Moment,
            TypeName::Duration => Type::Duration,
            TypeName::Text => Type::Text,
            TypeName::Enum => Type::Enum(self.options.clone()),
        }
    }

    /// The label.
    pub fn label(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}

/// A parameter of a definition: a pack parameter with effective dates may stand in for its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Label.
    pub label: Bilingual,
    /// The definition's own value.
    pub value: Value,
    /// Its type.
    pub ty: Type,
    /// May only the owner of the parent pack change it?
    pub locked: bool,
    /// The sentence of the plan or the rule it comes from.
    pub source: Option<String>,
    /// Not stated in the plan: our default, shown as 示范.
    pub assumed: bool,
}

/// Everything a guard can name, with labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// Names from outside.
    pub uses: Uses,
    /// Parameters.
    pub params: BTreeMap<String, Param>,
    /// States and their labels.
    pub states: BTreeMap<String, Bilingual>,
    /// States that have a review.
    pub reviews: BTreeSet<String>,
    /// Names that exist only here: `score` in the pass rule of a review.
    pub local: BTreeMap<String, Type>,
}

const OUTCOMES: [&str; 9] = ["open", "success", "failure", "rejected", "withdrawn", "referred", "closed", "mixed", "none"];
const ROUTES: [&str; 3] = ["internal", "venture", "none"];

impl Schema {
    /// Type of a dotted name (other than parameters and links).
    pub(crate) fn name(&self, name: &str) -> Option<Type> {
        match name {
            "now" => Some(Type::Moment),
            "today" => Some(Type::Date),
            _ => self.local.get(name).cloned().or_else(|| self.uses.names.get(name).map(Typed::ty)),
        }
    }

    /// Label of a dotted name.
    pub(crate) fn name_label(&self, name: &str) -> Option<Bilingual> {
        let param = name.strip_prefix("param.").and_then(|param| self.params.get(param)).map(|param| param.label.clone());
        param.or_else(|| self.uses.names.get(name).map(Typed::label))
    }

    pub(crate) fn outcomes() -> Type {
        Type::Enum(OUTCOMES.map(str::to_owned).to_vec())
    }

    pub(crate) fn routes() -> Type {
        Type::Enum(ROUTES.map(str::to_owned).to_vec())
    }
}
