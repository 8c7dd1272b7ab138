//! Names: what `[uses]` declares exists in the pack, is used, and fits the definitions it points to.
//!
//! Asks the pack's [`Names`], tells mistakes. Invariant: guards and effects name nothing undeclared (that was proved when they were read).

use std::collections::BTreeSet;

use crate::definition::{BUILT_IN_ACTORS, Definition, Effect};
use crate::guard::{CaseRef, Guard, Key, Question};
use crate::mistake::{Mistake, MistakeCode as Code};

/// What a pack has, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Roles.
    pub roles: BTreeSet<String>,
    /// Forms.
    pub forms: BTreeSet<String>,
    /// Rubrics.
    pub rubrics: BTreeSet<String>,
    /// Decision tables.
    pub tables: BTreeSet<String>,
    /// Ledger templates.
    pub ledger: BTreeSet<String>,
}

pub(super) fn check(definition: &Definition, all: &[Definition], names: &Names, mistakes: &mut Vec<Mistake>) {
    let uses = &definition.schema.uses;
    let mut tell = |code, place: String, kind: &str, what: &str| {
        mistakes.push(Mistake::new(&definition.id, code, place).with("kind", kind).with("what", what));
    };
    let used = Used::of(definition);
    for (kind, declared, used, pack) in [
        ("roles", uses.roles.iter().collect::<Vec<_>>(), &used.roles, Some(&names.roles)),
        ("forms", uses.forms.keys().collect(), &used.forms, Some(&names.forms)),
        ("rubrics", uses.rubrics.iter().collect(), &used.rubrics, Some(&names.rubrics)),
        ("tables", uses.tables.keys().collect(), &used.tables, Some(&names.tables)),
        ("ledger", uses.ledger.iter().collect(), &used.ledger, Some(&names.ledger)),
        ("panels", uses.panels.iter().collect(), &used.panels, None),
        ("parties", uses.parties.keys().collect(), &used.parties, None),
        ("definitions", uses.definitions.keys().collect(), &used.definitions, None),
        ("links", uses.links.keys().collect(), &used.links, None),
        ("documents", uses.documents.keys().collect(), &used.documents, None),
        ("facts", uses.facts.keys().collect(), &used.facts, None),
        ("things", uses.things.keys().collect(), &used.things, None),
        ("counts", uses.counts.keys().collect(), &used.counts, None),
        ("sums", uses.sums.keys().collect(), &used.sums, None),
        ("values", uses.values.keys().collect(), &used.values, None),
        ("names", uses.names.keys().collect(), &used.names, None),
        ("budgets", uses.budgets.keys().collect(), &used.budgets, None),
        ("frozen", uses.frozen.keys().collect(), &used.frozen, None),
        ("notices", uses.notices.keys().collect(), &used.notices, None),
        ("bookings", uses.bookings.keys().collect(), &used.bookings, None),
        ("clocks", uses.clocks.keys().collect(), &used.clocks, None),
        ("events", uses.events.iter().collect(), &used.events, None),
    ] {
        for name in declared {
            if !used.contains(name) {
                tell(Code::Unused, format!("uses.{kind}"), kind, name);
            }
            if pack.is_some_and(|pack| !pack.contains(name)) {
                tell(Code::Absent, format!("uses.{kind}"), kind, name);
            }
        }
    }
    let linked = uses.links.values().flat_map(|link| &link.definitions);
    for name in uses.definitions.keys().chain(linked) {
        if !all.iter().any(|other| other.id == *name) {
            tell(Code::Absent, "uses.definitions".into(), "definitions", name);
        }
    }
    across(definition, all, mistakes);
}

/// Moves and states of other definitions that this one names.
fn across(definition: &Definition, all: &[Definition], mistakes: &mut Vec<Mistake>) {
    let find = |id: &str| all.iter().find(|other| other.id == id);
    for step in &definition.moves {
        let mut tell = |code, what: String| mistakes.push(Mistake::new(&definition.id, code, format!("move {}", step.id)).with("what", what));
        for effect in &step.effects {
            if let Effect::Advance { definition: other, to } = effect
                && let Some(found) = find(other)
                && !found.find_move(to).is_some_and(|target| target.is_by("parent"))
            {
                tell(Code::NoSuchMove, format!("{other} {to}"));
            }
        }
        for (of, state) in step.need.iter().flat_map(Guard::states_compared) {
            let ids = match &of {
                CaseRef::Child(id) => vec![id.clone()],
                CaseRef::Link(link) => definition.schema.uses.links.get(link).map(|link| link.definitions.clone()).unwrap_or_default(),
            };
            let known = state == "none" || state == "mixed" || ids.iter().filter_map(|id| find(id)).any(|other| other.state(&state).is_some());
            if !known {
                tell(Code::NoSuchState, format!("{} {state}", ids.join(" ")));
            }
        }
    }
}

