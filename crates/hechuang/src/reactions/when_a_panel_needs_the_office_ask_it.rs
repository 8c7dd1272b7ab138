//! A panel cannot go on by itself: somebody asks for a recusal, nobody is left to draw, or reviews are late. The office, and whoever is late, hear of it.

use desk::{Message, Owner, TodoDraft};
use review::told::{PoolExhausted, RecusalAnswered, RecusalAsked, ReviewsOverdue};
use store::{Event, Tell, Tx};
use words::{Acting, Bilingual, Fault, Id, Instant};

/// What it hears.
pub(super) const KINDS: [&str; 4] = [PoolExhausted::KIND, RecusalAnswered::KIND, RecusalAsked::KIND, ReviewsOverdue::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    match event.kind.as_str() {
        RecusalAsked::KIND => {
            let asked: RecusalAsked = event.data()?;
            let title = Bilingual::new("请答复回避申请", "Answer the request for recusal");
            ask(tx, &asked.of.round, format!("recusal/{}", asked.recusal), &title, Some(asked.answer_by))
        }
        RecusalAnswered::KIND => {
            let answered: RecusalAnswered = event.data()?;
            desk::todo_done(tx, &Acting::system("reaction"), &format!("recusal/{}", answered.recusal)).map(drop)
        }
        PoolExhausted::KIND => {
            let round = event.data::<PoolExhausted>()?.of.round;
            let title = Bilingual::new("专家不足，请扩大候选名单", "Too few experts: widen the list");
            ask(tx, &round, super::pool_key(&round), &title, None)
        }
        _ => {
            let late: ReviewsOverdue = event.data()?;
            remind(tx, &late.of.round, late.persons)
        }
    }
}

fn ask(tx: &mut Tx, round: &Id, key: String, title: &Bilingual, due_at: Option<Instant>) -> Result<(), Fault> {
    let Some(found) = review::round(tx, round)? else { return Ok(()) };
    let gate = super::gate_name(tx, &found.subject, &found.gate)?;
    let todo = TodoDraft {
        key,
        owner: Owner::Role { role: "programme.office".into(), node: found.node.clone() },
        title: Bilingual::new(format!("{}：{}", title.zh, gate.zh), format!("{}: {}", title.en, gate.en)),
        link: format!("/rounds/{round}"),
        due_at,
        subject: found.subject.clone(),
        node: found.node,
    };
    desk::todo(tx, &Acting::system("reaction"), &todo)
}

fn remind(tx: &mut Tx, round: &Id, to: Vec<Id>) -> Result<(), Fault> {
    let Some(found) = review::round(tx, round)? else { return Ok(()) };
    let gate = super::gate_name(tx, &found.subject, &found.gate)?;
    let message = Message {
        to,
        kind: "review.invited".into(),
        subject: round.to_string(),
        title: Bilingual::new(format!("评审已到期：{}", gate.zh), format!("Your review is due: {}", gate.en)),
        body: Bilingual::default(),
        link: "/reviews".into(),
        why: Bilingual::new("这项评审由您负责", "the review is yours"),
        due_at: Some(found.due_at),
        once: None,
    };
    desk::notify(tx, message).map(drop)
}
