//! From tokens to a tree: a Pratt parser for a subset of CEL's syntax, with `and`, `or`, `not` as words too.
//!
//! Asks nothing, tells nothing. Invariant: the tree is at most 16 deep and the parser never recurses deeper.

use super::lex::{Place, Token, lex};
use super::mistake::{GuardFault, GuardMistake};
use super::value::{Dec, Value};

/// Deepest nesting.
pub const MAX_DEPTH: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Plus,
    Minus,
    Times,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cmp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Cmp {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Cmp::Eq => "=",
            Cmp::Ne => "≠",
            Cmp::Lt => "<",
            Cmp::Le => "≤",
            Cmp::Gt => ">",
            Cmp::Ge => "≥",
        }
    }

    /// The same comparison seen from the right.
    pub(crate) fn turned(self) -> Self {
        match self {
            Cmp::Lt => Cmp::Gt,
            Cmp::Le => Cmp::Ge,
            Cmp::Gt => Cmp::Lt,
            Cmp::Ge => Cmp::Le,
            same => same,
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Cmp::Eq => Cmp::Ne,
            Cmp::Ne => Cmp::Eq,
            Cmp::Lt => Cmp::Ge,
            Cmp::Le => Cmp::Gt,
            Cmp::Gt => Cmp::Le,
            Cmp::Ge => Cmp::Lt,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ast {
    pub place: Place,
    pub depth: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Literal(Value),
    Path(String),
    Call { name: String, args: Vec<Ast>, field: Option<String> },
    Not(Box<Ast>),
    And(Vec<Ast>),
    Or(Vec<Ast>),
    Compare(Cmp, Box<Ast>, Box<Ast>),
    Arith(Op, Box<Ast>, Box<Ast>),
    In(Box<Ast>, Box<Ast>),
    List(Vec<Ast>),
}

/// Reads a whole expression.
pub(crate) fn parse(source: &str) -> Result<Ast, GuardMistake> {
    let end = source.len().min(super::lex::MAX_BYTES) as u16;
    let mut parser = Parser { tokens: lex(source)?, at: 0, end, level: 0 };
    let ast = parser.expression(0)?;
    match parser.peek() {
        None => Ok(ast),
        Some(token) => Err(parser.unexpected(&token)),
    }
}

struct Parser {
    tokens: Vec<(Token, Place)>,
    at: usize,
    end: u16,
    level: usize,
}

/// Binding power of what may stand between two expressions.
fn power(token: &Token) -> Option<(u8, &'static str)> {
    let Token::Sign(sign) = token else { return None };
    let power = match *sign {
        "||" => 1,
        "&&" => 2,
        "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" => 4,
        "+" | "-" => 5,
        "*" => 6,
        _ => return None,
    };
    Some((power, sign))
}

impl Parser {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).map(|(token, _)| token.clone())
    }

    fn place(&self) -> Place {
        self.tokens.get(self.at).map_or((self.end, self.end), |(_, place)| *place)
    }

    fn take(&mut self, sign: &str) -> bool {
        let there = matches!(self.tokens.get(self.at), Some((Token::Sign(s), _)) if *s == sign);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, sign: &str) -> Result<u16, GuardMistake> {
        let place = self.place();
        if self.take(sign) {
            return Ok(place.1);
        }
        Err(self.peek().map_or_else(|| self.cut_off(), |token| self.unexpected(&token)))
    }

    fn unexpected(&self, token: &Token) -> GuardMistake {
        let shown = match token {
            Token::Name(text) | Token::Text(text) => text.clone(),
            Token::Number(number) => number.to_string(),
            Token::Sign(sign) => (*sign).to_owned(),
        };
        GuardMistake::new(GuardFault::Unexpected, self.place(), shown)
    }

    fn cut_off(&self) -> GuardMistake {
        GuardMistake::new(GuardFault::UnexpectedEnd, (self.end, self.end), "")
    }

    fn expression(&mut self, least: u8) -> Result<Ast, GuardMistake> {
        self.level += 1;
        if self.level > MAX_DEPTH {
            return Err(GuardMistake::new(GuardFault::TooDeep, self.place(), MAX_DEPTH));
        }
        let mut left = self.prefix()?;
        while let Some((power, sign)) = self.peek().as_ref().and_then(power) {
            if power <= least {
                break;
            }
            self.at += 1;
            let right = self.expression(power)?;
            // Comparisons do not chain: `a < b < c` is a mistake, not a surprise.
            if power == 4 && self.peek().as_ref().and_then(self::power).is_some_and(|(next, _)| next == 4) {
                return Err(self.peek().map_or_else(|| self.cut_off(), |token| self.unexpected(&token)));
            }
            left = join(sign, left, right)?;
        }
        self.level -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Ast, GuardMistake> {
        let (from, to) = self.place();
        let token = self.peek().ok_or_else(|| self.cut_off())?;
        self.at += 1;
        match token {
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign("[") => {
                let (items, end) = self.items("]")?;
                node((from, end), Kind::List(items))
            }
            Token::Sign("not") => self.negation(from, 3),
            Token::Sign("!") => self.negation(from, 7),
            Token::Sign("-") => {
                let inner = self.expression(7)?;
                let zero = node((from, to), Kind::Literal(Value::Number(Dec::int(0))))?;
                node((from, inner.place.1), Kind::Arith(Op::Minus, Box::new(zero), Box::new(inner)))
            }
            Token::Number(number) => node((from, to), Kind::Literal(Value::Number(number))),
            Token::Text(text) => node((from, to), Kind::Literal(Value::Text(text))),
            Token::Name(name) => self.named(name, (from, to)),
            Token::Sign(_) => {
                self.at -= 1;
                Err(self.unexpected(&token))
            }
        }
    }

    fn negation(&mut self, from: u16, power: u8) -> Result<Ast, GuardMistake> {
        let inner = self.expression(power)?;
        node((from, inner.place.1), Kind::Not(Box::new(inner)))
    }

    fn named(&mut self, name: String, place: Place) -> Result<Ast, GuardMistake> {
        if self.take("(") {
            let (args, mut end) = self.items(")")?;
            let mut field = None;
            if self.take(".") {
                let (text, to) = self.name()?;
                (field, end) = (Some(text), to);
            }
            return node((place.0, end), Kind::Call { name, args, field });
        }
        let (mut path, mut end) = (name, place.1);
        while self.take(".") {
            let (text, to) = self.name()?;
            path = format!("{path}.{text}");
            end = to;
        }
        let kind = match path.as_str() {
            "true" => Kind::Literal(Value::Bool(true)),
            "false" => Kind::Literal(Value::Bool(false)),
            _ => Kind::Path(path),
        };
        node((place.0, end), kind)
    }

    fn name(&mut self) -> Result<(String, u16), GuardMistake> {
        let end = self.place().1;
        match self.peek() {
            Some(Token::Name(text)) => {
                self.at += 1;
                Ok((text, end))
            }
            Some(token) => Err(self.unexpected(&token)),
            None => Err(self.cut_off()),
        }
    }

    fn items(&mut self, close: &'static str) -> Result<(Vec<Ast>, u16), GuardMistake> {
        let mut items = Vec::new();
        let end = self.place().1;
        if self.take(close) {
            return Ok((items, end));
        }
        loop {
            items.push(self.expression(0)?);
            if !self.take(",") {
                return Ok((items, self.expect(close)?));
            }
        }
    }
}

/// Chains of `and` and of `or` are one flat node, so that a long list of conditions is not deep.
fn join(sign: &str, left: Ast, right: Ast) -> Result<Ast, GuardMistake> {
    let place = (left.place.0, right.place.1);
    let kind = match sign {
        "&&" => match left.kind {
            Kind::And(mut all) => {
                all.push(right);
                Kind::And(all)
            }
            _ => Kind::And(vec![left, right]),
        },
        "||" => match left.kind {
            Kind::Or(mut any) => {
                any.push(right);
                Kind::Or(any)
            }
            _ => Kind::Or(vec![left, right]),
        },
        "in" => Kind::In(Box::new(left), Box::new(right)),
        "+" => Kind::Arith(Op::Plus, Box::new(left), Box::new(right)),
        "-" => Kind::Arith(Op::Minus, Box::new(left), Box::new(right)),
        "*" => Kind::Arith(Op::Times, Box::new(left), Box::new(right)),
        "==" => Kind::Compare(Cmp::Eq, Box::new(left), Box::new(right)),
        "!=" => Kind::Compare(Cmp::Ne, Box::new(left), Box::new(right)),
        "<" => Kind::Compare(Cmp::Lt, Box::new(left), Box::new(right)),
        "<=" => Kind::Compare(Cmp::Le, Box::new(left), Box::new(right)),
        ">" => Kind::Compare(Cmp::Gt, Box::new(left), Box::new(right)),
        _ => Kind::Compare(Cmp::Ge, Box::new(left), Box::new(right)),
    };
    node(place, kind)
}

fn node(place: Place, kind: Kind) -> Result<Ast, GuardMistake> {
    let below = match &kind {
        Kind::Literal(_) | Kind::Path(_) => 0,
        Kind::Call { args: items, .. } | Kind::And(items) | Kind::Or(items) | Kind::List(items) => items.iter().map(|item| item.depth).max().unwrap_or(0),
        Kind::Not(inner) => inner.depth,
        Kind::Compare(_, a, b) | Kind::Arith(_, a, b) | Kind::In(a, b) => a.depth.max(b.depth),
    };
    if below >= MAX_DEPTH {
        return Err(GuardMistake::new(GuardFault::TooDeep, place, MAX_DEPTH));
    }
    Ok(Ast { place, depth: below + 1, kind })
}
