//! From a verdict that is not yes to what is missing: coded, with the arguments of a sentence.
//!
//! Asks the schema for labels, tells [`Missing`]. Invariant: a guard that is not met always yields at least one item; a guard that is met none.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Day, Lang, days_between};

use super::eval::{Verdict, truth};
use super::parse::Cmp;
use super::question::{CaseField, CaseRef, Detail, Key, Question, ReviewField};
use super::types::{Expr, Node, Type};
use super::value::Value;
use crate::definition::Schema;

/// Something that is missing. Its sentence is the text `code` with `args`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// What kind; also the key of the sentence.
    pub code: MissingCode,
    /// Arguments of the sentence.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
    /// For [`MissingCode::AnyOf`]: one of these lists is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<Vec<Missing>>,
}

/// An argument of a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Arg {
    /// A number.
    Number(i64),
    /// A text that is the same in both languages.
    Text(String),
    /// A label.
    Label(Bilingual),
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Arg::Number(number)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}

impl From<Bilingual> for Arg {
    fn from(label: Bilingual) -> Self {
        Arg::Label(label)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $key:literal),+ $(,)?) => {
        /// Kind of what is missing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum MissingCode { $($(#[$doc])* #[serde(rename = $key)] $name),+ }

        impl MissingCode {
            /// All kinds.
            pub const ALL: &[MissingCode] = &[$(MissingCode::$name),+];

            /// The key of its sentence.
            pub const fn key(self) -> &'static str {
                match self { $(MissingCode::$name => $key),+ }
            }
        }
    };
}

codes! {
    /// A fact is not established: `what`.
    Fact = "missing-fact",
    /// A fact stands in the way: `what`.
    FactStands = "missing-fact-stands",
    /// A thing is not there: `what`.
    Thing = "missing-thing",
    /// The move needs a reason.
    Reason = "missing-reason",
    /// A form is incomplete: `what`, `count`, `fields`.
    Form = "missing-form",
    /// A document is not signed by everyone: `what`, `signed`, `needed`, `waiting`, `names`.
    Signature = "missing-signature",
    /// A review has no result yet: `what`.
    Review = "missing-review",
    /// A review ended negative: `what`.
    ReviewNotPassed = "missing-review-not-passed",
    /// Reviewers' signatures are missing: `what`.
    ReviewNotSigned = "missing-review-not-signed",
    /// A review ended positive, and that stands in the way: `what`.
    ReviewPassed = "missing-review-passed",
    /// Too early: `what`, `date`, `days`.
    TooEarly = "missing-too-early",
    /// Too late: `what`, `date`, `days`.
    TooLate = "missing-too-late",
    /// A count is not as it must be: `what`, `is`, `sign`, `need`.
    Count = "missing-count",
    /// A sum is not as it must be: `what`, `is`, `sign`, `need`.
    Sum = "missing-sum",
    /// Not enough money: `what`, `have`, `need`, `short`.
    Budget = "missing-budget",
    /// Above a limit: `what`, `is`, `limit`.
    OverLimit = "missing-over-limit",
    /// Above what a table allows: `what`, `is`, `table`, `row`, `limit`.
    OverTable = "missing-over-table",
    /// Not the value it must be: `what`, `is`, `wanted`.
    ValueIs = "missing-value-is",
    /// Just the value it must not be: `what`, `is`.
    ValueIsNot = "missing-value-is-not",
    /// Too low: `what`, `is`, `need`.
    TooLow = "missing-too-low",
    /// Too high: `what`, `is`, `need`.
    TooHigh = "missing-too-high",
    /// A value is not known: `what`.
    Value = "missing-value",
    /// A linked case is in another state: `what`, `of`, `is`, `wanted`.
    ChildState = "missing-child-state",
    /// Linked cases are still open: `what`, `open`.
    ChildrenOpen = "missing-children-open",
    /// A linked case has not come to a conclusion: `what`.
    NotConcluded = "missing-not-concluded",
    /// Must be so: `what`.
    MustBe = "missing-must-be",
    /// Must not be so: `what`.
    MustNot = "missing-must-not",
    /// One of several is enough: see `any_of`.
    AnyOf = "missing-any-of",
    /// The answers cannot be reckoned with (unlike assets, out of range).
    NotComputable = "missing-not-computable",
    /// The actor has none of the roles: `roles`.
    Role = "missing-role",
    /// The case is in another state: `is`.
    WrongState = "missing-wrong-state",
    /// There is no such move: `what`.
    NoSuchMove = "missing-no-such-move",
}

