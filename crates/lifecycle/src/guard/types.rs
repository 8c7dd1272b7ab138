//! From the tree to a typed expression: every name is found in the schema, every operator fits its operands.
//!
//! Asks nothing, tells nothing. Invariant: what type-checks can be evaluated with any answers of the asked types.

use std::fmt;

use super::lex::Place;
use super::mistake::{GuardFault, GuardMistake};
use super::parse::{Ast, Cmp, Kind, Op};
use super::question::{CaseField, CaseRef, Key, Question, ReviewField};
use super::value::Value;
use crate::definition::{Schema, Typed};

/// Static type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Yes or no.
    Bool,
    /// Whole number; serves as decimal too.
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
    /// Time in a state: compared with durations only.
    Elapsed,
    /// Text.
    Text,
    /// One of these texts.
    Enum(Vec<String>),
    /// Several of one type.
    List(Box<Type>),
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Enum(options) => write!(f, "enum({})", options.join(" ")),
            Type::List(item) => write!(f, "list({item})"),
            plain => f.write_str(&format!("{plain:?}").to_lowercase()),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub place: Place,
    pub ty: Type,
    pub node: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Const(Value),
    Ask(Question),
    /// A parameter: the answer, or else the definition's own value.
    Param(Question, Value),
    Not(Box<Expr>),
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Compare(Cmp, Box<Expr>, Box<Expr>),
    Arith(Op, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Box<Expr>),
}

type Checked<T> = Result<T, GuardMistake>;

fn wrong<T>(fault: GuardFault, place: Place, what: impl ToString) -> Checked<T> {
    Err(GuardMistake::new(fault, place, what))
}

/// Checks a guard: it must be yes or no.
pub(crate) fn check_guard(ast: &Ast, schema: &Schema) -> Checked<Expr> {
    let expr = check(ast, schema)?;
    if expr.ty == Type::Bool { Ok(expr) } else { wrong(GuardFault::NotYesOrNo, ast.place, expr.ty) }
}

fn check(ast: &Ast, schema: &Schema) -> Checked<Expr> {
    let (ty, node) = match &ast.kind {
        Kind::Literal(value) => (type_of(value), Node::Const(value.clone())),
        Kind::Path(path) => return path_expr(path, ast.place, schema),
        Kind::Call { name, args, field } => return super::call::check_call(name, args, field.as_deref(), ast.place, schema),
        Kind::Not(inner) => (Type::Bool, Node::Not(Box::new(check_guard(inner, schema)?))),
        Kind::And(items) => (Type::Bool, Node::All(check_all(items, schema)?)),
        Kind::Or(items) => (Type::Bool, Node::Any(check_all(items, schema)?)),
        Kind::Compare(cmp, a, b) => return compare(*cmp, check(a, schema)?, check(b, schema)?, ast.place),
        Kind::Arith(op, a, b) => return arith(*op, check(a, schema)?, check(b, schema)?, ast.place),
        Kind::In(a, b) => return among(check(a, schema)?, check(b, schema)?, ast.place),
        Kind::List(items) => return list(items, schema, ast.place),
    };
    Ok(Expr { place: ast.place, ty, node })
}

fn check_all(items: &[Ast], schema: &Schema) -> Checked<Vec<Expr>> {
    items.iter().map(|item| check_guard(item, schema)).collect()
}

/// Type of a literal or of a parameter's value.
pub(crate) fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Number(n) if n.is_whole() => Type::Int,
        Value::Number(_) => Type::Decimal,
        Value::Money { .. } => Type::Money,
        Value::Date(_) => Type::Date,
        Value::Moment(_) => Type::Moment,
        Value::Duration(_) => Type::Duration,
        Value::Elapsed { .. } => Type::Elapsed,
        Value::Text(_) => Type::Text,
        Value::List(items) => Type::List(Box::new(items.first().map_or(Type::Text, type_of))),
    }
}

/// A dotted name: a parameter, a field of a linked case, or a name of the schema.
pub(crate) fn path_expr(path: &str, place: Place, schema: &Schema) -> Checked<Expr> {
    let ask = Question::Name { name: path.to_owned() };
    if let Some(param) = path.strip_prefix("param.") {
        return match schema.params.get(param) {
            Some(param) => Ok(Expr { place, ty: param.ty.clone(), node: Node::Param(ask, param.value.clone()) }),
            None => wrong(GuardFault::UnknownName, place, path),
        };
    }
    if let Some((link, field)) = path.split_once('.')
        && schema.uses.links.contains_key(link)
    {
        return case_expr(CaseRef::Link(link.to_owned()), field, place);
    }
    match schema.name(path) {
        Some(ty) => Ok(Expr { place, ty, node: Node::Ask(ask) }),
        None => wrong(GuardFault::UnknownName, place, path),
    }
}

pub(crate) fn case_expr(of: CaseRef, field: &str, place: Place) -> Checked<Expr> {
    let (field, ty) = match field {
        "state" => (CaseField::State, Type::Text),
        "outcome" => (CaseField::Outcome, Schema::outcomes()),
        "route" => (CaseField::Route, Schema::routes()),
        "concluded" => (CaseField::Concluded, Type::Bool),
        "open" => (CaseField::Open, Type::Int),
        "count" => (CaseField::Count, Type::Int),
        other => return wrong(GuardFault::UnknownName, place, other),
    };
    Ok(Expr { place, ty, node: Node::Ask(Question::Case { of, field }) })
}

fn numeric(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Decimal)
}

fn textual(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Enum(_))
}

