//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use store::told;
use words::{Id, Node};

told! {
    /// A season began: so much for everyone.
    SeasonOpened = "hemi.season_opened", season, |_| Node::group(), {
        /// Which.
        season: Id,
        /// 和米 for each person.
        grant_each: i64,
    };
    /// People got their grant of a season.
    SeasonGranted = "hemi.season_granted", season, |_| Node::group(), {
        /// Which season.
        season: Id,
        /// Who got it just now.
        people: Vec<Id>,
        /// 和米 for each.
        amount: i64,
    };
    /// A round is there, not open yet.
    RoundMade = "hemi.round_made", round, |told| told.node.clone(), {
        /// Which.
        round: Id,
        /// Its project.
        project: Id,
        /// Where.
        node: Node,
    };
    /// The round takes stakes, for the first time or again.
    RoundOpened = "hemi.round_opened", round, |told| told.node.clone(), {
        /// Which.
        round: Id,
        /// Its project.
        project: Id,
        /// Where.
        node: Node,
        /// Was it frozen before?
        again: bool,
    };
    /// The round takes no more stakes and gives none back.
    RoundFrozen = "hemi.round_frozen", round, |told| told.node.clone(), {
        /// Which.
        round: Id,
        /// Its project.
        project: Id,
        /// Where.
        node: Node,
    };
    /// The round has its end; stakes are paid, burned or given back from now on.
    RoundSettled = "hemi.round_settled", round, |told| told.node.clone(), {
        /// Which.
        round: Id,
        /// Its project.
        project: Id,
        /// Where.
        node: Node,
        /// `settled_success`, `settled_failure`, `void`.
        state: String,
        /// Stakes at the end, 和米.
        held: i64,
        /// Why.
        reason: String,
    };
    /// Every stake of a settled round has found its end.
    RoundPaid = "hemi.round_paid", round, |told| told.node.clone(), {
        /// Which.
        round: Id,
        /// Its project.
        project: Id,
        /// Where.
        node: Node,
        /// Staked in all, 和米.
        staked: i64,
        /// Paid into wallets in all, 和米.
        paid: i64,
    };
    /// Somebody backed a project: a conflict of interest from now on (scenario 4).
    StakeMade = "hemi.stake_made", project, |told| told.node.clone(), {
        /// Which stake.
        stake: Id,
        /// Of which round.
        round: Id,
        /// Which project.
        project: Id,
        /// Where.
        node: Node,
        /// Who.
        person: Id,
        /// 和米.
        amount: i64,
    };
    /// A stake went back into the wallet while the round was open.
    StakeWithdrawn = "hemi.stake_withdrawn", project, |told| told.node.clone(), {
        /// Which stake.
        stake: Id,
        /// Of which round.
        round: Id,
        /// Which project.
        project: Id,
        /// Where.
        node: Node,
        /// Who.
        person: Id,
        /// 和米.
        amount: i64,
        /// Is nothing of theirs left in the project, so that the relation ends?
        last: bool,
    };
    /// Somebody may not back a project: their own, or one they judge.
    PersonBarred = "hemi.person_barred", project, |_| Node::group(), {
        /// Which project.
        project: Id,
        /// Who.
        person: Id,
        /// `team`, `reviewer`, `mentor`.
        why: String,
    };
}