#[derive(Default)]
struct Used {
    roles: BTreeSet<String>,
    forms: BTreeSet<String>,
    rubrics: BTreeSet<String>,
    panels: BTreeSet<String>,
    tables: BTreeSet<String>,
    ledger: BTreeSet<String>,
    parties: BTreeSet<String>,
    definitions: BTreeSet<String>,
    links: BTreeSet<String>,
    documents: BTreeSet<String>,
    facts: BTreeSet<String>,
    things: BTreeSet<String>,
    counts: BTreeSet<String>,
    sums: BTreeSet<String>,
    values: BTreeSet<String>,
    names: BTreeSet<String>,
    budgets: BTreeSet<String>,
    frozen: BTreeSet<String>,
    notices: BTreeSet<String>,
    bookings: BTreeSet<String>,
    clocks: BTreeSet<String>,
    events: BTreeSet<String>,
}

impl Used {
    fn of(definition: &Definition) -> Self {
        let mut used = Self::default();
        for state in &definition.states {
            used.roles.extend(state.owner.iter().cloned());
            if let Some(review) = &state.review {
                used.rubrics.insert(review.rubric.clone());
                used.panels.insert(review.panel.clone());
            }
            for obligation in &state.obligations {
                used.roles.insert(obligation.owner.clone());
                used.forms.extend(obligation.form.iter().cloned());
            }
        }
        for step in &definition.moves {
            used.roles.extend(step.by.iter().filter(|by| !BUILT_IN_ACTORS.contains(&by.as_str())).cloned());
            used.clocks.extend(step.clock.iter().cloned());
            step.effects.iter().for_each(|effect| used.effect(effect));
            step.need.iter().flat_map(Guard::questions).for_each(|question| used.question(definition, &question));
        }
        used
    }

    fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::OpenReview { .. } | Effect::ReleaseFeedback { .. } => {}
            Effect::Post { template, party, .. } => {
                self.ledger.insert(template.clone());
                self.parties.extend(party.clone());
            }
            Effect::Book { resource } => drop(self.bookings.insert(resource.clone())),
            Effect::Notify { whom } => {
                self.roles.insert(whom.clone());
                self.parties.insert(whom.clone());
            }
            Effect::Publish { notice, .. } => drop(self.notices.insert(notice.clone())),
            Effect::Spawn { definition } | Effect::Advance { definition, .. } => drop(self.definitions.insert(definition.clone())),
            Effect::SpawnEach { party, definition } => {
                self.parties.insert(party.clone());
                self.definitions.insert(definition.clone());
            }
            Effect::Clock { name, after } => {
                self.clocks.insert(name.clone());
                if after.is_none() {
                    self.names.insert(name.clone());
                }
            }
            Effect::StopClock { name } => drop(self.clocks.insert(name.clone())),
            Effect::GrantRole { party, role } => {
                self.parties.insert(party.clone());
                self.roles.insert(role.clone());
            }
            Effect::Freeze { what, party } | Effect::Unfreeze { what, party } => {
                self.frozen.insert(what.clone());
                self.parties.extend(party.clone());
            }
            Effect::Emit { event } => drop(self.events.insert(event.clone())),
        }
    }

    fn question(&mut self, definition: &Definition, question: &Question) {
        match question {
            Question::Has { thing } => drop(self.things.insert(thing.clone())),
            Question::Form { form } => drop(self.forms.insert(form.clone())),
            Question::Signed { document, party } => {
                self.documents.insert(document.clone());
                self.parties.extend(party.clone());
            }
            Question::Review { .. } | Question::Elapsed { .. } => {}
            Question::Count { collection } => drop(self.counts.insert(collection.clone())),
            Question::Sum { collection } => drop(self.sums.insert(collection.clone())),
            Question::Table { table: Key::Text(table), .. } => drop(self.tables.insert(table.clone())),
            Question::Table { table: Key::Asked(param), .. } => self.table_of_param(definition, param),
            Question::Case { of: CaseRef::Child(id), .. } => drop(self.definitions.insert(id.clone())),
            Question::Case { of: CaseRef::Link(link), .. } => drop(self.links.insert(link.clone())),
            Question::Budget { account } => drop(self.budgets.insert(account.clone())),
            Question::Value { name, party } => {
                self.values.insert(name.clone());
                self.parties.extend(party.clone());
            }
            Question::Fact { name, party } => {
                self.facts.insert(name.clone());
                self.parties.extend(party.clone());
            }
            Question::Name { name } => drop(self.names.insert(name.clone())),
        }
    }

    fn table_of_param(&mut self, definition: &Definition, param: &Question) {
        if let Question::Name { name } = param
            && let Some(param) = name.strip_prefix("param.").and_then(|name| definition.schema.params.get(name))
        {
            self.tables.insert(param.value.to_string());
        }
    }
}
