//! A round is made, opened, frozen and opened again, as its project goes on. Each may be asked twice and is done once.
//!
//! Tells `RoundMade`, `RoundOpened`, `RoundFrozen`. Invariant: a project has at most one round that has not ended.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::refusal::RoundRefusal;
use crate::round::{Bar, Round, RoundState, Terms};
use crate::told::{RoundFrozen, RoundMade, RoundOpened};
use crate::{rights, sql};

/// A round to be made for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundDraft {
    /// Its id, if it is a case already (`hemi.round`).
    pub id: Option<Id>,
    /// Project.
    pub project: Id,
    /// Number of the project.
    pub number: String,
    /// Title of the project.
    pub title: String,
    /// Node of the project.
    pub node: Node,
    /// Lead and members: they do not back their own project.
    pub team: Vec<Id>,
}

/// Makes a round as a draft. Asked again with the same id, gives the round of then.
pub fn make_round(tx: &mut Tx, who: &Acting, terms: &Terms, draft: RoundDraft) -> Outcome<Round, RoundRefusal> {
    who.may(rights::RUN, &draft.node)?;
    if let Some(id) = &draft.id
        && let Some(round) = sql::round(tx, id)?
    {
        return Ok(round);
    }
    if let Some(other) = sql::round_live(tx, &draft.project)? {
        return Err(RoundRefusal::RoundExists { round: other.id.to_string() }.into());
    }
    if terms.multiplier < 1 || terms.stake_min < 1 || terms.stake_max < terms.stake_min {
        return Err(RoundRefusal::Terms.into());
    }
    let round = Round {
        id: draft.id.unwrap_or_else(|| tx.id("rnd")),
        project: draft.project,
        number: draft.number,
        title: draft.title,
        node: draft.node,
        state: RoundState::Draft,
        multiplier: terms.multiplier,
        on_failure: terms.on_failure,
        stake_min: terms.stake_min,
        stake_max: terms.stake_max,
        held: 0,
        backers: 0,
        reason: String::new(),
        opened_at: None,
        settled_at: None,
        paid_at: None,
    };
    sql::round_insert(tx, &round)?;
    for person in &draft.team {
        sql::bar_put(tx, &round.project, person, Bar::Team)?;
    }
    tx.tell(who, &RoundMade { round: round.id.clone(), project: round.project.clone(), node: round.node.clone() })?;
    Ok(round)
}

/// Opens a draft, or a frozen round again (the project was extended).
pub fn open_round(tx: &mut Tx, who: &Acting, round: &Id) -> Outcome<Round, RoundRefusal> {
    let (round, moved) = advance(tx, who, round, RoundState::Open)?;
    if moved {
        let again = round.opened_at.is_some();
        tx.tell(who, &RoundOpened { round: round.id.clone(), project: round.project.clone(), node: round.node.clone(), again })?;
    }
    Ok(round)
}

/// Freezes an open round: the project prepares its exit, and nobody comes or goes any more.
pub fn freeze_round(tx: &mut Tx, who: &Acting, round: &Id) -> Outcome<Round, RoundRefusal> {
    let (round, moved) = advance(tx, who, round, RoundState::Frozen)?;
    if moved {
        tx.tell(who, &RoundFrozen { round: round.id.clone(), project: round.project.clone(), node: round.node.clone() })?;
    }
    Ok(round)
}

/// Moves the round and says whether it moved; the round returned is that of before, with its new state.
fn advance(tx: &mut Tx, who: &Acting, id: &Id, to: RoundState) -> Outcome<(Round, bool), RoundRefusal> {
    let mut round = sql::round(tx, id)?.ok_or(Failure::Absent)?;
    who.may(rights::RUN, &round.node)?;
    let moved = round.state.may_become(to)?;
    if moved {
        sql::round_move(tx, id, to, "")?;
        round.state = to;
    }
    Ok((round, moved))
}
