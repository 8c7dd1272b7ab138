//! The full history of a case, oldest first: moves with their guards as they stood, letters, signatures, notices, facts, postings. Printable, and a sheet.
//!
//! Made from the sealed log of the case and the records of its moves; tells nothing. Invariant: whoever sees the case sees its history; a page is bounded.

use std::collections::BTreeMap;

use lifecycle::Definition;
use packs::Programme;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Event, Read};
use webkit::{Access, Answer, Call, Reply, Routes, Sheet};
use words::{Acting, Bilingual, Fault, Id, Instant, Outcome};

use super::case_parts::{LinkedCase, linked, shown};
use super::letters;
use crate::case::MoveMade;
use crate::dossier::Dossier;
use crate::refusal::CaseRefusal;
use crate::view::HistoryView;
use crate::{case_view, sql};

/// Events on a page, and in a sheet.
const PAGE: i64 = 100;
const SHEET: i64 = 5_000;

pub(super) fn add(routes: Routes) -> Routes {
    routes.get("/cases/{id}/history", "programme.case.history", Access::Person, show).template("programme/history.html")
}

/// Where to go on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct HistoryQuery {
    /// Number of the last event of the page before.
    cursor: Option<i64>,
}

/// A guard as it stood when the move was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct GuardLine {
    /// The guard as written.
    source: String,
    /// Was it met?
    met: bool,
}

/// Something to open.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LinkLine {
    /// Address.
    href: String,
    /// What it is.
    label: String,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Line {
    /// The event.
    id: Id,
    /// Its place in the sealed log.
    seq: Option<i64>,
    /// When.
    at: Instant,
    /// Kind of the event.
    kind: String,
    /// What happened, in the language of the page.
    title: String,
    /// More: the reason, the value, what shows it.
    text: String,
    /// Who did it.
    actor: String,
    /// The official in whose place.
    on_behalf_of: Option<String>,
    /// Guards of a move.
    guards: Vec<GuardLine>,
    /// Letters, postings, reviews, notices, cases that came of it.
    links: Vec<LinkLine>,
}

/// The history of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HistoryPage {
    /// The case.
    case: Option<LinkedCase>,
    /// Moves, newest first.
    history: Vec<HistoryView>,
    /// Everything, oldest first.
    lines: Vec<Line>,
}

fn show(call: &Call, query: HistoryQuery) -> Answer<HistoryPage> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let limit = if call.wants_sheet().is_some() { SHEET } else { PAGE };
    let (page, next) = call.read(|read| page(call, read, &who, &id, query.cursor.unwrap_or(0), limit))?;
    let sheet = sheet(&page);
    Ok(Reply::page("programme/history.html", page).sheet(sheet).next(next.map(|seq| seq.to_string())))
}

fn page(call: &Call, read: &Read, who: &Acting, id: &Id, after: i64, limit: i64) -> Outcome<(HistoryPage, Option<i64>), CaseRefusal> {
    crate::may_see::<CaseRefusal>(read, who, &sql::case(read, id)?)?;
    let view = case_view(read, who, id)?;
    let dossier = Dossier::read(read, view.case.clone())?;
    let events = read.events_of(id.as_str(), after, limit)?;
    let next = events.last().filter(|_| events.len() as i64 == limit).and_then(|event| event.seq);
    let programme = packs::current(read)?;
    let teller =
        Teller { call, definition: &dossier.definition, moves: sql::moves(read, id)?, names: names(read, &events)?, dossier: &dossier, programme: &programme };
    let lines = events.iter().filter_map(|event| teller.line(event)).collect();
    Ok((HistoryPage { case: linked(Some(&dossier.case)), history: view.history, lines }, next))
}

/// Names of all who did something or to whom something was done.
fn names(read: &Read, events: &[Event]) -> Result<BTreeMap<Id, String>, Fault> {
    let mut persons: Vec<Id> = Vec::new();
    for event in events {
        persons.push(event.actor.clone());
        persons.extend(event.on_behalf_of.clone());
        let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
        persons.extend(["person", "about"].iter().filter_map(|key| Id::parse(data[*key].as_str()?).ok()));
    }
    persons.sort();
    persons.dedup();
    identity::person_names(read, &persons)
}

struct Teller<'a> {
    call: &'a Call,
    definition: &'a Definition,
    dossier: &'a Dossier,
    programme: &'a Programme,
    moves: Vec<MoveMade>,
    names: BTreeMap<Id, String>,
}