impl Missing {
    /// An item without arguments.
    pub fn new(code: MissingCode) -> Self {
        Self { code, args: BTreeMap::new(), any_of: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, arg: impl Into<Arg>) -> Self {
        self.args.insert(name.to_owned(), arg.into());
        self
    }

    fn what(code: MissingCode, label: Bilingual) -> Self {
        Self::new(code).with("what", label)
    }

    /// Arguments as plain values in one language, for a sentence.
    pub fn args_in(&self, lang: Lang) -> Vec<(String, Arg)> {
        let plain = |arg: &Arg| match arg {
            Arg::Label(label) => Arg::Text(label.get(lang).to_owned()),
            other => other.clone(),
        };
        self.args.iter().map(|(name, arg)| (name.clone(), plain(arg))).collect()
    }

    /// Puts labels in place of the state ids of other definitions; `look(definition or link, state)`.
    pub fn name_states(&mut self, look: &dyn Fn(&str, &str) -> Option<Bilingual>) {
        if let Some(Arg::Text(of)) = self.args.get("of").cloned() {
            for name in ["is", "wanted"] {
                if let Some(Arg::Text(state)) = self.args.get(name)
                    && let Some(label) = look(&of, state)
                {
                    self.args.insert(name.to_owned(), Arg::Label(label));
                }
            }
        }
        self.any_of.iter_mut().flatten().for_each(|item| item.name_states(look));
    }
}

/// What is missing for an expression to be true.
pub(crate) fn missing(expr: &Expr, verdict: &Verdict, schema: &Schema) -> Vec<Missing> {
    if truth(verdict) == Some(true) {
        return Vec::new();
    }
    let parts = &verdict.parts;
    match &expr.node {
        Node::All(items) => items.iter().zip(parts).flat_map(|(item, part)| missing(item, part, schema)).collect(),
        Node::Any(items) => any_of(items.iter().zip(parts).map(|(item, part)| missing(item, part, schema)).collect()),
        Node::Not(inner) => parts.first().map_or_else(Vec::new, |part| negated(inner, part, schema)),
        Node::Compare(cmp, a, b) => comparison(*cmp, (a, b), parts, schema),
        Node::In(a, _) => membership(a, parts, schema, MissingCode::ValueIs),
        Node::Ask(question) | Node::Param(question, _) => vec![leaf(question, verdict, schema)],
        Node::Const(_) | Node::Arith(..) => vec![Missing::new(MissingCode::NotComputable)],
    }
}

/// What is missing for an expression to be false.
fn negated(expr: &Expr, verdict: &Verdict, schema: &Schema) -> Vec<Missing> {
    if truth(verdict) == Some(false) {
        return Vec::new();
    }
    let parts = &verdict.parts;
    match &expr.node {
        Node::All(items) => any_of(items.iter().zip(parts).map(|(item, part)| negated(item, part, schema)).collect()),
        Node::Any(items) => items.iter().zip(parts).flat_map(|(item, part)| negated(item, part, schema)).collect(),
        Node::Not(inner) => parts.first().map_or_else(Vec::new, |part| missing(inner, part, schema)),
        Node::Compare(cmp, a, b) => comparison(cmp.negated(), (a, b), parts, schema),
        Node::In(a, _) => membership(a, parts, schema, MissingCode::ValueIsNot),
        Node::Ask(question) | Node::Param(question, _) => vec![negated_leaf(question, verdict, schema)],
        Node::Const(_) | Node::Arith(..) => vec![Missing::new(MissingCode::NotComputable)],
    }
}

fn any_of(ways: Vec<Vec<Missing>>) -> Vec<Missing> {
    vec![Missing { any_of: ways, ..Missing::new(MissingCode::AnyOf) }]
}

fn membership(a: &Expr, parts: &[Verdict], schema: &Schema, code: MissingCode) -> Vec<Missing> {
    let unknown = unknown_leaves(parts, schema);
    if !unknown.is_empty() {
        return unknown;
    }
    let item = Missing::what(code, label_of(a, schema));
    vec![item.with("is", shown(parts.first())).with("wanted", shown(parts.get(1)))]
}

fn shown(verdict: Option<&Verdict>) -> String {
    verdict.and_then(|verdict| verdict.value.as_ref()).map_or_else(String::new, ToString::to_string)
}

fn unknown_leaves(parts: &[Verdict], schema: &Schema) -> Vec<Missing> {
    let mut found = Vec::new();
    for part in parts {
        if let (None, Some(question)) = (&part.value, &part.asked) {
            found.push(unknown(question, schema));
        }
        found.extend(unknown_leaves(&part.parts, schema));
    }
    found
}

fn unknown(question: &Question, schema: &Schema) -> Missing {
    let code = match question {
        Question::Fact { .. } => MissingCode::Fact,
        Question::Has { .. } => MissingCode::Thing,
        Question::Review { .. } => MissingCode::Review,
        _ => MissingCode::Value,
    };
    Missing::what(code, label(question, schema))
}

fn leaf(question: &Question, verdict: &Verdict, schema: &Schema) -> Missing {
    let known = verdict.value.is_some();
    let what = |code| Missing::what(code, label(question, schema));
    match question {
        Question::Has { thing } if thing == "reason" => Missing::new(MissingCode::Reason),
        Question::Has { .. } => what(MissingCode::Thing),
        Question::Fact { .. } => what(MissingCode::Fact),
        Question::Form { .. } => form(what(MissingCode::Form), verdict),
        Question::Signed { .. } => signature(what(MissingCode::Signature), verdict),
        Question::Review { field: ReviewField::Signed, .. } => what(MissingCode::ReviewNotSigned),
        Question::Review { .. } if known => what(MissingCode::ReviewNotPassed),
        Question::Review { .. } => what(MissingCode::Review),
        Question::Case { field: CaseField::Concluded, .. } => what(MissingCode::NotConcluded),
        _ if known => what(MissingCode::MustBe),
        _ => what(MissingCode::Value),
    }
}

fn form(item: Missing, verdict: &Verdict) -> Missing {
    let fields = if let Some(Detail::Fields(fields)) = &verdict.detail { fields.as_slice() } else { &[] };
    item.with("count", fields.len() as i64).with("fields", fields.join("、"))
}

fn signature(item: Missing, verdict: &Verdict) -> Missing {
    let Some(Detail::Signatures { signed, needed, waiting }) = &verdict.detail else {
        return item.with("signed", 0).with("needed", 0).with("waiting", 0).with("names", String::new());
    };
    let item = item.with("signed", i64::from(*signed)).with("needed", i64::from(*needed));
    item.with("waiting", waiting.len() as i64).with("names", waiting.join("、"))
}

fn negated_leaf(question: &Question, verdict: &Verdict, schema: &Schema) -> Missing {
    if verdict.value.is_none() {
        return unknown(question, schema);
    }
    let code = match question {
        Question::Fact { .. } => MissingCode::FactStands,
        Question::Review { .. } => MissingCode::ReviewPassed,
        _ => MissingCode::MustNot,
    };
    Missing::what(code, label(question, schema))
}

fn comparison(cmp: Cmp, (a, b): (&Expr, &Expr), parts: &[Verdict], schema: &Schema) -> Vec<Missing> {
    let unknown = unknown_leaves(parts, schema);
    if !unknown.is_empty() {
        return unknown;
    }
    let [va, vb] = parts else { return vec![Missing::new(MissingCode::NotComputable)] };
    let (Some(x), Some(y)) = (&va.value, &vb.value) else { return vec![Missing::new(MissingCode::NotComputable)] };
    if x.order(y).is_none() {
        return vec![Missing::new(MissingCode::NotComputable)];
    }
    // The side that says something about the case comes first.
    if speaks(a) < speaks(b) {
        return vec![shortfall(cmp.turned(), (b, vb, y), (a, va, x), schema)];
    }
    vec![shortfall(cmp, (a, va, x), (b, vb, y), schema)]
}

/// What `today` and `now` say about the case.
const TODAY: u8 = 5;

/// How much a side says about the case: constants and parameters nothing, limits less than what is limited.
fn speaks(expr: &Expr) -> u8 {
    match &expr.node {
        Node::Const(_) | Node::Param(..) => 0,
        Node::Ask(Question::Table { .. }) => 1,
        Node::Ask(Question::Name { name }) if name == "now" || name == "today" => TODAY,
        Node::Ask(Question::Value { .. } | Question::Name { .. }) => 3,
        Node::Ask(_) => 4,
        _ => {
            let mut best = 0;
            each_part(expr, &mut |part| best = best.max(speaks(part)));
            best
        }
    }
}

fn each_part<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.node {
        Node::Not(inner) => visit(inner),
        Node::All(items) | Node::Any(items) => items.iter().for_each(visit),
        Node::Compare(_, a, b) | Node::Arith(_, a, b) | Node::In(a, b) => {
            visit(a);
            visit(b);
        }
        Node::Const(_) | Node::Ask(_) | Node::Param(..) => {}
    }
}

