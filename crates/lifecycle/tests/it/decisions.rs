//! Decisions on the programme's own lifecycles: what is allowed, what is missing, what follows.

use std::collections::BTreeSet;

use lifecycle::{Actor, Arg, CaseField, CaseRef, Definition, Effect, FactSet, Key, MissingCode, Period, Question, ReviewField, Value, decide};
use words::{Amount, Day, Instant, Span};

use crate::pack::definitions;

fn named(id: &str) -> Definition {
    definitions().into_iter().find(|definition| definition.id == id).unwrap()
}

fn roles(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn yuan(text: &str) -> Value {
    Value::money(&Amount::parse_named(&format!("{text} CNY")).unwrap())
}

fn name(text: &str) -> Question {
    Question::Name { name: text.into() }
}

fn value(text: &str) -> Question {
    Question::Value { name: text.into(), party: None }
}

fn value_of(text: &str, party: &str) -> Question {
    Question::Value { name: text.into(), party: Some(party.into()) }
}

fn fact(text: &str, party: Option<&str>) -> Question {
    Question::Fact { name: text.into(), party: party.map(str::to_owned) }
}

fn case(of: CaseRef, field: CaseField) -> Question {
    Question::Case { of, field }
}

fn link(text: &str) -> CaseRef {
    CaseRef::Link(text.into())
}

/// Every guard of 正式入孵 met.
fn ready_to_start() -> FactSet {
    let mut facts = FactSet::new();
    facts.put_bool(fact("notice_clear", None), true);
    facts.put_bool(fact("base_pay_frozen", Some("team")), true).put_bool(fact("pay_above_minimum", Some("team")), true);
    facts.put_signed("incubation_agreement", Some("team"), 3, vec![]).put_signed("pay_variation_agreement", Some("team"), 3, vec![]);
    for thing in ["mentor", "space", "retention_end"] {
        facts.put_bool(Question::Has { thing: thing.into() }, true);
    }
    facts.put(case(CaseRef::Child("person.post".into()), CaseField::State), Value::text("seconded"));
    facts.put(Question::Budget { account: "fund:rd".into() }, yuan("300000.00")).put(name("project.grant"), yuan("300000.00"));
    facts
}

fn codes(decision: &lifecycle::Decision) -> Vec<MissingCode> {
    decision.missing.iter().map(|missing| missing.code).collect()
}

#[test]
fn a_start_with_everything_there_commits_the_grant_and_opens_the_round() {
    let definition = named("incubation.self");
    let decision = decide(&definition, "onboarding", "start", Actor::Roles(&roles(&["base.operator"])), &ready_to_start());
    assert!(decision.allowed, "{:?}", decision.missing);
    assert_eq!(decision.to.as_deref(), Some("incubating"));
    assert!(decision.effects.contains(&Effect::Post { template: "grant.commit".into(), remaining: false, party: None }));
    assert!(decision.effects.contains(&Effect::Spawn { definition: "hemi.round".into() }));
    // the discount runs until a date, taken from the parameter.
    let until = Effect::Clock { name: "capability_discount".into(), after: Some(Period::Fixed(Span::parse("P6M").unwrap())) };
    assert!(decision.effects.contains(&until));
}

#[test]
fn a_blocked_start_says_everything_at_once() {
    let definition = named("incubation.self");
    let mut facts = ready_to_start();
    facts.put_bool(Question::Has { thing: "mentor".into() }, false);
    facts.put_signed("incubation_agreement", Some("team"), 1, vec!["陈思远".into(), "李敏".into()]);
    facts.put_bool(fact("notice_clear", None), false);
    facts.put(Question::Budget { account: "fund:rd".into() }, yuan("250000.00"));
    let decision = decide(&definition, "onboarding", "start", Actor::Roles(&roles(&["base.operator"])), &facts);
    assert!(!decision.allowed && decision.effects.is_empty());
    assert_eq!(codes(&decision), [MissingCode::Fact, MissingCode::Signature, MissingCode::Thing, MissingCode::Budget]);
    assert_eq!(decision.missing[1].args["waiting"], Arg::Number(2));
    assert_eq!(decision.missing[1].args["names"], Arg::Text("陈思远、李敏".into()));
    assert_eq!(decision.missing[3].args["short"], Arg::Text("50,000.00 CNY".into()));
}

#[test]
fn an_answer_that_is_left_out_never_lets_anything_through() {
    let definition = named("incubation.self");
    for step in &definition.moves {
        let decision = decide(&definition, &step.from[0], &step.id, Actor::Roles(&step.by.iter().cloned().collect()), &FactSet::new());
        assert_eq!(decision.allowed, step.need.is_empty(), "{}", step.id);
        assert_eq!(decision.missing.is_empty(), decision.allowed, "{}", step.id);
    }
}

#[test]
fn the_wrong_person_and_the_wrong_state_are_told() {
    let definition = named("incubation.self");
    let decision = decide(&definition, "draft", "start", Actor::Roles(&roles(&["team.lead"])), &ready_to_start());
    assert_eq!(codes(&decision), [MissingCode::WrongState, MissingCode::Role]);
    let decision = decide(&definition, "draft", "fly", Actor::System, &FactSet::new());
    assert_eq!(codes(&decision), [MissingCode::NoSuchMove]);
}

#[test]
fn an_incomplete_form_counts_its_fields() {
    let definition = named("incubation.self");
    let mut facts = FactSet::new();
    facts.put_form("application", vec!["项目名称".into(), "团队".into()]).put_signed("team_consent", Some("team"), 2, vec![]);
    facts.put(name("team.size"), Value::int(0));
    let decision = decide(&definition, "draft", "submit", Actor::Roles(&roles(&["team.lead"])), &facts);
    assert_eq!(codes(&decision), [MissingCode::Form, MissingCode::TooLow]);
    assert_eq!(decision.missing[0].args["count"], Arg::Number(2));
}

/// 70 % of the base must not be below the minimum wage; exact to the fen.
#[test]
fn pay_below_the_minimum_wage_is_refused() {
    let definition = named("person.post");
    let step = definition.find_move("second").unwrap();
    let table = Question::Table { table: Key::Text("minimum_wage".into()), keys: vec![Key::Asked(Box::new(name("member.city")))] };
    let asked = definition.questions(step);
    let place = |question: &Question| asked.iter().position(|other| other == question).unwrap();
    assert!(place(&name("member.city")) < place(&table), "the row is asked before the table");
    for (base, fine) in [("3600.00", true), ("3599.99", false)] {
        let mut facts = FactSet::new();
        facts.put_bool(case(link("project"), CaseField::Concluded), false).put(value("base_pay"), yuan(base)).put(table.clone(), yuan("2520.00"));
        facts.put_signed("incubation_agreement", Some("member"), 1, vec![]).put_signed("pay_variation_agreement", Some("member"), 1, vec![]);
        facts.put_bool(Question::Has { thing: "retention_end".into() }, true);
        let decision = decide(&definition, "on_post", "second", Actor::Roles(&roles(&["home_unit.hr"])), &facts);
        assert_eq!(decision.allowed, fine, "{base}: {:?}", decision.missing);
        if !fine {
            assert_eq!(codes(&decision), [MissingCode::TooLow]);
        }
    }
}

fn on_leave(today: &str, venture: &str) -> FactSet {
    let mut facts = FactSet::new();
    let day = |text| Day::parse(text).unwrap();
    facts.put(Question::Elapsed { state: "on_leave".into() }, Value::Elapsed { since: day("2024-03-01"), today: day(today) });
    facts.put(case(link("venture"), CaseField::Outcome), Value::text(venture));
    facts.put_bool(case(link("venture"), CaseField::Concluded), venture != "open");
    facts.put_form("return_request", vec![]).put(Question::Count { collection: "warnings".into() }, Value::int(3));
    facts
}

/// R-06, scenario 9: the last day counts; the next day is refused with the days.
#[test]
fn the_window_of_return_includes_its_last_day() {
    let definition = named("person.post");
    let ask = |facts: &FactSet| decide(&definition, "on_leave", "ask_to_return", Actor::Roles(&roles(&["member"])), facts);
    assert!(ask(&on_leave("2026-03-01", "open")).allowed);
    let late = ask(&on_leave("2026-03-02", "open"));
    assert_eq!(codes(&late), [MissingCode::AnyOf]);
    let ways = &late.missing[0].any_of;
    assert_eq!(ways[1][0].code, MissingCode::TooLate);
    assert_eq!((&ways[1][0].args["date"], &ways[1][0].args["days"]), (&Arg::Text("2026-03-01".into()), &Arg::Number(1)));
    assert!(ask(&on_leave("2030-01-01", "failure")).allowed, "a failed venture gives the right back");
}

#[test]
fn the_right_to_return_does_not_lapse_while_the_venture_may_fail() {
    let definition = named("person.post");
    let lapse = |facts: &FactSet| decide(&definition, "on_leave", "lapse", Actor::Clock, facts);
    assert!(!lapse(&on_leave("2026-03-02", "open")).allowed);
    assert!(!lapse(&on_leave("2030-01-01", "failure")).allowed);
    assert!(lapse(&on_leave("2026-03-02", "success")).allowed);
    let early = lapse(&on_leave("2026-03-01", "success"));
    assert_eq!(codes(&early), [MissingCode::TooEarly]);
    assert_eq!(early.missing[0].args["date"], Arg::Text("2026-03-02".into()));
}

/// R-18, scenario 7: exactly half is enough.
#[test]
fn founders_with_exactly_half_are_allowed() {
    let definition = named("venture.fund");
    for (share, fine) in [("5000000.00", true), ("4999000.00", false)] {
        let mut facts = FactSet::new();
        facts.put(value_of("subscribed", "founders"), yuan(share)).put(value("subscribed_total"), yuan("10000000.00"));
        facts.put_bool(fact("company_registered", None), true).put_signed("return_right", Some("founders"), 1, vec![]);
        facts.put(Question::Count { collection: "holders".into() }, Value::int(2));
        let decision = decide(&definition, "terms", "fund", Actor::Roles(&roles(&["fund.manager"])), &facts);
        assert_eq!(decision.allowed, fine, "{:?}", decision.missing);
    }
}

/// scenario 11: only after success, and within the ceiling over all schemes, inclusive.
#[test]
fn awards_come_after_success_and_within_the_ceiling() {
    let definition = named("award");
    for (outcome, amount, expected) in
        [("success", "800000.00", vec![]), ("success", "800000.01", vec![MissingCode::OverLimit]), ("open", "800000.00", vec![MissingCode::ChildState])]
    {
        let mut facts = FactSet::new();
        facts.put(case(link("project"), CaseField::Outcome), Value::text(outcome)).put_bool(fact("notice_clear", None), true);
        facts.put(Question::Sum { collection: "awards".into() }, yuan("1200000.00")).put(value("amount"), yuan(amount));
        facts.put(Question::Budget { account: "fund:incentive".into() }, yuan("600000000.00"));
        facts.put(Question::Sum { collection: "shares".into() }, Value::int(1));
        let decision = decide(&definition, "notice", "pay", Actor::Roles(&roles(&["finance"])), &facts);
        assert_eq!(codes(&decision), expected, "{outcome} {amount}");
    }
}

/// Scenario 6: the message names table, row and number.
#[test]
fn a_bounty_above_the_table_names_table_row_and_number() {
    let definition = named("challenge.bounty");
    let moment = |text| Value::Moment(Instant::parse(text).unwrap());
    let table = Question::Table { table: Key::Asked(Box::new(name("param.bounty_table"))), keys: vec![Key::Asked(Box::new(name("difficulty")))] };
    let mut facts = FactSet::new();
    facts.put(name("bounty"), yuan("30001.00")).put(name("difficulty"), Value::int(2)).put(name("audience"), Value::text("internal"));
    facts.put(table, lifecycle::Answer { value: yuan("30000.00"), detail: Some(lifecycle::Detail::Row("2".into())) });
    facts.put(Question::Budget { account: "owner_unit".into() }, yuan("30001.00"));
    facts.put(name("now"), moment("2026-11-22T00:00:00Z")).put(name("close_at"), moment("2026-12-22T00:00:00Z"));
    let decision = decide(&definition, "vetting", "post", Actor::Roles(&roles(&["programme.office"])), &facts);
    assert_eq!(codes(&decision), [MissingCode::OverTable]);
    let args = &decision.missing[0].args;
    assert_eq!((&args["row"], &args["limit"]), (&Arg::Text("2".into()), &Arg::Text("30,000.00 CNY".into())));
}

#[test]
fn a_review_is_passed_by_its_own_rule() {
    let fund = named("venture.fund");
    let review = fund.state("committee").unwrap().review.as_ref().unwrap();
    for (votes, passed) in [(4, true), (3, false)] {
        let mut tally = FactSet::new();
        tally.put(name("votes_for"), Value::int(votes)).put(name("votes_cast"), Value::int(5));
        assert_eq!(review.passed(&tally), Some(passed));
    }
    assert_eq!(review.passed(&FactSet::new()), None);
}

#[test]
fn an_extension_needs_a_negative_review() {
    let definition = named("incubation.self");
    let mut facts = FactSet::new();
    let review = |field| Question::Review { state: "exit_review".into(), field };
    facts.put_bool(Question::Has { thing: "reason".into() }, true);
    facts.put_bool(review(ReviewField::Passed), true).put_bool(review(ReviewField::Signed), true);
    let day = |text| Day::parse(text).unwrap();
    facts.put(Question::Elapsed { state: "onboarding".into() }, Value::Elapsed { since: day("2026-01-01"), today: day("2026-06-01") });
    let decision = decide(&definition, "exit_review", "extend", Actor::Roles(&roles(&["programme.office"])), &facts);
    assert_eq!(codes(&decision), [MissingCode::ReviewPassed]);
}

#[test]
fn a_parameter_with_another_value_holds_for_guards_and_effects() {
    let definition = named("person.post");
    let mut facts = on_leave("2026-03-02", "open");
    facts.put(name("param.return_window"), Value::Duration(Span::parse("P3Y").unwrap()));
    assert!(decide(&definition, "on_leave", "ask_to_return", Actor::Roles(&roles(&["member"])), &facts).allowed);
    let asked = definition.questions(definition.find_move("go_out").unwrap());
    assert!(asked.contains(&name("param.return_window")), "the clock's parameter is asked too");
}
