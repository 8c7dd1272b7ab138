//! Acceptance scenario 13 over the whole program: a definition changes while fifty cases run. They finish on the version they began with;
//! the rehearsal of a migration lists those that cannot be brought over.

use packs::{Files, embedded_files, write_zip};
use serde_json::{Value, json};

use crate::api::Api;
use crate::ground::House;
use crate::story;

/// Cases that run when the definition changes, besides the one that lives its whole life and a draft of the same lead.
const OTHERS: usize = 48;
/// Of these so many are returned to their leads before.
const RETURNED: usize = 15;
const DEFINITION: &str = "/admin/definitions/incubation.self";

/// The built-in pack as a next version in which the screening is another state.
fn changed_pack() -> Vec<u8> {
    let mut files: Files = embedded_files().iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    let mut edit = |path: &str, old: &str, new: &str| {
        let text = String::from_utf8(files[path].clone()).expect("a text");
        assert!(text.contains(old), "{path} has no {old}");
        files.insert(path.to_owned(), text.replace(old, new).into_bytes());
    };
    edit("pack.toml", "version = \"1.2.0\"", "version = \"1.3.0\"");
    edit("lifecycles/incubation.self.toml", "\"screening\"", "\"intake\"");
    write_zip(&files).expect("a zip")
}

/// Declared and submitted by one who leads it alone.
fn submitted(api: &mut Api, number: usize) -> String {
    let base = api.node("hz-space");
    let case = api.does("backer", "/projects", json!({ "base": base, "channel": "self" }))["id"].as_str().expect("an id").to_owned();
    let mut answers = story::application(&base);
    answers["title"] = format!("第{number}号管线监测").into();
    api.fills("backer", &case, "application", None, answers);
    api.signs("backer", &case, "team_consent");
    api.moves("backer", &case, "submit", "");
    case
}

/// Sent, proposed and put in force through the door, by two officials in their browsers.
fn change_definition(api: &Api) -> Value {
    let mut first = api.house.client("office");
    let sent = first.upload("/admin/packs/imports", &[], &[("file", "shuangchuang-1.3.0.zip", "application/zip", &changed_pack())]).expect(303);
    let here = sent.location().to_owned();
    let page = first.get_json(&here).expect(200).json();
    assert_eq!(page["mistakes"], json!([]), "{page}");
    first.post(&format!("{here}/proposal"), &[("reason", "形式审查改为收件登记"), ("_back", &here)]).expect(303);
    first.post(&format!("{here}/confirmation"), &[]).expect(409);
    let mut second = api.house.client("office-second");
    assert!(second.get(&here).expect(200).body.contains(&format!("{here}/confirmation")), "the second person has the button");
    second.post(&format!("{here}/confirmation"), &[("_back", &here)]).expect(303);
    assert!(second.get(&here).expect(200).body.contains(&format!("{DEFINITION}/migration")), "the page leads on to the rehearsal");
    page
}

fn version_of(api: &Api, case: &str) -> i64 {
    let id = words::Id::parse(case).expect("an id");
    api.house.world.read(|read| programme::case(read, &id)).expect("a case").version
}

#[test]
fn a_definition_changes_while_fifty_cases_run() {
    let mut api = Api::new(House::peopled());
    let project = story::declare(&mut api);
    story::team_up(&mut api, &project);
    let others: Vec<String> = (1..=OTHERS).map(|number| submitted(&mut api, number)).collect();
    for case in &others[..RETURNED] {
        api.moves("operator-hz", case, "return_to_author", "请补充试点单位");
    }
    let page = change_definition(&api);
    let plan = page["definitions"].as_array().into_iter().flatten().find(|one| one["id"] == "incubation.self").expect("the definition differs");
    assert_eq!((plan["from"].as_i64(), plan["to"].as_i64()), (Some(1), Some(2)));
    let of = |plan: &Value, name: &str| plan[name].as_object().map_or(0, serde_json::Map::len);
    let (drafts, screened) = (RETURNED + 1, OTHERS - RETURNED + 1);
    assert_eq!((drafts + screened, of(&plan["rehearsal"], "mapped"), of(&plan["rehearsal"], "stay")), (50, drafts, screened));
    // The rehearsal lists those that cannot be brought over, on the page too, and changes nothing.
    let rehearsed = api.get("office", &format!("{DEFINITION}/migration"))["rehearsal"].clone();
    assert_eq!((of(&rehearsed, "mapped"), of(&rehearsed, "stay")), (drafts, screened));
    let shown = api.house.client("office").get(&format!("{DEFINITION}/migration")).expect(200).body;
    for case in rehearsed["stay"].as_object().expect("cases").keys() {
        let number = rehearsed["numbers"][case].as_str().expect("a number");
        assert!(shown.contains(&format!("/cases/{case}")) && shown.contains(number), "{number} is on the page");
        assert_eq!(rehearsed["stay"][case], "screening");
    }
    assert!(others.iter().all(|case| version_of(&api, case) == 1), "nobody was moved");
    // A case that begins now runs the new version.
    let newest = submitted(&mut api, OTHERS + 1);
    assert_eq!((version_of(&api, &newest), story::state(&mut api, "backer", &newest).as_str()), (2, "intake"));
    let known = |case: &&String| !others.contains(*case);
    let draft = rehearsed["mapped"].as_object().and_then(|mapped| mapped.keys().find(known)).expect("the draft of the lead").clone();
    api.moves("lead", &draft, "withdraw", "重复起草");
    finish(&mut api, &project, &others);
    let versions = api.get("office", DEFINITION)["versions"].clone();
    let line = |at: usize| (versions[at]["version"].as_i64(), versions[at]["running"].as_i64(), versions[at]["ended"].as_i64());
    assert_eq!((line(0), line(1)), ((Some(2), Some(1), Some(0)), (Some(1), Some(0), Some(50))), "{versions}");
    api.house.temp.assert_clean();
}

/// All fifty finish on the version they began with: one lives its whole life, the others are submitted again and withdrawn.
fn finish(api: &mut Api, project: &str, others: &[String]) {
    for (at, case) in others.iter().enumerate() {
        if at < RETURNED {
            api.moves("backer", case, "submit", "");
            assert_eq!(story::state(api, "backer", case), "screening", "the state of the version it began with");
        }
        api.moves("backer", case, "withdraw", "另行申报");
        assert_eq!((version_of(api, case), story::state(api, "backer", case).as_str()), (1, "withdrawn"));
    }
    story::live_on(api, project);
    assert_eq!((version_of(api, project), story::state(api, "lead", project).as_str()), (1, "graduated_internal"));
}
