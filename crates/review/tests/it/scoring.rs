//! From the invitation to the result: declare before reading, drafts, signing, counting, feedback, records.

use review::*;
use words::Acting;

use crate::stage::*;

#[test]
fn nothing_is_read_or_written_before_the_declaration() {
    let stage = stage();
    let mut draft = draft("case_a", &Pool::of(experts(5)), stage.now());
    draft.conflicts = experts(5).iter().map(|who| conflict(who, "mentor", Severity::Declare)).collect();
    let round = stage.opened(draft);
    let (id, who) = stage.sitting(&round)[0].clone();
    let reads = |stage: &Stage| stage.see(|read| may_read(read, &who, &round));
    assert!(!reads(&stage));
    let me = acting(&who, stage.now());
    let (a, b) = (me.clone(), id.clone());
    assert_eq!(stage.code(move |tx| save_draft(tx, &a, &b, &marks(7, 7, ""))), "review-not-declared");
    let (a, b) = (me.clone(), id.clone());
    assert_eq!(stage.code(move |tx| declare_no_conflict(tx, &a, &b, "")), "review-seat-not-open", "not accepted yet");
    let (a, b) = (me.clone(), id.clone());
    stage.done(move |tx| accept_assignment(tx, &a, &b));
    assert!(!reads(&stage));
    let (a, b) = (me.clone(), id.clone());
    assert_eq!(stage.code(move |tx| declare_no_conflict(tx, &a, &b, " ")), "review-statement-missing");
    let (a, b) = (me.clone(), id.clone());
    stage.done(move |tx| declare_no_conflict(tx, &a, &b, "2019 年曾听过一次汇报"));
    assert!(reads(&stage));
    let stranger = acting(&person("someone"), stage.now());
    assert!(stage.temp.db.read(|read| sheet_view(read, &stranger, &id)).is_err(), "someone else's sheet does not exist");
    let b = id.clone();
    assert_eq!(stage.code(move |tx| save_draft(tx, &stranger, &b, &marks(1, 1, ""))), "absent");
}

#[test]
fn signing_needs_every_required_mark_and_a_fresh_proof() {
    let stage = stage();
    let round = stage.opened(draft("case_a", &Pool::of(experts(5)), stage.now()));
    let (id, who) = stage.sitting(&round)[0].clone();
    stage.accept_and_declare(&id, &who);
    let me = acting(&who, stage.now());
    let half = SheetDraft { marks: [("fit".into(), Mark { points: Some(8), comment: "清楚".into() })].into(), ..SheetDraft::default() };
    let (a, b) = (me.clone(), id.clone());
    stage.done(move |tx| save_draft(tx, &a, &b, &half));
    let sheet = stage.temp.db.read(|read| sheet_view(read, &me, &id)).expect("own sheet");
    assert_eq!((sheet.line.marked, sheet.line.criteria, sheet.missing.clone(), sheet.total), (1, 3, vec!["value".to_owned()], Some(8_000)));
    let (a, b) = (me.clone(), id.clone());
    assert_eq!(stage.code(move |tx| sign_review(tx, &a, &b, &SheetDraft::default())), "review-marks-missing");
    let (a, b) = (me.clone(), id.clone());
    assert_eq!(stage.code(move |tx| sign_review(tx, &a, &b, &marks(11, 7, ""))), "review-sheet-unsound");
    let (a, b) = (Acting { proved_at: None, ..me.clone() }, id.clone());
    assert_eq!(stage.code(move |tx| sign_review(tx, &a, &b, &marks(8, 7, ""))), "review-not-proved");
    let (a, b) = (me.clone(), id.clone());
    stage.done(move |tx| sign_review(tx, &a, &b, &marks(8, 7, "")));
    let (a, b) = (me, id);
    assert_eq!(stage.code(move |tx| save_draft(tx, &a, &b, &marks(0, 0, ""))), "review-seat-not-open");
    stage.temp.assert_clean();
}

#[test]
fn a_round_is_counted_when_the_quorum_has_signed() {
    let stage = stage();
    let round = stage.opened(draft("case_a", &Pool::of(experts(8)), stage.now()));
    let seats = stage.sitting(&round);
    for (at, (id, who)) in seats.iter().enumerate().take(4) {
        stage.sign(id, who, marks(5 + at as i64, 6, &format!("comment {at}")));
    }
    let id = round.clone();
    assert_eq!(stage.code(move |tx| close_round(tx, &office(), &id)), "review-quorum-short");
    let early = stage.see(|read| numbers(read, "case_a", "entry_review")).expect("numbers");
    assert_eq!((early.score, early.passed, early.quorum_met, early.signed), (None, false, false, 4), "nothing leaks before the count");
    assert_eq!(early.blockers[0].code, "review-quorum-short");
    let (last, who) = &seats[4];
    let mut sheet = marks(0, 0, "weak");
    sheet.dissent = Some("我认为不应入孵".into());
    stage.sign(last, who, sheet);
    let signed = stage.events("review.review_signed");
    assert!(signed.last().expect("an event").data::<told::ReviewSigned>().expect("facts").ready);
    let id = round.clone();
    let stranger = acting(&seats[0].1, stage.now());
    assert_eq!(stage.code(move |tx| close_round(tx, &stranger, &id)), "denied");
    let id = round.clone();
    let result = stage.done(move |tx| close_round(tx, &office(), &id));
    // Totals: 56, 60, 64, 68, 0 → median 60.
    assert_eq!((result.tally.score, result.passed, result.dissents.len()), (Some(6_000), true, 1));
    assert_eq!(result.reviews.iter().map(|line| line.total).collect::<Vec<_>>(), [Some(6_800), Some(6_400), Some(6_000), Some(5_600), Some(0)]);
    assert_eq!(stage.see(|read| numbers(read, "case_a", "entry_review")).map(|n| (n.passed, n.closed, n.score)), Some((true, true, Some(6_000))));
    feedback_and_record(&stage, &round, &seats);
    stage.temp.assert_clean();
}

