//! Every code has its two sentences in both languages, with the same keys and arguments.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use review::{TEXTS_EN, TEXTS_ZH};

/// Keys with the names of the arguments they use.
fn keys(texts: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in texts.lines() {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            key = name.to_owned();
            found.insert(key.clone(), BTreeSet::new());
        }
        for piece in line.split('$').skip(1) {
            let name: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            found.entry(key.clone()).or_default().insert(name);
        }
    }
    found
}

#[test]
fn both_languages_say_the_same() {
    for texts in [TEXTS_ZH, TEXTS_EN] {
        assert!(FluentResource::try_new(texts.to_owned()).is_ok());
    }
    let (zh, en) = (keys(TEXTS_ZH), keys(TEXTS_EN));
    assert_eq!(zh, en);
    for key in zh.keys().filter(|key| key.starts_with("problem-") && !key.ends_with("-detail")) {
        assert!(zh.contains_key(&format!("{key}-detail")), "{key}");
    }
}

#[test]
fn every_code_in_the_source_has_a_text() {
    let zh = keys(TEXTS_ZH);
    for source in [include_str!("../../src/refusals.rs"), include_str!("../../src/round.rs")] {
        for piece in source.split("\"review-").skip(1) {
            let code = piece.split('"').next().unwrap_or_default();
            assert!(zh.contains_key(&format!("problem-review-{code}")), "review-{code}");
        }
    }
}
