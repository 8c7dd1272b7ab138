//! Migration plans: what maps, what cannot and why.

use lifecycle::{Definition, Unmappable, plan_migration};

const OLD: &str = r#"
[lifecycle]
id = "thing"
zh = "事"
en = "Thing"
version = 1
subject = "thing"
[[state]]
id = "a"
zh = "甲"
en = "A"
kind = "start"
[[state]]
id = "b"
zh = "乙"
en = "B"
kind = "work"
[[state]]
id = "z"
zh = "终"
en = "Z"
kind = "end"
outcome = "success"
[[move]]
id = "go"
zh = "走"
en = "Go"
from = ["a"]
to = "b"
by = "system"
[[move]]
id = "stop"
zh = "停"
en = "Stop"
from = ["b"]
to = "z"
by = "system"
"#;

fn read(text: &str) -> Definition {
    Definition::parse(text, "thing.toml").unwrap()
}

#[test]
fn renamed_states_map_lost_ones_are_listed() {
    let cases: Vec<(String, String)> = [("1", "a"), ("2", "b"), ("3", "z"), ("4", "q")].map(|(case, state)| (case.into(), state.into())).to_vec();
    let renamed = OLD.replace("id = \"b\"", "id = \"c\"\nwas = [\"b\"]").replace("to = \"b\"", "to = \"c\"").replace("from = [\"b\"]", "from = [\"c\"]");
    let plan = plan_migration(&read(OLD), &read(&renamed), &cases);
    assert_eq!(plan.mapped.iter().map(|mapped| mapped.to.as_str()).collect::<Vec<_>>(), ["a", "c", "z"]);
    assert_eq!(plan.unmapped.iter().map(|case| (case.case.as_str(), case.why)).collect::<Vec<_>>(), [("4", Unmappable::NotOfThisVersion)]);
    assert_eq!(plan.changed_moves, ["go", "stop"]);
    let lost = renamed.replace("was = [\"b\"]", "").replace("outcome = \"success\"", "outcome = \"failure\"");
    let plan = plan_migration(&read(OLD), &read(&lost), &cases);
    let why: Vec<Unmappable> = plan.unmapped.iter().map(|case| case.why).collect();
    assert_eq!(why, [Unmappable::StateGone, Unmappable::MeaningChanged, Unmappable::NotOfThisVersion]);
}

#[test]
fn the_hash_is_that_of_the_content() {
    assert_eq!(read(OLD).hash, read(&format!("# a comment\n{OLD}")).hash);
    assert_ne!(read(OLD).hash, read(&OLD.replace("甲", "申")).hash);
}
