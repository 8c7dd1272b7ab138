//! What a caller asks for, and its plan: the legs with their paths. Pure.
//!
//! Asks the book; tells the chain that is to be moved. Amounts that depend on balances stay open until the sheet moves them.

use std::collections::BTreeMap;

use ring::digest::{Context, SHA256};
use serde::Serialize;
use words::{Day, Id};

use crate::LedgerRefusal;
use crate::book::{Book, Leg, Pattern, Quantity, Template, VarType, is_part};

/// Value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Var {
    /// A part of a path.
    Id(String),
    /// Minor units.
    Amount(i64),
    /// Parties with weights.
    Shares(Vec<(String, u64)>),
    /// Parties with minor units.
    Parts(Vec<(String, i64)>),
}

/// Why value moves: the thing behind the posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Cause {
    /// `stake`, `award`, `pay_run` …
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// A posting that is asked for.
///
/// `Posting::new("hemi.stake", format!("stake:{id}"), "stake", &id).id("person", person).id("project", project).amount("amount", 100)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Template of the book.
    pub template: String,
    /// Values of its variables.
    pub vars: BTreeMap<String, Var>,
    /// Idempotency text, unique for ever: what makes this posting this one.
    pub key: String,
    /// Business day; the day of posting if `None`.
    pub effective: Option<Day>,
    /// Why.
    pub cause: Cause,
    /// For auditors. No personal data.
    pub note: String,
}

impl Posting {
    /// A posting by a template, under a key that is used once, with what caused it.
    pub fn new(template: impl Into<String>, key: impl Into<String>, cause_kind: impl Into<String>, cause: &Id) -> Self {
        Self {
            template: template.into(),
            vars: BTreeMap::new(),
            key: key.into(),
            effective: None,
            cause: Cause { kind: cause_kind.into(), id: cause.to_string() },
            note: String::new(),
        }
    }

    /// Sets a part of a path.
    pub fn id(self, name: &str, word: impl AsRef<str>) -> Self {
        let word = word.as_ref().to_owned();
        self.var(name, Var::Id(word))
    }

    /// Sets an amount in minor units.
    pub fn amount(self, name: &str, minor: i64) -> Self {
        self.var(name, Var::Amount(minor))
    }

    /// Sets parties with weights.
    pub fn shares(self, name: &str, shares: Vec<(String, u64)>) -> Self {
        self.var(name, Var::Shares(shares))
    }

    /// Sets parties with minor units.
    pub fn parts(self, name: &str, parts: Vec<(String, i64)>) -> Self {
        self.var(name, Var::Parts(parts))
    }

    /// Sets any variable.
    pub fn var(mut self, name: &str, value: Var) -> Self {
        self.vars.insert(name.to_owned(), value);
        self
    }

    /// Sets the business day.
    pub fn effective(mut self, day: Day) -> Self {
        self.effective = Some(day);
        self
    }

    /// Sets the note.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// What must be the same when the key comes again: all but the note. SHA-256, hex.
    pub(crate) fn content(&self, verb: &str) -> String {
        let mut hash = Context::new(&SHA256);
        let mut feed = |text: &str| {
            hash.update(&(text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        [verb, &self.template, &self.cause.kind, &self.cause.id].into_iter().for_each(&mut feed);
        feed(&self.effective.map(|day| day.to_string()).unwrap_or_default());
        for (name, value) in &self.vars {
            feed(name);
            feed(&format!("{value:?}"));
        }
        hex::encode(&hash.finish().as_ref()[..16])
    }
}

/// How much a planned leg moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Much {
    /// Known.
    Known(i64),
    /// All that is on this account when the leg's turn comes; kept under the variable's name.
    All { name: String, on: String, of: Cut },
    /// As much as the planned leg at this place.
    Leg(usize),
}

/// Which part of "all".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cut {
    Whole,
    Ratio(crate::Ratio),
    /// Whole less what the ratios before took.
    Rest,
    /// The n-th share of these weights.
    Share(Vec<u64>, usize),
}

/// A leg with its paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedLeg {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) much: Much,
    pub(crate) guards: Option<usize>,
}

/// A posting with all its paths known.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) posting: Posting,
    pub(crate) legs: Vec<PlannedLeg>,
    pub(crate) opens: Vec<String>,
    pub(crate) ends_at_zero: Vec<String>,
    pub(crate) content: String,
}