fn feedback_and_record(stage: &Stage, round: &words::Id, seats: &[(words::Id, words::Id)]) {
    assert!(stage.see(|read| feedback(read, round)).is_none());
    let id = round.clone();
    stage.done(move |tx| release_feedback(tx, &office(), &id));
    let shown = stage.see(|read| feedback(read, round)).expect("feedback");
    assert_eq!(shown.criteria[0].comments.len(), 5);
    assert_eq!(shown.criteria[0].median, Some(600));
    let json = serde_json::to_string(&shown).expect("json");
    assert!(!json.contains("per_"), "never a name");
    let best = seats[3].0.clone();
    stage.done(move |tx| rate_review(tx, &office(), &best, 5));
    let persons: Vec<_> = seats.iter().map(|(_, who)| who.clone()).collect();
    let records = stage.see(|read| records(read, &persons));
    let record = &records[&seats[3].1];
    assert_eq!((record.invited, record.accepted, record.signed, record.on_time), (1, 1, 1, 1));
    assert_eq!((record.mean_distance, record.mean_quality), (Some(800), Some(500)));
}

#[test]
fn others_are_seen_when_the_terms_say_so() {
    let stage = stage();
    for (see_others, before, after) in [(SeeOthers::Never, 0, 0), (SeeOthers::AfterOwn, 0, 1), (SeeOthers::Always, 1, 1)] {
        let mut draft = draft(&format!("case_{see_others:?}"), &Pool::of(experts(5)), stage.now());
        draft.terms.see_others = see_others;
        let round = stage.opened(draft);
        let seats = stage.sitting(&round);
        stage.sign(&seats[0].0, &seats[0].1, marks(9, 9, "good"));
        let (id, who) = &seats[1];
        stage.accept_and_declare(id, who);
        let me = acting(who, stage.now());
        let others = |stage: &Stage| stage.temp.db.read(|read| sheet_view(read, &me, id)).expect("own sheet").others.len();
        assert_eq!(others(&stage), before);
        let (a, b) = (me.clone(), id.clone());
        stage.done(move |tx| sign_review(tx, &a, &b, &marks(5, 5, "")));
        assert_eq!(others(&stage), after);
    }
}

#[test]
fn the_list_of_a_reviewer_says_how_far_they_are_and_where_to_go_on() {
    let stage = stage();
    let pool = Pool::of(experts(5));
    let rounds: Vec<_> = (0..4).map(|n| stage.opened(draft(&format!("case_{n}"), &pool, stage.now()))).collect();
    let me = experts(1)[0].clone();
    let mine = |round: &words::Id| stage.sitting(round).into_iter().find(|(_, who)| *who == me).expect("all five sit").0;
    for round in &rounds[..2] {
        stage.sign(&mine(round), &me, marks(7, 7, ""));
    }
    let list = stage.see(|read| assignments_of(read, &me, Which::Open, None, 50));
    assert_eq!((list.done, list.total, list.items.len(), list.after), (2, 4, 2, None));
    assert_eq!(list.next, Some(mine(&rounds[2])));
    let sheet = stage.temp.db.read(|read| sheet_view(read, &acting(&me, stage.now()), &mine(&rounds[2]))).expect("own sheet");
    assert_eq!((sheet.previous, sheet.next), (None, Some(mine(&rounds[3]))));
    let page = stage.see(|read| assignments_of(read, &me, Which::All, None, 3));
    let rest = stage.see(|read| assignments_of(read, &me, Which::All, page.after.as_ref(), 3));
    assert_eq!((page.items.len(), rest.items.len()), (3, 1));
    let many = stage.see(|read| rounds_of(read, &(0..4).map(|n| format!("case_{n}")).collect::<Vec<_>>()));
    assert_eq!(many.values().map(|views| views[0].signed).sum::<i64>(), 2);
}

#[test]
fn more_than_a_third_moves_the_due_date_and_the_clock_reminds() {
    let stage = stage();
    let round = stage.opened(draft("case_a", &Pool::of(experts(5)), stage.now()));
    let due = stage.view(&round).due_at;
    let seats = stage.sitting(&round);
    for (at, moved) in [(0, false), (1, true)] {
        let ((id, who), now) = (seats[at].clone(), stage.now());
        assert_eq!(stage.done(move |tx| ask_extension(tx, &acting(&who, now), &id)), moved);
    }
    let later = stage.view(&round);
    assert_eq!((later.due_at, later.extensions), (due.plus_seconds(5 * 86_400), 1));
    stage.temp.run_until(due.plus_seconds(1));
    assert!(stage.events("review.reviews_overdue").is_empty(), "not yet");
    let id = round.clone();
    assert_eq!(stage.code(move |tx| extend_deadline(tx, &office(), &id, due)), "review-due-not-later");
    stage.temp.run_until(later.due_at.plus_seconds(1));
    assert_eq!(stage.events("review.reviews_overdue").len(), 1);
    // After the due date the office replaces who stays silent.
    let silent = seats[2].0.clone();
    stage.done(move |tx| replace_reviewer(tx, &office(), &silent, "逾期未签"));
    assert_eq!(stage.events("review.pool_exhausted").len(), 1);
}
