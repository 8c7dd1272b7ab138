//! Carries out what a move does: on the floors below in the same transaction; what is meant for a domain above is told as an event.

use lifecycle::{Definition, Effect, Period};
use serde::{Deserialize, Serialize};
use store::{Job, Tx};
use words::{Acting, Id, Instant, Outcome};

use crate::case::{Case, MoveMade};
use crate::dossier::Dossier;
use crate::enter::{Left, Ring};
use crate::ops::{self, CLOCK, ObligationDraft, OpenCase, Step};
use crate::refusal::MoveRefusal;
use crate::told::EffectAsked;
use crate::{bell, enter, gather, money, notices, rounds, sql};

/// What an effect did, kept with the move so that it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub verb: String,
    pub what: String,
    /// Ids of what came of it: postings, cases, notices, grants.
    #[serde(default)]
    pub made: Vec<String>,
    /// When a clock would have rung before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Instant>,
    /// What leaving the state ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
}

/// What a move did that cannot be undone: other cases or domains have begun with it. It is named before the move is made.
pub(crate) fn stays(definition: &Definition, effect: &Effect) -> bool {
    match effect {
        Effect::Post { template, .. } => !template.starts_with("grant."),
        Effect::Freeze { what, .. } | Effect::Unfreeze { what, .. } => !definition.schema.uses.forms.contains_key(what),
        Effect::Spawn { .. } | Effect::SpawnEach { .. } | Effect::Advance { .. } | Effect::GrantRole { .. } => true,
        Effect::Emit { .. } | Effect::ReleaseFeedback { .. } => true,
        Effect::OpenReview { .. } | Effect::Book { .. } | Effect::Notify { .. } | Effect::Publish { .. } => false,
        Effect::Clock { .. } | Effect::StopClock { .. } => false,
    }
}

fn done(verb: &str, what: impl Into<String>, made: Vec<String>) -> Done {
    Done { verb: verb.into(), what: what.into(), made, before: None, left: None }
}

/// The record of what leaving the state ended.
pub(crate) fn left_record(state: &str, left: Left) -> Done {
    Done { left: Some(left), ..done("leave", state, Vec::new()) }
}

struct Hand<'a> {
    who: &'a Acting,
    dossier: &'a Dossier,
    case: &'a Case,
    made: &'a MoveMade,
}

pub(crate) fn carry_out(tx: &mut Tx, who: &Acting, dossier: &Dossier, case: &Case, made: &MoveMade, effects: &[Effect]) -> Outcome<Vec<Done>, MoveRefusal> {
    let hand = Hand { who, dossier, case, made };
    effects.iter().map(|effect| hand.one(tx, effect)).collect()
}

