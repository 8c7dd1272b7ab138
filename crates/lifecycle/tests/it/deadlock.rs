//! What the first lifecycles of the programme had wrong, in excerpts: the checker finds it, and finds nothing in the mended excerpts.

use lifecycle::{Definition, Mistake, MistakeCode, check};

use crate::pack::{names_of, shown};

/// 终止办理 waits for the members; the project is not concluded there, so the members wait for the project.
const PROJECT: &str = r#"
[lifecycle]
id = "project"
zh = "项目"
en = "Project"
version = 1
subject = "project"
[[state]]
id = "incubating"
zh = "孵化中"
en = "Incubating"
kind = "start"
[[state]]
id = "closing"
zh = "终止办理"
en = "Closing"
kind = "work"
[[state]]
id = "graduated"
zh = "出孵"
en = "Graduated"
kind = "end"
outcome = "success"
[[state]]
id = "closed"
zh = "已终止"
en = "Closed"
kind = "end"
outcome = "failure"
[[move]]
id = "admit"
zh = "入孵"
en = "Admit"
from = ["incubating"]
to = "incubating"
by = "office"
need = ["child('post').count == 0"]
do = ["spawn_each(team, 'post')"]
[[move]]
id = "graduate"
zh = "出孵"
en = "Graduate"
from = ["incubating"]
to = "graduated"
by = "office"
[[move]]
id = "terminate"
zh = "终止"
en = "Terminate"
from = ["incubating"]
to = "closing"
by = "office"
[[move]]
id = "finish_closing"
zh = "办结终止"
en = "Finish"
from = ["closing"]
to = "closed"
by = "office"
need = ["child('post').open == 0"]
[uses]
roles = ["office"]
[uses.parties]
team = { zh = "团队", en = "team" }
[uses.definitions]
post = { zh = "岗位", en = "post" }
"#;

const POST: &str = r#"
[lifecycle]
id = "post"
zh = "岗位"
en = "Post"
version = 1
subject = "member"
[[state]]
id = "seconded"
zh = "脱岗"
en = "Seconded"
kind = "start"
[[state]]
id = "choosing"
zh = "双向选择"
en = "Choosing"
kind = "work"
[[state]]
id = "restored"
zh = "复岗"
en = "Restored"
kind = "end"
outcome = "success"
[[move]]
id = "outcome"
zh = "项目有结论"
en = "Outcome"
from = ["seconded"]
to = "choosing"
by = "system"
need = ["project.outcome != 'open'"]
[[move]]
id = "go_back"
zh = "返回"
en = "Go back"
from = ["choosing"]
to = "restored"
by = "office"
[uses]
roles = ["office"]
[uses.links.project]
definitions = ["project"]
zh = "项目"
en = "project"
"#;

fn read(text: &str) -> Definition {
    Definition::parse(text, "excerpt.toml").unwrap_or_else(|mistakes| panic!("{}", shown(&mistakes)))
}

fn found(texts: &[&str]) -> Vec<Mistake> {
    let definitions: Vec<Definition> = texts.iter().map(|text| read(text)).collect();
    check(&definitions, &names_of(&definitions))
}

fn codes(mistakes: &[Mistake]) -> Vec<MistakeCode> {
    mistakes.iter().map(|mistake| mistake.code).collect()
}

#[test]
fn termination_and_the_members_wait_for_each_other() {
    let mistakes = found(&[PROJECT, POST]);
    assert_eq!(codes(&mistakes), [MistakeCode::JointTrap], "{}", shown(&mistakes));
    assert_eq!(mistakes[0].args["state"], "project=closing, post=seconded");
    assert_eq!(mistakes[0].trace, ["project admit → incubating", "project terminate → closing"]);
}

#[test]
fn each_alone_looks_fine() {
    let alone = POST
        .replace("need = [\"project.outcome != 'open'\"]", "")
        .replace("[uses.links.project]\ndefinitions = [\"project\"]\nzh = \"项目\"\nen = \"project\"\n", "");
    assert!(found(&[&alone]).is_empty());
}

#[test]
fn a_project_that_is_concluded_in_closing_lets_its_members_go() {
    let mended = PROJECT.replace("en = \"Closing\"\nkind = \"work\"", "en = \"Closing\"\nkind = \"work\"\noutcome = \"failure\"\nconcluded = true");
    let mistakes = found(&[&mended, POST]);
    assert!(mistakes.is_empty(), "{}", shown(&mistakes));
}

