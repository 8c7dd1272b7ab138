//! The lead says in the award case which scheme it is: the award is of that scheme, unless the project has one of it already.
//!
//! Tells `SchemeNamed`. Invariant: only while nothing is graded.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::award::{Award, AwardState};
use crate::refusal::AwardRefusal;
use crate::told::SchemeNamed;
use crate::{rights, sql};

/// Names it; for the reaction to the award's case.
pub fn name_scheme(tx: &mut Tx, who: &Acting, award: &Id, scheme: &str) -> Outcome<Award, AwardRefusal> {
    let mut award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    who.may(rights::OPEN, &award.node)?;
    award.must_be(&[AwardState::Nominated])?;
    if award.scheme == scheme {
        return Ok(award);
    }
    if sql::award_live(tx, &award.project, scheme)?.is_some() {
        return Err(AwardRefusal::Exists { scheme: scheme.into() }.into());
    }
    award.scheme = scheme.to_owned();
    sql::award_put_scheme(tx, &award)?;
    tx.tell(who, &SchemeNamed { award: award.id.clone(), project: award.project.clone(), node: award.node.clone(), scheme: scheme.into() })?;
    Ok(award)
}
