//! A whole life in which every statement of every kind of use case breaks once: after each, nothing has changed, and the next attempt works.

use std::collections::BTreeMap;

use hechuang::lived::live_some;
use packs::Ending;
use store::testing::Tried;

use crate::ground::empty;

/// Lives the first idea with this ending; the first `each` runs of every use case and job are tried with each of their statements broken.
fn lived_in_pieces(ending: Ending, each: u32) -> BTreeMap<&'static str, Tried> {
    let temp = empty();
    let until = temp.clock.now().plus_seconds(420 * 86_400);
    let pack = packs::embedded().expect("the built-in pack");
    let first = pack.ideas.iter().find(|idea| idea.ending == ending).expect("an idea").key.clone();
    let begun = std::cell::Cell::new(false);
    let wanted = |idea: &packs::Idea| {
        // Asked when everybody is there: setting up is a thousand statements in one and not what people do.
        if !begun.replace(true) {
            temp.try_each_statement(each);
        }
        idea.key == first
    };
    live_some(&temp.db, &temp.clock, until, 1, wanted).unwrap_or_else(|fault| panic!("{fault}: {:?}", temp.tried()));
    let failed = temp.db.read::<_, words::Never>(|read| Ok(read.jobs("failed", 10)?)).expect("the queue");
    assert!(failed.is_empty(), "{failed:?}");
    temp.assert_clean();
    temp.tried()
}

fn all_were_tried(tried: &BTreeMap<&'static str, Tried>, names: &[&str]) {
    for name in names {
        assert!(tried.get(name).is_some_and(|tried| tried.broken > 3), "{name}: {tried:#?}");
    }
}

#[test]
fn whatever_statement_of_a_life_breaks_nothing_has_changed_and_the_next_attempt_works() {
    let tried = lived_in_pieces(Ending::GraduatedInternal, 1);
    println!("{tried:#?}");
    let declared = ["programme.open_case", "programme.save_answers", "programme.invite", "desk.sign", "programme.move", "store.job"];
    all_were_tried(&tried, &declared);
    all_were_tried(&tried, &["review.accept", "review.sign", "review.close", "programme.set_fact"]);
}

#[test]
#[ignore = "long: the first forty runs of each, so every move and every reaction"]
fn whatever_statement_of_three_lives_breaks_nothing_has_changed() {
    for ending in [Ending::GraduatedInternal, Ending::GraduatedVenture, Ending::Closed] {
        let tried = lived_in_pieces(ending, 40);
        all_were_tried(&tried, &["programme.move", "store.job"]);
    }
}
