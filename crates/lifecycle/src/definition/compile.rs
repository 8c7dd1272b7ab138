//! From the TOML shape to a definition: names resolved, guards type-checked, every mistake told.
//!
//! Asks nothing, tells mistakes. Invariant: what it returns without mistakes can be decided and walked without further checks of names.

use std::collections::BTreeSet;

use words::Bilingual;

use super::effect::{Effect, Period};
use super::raw::{RawFile, RawMove, RawObligation, RawParam, RawReview, RawState};
use super::uses::{Param, Schema, Uses};
use super::{Aggregate, BUILT_IN_ACTORS, Definition, Move, Obligation, Review, SLA, State, StateKind};
use crate::guard::{Guard, Type, Value, type_of};
use crate::mistake::{Mistake, MistakeCode as Code};

/// Reads a file.
pub(crate) fn compile(text: &str, file: &str) -> Result<Definition, Vec<Mistake>> {
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count().max(1));
            return Err(vec![Mistake::new(file, Code::Shape, format!("line {line}")).with("what", error.message())]);
        }
    };
    let mut compiler = Compiler { file, mistakes: Vec::new(), schema: Schema::default() };
    let definition = compiler.definition(&raw);
    if compiler.mistakes.is_empty() { Ok(definition) } else { Err(compiler.mistakes) }
}

struct Compiler<'a> {
    file: &'a str,
    mistakes: Vec<Mistake>,
    schema: Schema,
}

