//! A seat is given up, taken back, or its round is called off or counted: whoever sat there has nothing left to do, and hears of what they did not do themselves.

use desk::Message;
use review::told::{AssignmentDeclined, ReviewerAbstained, ReviewerRecused, RoundCancelled, RoundClosed, SeatLapsed};
use store::{Event, Tell, Tx};
use words::{Acting, Bilingual, Fault, Id};

/// What it hears.
pub(super) const KINDS: [&str; 6] =
    [AssignmentDeclined::KIND, ReviewerAbstained::KIND, ReviewerRecused::KIND, RoundCancelled::KIND, RoundClosed::KIND, SeatLapsed::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    match event.kind.as_str() {
        AssignmentDeclined::KIND => close(tx, &event.data::<AssignmentDeclined>()?.seat.assignment),
        ReviewerAbstained::KIND => close(tx, &event.data::<ReviewerAbstained>()?.seat.assignment),
        ReviewerRecused::KIND => close(tx, &event.data::<ReviewerRecused>()?.seat.assignment),
        SeatLapsed::KIND => {
            let lapsed: SeatLapsed = event.data()?;
            close(tx, &lapsed.seat.assignment)?;
            tell(tx, &lapsed.of.round, vec![lapsed.seat.person])
        }
        RoundCancelled::KIND => {
            let cancelled: RoundCancelled = event.data()?;
            close_all(tx, &cancelled.of.round)?;
            tell(tx, &cancelled.of.round, cancelled.persons)
        }
        _ => close_all(tx, &event.data::<RoundClosed>()?.of.round),
    }
}

fn close(tx: &mut Tx, seat: &Id) -> Result<(), Fault> {
    desk::todo_done(tx, &Acting::system("reaction"), &super::seat_key(seat)).map(drop)
}

/// Of all seats of the round, and the office's request to count or to answer.
fn close_all(tx: &mut Tx, round: &Id) -> Result<(), Fault> {
    let system = Acting::system("reaction");
    for member in review::panel(tx, Some(&system), round)? {
        if let Some(seat) = member.assignment {
            close(tx, &seat)?;
        }
    }
    desk::todo_done(tx, &system, &format!("round/{round}"))?;
    desk::todo_done(tx, &system, &super::pool_key(round)).map(drop)
}

fn tell(tx: &mut Tx, round: &Id, to: Vec<Id>) -> Result<(), Fault> {
    let Some(found) = review::round(tx, round)? else { return Ok(()) };
    let gate = super::gate_name(tx, &found.subject, &found.gate)?;
    let message = Message {
        to,
        kind: "review.invited".into(),
        subject: round.to_string(),
        title: Bilingual::new(format!("不必再评审：{}", gate.zh), format!("No review is needed any more: {}", gate.en)),
        body: Bilingual::new(
            "这项评审已取消或已另请他人，感谢您的准备。",
            "The review was called off or passed on to somebody else; thank you for your readiness.",
        ),
        link: "/reviews".into(),
        why: Bilingual::new("您曾被抽取为评审专家", "you had been drawn as an expert"),
        due_at: None,
        once: None,
    };
    desk::notify(tx, message).map(drop)
}
