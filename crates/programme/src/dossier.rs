//! What is known about a case at one moment, read once; guards and pages both look here.

use std::collections::BTreeMap;
use std::sync::Arc;

use lifecycle::Definition;
use store::Read;
use words::{Day, Fault, Id, IfAny, Instant};

use crate::case::{AnswerSheet, Case, CaseFact, Member, Obligation};
use crate::{definitions, sql};

/// A case with its papers.
pub(crate) struct Dossier {
    pub case: Case,
    pub definition: Arc<Definition>,
    pub parent: Option<Case>,
    pub children: Vec<Case>,
    pub members: Vec<Member>,
    pub facts: Vec<CaseFact>,
    pub obligations: Vec<Obligation>,
    pub answers: Vec<AnswerSheet>,
    pub now: Instant,
}

impl Dossier {
    pub fn read(read: &Read, case: Case) -> Result<Self, Fault> {
        let parent = match &case.parent {
            Some(id) => sql::case::<words::Never>(read, id).if_any()?,
            None => None,
        };
        Ok(Self {
            definition: definitions::definition(read, &case.definition, case.version)?,
            children: sql::children(read, &case.id, None)?,
            members: sql::members(read, &case.id)?,
            facts: sql::facts(read, &case.id)?,
            obligations: sql::obligations(read, &case.id)?,
            answers: sql::answers(read, &case.id)?,
            now: read.now(),
            parent,
            case,
        })
    }

    /// Today, in Shanghai.
    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// The persons of a party: `team`, `member`, `application_unit` …
    pub fn party(&self, read: &Read, name: &str) -> Result<Vec<Id>, Fault> {
        let team = || self.members.iter().filter(|member| member.counts()).map(|member| member.person.clone()).collect::<Vec<_>>();
        Ok(match name {
            "team" | "founders" if !self.members.is_empty() => team(),
            // A position or an award has no team of its own: it is that of the project.
            "team" | "founders" => match &self.parent {
                Some(parent) => sql::members(read, &parent.id)?.into_iter().filter(Member::counts).map(|member| member.person).collect(),
                None => Vec::new(),
            },
            "member" => self.case.about.iter().cloned().collect(),
            "team.lead" => vec![self.case.lead.clone()],
            role => {
                let of = if role == "application_unit" { self.parent.as_ref().unwrap_or(&self.case) } else { &self.case };
                let role = if role == "home_unit.hr" { "unit.hr" } else { role };
                identity::holders_of(read, role, &of.node)?
            }
        })
    }

    /// A fact of the case, or of the case that spawned it.
    pub fn fact(&self, name: &str, about: &str) -> Option<&serde_json::Value> {
        self.facts.iter().find(|fact| fact.name == name && fact.about == about).map(|fact| &fact.value)
    }

    /// Facts of one name by the person they are about.
    pub fn facts_by_person(&self, name: &str) -> BTreeMap<&str, &serde_json::Value> {
        self.facts.iter().filter(|fact| fact.name == name && !fact.about.is_empty()).map(|fact| (fact.about.as_str(), &fact.value)).collect()
    }

    /// The newest answers to a form.
    pub fn sheet(&self, form: &str) -> Option<&AnswerSheet> {
        self.answers.iter().filter(|sheet| sheet.form == form).max_by_key(|sheet| sheet.ordinal)
    }
}

/// Does a value count as yes?
pub(crate) fn is_yes(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => false,
        serde_json::Value::Bool(yes) => *yes,
        serde_json::Value::String(text) => !text.is_empty() && text != "false",
        serde_json::Value::Array(list) => !list.is_empty(),
        _ => true,
    }
}
