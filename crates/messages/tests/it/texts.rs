//! Templates and signatures: submitted, decided in their case, taken back.

use messages::{TextKind, TextState};
use words::{Acting, Failure, Id, Refusal};

use crate::world::*;

#[test]
fn a_text_is_decided_by_its_case_and_taken_back_by_its_owner() {
    let world = world();
    let system = || Acting::system("test");
    let text = text(&world, TextKind::Template, "验证码 {code}", false);
    let (id, case) = (text.id.clone(), Id::new("case", 1, [1; 10]));
    let of = case.clone();
    done(&world, move |tx| messages::note_case(tx, &system(), &id, &of));
    let decide = |state, reason: &'static str| {
        let case = case.clone();
        done(&world, move |tx| messages::decide_text(tx, &system(), &case, state, reason))
    };
    assert_eq!(decide(TextState::Returned, "缺少用途说明").reason, "缺少用途说明");
    assert_eq!(decide(TextState::Approved, "").state, TextState::Approved, "what the case says holds");
    let id = text.id.clone();
    let other = tried(&world, move |tx| messages::withdraw_text(tx, &developer(2), &id));
    assert!(matches!(other, Err(Failure::Absent)));
    let id = text.id.clone();
    assert_eq!(done(&world, move |tx| messages::withdraw_text(tx, &developer(1), &id)).state, TextState::Withdrawn);
    assert_eq!(decide(TextState::Approved, "").state, TextState::Withdrawn, "what was taken back stays so");
    let id = text.id.clone();
    assert_eq!(refusal(tried(&world, move |tx| messages::withdraw_text(tx, &developer(1), &id))).code(), "messages-text-over");
    world.assert_clean();
}