type Side<'a> = (&'a Expr, &'a Verdict, &'a Value);

fn shortfall(cmp: Cmp, left: Side<'_>, right: Side<'_>, schema: &Schema) -> Missing {
    let ((a, _, x), (b, vb, y)) = (left, right);
    let what = |code| Missing::what(code, label_of(a, schema));
    // What is too early or too late is named by its day, not by today.
    let named = if speaks(a) == TODAY { b } else { a };
    if let Some(item) = timing(cmp, Missing::what(MissingCode::TooEarly, label_of(named, schema)), x, y) {
        return item;
    }
    let upper = matches!(cmp, Cmp::Le | Cmp::Lt);
    let is = |item: Missing| item.with("is", x.to_string());
    match &a.node {
        Node::Ask(Question::Budget { .. }) if !upper => {
            let short = y.minus(x).map_or_else(String::new, |short| short.to_string());
            return what(MissingCode::Budget).with("have", x.to_string()).with("need", y.to_string()).with("short", short);
        }
        Node::Ask(Question::Case { field: CaseField::Open, .. }) => return what(MissingCode::ChildrenOpen).with("open", x.to_string()),
        Node::Ask(Question::Case { of, .. }) => {
            let code = if cmp == Cmp::Ne { MissingCode::ValueIsNot } else { MissingCode::ChildState };
            let (CaseRef::Child(of) | CaseRef::Link(of)) = of;
            return is(what(code)).with("of", of.clone()).with("wanted", y.to_string());
        }
        Node::Ask(Question::Count { .. }) => return is(what(MissingCode::Count)).with("sign", cmp.sign().to_owned()).with("need", y.to_string()),
        _ => {}
    }
    if let (Node::Ask(Question::Table { keys, .. }), true) = (&b.node, upper) {
        let row = if let Some(Detail::Row(row)) = &vb.detail { row.clone() } else { row_of(keys) };
        return is(what(MissingCode::OverTable)).with("table", label_of(b, schema)).with("row", row).with("limit", y.to_string());
    }
    match cmp {
        Cmp::Eq | Cmp::Ne if matches!(a.node, Node::Ask(Question::Sum { .. })) => {
            is(what(MissingCode::Sum)).with("sign", cmp.sign().to_owned()).with("need", y.to_string())
        }
        Cmp::Eq => is(what(MissingCode::ValueIs)).with("wanted", y.to_string()),
        Cmp::Ne => is(what(MissingCode::ValueIsNot)),
        Cmp::Le | Cmp::Lt if a.ty == Type::Money => is(what(MissingCode::OverLimit)).with("limit", y.to_string()),
        Cmp::Le | Cmp::Lt => is(what(MissingCode::TooHigh)).with("need", y.to_string()),
        Cmp::Ge | Cmp::Gt => is(what(MissingCode::TooLow)).with("need", y.to_string()),
    }
}

