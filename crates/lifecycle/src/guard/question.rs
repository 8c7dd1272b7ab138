//! What a guard asks of the world, and the answers.
//!
//! The caller takes the questions of a move, gathers the answers in one go and hands them back as [`Facts`].
//! Invariant: a guard learns nothing but what it asks here, so equal answers give equal decisions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::Value;

/// A question; the key under which its answer is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Question {
    /// `has(mentor)` → bool: is the thing there? `has(reason)` asks for the reason of the move.
    Has {
        /// Name in `[uses.things]`, or `reason`.
        thing: String,
    },
    /// `form('application').complete` → bool, with the fields that are missing.
    Form {
        /// Id of the form.
        form: String,
    },
    /// `signed('team_consent', team)` → bool, with who has not signed.
    Signed {
        /// Name of the document.
        document: String,
        /// All of these must have signed; without: everyone it was given to.
        party: Option<String>,
    },
    /// `review('entry_review').passed` → bool (`score`: decimal).
    Review {
        /// The gate.
        state: String,
        /// What of it.
        field: ReviewField,
    },
    /// `elapsed('incubating')` → time since the case last came into the state from another one.
    Elapsed {
        /// The state.
        state: String,
    },
    /// `count(milestones.open)` → int.
    Count {
        /// Name in `[uses.counts]`.
        collection: String,
    },
    /// `sum(shares)` → as declared in `[uses.sums]`.
    Sum {
        /// Name in `[uses.sums]`.
        collection: String,
    },
    /// `table('minimum_wage', member.city)` → as declared in `[uses.tables]`. Each asked key is a question of its own, listed before.
    Table {
        /// Id of the table.
        table: Key,
        /// The row.
        keys: Vec<Key>,
    },
    /// `child('person.post').open`, `project.outcome`: about linked cases.
    Case {
        /// Which.
        of: CaseRef,
        /// What of it.
        field: CaseField,
    },
    /// `budget('fund:rd')` → money available, holds counted.
    Budget {
        /// Name in `[uses.budgets]`.
        account: String,
    },
    /// `value('base_pay')` → as declared in `[uses.values]`.
    Value {
        /// Name.
        name: String,
        /// Whose.
        party: Option<String>,
    },
    /// `fact('real_name_verified')` → bool. A fact that nobody has set is `false`; leave it out only if that could not be found out.
    Fact {
        /// Name.
        name: String,
        /// Of whom or when.
        party: Option<String>,
    },
    /// `now`, `today`, `param.pay_ratio`, `team.size` and other names of `[uses.names]`. Parameters may be left out: the definition's own value holds.
    Name {
        /// Dotted name.
        name: String,
    },
}

/// Part of a look-up: fixed, or itself asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Written in the guard.
    Text(String),
    /// The answer to another question.
    Asked(Box<Question>),
}

/// What can be asked of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewField {
    /// Decided, and positive.
    Passed,
    /// Everyone whose signature counts has signed.
    Signed,
    /// The aggregate.
    Score,
}

/// A linked case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseRef {
    /// Those of this definition that this case spawned.
    Child(String),
    /// A link of `[uses.links]`: the case that spawned this one, or another one spawned by it.
    Link(String),
}

/// What can be asked of linked cases. Of several: of those still open, or of all if none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseField {
    /// The state they are all in, `mixed` if they differ, `none` if there is no case.
    State,
    /// `success failure rejected withdrawn referred closed` of the state, `open` before, `mixed`, `none`.
    Outcome,
    /// `internal`, `venture`, or `none`.
    Route,
    /// Has it come to a conclusion: an end, or a state marked `concluded`? `false` if there is no case.
    Concluded,
    /// How many are not at an end.
    Open,
    /// How many there are.
    Count,
}

/// An answer: a value, and what helps to say why it is not enough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The value.
    pub value: Value,
    /// More about it.
    pub detail: Option<Detail>,
}

/// More about an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Labels of the required fields that are empty.
    Fields(Vec<String>),
    /// Signatures given, needed, and who has not signed.
    Signatures {
        /// Given.
        signed: u32,
        /// Needed.
        needed: u32,
        /// Names of those who have not.
        waiting: Vec<String>,
    },
    /// The row of a table that answered: shown beside the limit.
    Row(String),
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self { value, detail: None }
    }
}

/// Where answers come from. `None`: not known, and then no guard that needs it is met.
pub trait Facts {
    /// The answer to one question.
    fn answer(&self, question: &Question) -> Option<Answer>;
}

/// Answers gathered beforehand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FactSet(BTreeMap<Question, Answer>);

impl FactSet {
    /// No answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives an answer.
    pub fn put(&mut self, question: Question, answer: impl Into<Answer>) -> &mut Self {
        self.0.insert(question, answer.into());
        self
    }

    /// A yes or no.
    pub fn put_bool(&mut self, question: Question, yes: bool) -> &mut Self {
        self.put(question, Value::Bool(yes))
    }

    /// A form: complete if no required field is empty.
    pub fn put_form(&mut self, form: &str, empty: Vec<String>) -> &mut Self {
        let answer = Answer { value: Value::Bool(empty.is_empty()), detail: Some(Detail::Fields(empty)) };
        self.put(Question::Form { form: form.to_owned() }, answer)
    }

    /// A document: signed if somebody had to and nobody is waited for.
    pub fn put_signed(&mut self, document: &str, party: Option<&str>, signed: u32, waiting: Vec<String>) -> &mut Self {
        let needed = signed.saturating_add(u32::try_from(waiting.len()).unwrap_or(u32::MAX));
        let answer = Answer { value: Value::Bool(waiting.is_empty() && needed > 0), detail: Some(Detail::Signatures { signed, needed, waiting }) };
        self.put(Question::Signed { document: document.to_owned(), party: party.map(str::to_owned) }, answer)
    }
}

impl Facts for FactSet {
    fn answer(&self, question: &Question) -> Option<Answer> {
        self.0.get(question).cloned()
    }
}
