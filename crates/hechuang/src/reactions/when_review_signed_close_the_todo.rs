//! A review was signed: it leaves the expert's list, and when all are in, the office is asked to count.

use desk::{Owner, TodoDraft};
use review::told::ReviewSigned;
use store::{Event, Tx};
use words::{Acting, Bilingual, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let signed: ReviewSigned = event.data()?;
    let system = Acting::system("reaction");
    desk::todo_done(tx, &system, &format!("review/{}", signed.seat.assignment))?;
    let Some(round) = review::round(tx, &signed.of.round)?.filter(|_| signed.ready) else { return Ok(()) };
    let todo = TodoDraft {
        key: format!("round/{}", round.id),
        owner: Owner::Role { role: "programme.office".into(), node: round.node.clone() },
        title: Bilingual::new("评审已齐，请计票", "All reviews are in: count them"),
        link: format!("/rounds/{}", round.id),
        due_at: Some(round.due_at),
        subject: round.subject.clone(),
        node: round.node.clone(),
    };
    desk::todo(tx, &system, &todo)
}
