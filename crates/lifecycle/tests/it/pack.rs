//! The lifecycles of the programme: they read, and the checker finds nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;

use lifecycle::{Definition, Mistake, MistakeCode, Names, check};

/// All lifecycles of the programme, from their files.
pub fn definitions() -> Vec<Definition> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs/shuangchuang/lifecycles");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        Definition::parse(&std::fs::read_to_string(file).unwrap(), &name).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
    };
    files.iter().map(read).collect()
}

/// Names that satisfy every definition: whether the pack has them is the pack's test.
pub fn names_of(definitions: &[Definition]) -> Names {
    let gather = |of: &dyn Fn(&Definition) -> Vec<String>| definitions.iter().flat_map(of).collect::<BTreeSet<String>>();
    Names {
        roles: gather(&|d| d.schema.uses.roles.iter().cloned().collect()),
        forms: gather(&|d| d.schema.uses.forms.keys().cloned().collect()),
        rubrics: gather(&|d| d.schema.uses.rubrics.iter().cloned().collect()),
        tables: gather(&|d| d.schema.uses.tables.keys().cloned().collect()),
        ledger: gather(&|d| d.schema.uses.ledger.iter().cloned().collect()),
    }
}

pub fn shown(mistakes: &[Mistake]) -> String {
    let line = |m: &Mistake| format!("{} {} [{}] {:?}\n    {}\n", m.file, m.code.key(), m.place, m.args, m.trace.join("\n    "));
    mistakes.iter().map(line).collect()
}

#[test]
fn the_lifecycles_of_the_programme_are_proved() {
    let definitions = definitions();
    let mistakes = check(&definitions, &names_of(&definitions));
    assert!(mistakes.is_empty(), "{}", shown(&mistakes));
}

#[test]
fn every_spawned_name_has_a_definition_and_every_name_both_languages() {
    let definitions = definitions();
    assert!(definitions.len() >= 14);
    for definition in &definitions {
        assert!(!definition.label.zh.is_empty() && !definition.label.en.is_empty());
        assert_eq!(definition.hash.len(), 64);
    }
}

/// The programme's own definitions with one file changed.
fn changed(file: &str, from: &str, to: &str) -> Vec<Mistake> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs/shuangchuang/lifecycles").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{file} no longer says {from}");
    let other = Definition::parse(&text.replace(from, to), file).unwrap_or_else(|mistakes| panic!("{}", shown(&mistakes)));
    let all: Vec<Definition> = definitions().into_iter().map(|definition| if definition.id == other.id { other.clone() } else { definition }).collect();
    check(&all, &names_of(&all))
}

fn has(mistakes: &[Mistake], code: MistakeCode, file: &str) -> bool {
    mistakes.iter().any(|mistake| mistake.code == code && mistake.file == file)
}

#[test]
fn undoing_a_mend_is_noticed() {
    let unconcluded = changed("incubation.self.toml", "outcome = \"failure\"\nconcluded = true\n", "");
    assert!(has(&unconcluded, MistakeCode::JointTrap, "incubation.self"), "{}", shown(&unconcluded));
    let routeless = changed("incubation.self.toml", "route = \"venture\"\n", "");
    assert!(has(&routeless, MistakeCode::NeverFires, "person.post"), "{}", shown(&routeless));
    let shut =
        changed("hemi.round.toml", "from = [\"draft\", \"open\", \"frozen\"]\nto = \"settled_failure\"", "from = [\"frozen\"]\nto = \"settled_failure\"");
    assert!(has(&shut, MistakeCode::AdvanceStuck, "incubation.self"), "{}", shown(&shut));
    let unfit = changed("award.toml", "need = [\"project.outcome == 'success'\", \"form", "need = [\"project.outcome == 'failure'\", \"form");
    assert!(has(&unfit, MistakeCode::NeverFires, "award"), "{}", shown(&unfit));
}
