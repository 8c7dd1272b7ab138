//! Effects: the closed list of what a move does, each with its typed arguments.
//!
//! Asks the schema for names, tells what is to be done; carrying it out is the caller's. Invariant: 15 verbs and nothing else, no scripts.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Span};

use super::uses::Schema;
use crate::guard::{Ast, Facts, GuardFault, GuardMistake, Kind, Question, Type, Value, parse};

/// What a move does, in the order of its list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Effect {
    /// Open the review of a gate.
    OpenReview {
        /// The gate.
        state: String,
    },
    /// Let the applicants see the reviewers' feedback.
    ReleaseFeedback {
        /// The gate.
        state: String,
    },
    /// Post a ledger template. `remaining`: whatever is left there; nothing there posts nothing.
    Post {
        /// Template.
        template: String,
        /// Instead of a given amount: all that remains.
        remaining: bool,
        /// For each of these.
        party: Option<String>,
    },
    /// Book a scarce thing (until there is a booking engine: opens an obligation).
    Book {
        /// What.
        resource: String,
    },
    /// Tell a role or a party, with the reason and the next date.
    Notify {
        /// Whom.
        whom: String,
    },
    /// Publish a notice, for a time or for good.
    Publish {
        /// Notice.
        notice: String,
        /// How long objections are heard.
        open: Option<Period>,
    },
    /// Open a linked case.
    Spawn {
        /// Definition.
        definition: String,
    },
    /// Open a linked case for each of a party.
    SpawnEach {
        /// Party.
        party: String,
        /// Definition.
        definition: String,
    },
    /// Make a `parent` move of linked cases. Cases that do not exist or are at an end stay as they are.
    Advance {
        /// Definition.
        definition: String,
        /// Move.
        #[serde(rename = "move")]
        to: String,
    },
    /// Start a clock; without a duration it rings at the moment that the name of the clock has in the case.
    Clock {
        /// Clock.
        name: String,
        /// After how long.
        after: Option<Period>,
    },
    /// Stop a clock; one that does not run stays still.
    StopClock {
        /// Clock.
        name: String,
    },
    /// Give a role on the case's node.
    GrantRole {
        /// To whom.
        party: String,
        /// Role.
        role: String,
    },
    /// Freeze something as it is now.
    Freeze {
        /// What.
        what: String,
        /// Whose.
        party: Option<String>,
    },
    /// Let it change again.
    Unfreeze {
        /// What.
        what: String,
        /// Whose.
        party: Option<String>,
    },
    /// Tell the rest of the house.
    Emit {
        /// Kind of event.
        event: String,
    },
}

/// A duration, or the parameter that holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// As written, or as the parameter says now.
    Fixed(Span),
    /// `param.…`: still to be looked up.
    Param(String),
}

impl Period {
    /// Reads `P30D` or `param.check_in_every`.
    pub fn parse(text: &str, schema: &Schema) -> Option<Self> {
        let Some(param) = text.strip_prefix("param.") else { return Span::parse(text).ok().map(Period::Fixed) };
        let fits = schema.params.get(param).is_some_and(|param| param.ty == Type::Duration);
        fits.then(|| Period::Param(param.to_owned()))
    }

    /// The duration: the given answer for the parameter, or else the definition's own value.
    pub fn resolve(&self, schema: &Schema, facts: &dyn Facts) -> Option<Span> {
        let Period::Param(param) = self else {
            return if let Period::Fixed(span) = self { Some(*span) } else { None };
        };
        let question = Question::Name { name: format!("param.{param}") };
        let value = facts.answer(&question).map(|answer| answer.value);
        match value.or_else(|| schema.params.get(param).map(|param| param.value.clone())) {
            Some(Value::Duration(span)) => Some(span),
            _ => None,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Fixed(span) => write!(f, "{span}"),
            Period::Param(param) => write!(f, "param.{param}"),
        }
    }
}

type Checked<T> = Result<T, GuardMistake>;

struct Verb<'a> {
    name: &'a str,
    args: &'a [Ast],
    place: (u16, u16),
    schema: &'a Schema,
}

impl Effect {
    /// Reads and checks an effect such as `clock('return', param.return_window)`.
    pub fn parse(source: &str, schema: &Schema) -> Checked<Self> {
        let ast = parse(source)?;
        let Kind::Call { name, args, field: None } = &ast.kind else {
            return Err(GuardMistake::new(GuardFault::Unexpected, ast.place, source));
        };
        let verb = Verb { name, args, place: ast.place, schema };
        let uses = &schema.uses;
        Ok(match name.as_str() {
            "open_review" => Effect::OpenReview { state: verb.gate()? },
            "release_feedback" => Effect::ReleaseFeedback { state: verb.gate()? },
            "post" => verb.post()?,
            "book" => Effect::Book { resource: verb.only(&uses.bookings)? },
            "notify" => Effect::Notify { whom: verb.whom()? },
            "publish" => Effect::Publish { notice: verb.named(0, 2, &uses.notices)?, open: verb.period()? },
            "spawn" => Effect::Spawn { definition: verb.only(&uses.definitions)? },
            "spawn_each" => verb.spawn_each()?,
            "advance" => Effect::Advance { definition: verb.named(0, 2, &uses.definitions)?, to: verb.text(1)? },
            "clock" => verb.clock()?,
            "stop_clock" => Effect::StopClock { name: verb.only(&uses.clocks)? },
            "grant_role" => verb.grant_role()?,
            "freeze" => Effect::Freeze { what: verb.named(0, 2, &uses.frozen)?, party: verb.party(1)? },
            "unfreeze" => Effect::Unfreeze { what: verb.named(0, 2, &uses.frozen)?, party: verb.party(1)? },
            "emit" => verb.emit()?,
            _ => return verb.wrong(GuardFault::UnknownFunction, name),
        })
    }