#[test]
fn an_outcome_that_does_not_exist_is_no_option() {
    let wrong = POST.replace("project.outcome != 'open'", "project.outcome == 'internal'");
    let mistakes = Definition::parse(&wrong, "post.toml").unwrap_err();
    assert_eq!(mistakes[0].code, MistakeCode::Guard);
    assert_eq!(mistakes[0].args["fault"], "not-an-option");
}

#[test]
fn a_route_that_no_end_has_never_lets_a_move_fire() {
    let never = POST.replace("project.outcome != 'open'", "project.route == 'venture' or project.concluded").replace(
        "[uses]",
        "[[move]]\nid = \"go_out\"\nzh = \"离岗\"\nen = \"Go out\"\nfrom = [\"choosing\"]\nto = \"restored\"\nby = \"office\"\nneed = [\"project.route == 'venture'\"]\n[uses]",
    );
    let mended = PROJECT.replace("en = \"Closing\"\nkind = \"work\"", "en = \"Closing\"\nkind = \"work\"\noutcome = \"failure\"\nconcluded = true");
    let mistakes = found(&[&mended, &never]);
    assert_eq!(codes(&mistakes), [MistakeCode::NeverFires], "{}", shown(&mistakes));
    assert_eq!(mistakes[0].place, "move go_out");
}

#[test]
fn advancing_a_case_that_cannot_move_is_told_with_the_way_there() {
    let project = PROJECT.replace("to = \"graduated\"\nby = \"office\"", "to = \"graduated\"\nby = \"office\"\ndo = [\"advance('post', 'release')\"]");
    let post = POST
        .replace("project.outcome != 'open'", "project.outcome != 'open' or fact('early')")
        .replace("[uses]", "[[move]]\nid = \"release\"\nzh = \"放行\"\nen = \"Release\"\nfrom = [\"choosing\"]\nto = \"restored\"\nby = \"parent\"\n[uses]")
        + "[uses.facts]\nearly = { zh = \"提前\", en = \"early\" }\n";
    let mistakes = found(&[&project, &post]);
    let stuck = mistakes.iter().find(|mistake| mistake.code == MistakeCode::AdvanceStuck).unwrap();
    assert_eq!(stuck.args["state"], "seconded");
    assert_eq!(stuck.trace, ["project admit → incubating", "project graduate → graduated"]);
}

#[test]
fn traps_one_way_gates_and_clocks_that_nobody_starts() {
    let trap = PROJECT.replace("from = [\"closing\"]", "from = [\"incubating\"]");
    assert!(codes(&found(&[&trap, POST])).contains(&MistakeCode::Trap));
    let clockless = POST.replace("by = \"system\"", "by = \"clock\"");
    assert!(codes(&found(&[PROJECT, &clockless])).contains(&MistakeCode::NoClock));
    let spare = POST.replace("roles = [\"office\"]", "roles = [\"office\", \"nobody\"]");
    assert!(codes(&found(&[PROJECT, &spare])).contains(&MistakeCode::Unused));
    let gate = POST.replace(
        "en = \"Choosing\"\nkind = \"work\"",
        "en = \"Choosing\"\nkind = \"gate\"\nreview = { rubric = \"r\", panel = \"p\", size = 3, quorum = 3, aggregate = \"votes\", pass = \"votes_for * 2 > votes_cast\" }",
    );
    let gate = gate.replace("roles = [\"office\"]", "roles = [\"office\"]\nrubrics = [\"r\"]\npanels = [\"p\"]");
    assert!(codes(&found(&[PROJECT, &gate])).contains(&MistakeCode::OneWay));
}

#[test]
fn what_the_pack_does_not_have_is_named() {
    let definitions = [read(PROJECT), read(POST)];
    let mistakes = check(&definitions, &lifecycle::Names::default());
    assert!(mistakes.iter().any(|mistake| mistake.code == MistakeCode::Absent && mistake.args["what"] == "office"));
    let alone = check(&definitions[..1], &names_of(&definitions));
    assert!(alone.iter().any(|mistake| mistake.code == MistakeCode::Absent && mistake.args["what"] == "post"));
}