impl Compiler<'_> {
    fn tell(&mut self, code: Code, place: &str, args: &[(&str, &str)]) {
        let mistake = Mistake::new(self.file, code, place);
        self.mistakes.push(args.iter().fold(mistake, |mistake, (name, arg)| mistake.with(name, arg)));
    }

    fn label(&mut self, place: &str, zh: &str, en: &str) -> Bilingual {
        if zh.trim().is_empty() || en.trim().is_empty() {
            self.tell(Code::Untranslated, place, &[]);
        }
        Bilingual::new(zh, en)
    }

    fn id(&mut self, place: &str, id: &str) {
        let fine = !id.is_empty() && id.len() <= 60 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
        if !fine {
            self.tell(Code::BadId, place, &[("what", id)]);
        }
    }

    fn definition(&mut self, raw: &RawFile) -> Definition {
        let head = &raw.lifecycle;
        self.id("lifecycle", &head.id);
        let label = self.label("lifecycle", &head.zh, &head.en);
        self.schema.uses = raw.uses.clone();
        self.labels_of_uses(&raw.uses);
        self.schema.params = raw.param.iter().map(|(id, param)| (id.clone(), self.param(id, param))).collect();
        self.names_of_states(&raw.state);
        let states: Vec<State> = raw.state.iter().map(|state| self.state(state)).collect();
        let starts = states.iter().filter(|state| state.kind == StateKind::Start).count();
        if starts != 1 {
            self.tell(Code::Starts, "lifecycle", &[("what", &starts.to_string())]);
        }
        let moves: Vec<Move> = raw.moves.iter().map(|step| self.step(step, &states)).collect();
        self.twice("move", moves.iter().map(|step| step.id.as_str()));
        let (id, subject, version) = (head.id.clone(), head.subject.clone(), head.version);
        let schema = std::mem::take(&mut self.schema);
        Definition { id, label, version, subject, hash: hash(raw), states, moves, schema }
    }

    fn twice<'b>(&mut self, kind: &str, ids: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id) {
                self.tell(Code::Twice, &format!("{kind} {id}"), &[("what", id)]);
            }
        }
    }

    fn labels_of_uses(&mut self, uses: &Uses) {
        let plain = [
            ("parties", &uses.parties),
            ("forms", &uses.forms),
            ("definitions", &uses.definitions),
            ("documents", &uses.documents),
            ("facts", &uses.facts),
            ("things", &uses.things),
            ("counts", &uses.counts),
            ("budgets", &uses.budgets),
            ("frozen", &uses.frozen),
            ("notices", &uses.notices),
            ("bookings", &uses.bookings),
            ("clocks", &uses.clocks),
        ];
        for (kind, labels) in plain {
            for (name, label) in labels {
                self.label(&format!("uses.{kind} {name}"), &label.zh, &label.en);
            }
        }
        for (kind, typed) in [("tables", &uses.tables), ("sums", &uses.sums), ("values", &uses.values), ("names", &uses.names)] {
            for (name, typed) in typed {
                self.label(&format!("uses.{kind} {name}"), &typed.zh, &typed.en);
                if matches!(typed.ty(), Type::Enum(options) if options.is_empty()) {
                    self.tell(Code::Shape, &format!("uses.{kind} {name}"), &[("what", "options")]);
                }
            }
        }
        for (name, link) in &uses.links {
            self.label(&format!("uses.links {name}"), &link.zh, &link.en);
        }
    }

    fn param(&mut self, id: &str, raw: &RawParam) -> Param {
        let place = format!("param {id}");
        self.id(&place, id);
        let label = self.label(&place, &raw.zh, &raw.en);
        let value = param_value(&raw.value).unwrap_or_else(|| {
            self.tell(Code::Shape, &place, &[("what", &raw.value.to_string())]);
            Value::Bool(false)
        });
        Param { label, ty: type_of(&value), value, locked: raw.locked, source: raw.source.clone(), assumed: raw.assumed }
    }

    fn names_of_states(&mut self, states: &[RawState]) {
        self.twice("state", states.iter().map(|state| state.id.as_str()));
        for state in states {
            let place = format!("state {}", state.id);
            self.id(&place, &state.id);
            let label = self.label(&place, &state.zh, &state.en);
            self.schema.states.insert(state.id.clone(), label);
            if state.review.is_some() {
                self.schema.reviews.insert(state.id.clone());
            }
        }
    }

    fn period(&mut self, place: &str, text: &str) -> Option<Period> {
        let period = Period::parse(text, &self.schema);
        if period.is_none() {
            self.tell(Code::Period, place, &[("what", text)]);
        }
        period
    }

    fn known(&mut self, place: &str, kind: &str, name: &str, known: bool) {
        if !known {
            self.tell(Code::Undeclared, place, &[("kind", kind), ("what", name)]);
        }
    }

    fn role(&mut self, place: &str, role: &str) {
        let known = self.schema.uses.roles.contains(role);
        self.known(place, "role", role, known);
    }

    fn state(&mut self, raw: &RawState) -> State {
        let place = format!("state {}", raw.id);
        let end = raw.kind == StateKind::End;
        if end && raw.outcome.is_none() || !end && raw.concluded == Some(true) && raw.outcome.is_none() {
            self.tell(Code::NoOutcome, &place, &[]);
        }
        if (raw.kind == StateKind::Gate) != raw.review.is_some() {
            self.tell(Code::GateReview, &place, &[]);
        }
        if let Some(owner) = &raw.owner {
            self.role(&place, owner);
        }
        self.twice(&place, raw.obligations.iter().map(|obligation| obligation.id.as_str()));
        State {
            id: raw.id.clone(),
            label: Bilingual::new(&raw.zh, &raw.en),
            kind: raw.kind,
            sla: raw.sla.as_ref().and_then(|sla| self.period(&place, sla)),
            owner: raw.owner.clone(),
            review: raw.review.as_ref().and_then(|review| self.review(&place, review)),
            outcome: raw.outcome,
            route: raw.route,
            concluded: end || raw.concluded == Some(true),
            was: raw.was.clone(),
            obligations: raw.obligations.iter().filter_map(|obligation| self.obligation(&place, obligation)).collect(),
        }
    }

    fn review(&mut self, place: &str, raw: &RawReview) -> Option<Review> {
        if raw.quorum == 0 || raw.quorum > raw.size {
            self.tell(Code::Quorum, place, &[]);
        }
        let (rubric, panel) = (self.schema.uses.rubrics.contains(&raw.rubric), self.schema.uses.panels.contains(&raw.panel));
        self.known(place, "rubric", &raw.rubric, rubric);
        self.known(place, "panel", &raw.panel, panel);
        let local: &[(&str, Type)] = match raw.aggregate {
            Aggregate::Mean | Aggregate::Median | Aggregate::TrimmedMean => &[("score", Type::Decimal)],
            Aggregate::Votes => &[("votes_for", Type::Int), ("votes_against", Type::Int), ("votes_abstain", Type::Int), ("votes_cast", Type::Int)],
            Aggregate::All => &[("all_met", Type::Bool)],
        };
        let schema = Schema {
            local: local.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect(),
            params: self.schema.params.clone(),
            ..Schema::default()
        };
        match Guard::parse(&raw.pass, &schema) {
            Ok(pass) => Some(Review {
                rubric: raw.rubric.clone(),
                panel: raw.panel.clone(),
                size: raw.size,
                quorum: raw.quorum,
                aggregate: raw.aggregate,
                blind: raw.blind,
                pass,
            }),
            Err(mistake) => {
                self.mistakes.push(Mistake::guard(self.file, Code::Guard, format!("{place} pass"), &raw.pass, &mistake));
                None
            }
        }
    }

    fn obligation(&mut self, state: &str, raw: &RawObligation) -> Option<Obligation> {
        let place = format!("{state} obligation {}", raw.id);
        self.id(&place, &raw.id);
        self.role(&place, &raw.owner);
        if let Some(form) = &raw.form {
            let known = self.schema.uses.forms.contains_key(form);
            self.known(&place, "form", form, known);
        }
        Some(Obligation {
            id: raw.id.clone(),
            label: self.label(&place, &raw.zh, &raw.en),
            owner: raw.owner.clone(),
            due: self.period(&place, &raw.due)?,
            form: raw.form.clone(),
            every: raw.every.as_ref().and_then(|every| self.period(&place, every)),
            remind: raw.remind.iter().filter_map(|remind| self.period(&place, remind)).collect(),
        })
    }

    fn step(&mut self, raw: &RawMove, states: &[State]) -> Move {
        let place = format!("move {}", raw.id);
        self.id(&place, &raw.id);
        for state in raw.from.iter().chain([&raw.to]) {
            let found = states.iter().find(|known| known.id == *state);
            if found.is_none() {
                self.tell(Code::NoState, &place, &[("what", state)]);
            }
            if raw.from.contains(state) && found.is_some_and(|found| found.kind == StateKind::End) {
                self.tell(Code::FromEnd, &place, &[("what", state)]);
            }
        }
        let by = raw.by.list();
        for actor in by.iter().filter(|actor| !BUILT_IN_ACTORS.contains(&actor.as_str())) {
            self.role(&place, actor);
        }
        if by.is_empty() || raw.from.is_empty() {
            self.tell(Code::Shape, &place, &[("what", "by, from")]);
        }
        if let Some(clock) = raw.clock.as_deref().filter(|clock| *clock != SLA) {
            let known = self.schema.uses.clocks.contains_key(clock);
            self.known(&place, "clock", clock, known);
        }
        Move {
            id: raw.id.clone(),
            label: self.label(&place, &raw.zh, &raw.en),
            from: raw.from.clone(),
            to: raw.to.clone(),
            by,
            clock: raw.clock.clone(),
            need: self.guards(&place, &raw.need),
            effects: self.effects(&place, &raw.effects),
            rectifiable: raw.rectifiable,
            exceptional: raw.exceptional,
        }
    }

    fn guards(&mut self, place: &str, sources: &[String]) -> Vec<Guard> {
        let mut guards = Vec::with_capacity(sources.len());
        for (at, source) in sources.iter().enumerate() {
            match Guard::parse(source, &self.schema) {
                Ok(guard) => guards.push(guard),
                Err(mistake) => self.mistakes.push(Mistake::guard(self.file, Code::Guard, format!("{place} need {}", at + 1), source, &mistake)),
            }
        }
        guards
    }

    fn effects(&mut self, place: &str, sources: &[String]) -> Vec<Effect> {
        let mut effects = Vec::with_capacity(sources.len());
        for (at, source) in sources.iter().enumerate() {
            match Effect::parse(source, &self.schema) {
                Ok(effect) => effects.push(effect),
                Err(mistake) => self.mistakes.push(Mistake::guard(self.file, Code::Effect, format!("{place} do {}", at + 1), source, &mistake)),
            }
        }
        effects
    }
}

/// Text is read as the packs write it; arrays become lists of one type.
fn param_value(raw: &toml::Value) -> Option<Value> {
    match raw {
        toml::Value::String(text) => Some(Value::read(text)),
        toml::Value::Integer(number) => Some(Value::int(*number)),
        toml::Value::Boolean(yes) => Some(Value::Bool(*yes)),
        toml::Value::Array(items) => {
            let items = items.iter().map(param_value).collect::<Option<Vec<_>>>()?;
            let one_type = items.iter().all(|item| std::mem::discriminant(item) == std::mem::discriminant(&items[0]));
            (one_type && !items.is_empty()).then_some(Value::List(items))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

fn hash(raw: &RawFile) -> String {
    // Serialising plain data of ours to JSON cannot fail; an empty text would only make the hash useless, not wrong silently: versions differ too.
    let canonical = serde_json::to_vec(raw).unwrap_or_default();
    hex::encode(ring::digest::digest(&ring::digest::SHA256, &canonical))
}