impl Hand<'_> {
    fn one(&self, tx: &mut Tx, effect: &Effect) -> Outcome<Done, MoveRefusal> {
        match effect {
            Effect::OpenReview { state } => Ok(done("open_review", state, vec![rounds::open(tx, self.dossier, self.case, state)?.to_string()])),
            Effect::ReleaseFeedback { state } => rounds::release(tx, self.case, state).map(|id| done("release_feedback", state, id)),
            Effect::Post { template, remaining, party } => self.post(tx, template, *remaining, party.as_deref()),
            Effect::Book { resource } => self.book(tx, resource),
            Effect::Notify { whom } => {
                let persons = self.dossier.party(tx, whom)?;
                bell::notify(tx, self.dossier, self.case, self.made, &persons)?;
                Ok(done("notify", whom, Vec::new()))
            }
            Effect::Publish { notice, open } => self.publish(tx, notice, open.as_ref()),
            Effect::Spawn { definition } => Ok(done("spawn", definition, vec![self.spawn(tx, definition, None)?.to_string()])),
            Effect::SpawnEach { party, definition } => self.spawn_each(tx, party, definition),
            Effect::Advance { definition, to } => self.advance(tx, definition, to),
            Effect::Clock { name, after } => self.clock(tx, name, after.as_ref()),
            Effect::StopClock { name } => {
                let before = tx.job_due(CLOCK, &self.clock_key(name))?;
                tx.cancel_job(CLOCK, &self.clock_key(name))?;
                Ok(Done { before, ..done("stop_clock", name, Vec::new()) })
            }
            Effect::GrantRole { party, role } => self.grant(tx, party, role),
            Effect::Freeze { what, party } => self.freeze(tx, "freeze", what, party.as_deref(), true),
            Effect::Unfreeze { what, party } => self.freeze(tx, "unfreeze", what, party.as_deref(), false),
            Effect::Emit { event } => self.ask(tx, "emit", event, None),
        }
    }

    /// Tells a domain above what is asked of it.
    fn ask(&self, tx: &mut Tx, verb: &str, what: &str, party: Option<&str>) -> Outcome<Done, MoveRefusal> {
        let persons = party.map(|party| self.dossier.party(tx, party)).transpose()?.unwrap_or_default();
        let told = EffectAsked {
            case: self.case.id.clone(),
            node: self.case.node.clone(),
            definition: self.case.definition.clone(),
            name: self.made.name.clone(),
            verb: verb.into(),
            what: what.into(),
            party: party.map(str::to_owned),
            persons,
        };
        tx.tell(self.who, &told)?;
        Ok(done(verb, what, Vec::new()))
    }

    /// Money of the project itself is posted here; pay, awards and 和米 are their domains' business.
    fn post(&self, tx: &mut Tx, template: &str, remaining: bool, party: Option<&str>) -> Outcome<Done, MoveRefusal> {
        if !template.starts_with("grant.") {
            return self.ask(tx, "post", template, party);
        }
        let posted = money::post_grant(tx, self.who, self.dossier, self.case, self.made, template, remaining)?;
        Ok(done("post", template, posted))
    }

    /// Until there is a booking engine, a booking is an obligation of whoever runs the case.
    fn book(&self, tx: &mut Tx, resource: &str) -> Outcome<Done, MoveRefusal> {
        let label = self.dossier.definition.schema.uses.bookings.get(resource).cloned().unwrap_or_default();
        let now = tx.now();
        let draft = ObligationDraft {
            key: resource.into(),
            kind: "booking".into(),
            zh: label.zh,
            en: label.en,
            owner_role: "base.operator".into(),
            owner: None,
            form: None,
            due_at: Some(now.plus_seconds(14 * 86_400)),
        };
        let opened = ops::oblige(tx, self.who, self.case, draft).map_err(|failure| failure.map(|_| MoveRefusal::NotLast))?;
        Ok(done("book", resource, vec![opened.id.to_string()]))
    }

    fn publish(&self, tx: &mut Tx, notice: &str, open: Option<&Period>) -> Outcome<Done, MoveRefusal> {
        let span = open.map(|period| enter::length(tx, &self.case.node, &self.dossier.definition, period)).transpose()?.flatten();
        let id = notices::publish(tx, self.who, self.dossier, self.case, notice, span)?;
        Ok(done("publish", notice, vec![id.to_string()]))
    }

    fn spawn(&self, tx: &mut Tx, definition: &str, about: Option<&Id>) -> Outcome<Id, MoveRefusal> {
        let today = tx.now().day();
        // A position is run at the member's home unit, anything else at the base.
        let base = match about {
            Some(person) => identity::home_unit(tx, person, today)?.unwrap_or_else(|| self.case.base.clone()),
            None => self.case.base.clone(),
        };
        let open = OpenCase {
            definition: definition.into(),
            title: self.case.title.clone(),
            base,
            parent: Some(self.case.id.clone()),
            lead: about.unwrap_or(&self.case.lead).clone(),
            about: about.cloned(),
            team: false,
        };
        let opened = ops::open_case(tx, self.who, open).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
        Ok(opened.id)
    }

    fn spawn_each(&self, tx: &mut Tx, party: &str, definition: &str) -> Outcome<Done, MoveRefusal> {
        let mut made = Vec::new();
        for person in self.dossier.party(tx, party)? {
            made.push(self.spawn(tx, definition, Some(&person))?.to_string());
        }
        Ok(done("spawn_each", definition, made))
    }

    /// Linked cases that do not exist, are at an end, or cannot make the move stay as they are.
    fn advance(&self, tx: &mut Tx, definition: &str, to: &str) -> Outcome<Done, MoveRefusal> {
        let mut made = Vec::new();
        for child in sql::children(tx, &self.case.id, Some(definition))? {
            let known = crate::definitions::definition(tx, &child.definition, child.version)?;
            let fits = known.find_move(to).is_some_and(|step| step.from.contains(&child.state));
            if fits && !gather::is_over(tx, &child)? {
                made.push(ops::make_step(tx, self.who, &child.id, to, Step::Parent, &self.made.reason)?.made.id.to_string());
            }
        }
        Ok(done("advance", format!("{definition}/{to}"), made))
    }

    fn clock_key(&self, name: &str) -> String {
        format!("{}/{name}", self.case.id)
    }

    fn clock(&self, tx: &mut Tx, name: &str, after: Option<&Period>) -> Outcome<Done, MoveRefusal> {
        let span = after.map(|period| enter::length(tx, &self.case.node, &self.dossier.definition, period)).transpose()?.flatten();
        let at: Option<Instant> = match span {
            // The last day is included: it rings when the day after it begins.
            Some(span) => self.made.at.day().plus(span).ok().map(words::Day::end),
            None => self.dossier.fact(name, "").and_then(serde_json::Value::as_str).and_then(|text| words::Day::parse(text).ok()).map(words::Day::end),
        };
        let before = tx.job_due(CLOCK, &self.clock_key(name))?;
        if let Some(at) = at {
            let ring = Ring { case: self.case.id.clone(), clock: name.into(), state: self.case.state.clone() };
            tx.later(Job::new(CLOCK, self.clock_key(name)).at(at).body(&ring))?;
        }
        Ok(Done { before, ..done("clock", name, at.map(|at| at.to_string()).into_iter().collect()) })
    }

    fn grant(&self, tx: &mut Tx, party: &str, role: &str) -> Outcome<Done, MoveRefusal> {
        let now = tx.now();
        let mut made = Vec::new();
        for person in self.dossier.party(tx, party)? {
            let granted = identity::grant_system(tx, &person, role, &self.case.node, now, None, &self.made.name);
            made.push(granted.map_err(|failure| failure.map(|refusal| refused(&refusal)))?.to_string());
        }
        Ok(done("grant_role", role, made))
    }

    /// A form is closed to changes here; grade and pay of a person are frozen by their domain.
    fn freeze(&self, tx: &mut Tx, verb: &str, what: &str, party: Option<&str>, frozen: bool) -> Outcome<Done, MoveRefusal> {
        if self.dossier.definition.schema.uses.forms.contains_key(what) {
            sql::answer_freeze(tx, &self.case.id, what, frozen)?;
            return Ok(done(verb, what, Vec::new()));
        }
        self.ask(tx, verb, what, party)
    }
}

/// The refusal of a floor below, as that of an effect.
pub(crate) fn refused(refusal: &impl words::Refusal) -> MoveRefusal {
    let detail: Vec<String> = refusal.args().into_iter().map(|(name, value)| format!("{name} {value}")).collect();
    MoveRefusal::Effect { code: refusal.code().into(), detail: detail.join(", ") }
}
