//! What happens to an idea until its ending, with the days between; and when each idea must begin so that it stands there today.

use packs::Ending;
use words::Instant;

use super::World;

/// Something that somebody does for a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The lead opens the draft and fills in the application.
    Declare,
    /// The lead invites colleagues; they consent and sign.
    Team,
    /// The lead submits.
    Submit,
    /// The operator returns it with a reason.
    Return,
    /// The operator passes it on to the review.
    Screen,
    /// The panel accepts and declares that it has no conflict.
    Accept,
    /// The panel scores and signs; the office counts: passed or not.
    Judge(bool),
    /// The office admits.
    Admit,
    /// The office declines with reasons.
    Decline,
    /// The lead withdraws.
    Withdraw,
    /// Mentor, space, agreements, frozen pay, grant.
    Onboard,
    /// Home units let the members go.
    Second,
    /// The operator starts the incubation; the office opens the backing round.
    Start,
    /// Colleagues back the project.
    Stake,
    /// A month of work: check-in, mentor session, pay run.
    Month,
    /// A milestone is reached.
    Milestone,
    /// The mentor finds it ready; the lead applies for exit.
    PrepareExit,
    /// Roadshow training and deliverables; on to the exit review.
    ToExit,
    /// The office extends after a review that was not passed.
    Extend,
    /// The application unit signs its intent; the office chooses conversion.
    ChooseInternal,
    /// The application unit accepts.
    Confirm,
    /// The company is registered; the office lets the venture go.
    ChooseVenture,
    /// Members choose; home units restore or transfer.
    Choose,
    /// The award is filled in, graded, announced and paid.
    Award(u8),
    /// The office terminates with a reason.
    Terminate,
    /// Members return, lessons are written down, the case is closed.
    Close,
}

/// The life up to an ending: days waited, then the act.
pub fn script(ending: Ending) -> Vec<(i64, Act)> {
    use Act::*;
    let mut way = vec![(0, Declare)];
    let declared = [(1, Team), (1, Submit)];
    let to_review = [(2, Screen), (2, Accept)];
    let admitted = [(6, Judge(true)), (1, Admit)];
    let started = [(7, Onboard), (1, Second), (1, Start), (3, Stake)];
    let months = |n: usize| std::iter::repeat_n((30, Month), n);
    let exit = [(3, Milestone), (2, PrepareExit), (10, ToExit), (2, Accept)];
    match ending {
        Ending::Draft => {}
        Ending::Returned => way.extend(declared.into_iter().chain([(2, Return)])),
        Ending::Screening => way.extend(declared),
        Ending::EntryReview => way.extend(declared.into_iter().chain(to_review)),
        Ending::Rejected => way.extend(declared.into_iter().chain(to_review).chain([(6, Judge(false)), (1, Decline)])),
        Ending::Withdrawn => way.extend(declared.into_iter().chain([(1, Withdraw)])),
        _ => way.extend(declared.into_iter().chain(to_review).chain(admitted)),
    }
    match ending {
        Ending::Onboarding => way.push((7, Onboard)),
        Ending::Incubating => way.extend(started.into_iter().chain(months(3))),
        Ending::ExitPrep => way.extend(started.into_iter().chain(months(4)).chain([(3, Milestone), (2, PrepareExit)])),
        Ending::ExitReview => way.extend(started.into_iter().chain(months(5)).chain(exit)),
        Ending::Extended => way.extend(started.into_iter().chain(months(5)).chain(exit).chain([(6, Judge(false)), (1, Extend), (30, Month)])),
        Ending::Transfer => way.extend(started.into_iter().chain(months(6)).chain(exit).chain([(6, Judge(true)), (2, ChooseInternal)])),
        Ending::GraduatedInternal => {
            way.extend(started.into_iter().chain(months(6)).chain(exit).chain([(6, Judge(true)), (2, ChooseInternal), (20, Confirm), (5, Choose)]));
            way.extend([(3, Award(0)), (2, Award(1)), (6, Award(2)), (7, Award(3))]);
        }
        Ending::GraduatedVenture => way.extend(started.into_iter().chain(months(6)).chain(exit).chain([(6, Judge(true)), (4, ChooseVenture), (5, Choose)])),
        Ending::Closing => way.extend(started.into_iter().chain(months(4)).chain([(3, Terminate)])),
        Ending::Closed => way.extend(started.into_iter().chain(months(4)).chain([(3, Terminate), (10, Close)])),
        _ => {}
    }
    way
}

/// An act of an idea at its moment.
#[derive(Debug, Clone, Copy)]
pub struct Scheduled {
    /// When.
    pub at: Instant,
    /// Number of the idea.
    pub idea: usize,
    /// What.
    pub act: Act,
}

/// Begins each idea so that its last act was one to six days before the end of its wave; the last wave ends at `until`, each other one 420 days before the next.
pub(super) fn schedule(world: &World, until: Instant, waves: usize) -> Vec<Scheduled> {
    let mut all = Vec::new();
    let ideas = world.pack.ideas.len();
    for idea in 0..ideas * waves {
        let wave = i64::try_from(waves - 1 - idea / ideas).unwrap_or(0);
        let way = script(world.idea(idea).ending);
        let length: i64 = way.iter().map(|(days, _)| days).sum();
        let slack = 1 + i64::try_from(world.below(5)).unwrap_or(0);
        let mut at = until.plus_seconds(-(length + slack + wave * super::DAYS) * 86_400 + i64::try_from(idea).unwrap_or(0) * 61);
        for (days, act) in way {
            at = at.plus_seconds(days * 86_400);
            all.push(Scheduled { at, idea, act });
        }
    }
    all
}
