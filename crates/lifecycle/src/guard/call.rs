//! The twelve functions: what each takes and what it is worth.
//!
//! `has form signed review elapsed count sum table child budget value fact`, and three constants: `money duration date`.
//! Asks nothing, tells nothing. Invariant: a call that type-checks is exactly one [`Question`] or one constant.

use words::{Amount, Bilingual, Day, Span};

use super::lex::Place;
use super::mistake::{GuardFault, GuardMistake};
use super::parse::{Ast, Kind};
use super::question::{CaseRef, Key, Question};
use super::types::{Expr, Node, Type, case_expr, key, review_field, typed};
use super::value::Value;
use crate::definition::Schema;
use std::collections::BTreeMap;

type Checked<T> = Result<T, GuardMistake>;

struct Call<'a> {
    name: &'a str,
    args: &'a [Ast],
    place: Place,
    schema: &'a Schema,
}

/// Checks one call.
pub(crate) fn check_call(name: &str, args: &[Ast], field: Option<&str>, place: Place, schema: &Schema) -> Checked<Expr> {
    let call = Call { name, args, place, schema };
    let uses = &schema.uses;
    let plain = |(ty, question): (Type, Question)| Ok(Expr { place, ty, node: Node::Ask(question) });
    match (name, field) {
        ("form", Some("complete")) => plain((Type::Bool, Question::Form { form: call.known_text(0, &uses.forms)? })),
        ("review", Some(field)) => plain(call.review(field)?),
        ("child", Some(field)) => case_expr(CaseRef::Child(call.known_text(0, &uses.definitions)?), field, place),
        ("form" | "review" | "child", _) => call.wrong(GuardFault::WrongArguments, field.unwrap_or(name)),
        (_, Some(field)) => call.wrong(GuardFault::Unexpected, field),
        ("has", None) => plain((Type::Bool, Question::Has { thing: call.thing()? })),
        ("signed", None) => plain(call.signed()?),
        ("elapsed", None) => plain(call.elapsed()?),
        ("count", None) => plain((Type::Int, Question::Count { collection: call.known_path(0, &uses.counts)? })),
        ("sum", None) => plain(call.sum()?),
        ("table", None) => plain(call.table()?),
        ("budget", None) => plain((Type::Money, Question::Budget { account: call.known_text(0, &uses.budgets)? })),
        ("value", None) => plain(call.value()?),
        ("fact", None) => plain(call.fact()?),
        ("money" | "duration" | "date", None) => call.constant(),
        _ => call.wrong(GuardFault::UnknownFunction, name),
    }
}

