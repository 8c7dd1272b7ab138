//! An award case is opened for a project that succeeded.
//!
//! Tells `AwardOpened`. Invariant: one award of a scheme a project at a time; its members are fixed here.

use store::Tx;
use words::{Acting, Bilingual, Id, Node, Outcome};

use crate::award::{Award, AwardState, NoticeState};
use crate::refusal::AwardRefusal;
use crate::told::AwardOpened;
use crate::{rights, sql};

/// An award to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardDraft {
    /// Its id, if it is a case already (`award`).
    pub id: Option<Id>,
    /// Project.
    pub project: Id,
    /// Number of the project.
    pub number: String,
    /// Title of the project.
    pub title: String,
    /// Node of the project.
    pub node: Node,
    /// How the project ended: only `success` is awarded.
    pub outcome: String,
    /// Scheme.
    pub scheme: String,
    /// Lead of the project.
    pub lead: Id,
    /// Members, the lead among them.
    pub members: Vec<Id>,
}

/// Opens an award. Asked again with the same id, gives the award of then.
pub fn open_award(tx: &mut Tx, who: &Acting, draft: AwardDraft) -> Outcome<Award, AwardRefusal> {
    who.may(rights::OPEN, &draft.node)?;
    if let Some(id) = &draft.id
        && let Some(award) = sql::award(tx, id)?
    {
        return Ok(award);
    }
    if draft.outcome != "success" {
        return Err(AwardRefusal::NotSuccessful { outcome: draft.outcome }.into());
    }
    if sql::award_live(tx, &draft.project, &draft.scheme)?.is_some() {
        return Err(AwardRefusal::Exists { scheme: draft.scheme }.into());
    }
    let mut members = draft.members;
    members.sort();
    members.dedup();
    if members.is_empty() {
        return Err(AwardRefusal::NoMembers.into());
    }
    let award = Award {
        id: draft.id.unwrap_or_else(|| tx.id("awd")),
        project: draft.project,
        number: draft.number,
        title: draft.title,
        node: draft.node,
        scheme: draft.scheme,
        lead: draft.lead,
        state: AwardState::Nominated,
        score: None,
        level: None,
        level_name: Bilingual::default(),
        amount_minor: None,
        statement: String::new(),
        graded_by: None,
        graded_at: None,
        proposal: 0,
        notice: NoticeState::None,
        notice_until: None,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
        posting: None,
        opened_at: tx.now(),
    };
    sql::award_insert(tx, &award)?;
    members.iter().try_for_each(|person| sql::share_insert(tx, &award.id, person))?;
    let (project, node, scheme) = (award.project.clone(), award.node.clone(), award.scheme.clone());
    tx.tell(who, &AwardOpened { award: award.id.clone(), project, node, scheme, members })?;
    Ok(award)
}
