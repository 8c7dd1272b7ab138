//! From a typed expression and answers to a verdict: a tree that shows what each part was worth.
//!
//! Asks [`Facts`], tells nothing. Invariant: total. Whatever the answers, it returns, in time linear in the expression.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lex::Place;
use super::parse::{Cmp, Op};
use super::question::{Answer, Detail, Facts, Question};
use super::types::{Expr, Node};
use super::value::Value;

/// How a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// True, or a value that is known.
    Ok,
    /// False.
    Failed,
    /// Cannot be told from the answers.
    Unknown,
}

/// What a part of a guard was worth, with its parts: the explanation that is stored with a move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Bytes of the guard's source.
    pub place: Place,
    /// How it stands.
    pub standing: Standing,
    /// What it is worth, if known.
    pub value: Option<Value>,
    /// What it asked, if it is a leaf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Question>,
    /// More about the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
    /// Its parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Verdict>,
}

impl Verdict {
    fn of(place: Place, value: Option<Value>, parts: Vec<Verdict>) -> Self {
        let standing = match &value {
            Some(Value::Bool(false)) => Standing::Failed,
            Some(_) => Standing::Ok,
            None => Standing::Unknown,
        };
        Self { place, standing, value, asked: None, detail: None, parts }
    }
}

/// Evaluates an expression. `and` and `or` look at all their parts, so that everything missing is told at once.
pub(crate) fn eval(expr: &Expr, facts: &dyn Facts) -> Verdict {
    let (value, parts) = match &expr.node {
        Node::Const(value) => (Some(value.clone()), Vec::new()),
        Node::Ask(question) => return leaf(expr, question, facts.answer(question)),
        Node::Param(question, own) => {
            return leaf(expr, question, Some(facts.answer(question).unwrap_or_else(|| own.clone().into())));
        }
        Node::Not(inner) => {
            let part = eval(inner, facts);
            (truth(&part).map(|yes| Value::Bool(!yes)), vec![part])
        }
        Node::All(items) => {
            let parts: Vec<Verdict> = items.iter().map(|item| eval(item, facts)).collect();
            (kleene(&parts, false).map(Value::Bool), parts)
        }
        Node::Any(items) => {
            let parts: Vec<Verdict> = items.iter().map(|item| eval(item, facts)).collect();
            (kleene(&parts, true).map(Value::Bool), parts)
        }
        Node::Compare(cmp, a, b) => both(a, b, facts, |a, b| a.order(b).map(|order| Value::Bool(holds(*cmp, order)))),
        Node::Arith(op, a, b) => both(a, b, facts, |a, b| match op {
            Op::Plus => a.plus(b),
            Op::Minus => a.minus(b),
            Op::Times => a.times(b),
        }),
        Node::In(a, b) => both(a, b, facts, |a, b| match b {
            Value::List(items) => Some(Value::Bool(items.contains(a))),
            _ => None,
        }),
    };
    Verdict::of(expr.place, value, parts)
}

fn leaf(expr: &Expr, question: &Question, answer: Option<Answer>) -> Verdict {
    let (value, detail) = answer.map_or((None, None), |answer| (Some(answer.value), answer.detail));
    Verdict { asked: Some(question.clone()), detail, ..Verdict::of(expr.place, value, Vec::new()) }
}

fn both(a: &Expr, b: &Expr, facts: &dyn Facts, with: impl Fn(&Value, &Value) -> Option<Value>) -> (Option<Value>, Vec<Verdict>) {
    let (a, b) = (eval(a, facts), eval(b, facts));
    let value = match (&a.value, &b.value) {
        (Some(x), Some(y)) => with(x, y),
        _ => None,
    };
    (value, vec![a, b])
}

pub(crate) fn truth(verdict: &Verdict) -> Option<bool> {
    match verdict.value {
        Some(Value::Bool(yes)) => Some(yes),
        _ => None,
    }
}

/// `winner` decides alone; otherwise one unknown part leaves the whole unknown.
fn kleene(parts: &[Verdict], winner: bool) -> Option<bool> {
    if parts.iter().any(|part| truth(part) == Some(winner)) {
        return Some(winner);
    }
    parts.iter().all(|part| truth(part).is_some()).then_some(!winner)
}

fn holds(cmp: Cmp, order: Ordering) -> bool {
    match cmp {
        Cmp::Eq => order.is_eq(),
        Cmp::Ne => order.is_ne(),
        Cmp::Lt => order.is_lt(),
        Cmp::Le => order.is_le(),
        Cmp::Gt => order.is_gt(),
        Cmp::Ge => order.is_ge(),
    }
}

/// All questions of an expression; what a table's row depends on comes before the table.
pub(crate) fn questions(expr: &Expr, into: &mut Vec<Question>) {
    match &expr.node {
        Node::Const(_) => {}
        Node::Ask(question) | Node::Param(question, _) => add(question, into),
        Node::Not(inner) => questions(inner, into),
        Node::All(items) | Node::Any(items) => items.iter().for_each(|item| questions(item, into)),
        Node::Compare(_, a, b) | Node::Arith(_, a, b) | Node::In(a, b) => {
            questions(a, into);
            questions(b, into);
        }
    }
}

fn add(question: &Question, into: &mut Vec<Question>) {
    if let Question::Table { table, keys } = question {
        for key in std::iter::once(table).chain(keys) {
            if let super::question::Key::Asked(asked) = key {
                add(asked, into);
            }
        }
    }
    if !into.contains(question) {
        into.push(question.clone());
    }
}