impl Teller<'_> {
    fn line(&self, event: &Event) -> Option<Line> {
        let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
        let (title, text) = self.said(&event.kind, &data)?;
        let made = self.made(event, &data);
        Some(Line {
            id: event.id.clone(),
            seq: event.seq,
            at: event.at,
            kind: event.kind.clone(),
            title,
            text,
            actor: self.name(&event.actor),
            on_behalf_of: event.on_behalf_of.as_ref().map(|official| self.name(official)),
            guards: made.map(guards).unwrap_or_default(),
            links: made.map(|made| self.links(made)).unwrap_or_default(),
        })
    }

    fn name(&self, person: &Id) -> String {
        self.names.get(person).cloned().unwrap_or_else(|| self.call.text("programme-the-house"))
    }

    fn label(&self, label: Option<&Bilingual>, key: &str) -> String {
        label.map_or_else(|| key.to_owned(), |label| label.get(self.call.lang).to_owned())
    }

    /// What a kind of event says, and what more there is to it. Kinds that repeat what another says are left out.
    fn said(&self, kind: &str, data: &Value) -> Option<(String, String)> {
        let text = |key: &str| data[key].as_str().unwrap_or_default();
        let uses = &self.definition.schema.uses;
        let told = |what: &str| self.call.text_with(&format!("programme-told-{}", kind.replace('.', "-")), &[("what", what)]);
        let plain = || (told(""), String::new());
        Some(match kind {
            "programme.case_moved" => {
                let label = self.label(self.definition.find_move(text("move")).map(|step| &step.label), text("move"));
                let what = if data["rectifies"].is_null() { label } else { self.call.text_with("programme-rectified", &[("what", &label)]) };
                let to = self.label(self.definition.state_labels().get(text("to")), text("to"));
                (format!("{what} → {to}"), text("reason").to_owned())
            }
            "programme.answers_saved" => (told(&self.label(uses.forms.get(text("form")), text("form"))), String::new()),
            "programme.member_changed" => {
                (told(&self.person(data)), format!("{} {}", self.call.text(&format!("programme-member-{}", text("state"))), text("reason")))
            }
            "programme.fact_set" => {
                (told(&self.fact_label(text("name"))), format!("{} {} {}", self.person(data), shown(self.call, &data["value"]), text("evidence")))
            }
            "programme.obligation_changed" => (told(&self.obligation(text("obligation"))), self.call.text(&format!("programme-obligation-{}", text("state")))),
            "programme.case_migrated" => (told(""), text("reason").to_owned()),
            "desk.signed" => (told(&self.label(uses.documents.get(text("kind")), text("kind"))), String::new()),
            "desk.comment_removed" => (told(""), text("reason").to_owned()),
            "people.position_corrected" => (told(""), text("reason").to_owned()),
            "programme.case_opened" | "desk.commented" | "desk.comment_edited" | "desk.document_attached" | "people.position_frozen" => plain(),
            _ => return None,
        })
    }

    fn person(&self, data: &Value) -> String {
        let id = ["person", "about"].iter().find_map(|key| Id::parse(data[*key].as_str()?).ok());
        id.map(|id| self.name(&id)).unwrap_or_default()
    }

    fn fact_label(&self, name: &str) -> String {
        let uses = &self.definition.schema.uses;
        let typed = || uses.values.get(name).map(lifecycle::Typed::label);
        let label = uses.facts.get(name).or_else(|| uses.things.get(name)).or_else(|| uses.parties.get(name)).cloned().or_else(typed);
        self.label(label.as_ref(), name)
    }

    fn obligation(&self, id: &str) -> String {
        let one = self.dossier.obligations.iter().find(|one| one.id.as_str() == id);
        one.map(|one| Bilingual::new(&one.zh, &one.en).get(self.call.lang).to_owned()).unwrap_or_default()
    }

    /// The record of the move that an event tells of.
    fn made(&self, event: &Event, data: &Value) -> Option<&MoveMade> {
        let name = data["move"].as_str().filter(|_| event.kind == "programme.case_moved")?;
        let back = !data["rectifies"].is_null();
        self.moves.iter().find(|made| made.at == event.at && made.name == name && made.rectifies.is_some() == back)
    }

    fn links(&self, made: &MoveMade) -> Vec<LinkLine> {
        let id = &self.dossier.case.id;
        let letter = letters::title(self.programme, made);
        let letter = letter.map(|title| LinkLine { href: format!("/cases/{id}/letters/{}", made.id), label: title.get(self.call.lang).to_owned() });
        let mut links: Vec<LinkLine> = letter.into_iter().collect();
        for effect in made.effects.as_array().into_iter().flatten() {
            let place = match effect["verb"].as_str().unwrap_or_default() {
                "post" => ("/ledger/postings/", "programme-link-posting"),
                "open_review" | "release_feedback" => ("/rounds/", "programme-link-round"),
                "publish" => ("/notices/", "programme-link-notice"),
                "spawn" | "spawn_each" => ("/cases/", "programme-link-case"),
                _ => continue,
            };
            let made = effect["made"].as_array().into_iter().flatten().filter_map(Value::as_str);
            links.extend(made.map(|id| LinkLine { href: format!("{}{id}", place.0), label: self.call.text(place.1) }));
        }
        links
    }
}

fn guards(made: &MoveMade) -> Vec<GuardLine> {
    let line = |guard: &Value| GuardLine { source: guard["source"].as_str().unwrap_or_default().to_owned(), met: guard["verdict"]["standing"] == "ok" };
    made.guards.as_array().into_iter().flatten().map(line).collect()
}

fn sheet(page: &HistoryPage) -> Sheet {
    let columns = [
        "programme-col-at",
        "programme-col-what",
        "programme-reason",
        "programme-col-actor",
        "programme-col-behalf",
        "programme-col-guards",
        "programme-col-links",
        "programme-col-event",
    ];
    let name = page.case.as_ref().map_or_else(|| "history".to_owned(), |case| format!("history-{}", case.number));
    let row = |line: &Line| {
        let guards: Vec<String> = line.guards.iter().map(|guard| format!("{} {}", if guard.met { "✓" } else { "✗" }, guard.source)).collect();
        let links: Vec<&str> = line.links.iter().map(|link| link.href.as_str()).collect();
        vec![
            line.at.into(),
            (&line.title).into(),
            (&line.text).into(),
            (&line.actor).into(),
            line.on_behalf_of.clone().into(),
            guards.join("; ").into(),
            links.join(" ").into(),
            line.id.as_str().into(),
        ]
    };
    Sheet::new(name, &columns).rows(page.lines.iter().map(row))
}