    /// The effect with its periods looked up.
    pub(crate) fn resolved(&self, schema: &Schema, facts: &dyn Facts) -> Self {
        let fix = |period: &Option<Period>| period.as_ref().and_then(|period| period.resolve(schema, facts)).map(Period::Fixed);
        match self {
            Effect::Publish { notice, open } => Effect::Publish { notice: notice.clone(), open: fix(open) },
            Effect::Clock { name, after } => Effect::Clock { name: name.clone(), after: fix(after) },
            other => other.clone(),
        }
    }
}

impl Verb<'_> {
    fn wrong<T>(&self, fault: GuardFault, what: impl ToString) -> Checked<T> {
        Err(GuardMistake::new(fault, self.place, what))
    }

    fn arity(&self, most: usize) -> Checked<()> {
        if (1..=most).contains(&self.args.len()) { Ok(()) } else { self.wrong(GuardFault::WrongArguments, self.name) }
    }

    /// A quoted text or a bare name.
    fn word(&self, at: usize) -> Checked<String> {
        match self.args.get(at).map(|arg| &arg.kind) {
            Some(Kind::Literal(Value::Text(text)) | Kind::Path(text)) => Ok(text.clone()),
            _ => self.wrong(GuardFault::WrongArguments, self.name),
        }
    }

    fn text(&self, at: usize) -> Checked<String> {
        self.arity(at + 1)?;
        self.word(at)
    }

    fn declared(&self, name: String, known: bool) -> Checked<String> {
        if known { Ok(name) } else { self.wrong(GuardFault::UnknownName, name) }
    }

    fn named(&self, at: usize, most: usize, known: &BTreeMap<String, Bilingual>) -> Checked<String> {
        self.arity(most)?;
        let name = self.word(at)?;
        let there = known.contains_key(&name);
        self.declared(name, there)
    }

    fn only(&self, known: &BTreeMap<String, Bilingual>) -> Checked<String> {
        self.named(0, 1, known)
    }

    fn gate(&self) -> Checked<String> {
        self.arity(1)?;
        let state = self.word(0)?;
        let there = self.schema.reviews.contains(&state);
        self.declared(state, there)
    }

    fn party(&self, at: usize) -> Checked<Option<String>> {
        if self.args.len() <= at {
            return Ok(None);
        }
        let party = self.word(at)?;
        let there = self.schema.uses.parties.contains_key(&party);
        self.declared(party, there).map(Some)
    }

    fn period(&self) -> Checked<Option<Period>> {
        if self.args.len() < 2 {
            return Ok(None);
        }
        let text = self.word(1)?;
        match Period::parse(&text, self.schema) {
            Some(period) => Ok(Some(period)),
            None => self.wrong(GuardFault::WrongArguments, text),
        }
    }

    /// `post('pay.release', remaining, team)`.
    fn post(&self) -> Checked<Effect> {
        self.arity(3)?;
        let template = self.word(0)?;
        let there = self.schema.uses.ledger.contains(&template);
        let template = self.declared(template, there)?;
        let remaining = matches!(self.args.get(1).map(|arg| &arg.kind), Some(Kind::Path(word)) if word == "remaining");
        Ok(Effect::Post { template, remaining, party: self.party(1 + usize::from(remaining))? })
    }

    fn whom(&self) -> Checked<String> {
        self.arity(1)?;
        let whom = self.word(0)?;
        let there = self.schema.uses.roles.contains(&whom) || self.schema.uses.parties.contains_key(&whom);
        self.declared(whom, there)
    }

    fn spawn_each(&self) -> Checked<Effect> {
        let definition = self.named(1, 2, &self.schema.uses.definitions)?;
        match self.party(0)? {
            Some(party) => Ok(Effect::SpawnEach { party, definition }),
            None => self.wrong(GuardFault::WrongArguments, self.name),
        }
    }

    fn clock(&self) -> Checked<Effect> {
        let name = self.named(0, 2, &self.schema.uses.clocks)?;
        let after = self.period()?;
        let dated = after.is_some() || self.schema.name(&name) == Some(Type::Moment);
        if dated { Ok(Effect::Clock { name, after }) } else { self.wrong(GuardFault::WrongTypes, name) }
    }

    fn grant_role(&self) -> Checked<Effect> {
        self.arity(2)?;
        let role = self.text(1)?;
        let there = self.schema.uses.roles.contains(&role);
        let role = self.declared(role, there)?;
        match self.party(0)? {
            Some(party) => Ok(Effect::GrantRole { party, role }),
            None => self.wrong(GuardFault::WrongArguments, self.name),
        }
    }

    fn emit(&self) -> Checked<Effect> {
        self.arity(1)?;
        let event = self.word(0)?;
        let there = self.schema.uses.events.contains(&event);
        self.declared(event, there).map(|event| Effect::Emit { event })
    }
}