impl Plan {
    /// Checks the variables against the template and writes out the legs.
    pub(crate) fn draw(book: &Book, posting: Posting, verb: &str) -> Result<Plan, LedgerRefusal> {
        let ours = ["open:", "resolve:", "reverse:"].iter().any(|prefix| posting.key.starts_with(prefix));
        if posting.key.is_empty() || posting.key.len() > 200 || ours {
            return Err(LedgerRefusal::KeyWrong);
        }
        let template = book.template(&posting.template).ok_or_else(|| LedgerRefusal::UnknownTemplate { template: posting.template.clone() })?;
        check_vars(template, &posting.vars)?;
        check_sums(template, &posting.vars)?;
        let mut writer = Writer { vars: &posting.vars, legs: Vec::new(), first: Vec::new(), taken: BTreeMap::new(), bound: BTreeMap::new() };
        for leg in &template.legs {
            writer.write(leg)?;
        }
        let legs = writer.legs;
        let paths = |patterns: &[Pattern]| patterns.iter().map(|pattern| path_of(pattern, &posting.vars, None)).collect::<Result<Vec<_>, _>>();
        let (opens, ends_at_zero) = (paths(&template.opens)?, paths(&template.ends_at_zero)?);
        let content = posting.content(verb);
        Ok(Plan { legs, opens, ends_at_zero, content, posting })
    }

    /// Every account the plan touches.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let legs = self.legs.iter().flat_map(|leg| [leg.from.as_str(), leg.to.as_str()]);
        legs.chain(self.opens.iter().chain(&self.ends_at_zero).map(String::as_str))
    }
}

fn check_vars(template: &Template, vars: &BTreeMap<String, Var>) -> Result<(), LedgerRefusal> {
    if let Some(name) = vars.keys().find(|name| !template.vars.contains_key(*name)) {
        return Err(LedgerRefusal::VariableUnknown { name: name.clone() });
    }
    for (name, of_type) in &template.vars {
        match (of_type, vars.get(name)) {
            (VarType::AmountOrAll, None) => {}
            (_, None) => return Err(LedgerRefusal::VariableMissing { name: name.clone() }),
            (of_type, Some(value)) => check_var(name, of_type, value)?,
        }
    }
    Ok(())
}

fn check_var(name: &str, of_type: &VarType, value: &Var) -> Result<(), LedgerRefusal> {
    let negative = match value {
        Var::Amount(minor) => *minor < 0,
        Var::Parts(parts) => parts.iter().any(|(_, minor)| *minor < 0),
        Var::Id(_) | Var::Shares(_) => false,
    };
    if negative {
        return Err(LedgerRefusal::Negative { name: name.to_owned() });
    }
    let fine = match (of_type, value) {
        (VarType::Id, Var::Id(word)) => is_part(word),
        (VarType::OneOf(words), Var::Id(word)) => words.contains(word),
        (VarType::Amount | VarType::AmountOrAll, Var::Amount(_)) => true,
        (VarType::Shares, Var::Shares(shares)) => shares.iter().any(|(_, weight)| *weight > 0) && are_parties(shares),
        (VarType::Parts, Var::Parts(parts)) => are_parties(parts),
        _ => false,
    };
    if fine { Ok(()) } else { Err(LedgerRefusal::VariableWrong { name: name.to_owned() }) }
}

/// Names of accounts, each once, not more than a posting may have legs for.
fn are_parties<T>(list: &[(String, T)]) -> bool {
    let mut names: Vec<&str> = list.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    (1..=1000).contains(&list.len()) && names.len() == list.len() && names.iter().all(|name| is_part(name))
}

fn sum_of(vars: &BTreeMap<String, Var>, name: &str) -> Option<i64> {
    match vars.get(name) {
        Some(Var::Amount(minor)) => Some(*minor),
        Some(Var::Parts(parts)) => parts.iter().try_fold(0i64, |sum, (_, minor)| sum.checked_add(*minor)),
        _ => None,
    }
}

fn check_sums(template: &Template, vars: &BTreeMap<String, Var>) -> Result<(), LedgerRefusal> {
    for check in &template.checks {
        let left = sum_of(vars, &check.left).ok_or(LedgerRefusal::TooLarge)?;
        let right = check.right.iter().try_fold(0i64, |sum, name| sum.checked_add(sum_of(vars, name)?)).ok_or(LedgerRefusal::TooLarge)?;
        if left != right {
            return Err(LedgerRefusal::SumDiffers { check: check.text.clone(), left, right });
        }
    }
    Ok(())
}

