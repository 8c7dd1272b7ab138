//! Opening: terms that cannot be held, members by office, the load cap.

use review::*;
use words::Instant;

use crate::stage::*;

#[test]
fn rounds_that_cannot_be_opened() {
    let stage = stage();
    let now = stage.now();
    let pool = Pool::of(experts(6));
    type Change = fn(&mut RoundDraft);
    let table: [(Change, &str); 8] = [
        (|d| d.rubric.criteria.clear(), "review-rubric-unsound"),
        (|d| d.terms.quorum = 6, "review-quorum-unsound"),
        (|d| d.terms.quorum = 0, "review-quorum-unsound"),
        (|d| d.due_at = Instant::from_micros(0), "review-due-in-the-past"),
        (|d| d.appointed = experts(6), "review-too-many-appointed"),
        (
            |d| {
                d.appointed = experts(1);
                d.conflicts = vec![conflict(&experts(1)[0], "same_unit", Severity::Block)]
            },
            "review-appointed-conflicted",
        ),
        (|d| d.conflicts = experts(2).iter().map(|who| conflict(who, "same_unit", Severity::Block)).collect(), "review-too-few-eligible"),
        (|d| d.conflicts = experts(2).iter().map(|who| conflict(who, "same_unit", Severity::Declare)).collect(), "ok"),
    ];
    for (change, code) in table {
        let mut draft = draft("case_a", &pool, now);
        change(&mut draft);
        assert_eq!(stage.code(move |tx| open_round(tx, &office(), &draft)), code);
    }
}

#[test]
fn a_committee_by_office_needs_no_draw_and_votes() {
    let stage = stage();
    let mut draft = draft("case_v", &Pool::of([]), stage.now());
    draft.rubric.criteria.clear();
    draft.appointed = experts(5);
    draft.terms.aggregate = Aggregate::Votes;
    draft.terms.pass = PassRule::Votes { for_times: 3, of_cast_times: 2 };
    let round = stage.opened(draft);
    assert_eq!(stage.view(&round).state, RoundState::Reviewing);
    let seats = stage.sitting(&round);
    for (at, (id, who)) in seats.iter().enumerate() {
        stage.accept_and_declare(id, who);
        let (id, acting) = (id.clone(), acting(who, stage.now()));
        match at {
            4 => stage.done(move |tx| abstain(tx, &acting, &id, "我分管该领域")),
            _ => {
                let empty = acting.clone();
                let also = id.clone();
                assert_eq!(stage.code(move |tx| sign_review(tx, &empty, &also, &SheetDraft::default())), "review-vote-missing");
                let vote = if at < 3 { Vote::For } else { Vote::Against };
                stage.done(move |tx| sign_review(tx, &acting, &id, &SheetDraft { vote: Some(vote), ..SheetDraft::default() }));
            }
        }
    }
    let id = round.clone();
    let result = stage.done(move |tx| close_round(tx, &office(), &id));
    assert_eq!((result.tally.votes_for, result.tally.votes_against, result.tally.cast, result.tally.abstained), (3, 1, 4, 1));
    assert!(result.passed, "3 × 3 ≥ 4 × 2");
    assert_eq!(result.tally.score, Some(7_500));
    stage.temp.assert_clean();
}

#[test]
fn nobody_gets_more_open_reviews_than_the_cap() {
    let stage = stage();
    let pool = Pool::of(experts(10));
    let mut rounds = Vec::new();
    for n in 0..3 {
        let mut draft = draft(&format!("case_{n}"), &pool, stage.now());
        draft.terms.load_cap = 2;
        rounds.push(stage.opened(draft));
    }
    let mut per_person = std::collections::BTreeMap::new();
    for round in &rounds {
        for (_, who) in stage.sitting(round) {
            *per_person.entry(who).or_insert(0) += 1;
        }
    }
    assert_eq!(per_person.values().sum::<i32>(), 15);
    assert!(per_person.values().all(|&load| load <= 2));
    let mut full = draft("case_5", &pool, stage.now());
    full.terms.load_cap = 1; // at least eight of ten have one already
    assert_eq!(stage.code(move |tx| open_round(tx, &office(), &full)), "review-too-few-eligible");
}