/// Does a text written in the guard belong to the enum on the other side?
fn option_fits(ty: &Type, other: &Expr) -> Checked<()> {
    let (Type::Enum(options), Node::Const(value)) = (ty, &other.node) else { return Ok(()) };
    let texts = if let Value::List(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
    match texts.iter().find(|text| !matches!(text, Value::Text(t) if options.contains(t))) {
        Some(stranger) => wrong(GuardFault::NotAnOption, other.place, stranger),
        None => Ok(()),
    }
}

fn compare(cmp: Cmp, a: Expr, b: Expr, place: Place) -> Checked<Expr> {
    let equality = matches!(cmp, Cmp::Eq | Cmp::Ne);
    let fits = match (&a.ty, &b.ty) {
        (x, y) if numeric(x) && numeric(y) => true,
        (x, y) if textual(x) && textual(y) => equality,
        (Type::Bool, Type::Bool) => equality,
        (Type::Money, Type::Money) | (Type::Date, Type::Date) | (Type::Moment, Type::Moment) => true,
        (Type::Elapsed, Type::Duration) | (Type::Duration, Type::Elapsed) => !equality,
        _ => false,
    };
    if !fits {
        return wrong(GuardFault::WrongTypes, place, format!("{} {} {}", a.ty, cmp.sign(), b.ty));
    }
    option_fits(&a.ty, &b)?;
    option_fits(&b.ty, &a)?;
    Ok(Expr { place, ty: Type::Bool, node: Node::Compare(cmp, Box::new(a), Box::new(b)) })
}

fn arith(op: Op, a: Expr, b: Expr, place: Place) -> Checked<Expr> {
    let ty = match (op, &a.ty, &b.ty) {
        (_, Type::Int, Type::Int) => Type::Int,
        (_, x, y) if numeric(x) && numeric(y) => Type::Decimal,
        (Op::Plus | Op::Minus, Type::Money, Type::Money) => Type::Money,
        (Op::Times, Type::Money, n) | (Op::Times, n, Type::Money) if numeric(n) => Type::Money,
        (Op::Plus, Type::Date, Type::Duration) => Type::Date,
        (Op::Plus, Type::Moment, Type::Duration) => Type::Moment,
        (_, x, y) => return wrong(GuardFault::WrongTypes, place, format!("{x}, {y}")),
    };
    Ok(Expr { place, ty, node: Node::Arith(op, Box::new(a), Box::new(b)) })
}

fn among(a: Expr, b: Expr, place: Place) -> Checked<Expr> {
    let fits = matches!(&b.ty, Type::List(item) if **item == a.ty || (textual(item) && textual(&a.ty)) || (numeric(item) && numeric(&a.ty)));
    if !fits {
        return wrong(GuardFault::WrongTypes, place, format!("{} in {}", a.ty, b.ty));
    }
    option_fits(&a.ty, &b)?;
    Ok(Expr { place, ty: Type::Bool, node: Node::In(Box::new(a), Box::new(b)) })
}

fn list(items: &[Ast], schema: &Schema, place: Place) -> Checked<Expr> {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        match check(item, schema)? {
            Expr { node: Node::Const(value), .. } => values.push(value),
            other => return wrong(GuardFault::WrongArguments, item.place, other.ty),
        }
    }
    let mixed = values.iter().any(|value| std::mem::discriminant(value) != std::mem::discriminant(&values[0]));
    if values.is_empty() || mixed {
        return wrong(GuardFault::WrongTypes, place, "list");
    }
    let value = Value::List(values);
    Ok(Expr { place, ty: type_of(&value), node: Node::Const(value) })
}

/// What a review can be asked.
pub(crate) fn review_field(field: &str) -> Option<(ReviewField, Type)> {
    match field {
        "passed" => Some((ReviewField::Passed, Type::Bool)),
        "signed" => Some((ReviewField::Signed, Type::Bool)),
        "score" => Some((ReviewField::Score, Type::Decimal)),
        _ => None,
    }
}

/// A key of a table: a text, or a name that is asked.
pub(crate) fn key(ast: &Ast, schema: &Schema) -> Checked<Key> {
    match check(ast, schema)?.node {
        Node::Const(Value::Text(text)) => Ok(Key::Text(text)),
        Node::Const(Value::Number(number)) => Ok(Key::Text(number.to_string())),
        Node::Ask(question) | Node::Param(question, _) => Ok(Key::Asked(Box::new(question))),
        _ => wrong(GuardFault::WrongArguments, ast.place, "table"),
    }
}

pub(crate) fn typed<'a>(map: &'a std::collections::BTreeMap<String, Typed>, name: &str, place: Place) -> Checked<&'a Typed> {
    map.get(name).ok_or_else(|| GuardMistake::new(GuardFault::UnknownName, place, name))
}

/// States of linked cases that an expression compares with.
pub(crate) fn states_compared(expr: &Expr, into: &mut Vec<(CaseRef, String)>) {
    match &expr.node {
        Node::Const(_) | Node::Ask(_) | Node::Param(..) => {}
        Node::Not(inner) => states_compared(inner, into),
        Node::All(items) | Node::Any(items) => items.iter().for_each(|item| states_compared(item, into)),
        Node::Compare(_, a, b) | Node::Arith(_, a, b) | Node::In(a, b) => {
            for (asked, written) in [(a, b), (b, a)] {
                if let (Node::Ask(Question::Case { of, field: CaseField::State }), Node::Const(value)) = (&asked.node, &written.node) {
                    let texts = if let Value::List(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
                    into.extend(texts.iter().map(|text| (of.clone(), text.to_string())));
                }
            }
            states_compared(a, into);
            states_compared(b, into);
        }
    }
}
