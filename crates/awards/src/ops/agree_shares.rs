//! The lead proposes shares, each member agrees to exactly that proposal.
//!
//! Tells `SharesProposed`, `SharesAgreed`. Invariant: a new proposal takes back every agreement to the old one.

use std::collections::BTreeSet;

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::award::{Award, AwardState, check_proposal};
use crate::refusal::AwardRefusal;
use crate::told::{SharesAgreed, SharesProposed};
use crate::{rights, sql};

/// Proposes shares in basis points, exactly 10,000 together; members who are not named get none. The lead's own agreement is given with it.
pub fn propose_shares(tx: &mut Tx, who: &Acting, award: &Id, proposal: &[(Id, i64)]) -> Outcome<Award, AwardRefusal> {
    let mut award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    if who.person != award.lead {
        who.may(rights::OPEN, &award.node)?;
    }
    award.must_be(&[AwardState::Nominated, AwardState::Graded])?;
    let shares = sql::shares(tx, &award.id)?;
    let members: BTreeSet<Id> = shares.iter().map(|share| share.person.clone()).collect();
    check_proposal(&members, proposal)?;
    let now = tx.now();
    for mut share in shares {
        let proposed = proposal.iter().find(|(person, _)| *person == share.person).map_or(0, |(_, points)| *points);
        share.basis_points = Some(proposed);
        share.agreed_at = (share.person == who.person).then_some(now);
        sql::share_write(tx, &award.id, &share)?;
    }
    award.proposal += 1;
    sql::award_write(tx, &award)?;
    let (project, node, members) = (award.project.clone(), award.node.clone(), members.into_iter().collect());
    tx.tell(who, &SharesProposed { award: award.id.clone(), project, node, proposal: award.proposal, members })?;
    Ok(award)
}

/// A member agrees to the proposal with this number; if another stands meanwhile, it is stale. Agreed again, nothing happens.
pub fn agree_shares(tx: &mut Tx, who: &Acting, award: &Id, proposal: i64) -> Outcome<Award, AwardRefusal> {
    let award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    let shares = sql::shares(tx, &award.id)?;
    let mut mine = shares.iter().find(|share| share.person == who.person).cloned().ok_or(Failure::Absent)?;
    award.must_be(&[AwardState::Nominated, AwardState::Graded])?;
    if award.proposal == 0 {
        return Err(AwardRefusal::NothingProposed.into());
    }
    if award.proposal != proposal {
        return Err(Failure::Stale);
    }
    if mine.agreed_at.is_some() {
        return Ok(award);
    }
    mine.agreed_at = Some(tx.now());
    sql::share_write(tx, &award.id, &mine)?;
    let all = shares.iter().all(|share| share.person == who.person || share.agreed_at.is_some());
    let (project, node, person) = (award.project.clone(), award.node.clone(), who.person.clone());
    tx.tell(who, &SharesAgreed { award: award.id.clone(), project, node, person, all })?;
    Ok(award)
}