fn path_of(pattern: &Pattern, vars: &BTreeMap<String, Var>, each: Option<&str>) -> Result<String, LedgerRefusal> {
    let word = |name: &str| match vars.get(name) {
        Some(Var::Id(word)) => Some(word.as_str()),
        _ => each.filter(|_| name == "each"),
    };
    let hole = || pattern.holes().find(|name| word(name).is_none()).unwrap_or_default().to_owned();
    pattern.path(word).ok_or_else(|| LedgerRefusal::VariableMissing { name: hole() })
}

/// Writes out the legs one after the other.
struct Writer<'a> {
    vars: &'a BTreeMap<String, Var>,
    legs: Vec<PlannedLeg>,
    /// Where the legs of each template leg begin.
    first: Vec<usize>,
    /// What the ratios of a variable have taken so far.
    taken: BTreeMap<String, i64>,
    /// The account that a left-out amount is read from.
    bound: BTreeMap<String, String>,
}

impl Writer<'_> {
    fn write(&mut self, leg: &Leg) -> Result<(), LedgerRefusal> {
        self.first.push(self.legs.len());
        match leg.each.as_ref().and_then(|name| self.vars.get(name)) {
            None => self.push(leg, None, None),
            Some(Var::Parts(parts)) => parts.iter().try_for_each(|(party, minor)| self.push(leg, Some(party), Some(Party::Minor(*minor)))),
            Some(Var::Shares(shares)) => {
                let weights: Vec<u64> = shares.iter().map(|(_, weight)| *weight).collect();
                (0..shares.len()).try_for_each(|at| self.push(leg, Some(&shares[at].0), Some(Party::Share(&weights, at))))
            }
            Some(_) => Err(LedgerRefusal::VariableWrong { name: leg.each.clone().unwrap_or_default() }),
        }
    }

    fn push(&mut self, leg: &Leg, each: Option<&str>, cut: Option<Party>) -> Result<(), LedgerRefusal> {
        let (from, to) = (path_of(&leg.from, self.vars, each)?, path_of(&leg.to, self.vars, each)?);
        if from == to {
            return Err(LedgerRefusal::SameAccount { path: from });
        }
        let much = self.much(&leg.quantity, &from, cut)?;
        let guards = leg.guards.and_then(|at| self.first.get(at).copied());
        self.legs.push(PlannedLeg { from, to, much, guards });
        Ok(())
    }

    fn much(&mut self, quantity: &Quantity, from: &str, cut: Option<Party>) -> Result<Much, LedgerRefusal> {
        match (quantity, cut) {
            (Quantity::Fixed(minor), _) => Ok(Much::Known(*minor)),
            (Quantity::Leg(at), _) => Ok(Much::Leg(self.first.get(*at).copied().unwrap_or(0))),
            (Quantity::Part, Some(Party::Minor(minor))) => Ok(Much::Known(minor)),
            (Quantity::Part, _) => Err(LedgerRefusal::VariableWrong { name: "part".into() }),
            (Quantity::Var(name), _) => self.cut(name, from, Cut::Whole),
            (Quantity::Ratio(name, ratio), _) => self.cut(name, from, Cut::Ratio(*ratio)),
            (Quantity::Rest(name), _) => self.cut(name, from, Cut::Rest),
            (Quantity::ShareOf(name), Some(Party::Share(weights, at))) => self.cut(name, from, Cut::Share(weights.to_vec(), at)),
            (Quantity::ShareOf(name), _) => Err(LedgerRefusal::VariableWrong { name: name.clone() }),
        }
    }

    fn cut(&mut self, name: &str, from: &str, of: Cut) -> Result<Much, LedgerRefusal> {
        let Some(Var::Amount(whole)) = self.vars.get(name) else {
            let on = self.bound.entry(name.to_owned()).or_insert_with(|| from.to_owned()).clone();
            return Ok(Much::All { name: name.to_owned(), on, of });
        };
        let taken = self.taken.entry(name.to_owned()).or_default();
        cut_from(*whole, taken, &of).map(Much::Known).ok_or(LedgerRefusal::TooLarge)
    }
}

#[derive(Clone, Copy)]
enum Party<'a> {
    Minor(i64),
    Share(&'a [u64], usize),
}

/// A part of a whole; what ratios take is remembered, so that the rest is exact.
pub(crate) fn cut_from(whole: i64, taken: &mut i64, of: &Cut) -> Option<i64> {
    match of {
        Cut::Whole => Some(whole),
        Cut::Ratio(ratio) => {
            let part = ratio.of(whole)?;
            *taken = taken.checked_add(part)?;
            Some(part)
        }
        Cut::Rest => whole.checked_sub(*taken).filter(|rest| *rest >= 0),
        Cut::Share(weights, at) => words::split_by_weights(whole, weights)?.get(*at).copied(),
    }
}
