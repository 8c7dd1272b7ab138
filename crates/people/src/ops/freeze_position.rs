//! Grade and base pay of a member are frozen before they leave their unit.
//!
//! Tells `PositionFrozen`. Invariant: frozen facts never change; freezing again with other figures is refused.

use store::Tx;
use words::{Acting, Day, Id, Node, Outcome};

use crate::position::{Position, PositionState};
use crate::refusal::PostRefusal;
use crate::told::PositionFrozen;
use crate::{rights, sql};

/// A position to be frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionDraft {
    /// Its id, if it is a case already (`person.post`).
    pub id: Option<Id>,
    /// Holder.
    pub person: Id,
    /// Project.
    pub project: Id,
    /// Number of the project.
    pub number: String,
    /// Title of the project.
    pub title: String,
    /// Node of the project.
    pub project_node: Node,
    /// Unit that keeps the position.
    pub home: Node,
    /// City, as the table of minimum wages names it.
    pub city: String,
    /// Grade.
    pub grade: String,
    /// Fixed monthly pay, fen.
    pub base_minor: i64,
    /// Space they move into.
    pub space: Option<String>,
    /// Until when the personnel relation is kept.
    pub retention_ends_on: Option<Day>,
}

/// Freezes. Asked again for the same holder and project with a position still on post, it is refused; with the same id and the same figures, gives that position.
pub fn freeze_position(tx: &mut Tx, who: &Acting, draft: PositionDraft) -> Outcome<Position, PostRefusal> {
    let node = draft.id.as_ref().map_or_else(|| draft.home.clone(), |id| draft.home.below(id.as_str()));
    who.may(rights::HR, &node)?;
    if let Some(id) = &draft.id
        && let Some(position) = sql::position(tx, id)?
    {
        let same = position.grade == draft.grade && position.base_minor == draft.base_minor;
        return if same { Ok(position) } else { Err(PostRefusal::Exists.into()) };
    }
    if sql::position_live(tx, &draft.person, &draft.project)?.is_some() {
        return Err(PostRefusal::Exists.into());
    }
    let elsewhere =
        sql::positions_of_person(tx, &draft.person)?.into_iter().find(|other| matches!(other.state, PositionState::OnPost | PositionState::Seconded));
    if let Some(other) = elsewhere {
        return Err(PostRefusal::Elsewhere { number: other.number }.into());
    }
    if draft.base_minor <= 0 {
        return Err(PostRefusal::BaseWrong.into());
    }
    let position = Position {
        id: draft.id.unwrap_or_else(|| tx.id("pos")),
        person: draft.person,
        project: draft.project,
        number: draft.number,
        title: draft.title,
        project_node: draft.project_node,
        home: draft.home,
        city: draft.city,
        grade: draft.grade,
        base_minor: draft.base_minor,
        space: draft.space,
        retention_ends_on: draft.retention_ends_on,
        state: PositionState::OnPost,
        seconded_on: None,
        ended_on: None,
        outcome: None,
        release_bp: None,
        choose_by: None,
        choice: None,
        choice_by_default: false,
        left_on: None,
        return_ends_on: None,
        return_asked_on: None,
        new_grade: None,
        new_unit: None,
        frozen_at: tx.now(),
        closed_at: None,
    };
    sql::position_insert(tx, &position)?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionFrozen { position: position.id.clone(), person, project, home })?;
    Ok(position)
}