fn row_of(keys: &[Key]) -> String {
    let names: Vec<&str> = keys
        .iter()
        .map(|key| match key {
            Key::Text(text) => text.as_str(),
            Key::Asked(question) => match &**question {
                Question::Name { name } | Question::Value { name, .. } => name.as_str(),
                _ => "",
            },
        })
        .collect();
    names.join(" · ")
}

/// Too early or too late, with the day it turns and the days until or since.
fn timing(cmp: Cmp, item: Missing, x: &Value, y: &Value) -> Option<Missing> {
    let (today, turn): (Day, Day) = match (x, y) {
        (Value::Elapsed { since, today }, Value::Duration(span)) => (*today, since.plus(*span).ok()?),
        (Value::Moment(a), Value::Moment(b)) => (a.day(), b.day()),
        (Value::Date(a), Value::Date(b)) => (*a, *b),
        _ => return None,
    };
    let late = matches!(cmp, Cmp::Le | Cmp::Lt | Cmp::Ne);
    // `elapsed > window`: the window includes its last day, so the first possible day is the next.
    let turn = if cmp == Cmp::Gt && !matches!(x, Value::Moment(_)) { turn.plus_days(1) } else { turn };
    let code = if late { MissingCode::TooLate } else { MissingCode::TooEarly };
    let days = days_between(today, turn).abs();
    Some(Missing { code, ..item }.with("date", turn.to_string()).with("days", days))
}