impl Call<'_> {
    fn wrong<T>(&self, fault: GuardFault, what: impl ToString) -> Checked<T> {
        Err(GuardMistake::new(fault, self.place, what))
    }

    fn only(&self, least: usize, most: usize) -> Checked<()> {
        if (least..=most).contains(&self.args.len()) { Ok(()) } else { self.wrong(GuardFault::WrongArguments, self.name) }
    }

    fn text(&self, at: usize) -> Checked<&str> {
        match self.args.get(at).map(|arg| &arg.kind) {
            Some(Kind::Literal(Value::Text(text))) => Ok(text),
            _ => self.wrong(GuardFault::WrongArguments, self.name),
        }
    }

    fn path(&self, at: usize) -> Checked<&str> {
        match self.args.get(at).map(|arg| &arg.kind) {
            Some(Kind::Path(path)) => Ok(path),
            _ => self.wrong(GuardFault::WrongArguments, self.name),
        }
    }

    fn known_text(&self, at: usize, known: &BTreeMap<String, Bilingual>) -> Checked<String> {
        self.only(1, 1)?;
        self.declared(self.text(at)?, known)
    }

    fn known_path(&self, at: usize, known: &BTreeMap<String, Bilingual>) -> Checked<String> {
        self.only(1, 1)?;
        self.declared(self.path(at)?, known)
    }

    fn declared(&self, name: &str, known: &BTreeMap<String, Bilingual>) -> Checked<String> {
        if known.contains_key(name) { Ok(name.to_owned()) } else { self.wrong(GuardFault::UnknownName, name) }
    }

    /// The optional second argument: a party, or a state (`fact('metrics_met', pilot)`).
    fn party(&self) -> Checked<Option<String>> {
        self.only(1, 2)?;
        if self.args.len() == 1 {
            return Ok(None);
        }
        let name = self.path(1)?;
        let known = self.schema.uses.parties.contains_key(name) || self.schema.states.contains_key(name);
        if known { Ok(Some(name.to_owned())) } else { self.wrong(GuardFault::UnknownName, name) }
    }

    fn thing(&self) -> Checked<String> {
        if self.path(0)? == "reason" {
            self.only(1, 1)?;
            return Ok("reason".to_owned());
        }
        self.known_path(0, &self.schema.uses.things)
    }

    fn signed(&self) -> Checked<(Type, Question)> {
        let document = self.declared(self.text(0)?, &self.schema.uses.documents)?;
        Ok((Type::Bool, Question::Signed { document, party: self.party()? }))
    }

    fn review(&self, field: &str) -> Checked<(Type, Question)> {
        self.only(1, 1)?;
        let state = self.text(0)?;
        if !self.schema.reviews.contains(state) {
            return self.wrong(GuardFault::UnknownName, state);
        }
        match review_field(field) {
            Some((field, ty)) => Ok((ty, Question::Review { state: state.to_owned(), field })),
            None => self.wrong(GuardFault::UnknownName, field),
        }
    }

    fn elapsed(&self) -> Checked<(Type, Question)> {
        self.only(1, 1)?;
        let state = self.text(0)?;
        if !self.schema.states.contains_key(state) {
            return self.wrong(GuardFault::UnknownName, state);
        }
        Ok((Type::Elapsed, Question::Elapsed { state: state.to_owned() }))
    }

    fn sum(&self) -> Checked<(Type, Question)> {
        self.only(1, 1)?;
        let collection = self.path(0)?;
        let ty = typed(&self.schema.uses.sums, collection, self.place)?.ty();
        Ok((ty, Question::Sum { collection: collection.to_owned() }))
    }

    fn table(&self) -> Checked<(Type, Question)> {
        self.only(2, 4)?;
        let table = key(&self.args[0], self.schema)?;
        let name = match &table {
            Key::Text(text) => text.clone(),
            Key::Asked(question) => self.default_of(question)?,
        };
        let ty = typed(&self.schema.uses.tables, &name, self.place)?.ty();
        let keys = self.args[1..].iter().map(|arg| key(arg, self.schema)).collect::<Checked<Vec<_>>>()?;
        Ok((ty, Question::Table { table, keys }))
    }

    /// A table named by a parameter: its type is that of the table the definition itself names.
    fn default_of(&self, question: &Question) -> Checked<String> {
        let Question::Name { name } = question else { return self.wrong(GuardFault::WrongArguments, self.name) };
        match name.strip_prefix("param.").and_then(|name| self.schema.params.get(name)).map(|param| &param.value) {
            Some(Value::Text(text)) => Ok(text.clone()),
            _ => self.wrong(GuardFault::WrongArguments, name),
        }
    }

    fn value(&self) -> Checked<(Type, Question)> {
        let name = self.text(0)?;
        let ty = typed(&self.schema.uses.values, name, self.place)?.ty();
        Ok((ty, Question::Value { name: name.to_owned(), party: self.party()? }))
    }

    fn fact(&self) -> Checked<(Type, Question)> {
        let name = self.declared(self.text(0)?, &self.schema.uses.facts)?;
        Ok((Type::Bool, Question::Fact { name, party: self.party()? }))
    }

    fn constant(&self) -> Checked<Expr> {
        self.only(1, 1)?;
        let text = self.text(0)?;
        let value = match self.name {
            "money" => Amount::parse_named(text).ok().map(|amount| (Type::Money, Value::money(&amount))),
            "date" => Day::parse(text).ok().map(|day| (Type::Date, Value::Date(day))),
            _ => Span::parse(text).ok().map(|span| (Type::Duration, Value::Duration(span))),
        };
        match value {
            Some((ty, value)) => Ok(Expr { place: self.place, ty, node: Node::Const(value) }),
            None => self.wrong(GuardFault::WrongArguments, text),
        }
    }
}
