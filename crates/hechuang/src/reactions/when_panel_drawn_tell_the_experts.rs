//! A panel was drawn: each expert finds the review on their list and in their inbox; only they are told.

use desk::{Message, Owner, TodoDraft};
use review::told::PanelDrawn;
use store::{Event, Tx};
use words::{Acting, Bilingual, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let drawn: PanelDrawn = event.data()?;
    let Some(round) = review::round(tx, &drawn.of.round)? else { return Ok(()) };
    let system = Acting::system("reaction");
    for member in review::panel(tx, Some(&system), &round.id)? {
        let (Some(seat), Some(person)) = (member.assignment, member.person) else { continue };
        let (title, link) = (Bilingual::new("请您评审", "A review for you"), format!("/reviews/{seat}"));
        let todo = TodoDraft {
            key: format!("review/{seat}"),
            owner: Owner::Person(person.clone()),
            title: title.clone(),
            link: link.clone(),
            due_at: Some(round.due_at),
            subject: round.id.to_string(),
            node: round.node.clone(),
        };
        desk::todo(tx, &system, &todo)?;
        let message = Message {
            to: vec![person],
            kind: "review.invited".into(),
            subject: round.id.to_string(),
            title,
            body: Bilingual::new("请先声明有无利害关系，再阅读材料。", "Declare first whether you have a conflict, then read."),
            link,
            why: Bilingual::new("您被随机抽取为评审专家", "you were drawn as an expert"),
            due_at: Some(round.due_at),
            once: Some(format!("review/{seat}")),
        };
        desk::notify(tx, message)?;
    }
    Ok(())
}
