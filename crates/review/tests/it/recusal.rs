//! Scenario 5: a reviewer recuses after scoring; the review is void, the quorum open again, and the reason is shown.

use review::*;

use crate::stage::*;

fn signed_by_all(stage: &Stage) -> (words::Id, Vec<(words::Id, words::Id)>) {
    let round = stage.opened(draft("case_a", &Pool::of(experts(8)), stage.now()));
    let seats = stage.sitting(&round);
    for (id, who) in &seats {
        stage.sign(id, who, marks(7, 7, ""));
    }
    (round, seats)
}

fn kinship() -> ConflictDraft {
    ConflictDraft { kind: "kinship".into(), reason: "负责人是我的表弟".into() }
}

#[test]
fn a_recusal_after_scoring_voids_the_review_and_blocks_the_count_with_the_reason() {
    let stage = stage();
    let (round, seats) = signed_by_all(&stage);
    assert!(stage.view(&round).blockers.is_empty());
    let ((id, who), now) = (seats[2].clone(), stage.now());
    let gone = who.clone();
    stage.done(move |tx| declare_conflict(tx, &acting(&who, now), &id, &kinship()));
    let view = stage.view(&round);
    assert_eq!((view.signed, view.voided, view.sitting), (4, 1, 5), "the replacement sits already");
    assert_eq!(view.blockers[0].code, "review-quorum-short");
    assert_eq!(view.blockers[0].args, [("signed", "4"), ("quorum", "5"), ("voided", "1")].map(|(k, v)| (k.to_owned(), v.to_owned())).into());
    let id = round.clone();
    assert_eq!(stage.code(move |tx| close_round(tx, &office(), &id)), "review-quorum-short");
    assert!(!stage.see(|read| may_read(read, &gone, &round)), "and no longer reads");
    let (id, who) = stage.sitting(&round).into_iter().find(|seat| !seats.contains(seat)).expect("a replacement");
    assert_ne!(who, gone);
    stage.sign(&id, &who, marks(9, 9, ""));
    let id = round.clone();
    let result = stage.done(move |tx| close_round(tx, &office(), &id));
    assert_eq!((result.tally.signed, result.voided), (5, 1));
    stage.temp.assert_clean();
}

#[test]
fn a_recusal_after_the_count_reopens_the_round_but_not_after_the_decision() {
    let stage = stage();
    let (round, seats) = signed_by_all(&stage);
    let id = round.clone();
    stage.done(move |tx| close_round(tx, &office(), &id));
    let ((id, who), now) = (seats[0].clone(), stage.now());
    stage.done(move |tx| declare_conflict(tx, &acting(&who, now), &id, &kinship()));
    let view = stage.view(&round);
    assert_eq!((view.state, view.passed, view.score), (RoundState::Reviewing, None, None));
    assert!(stage.events("review.reviewer_recused")[0].data::<told::ReviewerRecused>().expect("facts").reopened);
    let (id, who) = stage.sitting(&round).into_iter().find(|seat| !seats.contains(seat)).expect("a replacement");
    stage.sign(&id, &who, marks(6, 6, ""));
    let id = round.clone();
    stage.done(move |tx| {
        close_round(tx, &office(), &id)?;
        mark_decided(tx, &office(), &id)
    });
    let ((id, who), now) = (seats[1].clone(), stage.now());
    assert_eq!(stage.code(move |tx| declare_conflict(tx, &acting(&who, now), &id, &kinship())), "review-round-not-open");
    stage.temp.assert_clean();
}

#[test]
fn a_party_asks_and_the_office_answers() {
    let stage = stage();
    let (round, seats) = signed_by_all(&stage);
    let party = acting(&person("lead"), stage.now());
    let ask = |about: &words::Id| {
        let (round, about, party) = (round.clone(), about.clone(), party.clone());
        move |tx: &mut store::Tx| request_recusal(tx, &party, &round, &about, "三年内同一课题组")
    };
    let request = stage.done(ask(&seats[0].1));
    assert_eq!(stage.code(ask(&seats[0].1)), "review-recusal-asked");
    let id = round.clone();
    assert_eq!(stage.code(move |tx| close_round(tx, &office(), &id)), "review-recusal-pending");
    let mut partial = office();
    partial.person = party.person.clone();
    let id = request.clone();
    assert_eq!(stage.code(move |tx| decide_recusal(tx, &partial, &id, true, "属实")), "review-recusal-own-matter");
    let id = request.clone();
    stage.done(move |tx| decide_recusal(tx, &office(), &id, true, "属实"));
    let view = stage.view(&round);
    assert_eq!((view.signed, view.voided, view.recusals_pending), (4, 1, 0));
    let id = request.clone();
    assert_eq!(stage.code(move |tx| decide_recusal(tx, &office(), &id, false, "")), "review-recusal-answered");
    // About someone who does not sit: no word about that, but they are never drawn any more.
    let outside = experts(8).into_iter().find(|who| stage.sitting(&round).iter().all(|(_, sits)| sits != who) && *who != seats[0].1).expect("not drawn");
    let id = stage.done(ask(&outside));
    stage.done(move |tx| decide_recusal(tx, &office(), &id, true, "属实"));
    for _ in 0..3 {
        let (id, who) = stage.sitting(&round).pop().expect("someone sits");
        let now = stage.now();
        let _ = stage.code(move |tx| declare_conflict(tx, &acting(&who, now), &id, &kinship()));
    }
    assert!(stage.sitting(&round).iter().all(|(_, who)| *who != outside));
    let public = stage.see(|read| protocol(read, None, &round)).expect("a protocol");
    assert!(public.draws[0].passed_over.iter().any(|over| over.reason == "conflict"));
    stage.temp.assert_clean();
}

#[test]
fn the_office_is_reminded_of_what_it_has_not_answered() {
    let stage = stage();
    let (round, seats) = signed_by_all(&stage);
    let (about, party) = (seats[0].1.clone(), acting(&person("lead"), stage.now()));
    let id = round.clone();
    stage.done(move |tx| request_recusal(tx, &party, &id, &about, "同单位"));
    stage.temp.run_until(stage.now().plus_seconds(3 * 86_400 + 10));
    assert_eq!(stage.events("review.recusal_overdue").len(), 1);
    let seen = stage.temp.db.read(|read| recusals(read, &office(), &round)).expect("for the office");
    assert_eq!((seen.len(), seen[0].reasons.as_deref()), (1, Some("同单位")));
    let stranger = acting(&person("someone"), stage.now());
    assert!(stage.temp.db.read(|read| recusals(read, &stranger, &round)).is_err());
}
