//! Experts were drawn, for a panel or as a replacement: each finds the review on their list and in their inbox; only they are told.

use desk::{Message, Owner, TodoDraft};
use review::SeatState;
use review::told::{PanelDrawn, ReplacementDrawn};
use store::{Event, Tell, Tx};
use words::{Acting, Bilingual, Fault, Id};

/// What it hears.
pub(super) const KINDS: [&str; 2] = [PanelDrawn::KIND, ReplacementDrawn::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let id = if event.kind == PanelDrawn::KIND { event.data::<PanelDrawn>()?.of.round } else { event.data::<ReplacementDrawn>()?.of.round };
    let Some(round) = review::round(tx, &id)? else { return Ok(()) };
    let system = Acting::system("reaction");
    let gate = super::gate_name(tx, &round.subject, &round.gate)?;
    let title = Bilingual::new(format!("请您评审：{}", gate.zh), format!("A review for you: {}", gate.en));
    for member in review::panel(tx, Some(&system), &round.id)? {
        let (Some(seat), Some(person)) = (member.assignment, member.person) else { continue };
        if member.state == SeatState::Invited {
            tell(tx, &system, &round, &seat, person, &title)?;
        }
    }
    Ok(())
}

fn tell(tx: &mut Tx, system: &Acting, round: &review::Round, seat: &Id, person: Id, title: &Bilingual) -> Result<(), Fault> {
    let link = format!("/reviews/{seat}");
    let todo = TodoDraft {
        key: super::seat_key(seat),
        owner: Owner::Person(person.clone()),
        title: title.clone(),
        link: link.clone(),
        due_at: Some(round.due_at),
        subject: round.id.to_string(),
        node: round.node.clone(),
    };
    desk::todo(tx, system, &todo)?;
    let message = Message {
        to: vec![person],
        kind: "review.invited".into(),
        subject: round.id.to_string(),
        title: title.clone(),
        body: Bilingual::new("请先声明有无利害关系，再阅读材料。", "Declare first whether you have a conflict, then read."),
        link,
        why: Bilingual::new("您被随机抽取为评审专家", "you were drawn as an expert"),
        due_at: Some(round.due_at),
        once: Some(super::seat_key(seat)),
    };
    desk::notify(tx, message).map(drop)
}