/// Label of the part of an expression that says most about the case.
fn label_of(expr: &Expr, schema: &Schema) -> Bilingual {
    match &expr.node {
        Node::Ask(question) | Node::Param(question, _) => label(question, schema),
        _ => {
            let (mut best, mut rank) = (None, 0);
            each_part(expr, &mut |part| {
                if best.is_none() || speaks(part) > rank {
                    (best, rank) = (Some(part), speaks(part));
                }
            });
            best.map_or_else(Bilingual::default, |part| label_of(part, schema))
        }
    }
}

/// Label of what is asked.
pub(crate) fn label(question: &Question, schema: &Schema) -> Bilingual {
    let uses = &schema.uses;
    let (id, label): (&str, Option<Bilingual>) = match question {
        Question::Has { thing } => (thing, uses.things.get(thing).cloned()),
        Question::Form { form } => (form, uses.forms.get(form).cloned()),
        Question::Signed { document, .. } => (document, uses.documents.get(document).cloned()),
        Question::Review { state, .. } | Question::Elapsed { state } => (state, schema.states.get(state).cloned()),
        Question::Count { collection } => (collection, uses.counts.get(collection).cloned()),
        Question::Sum { collection } => (collection, uses.sums.get(collection).map(|sum| sum.label())),
        Question::Table { table: Key::Text(table), .. } => (table, uses.tables.get(table).map(|table| table.label())),
        Question::Table { table: Key::Asked(question), .. } => return label(question, schema),
        Question::Case { of: CaseRef::Child(id), .. } => (id, uses.definitions.get(id).cloned()),
        Question::Case { of: CaseRef::Link(id), .. } => (id, uses.links.get(id).map(|link| Bilingual::new(&link.zh, &link.en))),
        Question::Budget { account } => (account, uses.budgets.get(account).cloned()),
        Question::Value { name, .. } => (name, uses.values.get(name).map(|value| value.label())),
        Question::Fact { name, .. } => (name, uses.facts.get(name).cloned()),
        Question::Name { name } => (name, schema.name_label(name)),
    };
    label.unwrap_or_else(|| Bilingual::new(id, id))
}
