//! Use cases, one a file.
//!
//! Who may: the caller answers for opening (it is the effect of a move that the mover was allowed to make). Deeds of reviewers ask whose assignment it is;
//! deeds of the office ask for `review.manage` on the node of the round.

mod abstain;
mod accept_assignment;
mod ask_extension;
mod cancel_round;
mod close_round;
mod commit_nonce;
mod decide_recusal;
mod declare_conflict;
mod declare_no_conflict;
mod decline_assignment;
mod draw_panel;
mod extend_deadline;
mod freeze_round;
mod jobs;
mod mark_decided;
mod open_round;
mod rate_review;
mod release_feedback;
mod replace_reviewer;
mod request_recusal;
mod reveal_nonce;
mod save_draft;
mod seating;
mod sign_review;
mod widen_pool;
mod write_dissent;

pub use abstain::abstain;
pub use accept_assignment::accept_assignment;
pub use ask_extension::ask_extension;
pub use cancel_round::cancel_round;
pub use close_round::close_round;
pub use commit_nonce::commit_nonce;
pub use decide_recusal::decide_recusal;
pub use declare_conflict::{ConflictDraft, declare_conflict};
pub use declare_no_conflict::declare_no_conflict;
pub use decline_assignment::{DeclineReason, decline_assignment};
pub use draw_panel::{DrawReport, draw_panel, draw_panels};
pub use extend_deadline::extend_deadline;
pub use freeze_round::freeze_round;
pub use jobs::JOBS;
pub use mark_decided::mark_decided;
pub use open_round::{open_round, open_rounds};
pub use rate_review::rate_review;
pub use release_feedback::release_feedback;
pub use replace_reviewer::replace_reviewer;
pub use request_recusal::request_recusal;
pub use reveal_nonce::reveal_nonce;
pub use save_draft::save_draft;
pub use sign_review::sign_review;
pub use widen_pool::widen_pool;
pub use write_dissent::write_dissent;

use store::Read;
use words::{Acting, Failure, Fault, Id};

use crate::refusals::{RoundRefusal, SeatRefusal};
use crate::round::{Round, RoundState};
use crate::seat::Seat;
use crate::{rights, sql, sql_seats};

/// The round, for a deed of the office.
fn managed(read: &Read, who: &Acting, id: &Id) -> Result<Round, Failure<RoundRefusal>> {
    let round = sql::round(read, id)?.ok_or(Failure::Absent)?;
    who.may(rights::MANAGE, &round.node)?;
    Ok(round)
}

/// The reviewer's own assignment with its round; someone else's does not exist for them.
fn own(read: &Read, who: &Acting, id: &Id) -> Result<(Round, Seat), Failure<SeatRefusal>> {
    let seat = sql_seats::seat(read, id)?.filter(|seat| seat.person == who.person).ok_or(Failure::Absent)?;
    let round = sql::round(read, &seat.round)?.ok_or_else(|| Fault::new(format!("assignment {id} without a round")))?;
    Ok((round, seat))
}

/// The same, while reviews are taken and work is left on this seat.
fn own_open(read: &Read, who: &Acting, id: &Id) -> Result<(Round, Seat), Failure<SeatRefusal>> {
    let (round, seat) = own(read, who, id)?;
    if !matches!(round.state, RoundState::Drawing | RoundState::Reviewing | RoundState::Gathering) {
        return Err(SeatRefusal::RoundNotOpen { state: round.state.name() }.into());
    }
    if !seat.state.open() {
        return Err(SeatRefusal::NotInState { state: seat.state.name() }.into());
    }
    Ok((round, seat))
}
