//! An award is graded by the comprehensive evaluation: score → level → amount, with a statement of reasons.
//!
//! Asks the ledger what the project was awarded; tells `AwardGraded`. Invariant: within the level, and within the ceiling beside all other awards.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::award::{Award, AwardState, NoticeState, Terms};
use crate::refusal::AwardRefusal;
use crate::told::AwardGraded;
use crate::{rights, sql, value};

/// How an award is graded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeDraft {
    /// Score of the evaluation, 0 to 100.
    pub score: i64,
    /// Amount, fen: at most what the level gives.
    pub amount_minor: i64,
    /// Why.
    pub statement: String,
}

/// Grades; graded again after an objection, the notice begins anew.
pub fn grade_award(tx: &mut Tx, who: &Acting, terms: &Terms, award: &Id, draft: &GradeDraft) -> Outcome<Award, AwardRefusal> {
    let mut award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    who.may(rights::OPEN, &award.node)?;
    award.must_be(&[AwardState::Nominated, AwardState::Graded])?;
    if draft.statement.trim().is_empty() {
        return Err(AwardRefusal::StatementNeeded.into());
    }
    let level = terms.admit(draft.score, draft.amount_minor)?;
    let already = value::awarded(tx, &award.project)?.saturating_add(sql::pending(tx, &award.project, &award.id)?);
    terms.admit_sum(already, draft.amount_minor)?;
    (award.state, award.score, award.amount_minor) = (AwardState::Graded, Some(draft.score), Some(draft.amount_minor));
    (award.level, award.level_name, award.statement) = (Some(level.key.clone()), level.name.clone(), draft.statement.trim().to_owned());
    (award.graded_by, award.graded_at) = (Some(who.person.clone()), Some(tx.now()));
    (award.notice, award.notice_until) = (NoticeState::None, None);
    sql::award_write(tx, &award)?;
    let told =
        AwardGraded { award: award.id.clone(), project: award.project.clone(), node: award.node.clone(), level: level.key.clone(), amount: draft.amount_minor };
    tx.tell(who, &told)?;
    Ok(award)
}
