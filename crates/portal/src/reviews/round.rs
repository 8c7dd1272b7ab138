//! A round for everybody: how it stands, the protocol of its draw that a third party recomputes, and the result without names.
//!
//! Invariant: numbers of the result are public once it is decided, earlier only to the office and auditors; dissents only to those who may see the case.

use std::collections::BTreeMap;

use review::{PanelMember, Protocol, RecusalView, Round, RoundResult, RoundState, RoundView};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Problem, Reply};
use words::{Acting, Bilingual, Fault, Id, Never, Outcome};

use super::list::subject;

/// A seat, with the name for who may know it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SeatRow {
    /// The seat.
    #[serde(flatten)]
    seat: PanelMember,
    /// Name.
    name: Option<String>,
    /// Can the office replace it?
    replaceable: bool,
}

/// Something that keeps the round open, in words.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BlockerRow {
    /// Code.
    code: String,
    /// In the caller's language.
    text: String,
}

/// A request for recusal with names.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RecusalRow {
    /// The request.
    #[serde(flatten)]
    recusal: RecusalView,
    /// Name of whom it is about.
    name: Option<String>,
    /// Name of who asked.
    asked_name: Option<String>,
}

/// The page of a round.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RoundPage {
    /// The round. Verdict and score are left out until they may be shown.
    round: RoundView,
    /// Title of what is reviewed, for who may see it.
    title: Option<String>,
    /// Name of the gate.
    gate_name: Bilingual,
    /// Name of the rubric.
    rubric_name: Bilingual,
    /// Names of the criteria, as the pack has them.
    criteria: BTreeMap<String, Bilingual>,
    /// What keeps it from being closed.
    blockers: Vec<BlockerRow>,
    /// The record of the draw.
    protocol: Option<Protocol>,
    /// The panel.
    panel: Vec<SeatRow>,
    /// The result, once it may be shown.
    result: Option<RoundResult>,
    /// Requests for recusal, for the office and auditors.
    recusals: Vec<RecusalRow>,
    /// May whoever looks run the round?
    may_manage: bool,
    /// Seats that are empty.
    empty: i64,
    /// May whoever looks open the case?
    may_open: bool,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<RoundPage> {
    let id = call.id("id")?;
    let page = call.read::<_, Never>(|read| page(call, read, &id))?;
    Ok(Reply::page("portal/round.html", page.ok_or_else(Problem::absent)?))
}

fn page(call: &Call, read: &Read, id: &Id) -> Outcome<Option<RoundPage>, Never> {
    let (Some(stored), Some(mut round)) = (review::round(read, id)?, review::round_view(read, id)?) else { return Ok(None) };
    let who = call.who();
    let case = Id::parse(&stored.subject).ok().and_then(|id| programme::case(read, &id).ok());
    let may_open = who.zip(case.as_ref()).is_some_and(|(who, case)| programme::may_see::<Never>(read, who, case).is_ok());
    let (may_manage, knows) = office(who, &stored);
    let result = told(&stored, knows, may_open);
    if result.is_none() {
        (round.passed, round.score) = (None, None);
    }
    let (title, gates) = subject(read, &stored.subject)?;
    // A round keeps the rubric that was in force when it was opened.
    let then = packs::as_of(read, stored.opened_at)?;
    let rubric = then.rubric(&stored.node, &stored.rubric.id);
    Ok(Some(RoundPage {
        gate_name: gates.get(&stored.gate).cloned().unwrap_or_else(|| Bilingual::new(&stored.gate, &stored.gate)),
        rubric_name: rubric.map_or_else(|| Bilingual::new(&stored.rubric.id, &stored.rubric.id), |rubric| Bilingual::new(&rubric.head.zh, &rubric.head.en)),
        criteria: rubric.into_iter().flat_map(|rubric| &rubric.criteria).map(|one| (one.key.clone(), Bilingual::new(&one.zh, &one.en))).collect(),
        blockers: blockers(call, &round),
        protocol: review::protocol(read, who, id)?,
        panel: panel(read, who, &stored)?,
        recusals: if knows { recusals(read, who, id)? } else { Vec::new() },
        empty: (round.size - round.sitting).max(0),
        title: may_open.then_some(title),
        result,
        may_manage,
        may_open,
        round,
    }))
}

/// May they run the round, and may they know names and results?
fn office(who: Option<&Acting>, round: &Round) -> (bool, bool) {
    let can = |right: &str| who.is_some_and(|who| who.can(right, &round.node));
    let may_manage = can(review::rights::MANAGE);
    (may_manage, may_manage || can(review::rights::AUDIT))
}

fn told(round: &Round, knows: bool, may_open: bool) -> Option<RoundResult> {
    let published = round.state == RoundState::Decided || round.feedback_at.is_some();
    let mut result = round.result.clone().filter(|_| knows || published)?;
    if !knows && !may_open {
        result.dissents.clear();
    }
    Some(result)
}

fn blockers(call: &Call, round: &RoundView) -> Vec<BlockerRow> {
    let row = |blocker: &review::BlockerView| {
        let args: Vec<(&str, &str)> = blocker.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        BlockerRow { code: blocker.code.clone(), text: call.text_with(&format!("problem-{}", blocker.code), &args) }
    };
    round.blockers.iter().map(row).collect()
}

fn panel(read: &Read, who: Option<&Acting>, round: &Round) -> Result<Vec<SeatRow>, Fault> {
    let seats = review::panel(read, who, &round.id)?;
    let persons: Vec<Id> = seats.iter().filter_map(|seat| seat.person.clone()).collect();
    let names = identity::person_names(read, &persons)?;
    let row = |seat: PanelMember| SeatRow {
        name: seat.person.as_ref().and_then(|person| names.get(person).cloned()),
        replaceable: seat.assignment.is_some() && seat.state.open() && round.state == RoundState::Reviewing,
        seat,
    };
    Ok(seats.into_iter().map(row).collect())
}

fn recusals(read: &Read, who: Option<&Acting>, id: &Id) -> Outcome<Vec<RecusalRow>, Never> {
    let Some(who) = who else { return Ok(Vec::new()) };
    let found = review::recusals(read, who, id)?;
    let persons: Vec<Id> = found.iter().flat_map(|recusal| [recusal.person.clone(), recusal.asked_by.clone()]).collect();
    let names = identity::person_names(read, &persons)?;
    let row = |recusal: RecusalView| RecusalRow { name: names.get(&recusal.person).cloned(), asked_name: names.get(&recusal.asked_by).cloned(), recusal };
    Ok(found.into_iter().map(row).collect())
}
