//! Broken packs: each mistake is named with its file and line.

use packs::{Pack, PackMistake};

use crate::{broken, files};

/// Break one thing; the mistake that is told has this code and stands in this file.
#[test]
fn each_break_is_named() {
    let table = [
        ("roles.toml", "key = \"mentor\"", "key = \"expert\"", "duplicate-key", "roles.toml"),
        ("roles.toml", "\"programme.decide\", ", "\"programme.decied\", ", "unknown-right", "roles.toml"),
        ("roles.toml", "same_as = \"unit.hr\"", "same_as = \"unit.rh\"", "unknown-role", "roles.toml"),
        ("params.toml", "value = \"0.70\"", "value = \"70%\"", "param-value", "params.toml"),
        ("params.toml", "value = \"P2Y\"", "value = \"two years\"", "param-value", "params.toml"),
        ("params.toml", "value = \"difficulty\"", "value = \"difficulties\"", "unknown-table", "params.toml"),
        ("params.toml", "en = \"Share of pay during incubation\"", "en = \" \"", "missing-en", "params.toml"),
        ("params.toml", "kind = \"ratio\"", "kind = \"ration\"", "bad-shape", "params.toml"),
        ("forms/lessons.toml", "step = \"main\"", "step = \"mian\"", "unknown-step", "forms/lessons.toml"),
        ("forms/lessons.toml", "zh = \"做了什么\"\n", "", "missing-zh", "forms/lessons.toml"),
        ("forms/lessons.toml", "required = true", "requierd = true", "bad-shape", "forms/lessons.toml"),
        ("forms/check_in.toml", "type = \"choice\"", "type = \"text\"", "field-options", "forms/check_in.toml"),
        ("rubrics/entry.v1.toml", "weight = 2500", "weight = 2400", "weights", "rubrics/entry.v1.toml"),
        ("rubrics/entry.v1.toml", "at = 25", "at = 75", "scale", "rubrics/entry.v1.toml"),
        ("tables/award_levels.csv", "2000000.00 CNY", "2000000.01 CNY", "award-above-cap", "tables/award_levels.csv"),
        ("tables/award_levels.csv", "70,third", "55,third", "table-order", "tables/award_levels.csv"),
        ("tables/minimum_wage.csv", "2490.00 CNY", "2490", "table-cell", "tables/minimum_wage.csv"),
        ("tables/difficulty.csv", "difficulty,zh", "difficulty,cn", "table-header", "tables/difficulty.csv"),
        ("letters/admit.en.md", "{{ next }}", "{{ then }}", "unknown-placeholder", "letters/admit.en.md"),
        ("letters/admit.en.md", "{{ next }}", "", "placeholder-in-one-language", "letters.toml"),
        ("units.toml", "parent = \"hzrd\"", "parent = \"hzdr\"", "unknown-unit", "units.toml"),
        ("units.toml", "base = \"hz-space\"", "base = \"hz-spaec\"", "unknown-base", "units.toml"),
        ("personas.toml", "role = \"auditor\"", "role = \"auditer\"", "unknown-role", "personas.toml"),
        ("personas.toml", "node = \"hz-space\"", "node = \"hz-spaec\"", "unknown-unit", "personas.toml"),
        ("ideas.toml", "base = \"hz-space\"", "base = \"nowhere\"", "unknown-base", "ideas.toml"),
        ("ideas.toml", "ending = \"draft\"", "ending = \"drafty\"", "bad-shape", "ideas.toml"),
        ("facts/bases.toml", "status = \"built\"", "status = \"planned\"", "base-and-work", "facts/bases.toml"),
        ("facts/targets.toml", "line = ", "line = 0 #", "bad-shape", "facts/targets.toml"),
        ("facts/roadmap.toml", "parent = \"explore\"", "parent = \"explorer\"", "unknown-fact", "facts/roadmap.toml"),
        ("pack.toml", "version = \"1.2.0\"", "version = \"one\"", "bad-version", "pack.toml"),
    ];
    for (path, old, new, code, file) in table {
        let mistakes = if code == "bad-shape" && path == "facts/targets.toml" { broken(path, "as_of = ", "as_off = ") } else { broken(path, old, new) };
        assert!(mistakes.0.iter().any(|mistake| mistake.code == code && mistake.file == file), "{path} {new:?}: {mistakes}");
    }
}

#[test]
fn the_line_is_told() {
    let mistakes = broken("rubrics/entry.v1.toml", "zh = \"创新性\"\n", "");
    let PackMistake { line, code, .. } = &mistakes.0[0];
    let body = String::from_utf8(files()["rubrics/entry.v1.toml"].clone()).unwrap();
    let second = body.lines().enumerate().filter(|(_, line)| *line == "[[criterion]]").nth(1).unwrap().0 + 1;
    assert_eq!((code.as_str(), *line), ("missing-zh", Some(second)));
}

#[test]
fn what_is_no_toml_names_its_line_and_the_rest_is_still_read() {
    let mut files = files();
    files.insert("params.toml".into(), b"# one\n[[param]\n".to_vec());
    files.insert("roles.toml".into(), vec![0xff, 0xfe]);
    files.insert("forms/stray.txt".into(), b"?".to_vec());
    let mistakes = Pack::load(files).unwrap_err();
    assert!(mistakes.0.iter().any(|it| it.code == "not-toml" && it.line == Some(2)), "{mistakes}");
    for code in ["not-utf8", "unknown-file"] {
        assert!(mistakes.has(code), "{code}");
    }
}

#[test]
fn two_mistakes_are_both_told() {
    let mut files = crate::with("rubrics/exit.v1.toml", "weight = 3000", "weight = 1");
    let letter = String::from_utf8(files["letters/award.zh.md"].clone()).unwrap();
    files.insert("letters/award.zh.md".into(), letter.replace("{{ amount }}", "{{ sum }}").into_bytes());
    let mistakes = Pack::load(files).unwrap_err();
    assert!(mistakes.has("weights") && mistakes.has("unknown-placeholder"), "{mistakes}");
}

#[test]
fn an_empty_pack_and_a_circle_of_units_are_refused() {
    assert!(Pack::load(packs::Files::new()).unwrap_err().has("missing-file"));
    let mistakes = broken("units.toml", "kind = \"research\"\nparent = \"group\"", "kind = \"research\"\nparent = \"bj-5g\"");
    assert!(mistakes.has("circle"), "{mistakes}");
}

#[test]
fn an_overlay_may_not_touch_what_is_locked() {
    let mut files = files();
    let text = "node = \"group/hzrd/hz-space\"\n[[param]]\nkey = \"pay_ratio\"\nvalue = \"0.80\"\nfrom = \"2026-10-01\"\nreason = \"local wish\"\n";
    files.insert("overlays/hz.toml".into(), text.into());
    assert!(Pack::load(files.clone()).unwrap_err().has("overlay-locked"));
    files.insert("overlays/hz.toml".into(), text.replace("pay_ratio", "check_in_every").replace("0.80", "P14D").into());
    let pack = Pack::load(files).unwrap();
    assert_eq!(pack.overlays[0].params[0].value, "P14D");
}

#[test]
fn every_mistake_code_has_a_sentence() {
    let sentences = include_str!("../../locales/en.ftl");
    let mistakes = broken("params.toml", "value = \"0.70\"", "value = \"7\"");
    assert!(mistakes.0.iter().all(|mistake| sentences.contains(&format!("pack-mistake-{} =", mistake.code))), "{mistakes}");
}
