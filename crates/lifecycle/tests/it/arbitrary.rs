//! Arbitrary input: reading never panics and is bounded, evaluation is total, and what is not met always says why.

use lifecycle::{Answer, CaseField, CaseRef, Definition, FactSet, Facts, Guard, GuardFault, Key, MAX_BYTES, Question, ReviewField, Schema, Standing, Value};
use proptest::prelude::*;
use words::{Asset, Day, Instant, Span};

use crate::pack::definitions;

fn schema() -> Schema {
    definitions().into_iter().find(|definition| definition.id == "challenge.bounty").unwrap().schema
}

fn token() -> impl Strategy<Value = String> {
    let fixed = [
        "and",
        "or",
        "not",
        "!",
        "&&",
        "||",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "*",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "in",
        "true",
        "'x'",
        "\"",
        "'",
        "1",
        "0.50",
        "99999999999999999999999999999999999999999",
        "now",
        "close_at",
        "bounty",
        "difficulty",
        "param.bounty_table",
        "count(submissions)",
        "fact('notice_clear')",
        "has(reason)",
        "review('judging').passed",
        "child('challenge.delivery').open",
        "table('difficulty', difficulty)",
        "budget('owner_unit')",
        "money('1.00 CNY')",
        "duration('P1D')",
        "elapsed('posted')",
        "榜",
        "\u{0}",
    ];
    prop::sample::select(fixed.to_vec()).prop_map(str::to_owned)
}

fn typed_guard() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "fact('notice_clear')",
        "has(reason)",
        "bounty <= table(param.bounty_table, difficulty)",
        "budget('owner_unit') >= bounty * 2 - bounty",
        "count(submissions) + difficulty >= 1",
        "sum(shares) * 0.333333333333333333 == 1",
        "now >= close_at",
        "close_at + duration('P1M') > now",
        "elapsed('posted') <= duration('P2Y')",
        "audience in ['internal', 'external']",
        "child('challenge.delivery').state != 'working'",
        "review('judging').score > 60",
        "form('challenge').complete",
        "signed_nothing",
    ])
    .prop_map(|leaf| if leaf == "signed_nothing" { "review('acceptance').signed".to_owned() } else { leaf.to_owned() });
    leaf.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|any| format!("({})", any.join(" or "))),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}

/// Any value for any question, of the wrong type too; or none.
fn any_value() -> impl Strategy<Value = Option<Value>> {
    let day = (-700_000i32..700_000).prop_map(|days| Day::parse("2026-01-01").unwrap().plus_days(days));
    prop_oneof![
        Just(None),
        any::<bool>().prop_map(|yes| Some(Value::Bool(yes))),
        any::<i64>().prop_map(|number| Some(Value::int(number))),
        (any::<i64>(), any::<bool>()).prop_map(|(minor, cny)| {
            let asset = if cny { Asset::cny() } else { Asset::hemi() };
            Some(Value::money(&words::Amount { minor, asset }))
        }),
        any::<i64>().prop_map(|micros| Some(Value::Moment(Instant::from_micros(micros)))),
        (day.clone(), day.clone()).prop_map(|(since, today)| Some(Value::Elapsed { since, today })),
        day.prop_map(|day| Some(Value::Date(day))),
        Just(Some(Value::Duration(Span::parse("P9000Y").unwrap()))),
        ".{0,8}".prop_map(|text| Some(Value::text(text))),
    ]
}

struct Answers(Vec<Option<Value>>);

impl Facts for Answers {
    fn answer(&self, question: &Question) -> Option<Answer> {
        let at = format!("{question:?}").len() % self.0.len().max(1);
        self.0.get(at).cloned().flatten().map(Answer::from)
    }
}

proptest! {
    #[test]
    fn reading_arbitrary_text_never_panics(source in "\\PC{0,600}") {
        let read = Guard::parse(&source, &Schema::default());
        if source.len() > MAX_BYTES {
            prop_assert_eq!(read.unwrap_err().fault, GuardFault::TooLong);
        }
    }

    #[test]
    fn reading_arbitrary_tokens_never_panics(tokens in prop::collection::vec(token(), 0..60)) {
        let _ = Guard::parse(&tokens.join(" "), &schema());
        let _ = Guard::parse(&tokens.concat(), &schema());
    }

    #[test]
    fn nesting_is_bounded(depth in 1usize..250) {
        for (open, close) in [("(", ")"), ("not ", ""), ("!", ""), ("-", ""), ("[", "]"), ("f(", ")")] {
            let source = format!("{}true{}", open.repeat(depth), close.repeat(depth));
            if source.len() <= MAX_BYTES && depth > 16 {
                prop_assert_eq!(Guard::parse(&source, &Schema::default()).unwrap_err().fault, GuardFault::TooDeep);
            }
        }
    }

    #[test]
    fn evaluation_is_total_and_explains_itself(source in typed_guard(), values in prop::collection::vec(any_value(), 1..12)) {
        let schema = schema();
        let guard = match Guard::parse(&source, &schema) {
            Ok(guard) => guard,
            Err(mistake) => {
                prop_assert!(matches!(mistake.fault, GuardFault::TooLong | GuardFault::TooDeep), "{source}: {mistake:?}");
                return Ok(());
            }
        };
        let verdict = guard.verdict(&Answers(values));
        let missing = guard.missing(&verdict, &schema);
        prop_assert_eq!(missing.is_empty(), verdict.value == Some(Value::Bool(true)), "{} {:?}", source, verdict);
        let nothing = guard.verdict(&FactSet::new());
        prop_assert_ne!(nothing.standing, Standing::Ok);
    }

    #[test]
    fn reading_arbitrary_files_never_panics(text in "\\PC{0,300}") {
        let _ = Definition::parse(&text, "arbitrary.toml");
    }
}

#[test]
fn questions_are_told_once_each() {
    let guard = Guard::parse("bounty <= table(param.bounty_table, difficulty) and bounty > money('0.00 CNY')", &schema()).unwrap();
    let name = |text: &str| Question::Name { name: text.into() };
    let table = Question::Table { table: Key::Asked(Box::new(name("param.bounty_table"))), keys: vec![Key::Asked(Box::new(name("difficulty")))] };
    assert_eq!(guard.questions(), [name("bounty"), name("param.bounty_table"), name("difficulty"), table]);
}

#[test]
fn questions_serialise_by_what_they_ask() {
    let question = Question::Case { of: CaseRef::Child("person.post".into()), field: CaseField::Open };
    assert_eq!(serde_json::to_string(&question).unwrap(), r#"{"ask":"case","of":{"child":"person.post"},"field":"open"}"#);
    let question = Question::Review { state: "entry_review".into(), field: ReviewField::Passed };
    assert_eq!(serde_json::to_string(&question).unwrap(), r#"{"ask":"review","state":"entry_review","field":"passed"}"#);
}
