//! Sentences: both languages have the same keys, every code has one, and every sentence can be said with its arguments.

use std::collections::BTreeSet;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use lifecycle::{Definition, MissingCode, MistakeCode, TEXTS_EN, TEXTS_ZH};

fn keys(source: &str) -> BTreeSet<String> {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let key = |at: usize| match resource.get_entry(at) {
        Some(entry) => format!("{entry:?}").split('"').nth(1).unwrap_or_default().to_owned(),
        None => String::new(),
    };
    (0..).take_while(|at| resource.get_entry(*at).is_some()).map(key).filter(|key| key.starts_with("mi")).collect()
}

#[test]
fn every_code_has_a_sentence_in_both_languages() {
    let (zh, en) = (keys(TEXTS_ZH), keys(TEXTS_EN));
    assert_eq!(zh, en);
    let codes: Vec<&str> = MissingCode::ALL.iter().map(|code| code.key()).chain(MistakeCode::ALL.iter().map(|code| code.key())).collect();
    for code in codes {
        assert!(zh.contains(code), "{code}");
    }
}

#[test]
fn a_sentence_is_said_with_its_arguments() {
    let definition = Definition::parse(include_str!("../../../../packs/shuangchuang/lifecycles/incubation.self.toml"), "incubation.self.toml").unwrap();
    let mut facts = lifecycle::FactSet::new();
    facts.put_signed("team_consent", Some("team"), 1, vec!["陈思远".into(), "李敏".into()]);
    facts.put_form("application", vec![]).put(lifecycle::Question::Name { name: "team.size".into() }, lifecycle::Value::int(3));
    let roles = BTreeSet::from(["team.lead".to_owned()]);
    let decision = lifecycle::decide(&definition, "draft", "submit", lifecycle::Actor::Roles(&roles), &facts);
    let mut bundle: FluentBundle<FluentResource> = FluentBundle::new(vec!["zh-CN".parse().unwrap()]);
    bundle.set_use_isolating(false);
    bundle.add_resource(FluentResource::try_new(TEXTS_ZH.to_owned()).unwrap()).unwrap();
    let mut args = FluentArgs::new();
    for (name, arg) in decision.missing[0].args_in(words::Lang::Zh) {
        match arg {
            lifecycle::Arg::Number(number) => args.set(name, number),
            lifecycle::Arg::Text(text) => args.set(name, text),
            lifecycle::Arg::Label(_) => unreachable!("labels are plain in one language"),
        }
    }
    let pattern = bundle.get_message(decision.missing[0].code.key()).unwrap().value().unwrap();
    let mut errors = Vec::new();
    let said = bundle.format_pattern(pattern, Some(&args), &mut errors);
    assert_eq!(said, "“成员同意书”还有 2 份未签，共需 3 份，已签 1 份（未签：陈思远、李敏）");
    assert!(errors.is_empty());
}
