//! Administration of packs: entries changed as an overlay with preview and a second person; packs sent, compared, put in force and taken away.

use ::packs::{Files, read_zip, write_zip};
use serde_json::{Value, json};
use words::{Id, Node};

use crate::world::{World, in_all_faces, world};

const PACK: &str = "/admin/packs/shuangchuang";

/// Two of the office.
fn office(world: &World) -> (Id, Id) {
    let one = |name: &str| world.person(name, "programme.office", &Node::group(), "office");
    (one("甲"), one("乙"))
}

fn later(world: &World) {
    world.temp.clock.set(world.temp.clock.now().plus_seconds(60));
}

fn entry(kind: &str, key: &str) -> String {
    format!("{PACK}/entries/{kind}/{key}")
}

fn files() -> Files {
    ::packs::embedded_files().iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
}

fn with(mut files: Files, path: &str, old: &str, new: &str) -> Files {
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(old), "{path} has no {old}");
    files.insert(path.to_owned(), text.replacen(old, new, 1).into_bytes());
    files
}

/// Proposed by one, confirmed by the other.
fn changed(world: &World, (first, second): &(Id, Id), at: &str, body: &Value) -> Value {
    let change = world.as_person(first).post_json(&format!("{at}/changes"), body).expect(201).json();
    let here = format!("/admin/changes/{}", change["id"].as_str().unwrap());
    let shown = in_all_faces(&world.as_person(second), &here);
    assert_eq!((shown["mistakes"].as_array().map(Vec::len), shown["change"]["may_confirm"].as_bool()), (Some(0), Some(true)), "{shown}");
    assert_eq!(world.as_person(first).post_json(&format!("{here}/confirmation"), &json!({})).expect(409).code(), "packs-same-person");
    later(world);
    world.as_person(second).post_json(&format!("{here}/confirmation"), &json!({})).expect(200);
    later(world);
    in_all_faces(&world.as_person(second), &here);
    change
}

#[test]
fn an_official_edits_a_form_in_the_browser_and_running_cases_keep_theirs() {
    let world = world();
    let people = office(&world);
    let lead = world.person("陈思远", "staff", &Node::group(), "zj");
    let old = world.project("智慧消防栓", &lead);
    later(&world);
    let at = entry("form", "application");
    let shown = in_all_faces(&world.as_person(&people.0), &format!("{at}/edit"));
    let mut parts = shown["form"].clone();
    let title = parts["fields"].as_array().unwrap().iter().position(|field| field["key"] == "title").unwrap();
    parts["fields"][title]["zh"] = "项目名称（新）".into();
    parts["fields"][title]["max"] = 30.into();
    let step = parts["fields"][title]["step"].clone();
    parts["fields"].as_array_mut().unwrap().push(json!({ "key": "slogan", "type": "text", "step": step, "order": 5, "zh": "一句话口号", "en": "Slogan" }));
    let body = json!({ "form": parts, "reason": "口号便于宣传" });
    // As the page sends it: names and values.
    let mut pairs = vec![("reason".to_owned(), "口号便于宣传".to_owned()), ("_back".to_owned(), format!("{at}/edit"))];
    flat("form", &body["form"], &mut pairs);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = world.as_person(&people.0).post(&format!("{at}/preview"), &pairs).expect(200);
    assert!(page.body.contains("preview-slogan") && page.body.contains("一句话口号") && page.body.contains("/field/title/max"), "{}", page.body);
    let preview = world.as_person(&people.0).post_json(&format!("{at}/preview"), &body).expect(200).json();
    assert_eq!(preview["mistakes"], json!([]), "{preview}");
    assert_eq!(preview["looks"]["form"][0]["fields"][0]["label"]["en"], "Slogan", "the first by its place");
    changed(&world, &people, &at, &json!({ "body": preview["body"], "reason": "口号便于宣传" }));
    let fields = |case: &Id| world.as_person(&lead).get_json(&format!("/cases/{case}/forms/application")).expect(200).json()["fields"].to_string();
    let new = world.project("基站节电", &lead);
    assert!(!fields(&old.id).contains("口号") && fields(&new.id).contains("口号") && fields(&new.id).contains("（新）"));
    let saved = |case: &Id, answers: Value| world.as_person(&lead).post_json(&format!("/cases/{case}/forms/application/draft"), &answers);
    assert_eq!(saved(&old.id, json!({ "slogan": "水到火灭" })).expect(422).json()["errors"][0]["code"], "packs-field-unknown");
    saved(&new.id, json!({ "slogan": "水到火灭" })).expect(200);
    // Its page tells its history; the way back is a change of its own.
    let view = in_all_faces(&world.as_person(&people.0), &at);
    assert_eq!((view["changes"][0]["state"].as_str(), view["fields"].as_array().is_some_and(|fields| !fields.is_empty())), (Some("confirmed"), true), "{view}");
    let first = ::packs::embedded().unwrap().written(::packs::ChangeKind::Form, "application").unwrap();
    changed(&world, &people, &at, &json!({ "body": first, "restore": true, "reason": "试行结束" }));
    let third = world.project("无人机巡检", &lead);
    assert!(!fields(&third.id).contains("口号") && fields(&new.id).contains("口号"));
    world.temp.assert_clean();
}

/// A JSON value as names and values of a form.
fn flat(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, below)| flat(&format!("{name}.{key}"), below, pairs)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, below)| flat(&format!("{name}[{at}]"), below, pairs)),
        Value::Null | Value::Bool(false) => {}
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        other => pairs.push((name.to_owned(), other.to_string())),
    }
}

#[test]
fn what_a_guard_asks_for_is_not_taken_out_and_weights_sum() {
    let world = world();
    let (first, _) = office(&world);
    let at = entry("form", "application");
    let mut form = world.as_person(&first).get_json(&format!("{at}/edit")).json()["form"].clone();
    form["fields"].as_array_mut().unwrap().retain(|field| field["key"] != "title");
    assert_eq!(
        world.as_person(&first).post_json(&format!("{at}/preview"), &json!({ "form": form, "reason": "不要名称" })).expect(422).code(),
        "packs-field-changed"
    );
    // One that is not required by the form, but by the program.
    let lost: Vec<Value> = ["public_ok", "publish", "channel", "grant"]
        .iter()
        .filter(|key| ::packs::embedded().unwrap().form("application").unwrap().field(key).is_some_and(|field| !field.required))
        .map(|key| {
            let mut form = world.as_person(&first).get_json(&format!("{at}/edit")).json()["form"].clone();
            form["fields"].as_array_mut().unwrap().retain(|field| field["key"] != **key);
            world.as_person(&first).post_json(&format!("{at}/preview"), &json!({ "form": form, "reason": "不再需要" })).expect(200).json()
        })
        .collect();
    assert!(lost.iter().all(|preview| preview["mistakes"][0]["code"] == "field-needed"), "{lost:?}");
    let at = entry("rubric", "entry.v1");
    let mut rubric = in_all_faces(&world.as_person(&first), &format!("{at}/edit"))["rubric"].clone();
    rubric["criteria"][0]["weight"] = 9_000.into();
    let mut client = world.as_person(&first);
    assert_eq!(client.post_json(&format!("{at}/preview"), &json!({ "rubric": rubric, "reason": "更看重需求" })).expect(422).code(), "packs-weights");
    rubric["criteria"][0]["weight"] = 2_500.into();
    rubric["criteria"][0]["scale"] = "100 | 好 | Good\nx | 差 | Bad".into();
    let preview = client.post_json(&format!("{at}/preview"), &json!({ "rubric": rubric, "reason": "更看重需求" })).expect(200).json();
    assert_eq!(preview["mistakes"][0]["code"], "scale", "{preview}");
    assert!(preview["mistakes"][0]["line"].is_number() && preview["mistakes"][0]["file"] == "rubrics/entry.v1.toml");
    let body = json!({ "body": preview["body"], "reason": "更看重需求" });
    assert_eq!(client.post_json(&format!("{at}/changes"), &body).expect(422).code(), "packs-bad-shape");
    let table = [
        (entry("table", "award_cap"), json!({ "node": "group/hzrd/hz-space", "body": "x", "reason": "提高上限" }), "packs-locked", 422),
        (entry("form", "application"), json!({ "node": "group/nowhere", "reason": "试点需要" }), "packs-unknown-node", 422),
        (entry("form", "application"), json!({ "from": "2020-01-01", "reason": "试点需要" }), "packs-in-the-past", 422),
        (entry("form", "application"), json!({ "reason": "" }), "packs-no-reason", 422),
        (entry("form", "nothing"), json!({ "reason": "试点需要" }), "absent", 404),
        (entry("lifecycle", "appeal.toml"), json!({ "reason": "试点需要" }), "absent", 404),
    ];
    for (at, body, code, status) in table {
        assert_eq!(client.post_json(&format!("{at}/preview"), &body).expect(status).code(), code, "{at} {body}");
    }
}

#[test]
fn letters_and_tables_are_changed_and_everything_is_found() {
    let world = world();
    let people = office(&world);
    let at = entry("letter", "admit");
    let mut letter = in_all_faces(&world.as_person(&people.0), &format!("{at}/edit"))["letter"].clone();
    letter["body_zh"] = format!("{}\n\n欢迎！\n", letter["body_zh"].as_str().unwrap()).into();
    let preview = world.as_person(&people.0).post_json(&format!("{at}/preview"), &json!({ "letter": letter, "reason": "语气更亲切" })).expect(200).json();
    assert!(preview["looks"]["letter"]["zh"].as_str().unwrap().contains("欢迎！"), "{preview}");
    changed(&world, &people, &at, &json!({ "letter": letter, "reason": "语气更亲切" }));
    let at = entry("table", "grades");
    let csv = in_all_faces(&world.as_person(&people.0), &format!("{at}/edit"))["body"].as_str().unwrap().to_owned();
    let shorter: String = csv.lines().take(3).map(|line| format!("{line}\n")).collect();
    changed(&world, &people, &at, &json!({ "body": shorter, "reason": "合并职级" }));
    let contents = in_all_faces(&world.as_person(&people.0), PACK);
    let of = |kind: &str, key: &str| contents["entries"].as_array().unwrap().iter().find(|one| one["kind"] == kind && one["key"] == key).cloned().unwrap();
    assert_eq!((of("table", "grades")["changed"].as_bool(), of("form", "check_in")["changed"].as_bool()), (Some(true), Some(false)));
    assert_eq!(of("table", "award_cap")["locked"], true);
    let found = in_all_faces(&world.as_person(&people.0), &format!("{PACK}?q=欢迎&kind=letter"));
    assert_eq!((found["entries"].as_array().map(Vec::len), found["entries"][0]["key"].as_str()), (Some(1), Some("admit")));
    world.as_person(&people.0).get("/admin/packs/nothing").expect(404);
    world.as_person(&people.0).get(&entry("form", "nothing")).expect(404);
    for (kind, key) in
        [("lifecycle", "appeal.toml"), ("ledger", "hemi.toml"), ("document", "intent.zh.md"), ("role", "auditor"), ("param", "pay_ratio"), ("fact", "goal")]
    {
        let answer = world.as_person(&people.0).get_json(&entry(kind, key));
        assert!(answer.status == 200 || kind == "fact", "{kind} {key}: {}", answer.body);
        if answer.status == 200 {
            in_all_faces(&world.as_person(&people.0), &entry(kind, key));
        }
    }
    world.temp.assert_clean();
}

#[test]
fn auditors_read_and_change_nothing_and_others_see_nothing() {
    let world = world();
    let (first, _) = office(&world);
    let auditor = world.person("审计员", "auditor", &Node::group(), "zj");
    let staff = world.person("职工", "staff", &Node::group(), "zj");
    let at = entry("form", "check_in");
    let body = world.as_person(&first).get_json(&format!("{at}/edit")).json()["body"].as_str().unwrap().replace("version = 1", "version = 2");
    let change = world.as_person(&first).post_json(&format!("{at}/changes"), &json!({ "body": body, "reason": "试点需要" })).expect(201).json();
    let page = format!("/admin/changes/{}", change["id"].as_str().unwrap());
    for path in ["/admin/packs", PACK, &at, &page] {
        let view = in_all_faces(&world.as_person(&auditor), path);
        assert!(!view.to_string().contains("\"may_confirm\":true") && !view.to_string().contains("\"may_change\":true"), "{path} {view}");
        world.as_person(&staff).get_json(path).expect(403);
        world.stranger().get_json(path).expect(401);
    }
    for path in [format!("{page}/confirmation"), format!("{page}/withdrawal"), format!("{at}/changes"), format!("{at}/preview"), "/admin/packs/imports".into()]
    {
        world.as_person(&auditor).post_json(&path, &json!({})).expect(403);
    }
    world.as_person(&auditor).get_json(&format!("{PACK}/export")).expect(403);
    let withdrawn = world.as_person(&first).post_json(&format!("{page}/withdrawal"), &json!({})).expect(200).json();
    assert_eq!(withdrawn["state"], "withdrawn");
}

fn send(world: &World, who: &Id, bytes: &[u8]) -> webkit::testing::Seen {
    world.as_person(who).upload("/admin/packs/imports", &[("_back", "/admin/packs")], &[("file", "pack.zip", "application/zip", bytes)])
}

#[test]
fn a_pack_is_sent_compared_three_ways_and_put_in_force_by_a_second_person() {
    let world = world();
    let people = office(&world);
    // Ours: the overlay. Theirs: what is sent. One conflict, one of theirs.
    let at = entry("rubric", "entry.v1");
    let mut rubric = world.as_person(&people.0).get_json(&format!("{at}/edit")).json()["rubric"].clone();
    rubric["criteria"][0]["en"] = "A real need".into();
    changed(&world, &people, &at, &json!({ "rubric": rubric, "reason": "说得更清楚" }));
    let files = with(files(), "pack.toml", "1.2.0", "1.3.0");
    let files = with(files, "rubrics/entry.v1.toml", "Real need", "The need");
    let files = with(files, "params.toml", "value = \"0.70\"", "value = \"0.75\"");
    let files = with(files, "lifecycles/appeal.toml", "zh = \"核查\"", "zh = \"核实\"");
    let sent = send(&world, &people.0, &write_zip(&files).unwrap()).expect(303);
    let here = sent.location().to_owned();
    let page = in_all_faces(&world.as_person(&people.0), &here);
    assert_eq!((page["mistakes"].as_array().map(Vec::len), page["import"]["state"].as_str()), (Some(0), Some("rehearsed")), "{page}");
    let ways = page["plan"]["three_way"].as_array().unwrap();
    let side = |key: &str| ways.iter().find(|one| one["key"] == key).map(|one| one["side"].as_str().unwrap_or_default().to_owned());
    assert_eq!(
        (side("entry.v1").as_deref(), side("pay_ratio").as_deref(), side("appeal.toml").as_deref()),
        (Some("conflict"), Some("theirs"), Some("theirs")),
        "{ways:?}"
    );
    let field = ways.iter().find(|one| one["key"] == "entry.v1").unwrap()["fields"][0].clone();
    assert_eq!(field, json!({ "at": "/criterion/need/en", "installed": "Real need", "ours": "A real need", "theirs": "The need" }));
    assert_eq!((page["definitions"][0]["id"].as_str(), page["definitions"][0]["to"].as_i64()), (Some("appeal"), Some(2)));
    let post = |who: &Id, deed: &str, body: Value| world.as_person(who).post_json(&format!("{here}/{deed}"), &body);
    assert_eq!(post(&people.1, "confirmation", json!({})).expect(409).code(), "packs-import-not-open");
    post(&people.0, "proposal", json!({ "reason": " " })).expect(422);
    post(&people.0, "proposal", json!({ "reason": "年度修订" })).expect(200);
    assert_eq!(post(&people.0, "confirmation", json!({})).expect(409).code(), "packs-same-person");
    in_all_faces(&world.as_person(&people.1), &here);
    later(&world);
    post(&people.1, "confirmation", json!({})).expect(200);
    let after = in_all_faces(&world.as_person(&people.1), &here);
    assert_eq!((after["import"]["state"].as_str(), after["plan"].is_null()), (Some("applied"), true));
    let list = in_all_faces(&world.as_person(&people.1), "/admin/packs");
    assert_eq!(
        (list["version"].as_str(), list["versions"].as_array().map(Vec::len), list["imports"][0]["state"].as_str()),
        (Some("1.3.0"), Some(2), Some("applied"))
    );
    let text = in_all_faces(&world.as_person(&people.0), &entry("lifecycle", "appeal.toml"));
    assert_eq!((text["versions"].as_array().map(Vec::len), text["versions"][1]["same"].as_bool()), (Some(2), Some(false)));
    // What is taken away holds the overlay and can be sent again.
    let out = world.as_person(&people.0).get(&format!("{PACK}/export")).expect(200);
    assert_eq!(&out.bytes[..2], b"PK");
    let names: Vec<String> = read_zip(&out.bytes).unwrap().into_keys().filter(|path| path.starts_with("overlays/")).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    let again = send(&world, &people.1, &out.bytes).expect(303);
    let again = in_all_faces(&world.as_person(&people.1), again.location());
    assert_eq!(
        (again["mistakes"].as_array().map(Vec::len), again["plan"]["version"].as_str(), again["plan"]["based_on"].as_str()),
        (Some(0), Some("1.3.1"), Some("1.3.0")),
        "{again}"
    );
    let plain = world.as_person(&people.0).get(&format!("{PACK}/export?installed=true&bare=true")).expect(200);
    let plain = read_zip(&plain.bytes).unwrap();
    assert!(!plain.contains_key("personas.toml") && plain.keys().all(|path| !path.starts_with("overlays/")));
    world.temp.assert_clean();
}

#[test]
fn what_is_sent_is_distrusted() {
    let world = world();
    let people = office(&world);
    let broken = with(files(), "lifecycles/appeal.toml", "to = \"hearing\"", "to = \"nowhere\"");
    let broken = with(broken, "pack.toml", "1.2.0", "1.3.0");
    let broken = with(broken, "forms/check_in.toml", "zh = ", "# zh = ");
    let sent = send(&world, &people.0, &write_zip(&broken).unwrap()).expect(303);
    let page = in_all_faces(&world.as_person(&people.0), sent.location());
    let lines: Vec<(&str, bool)> = page["mistakes"].as_array().unwrap().iter().map(|one| (one["file"].as_str().unwrap(), one["line"].is_number())).collect();
    assert!(lines.contains(&("forms/check_in.toml", true)) && lines.contains(&("lifecycles/appeal.toml", true)), "{lines:?}");
    assert!(page["mistakes"].as_array().unwrap().iter().all(|one| !one["text"].as_str().unwrap().contains("mistake-")), "{page}");
    let proposal = world.as_person(&people.0).post_json(&format!("{}/proposal", sent.location()), &json!({ "reason": "年度修订" }));
    assert_eq!(proposal.expect(422).code(), "packs-import-mistakes");
    world.as_person(&people.1).post_json(&format!("{}/withdrawal", sent.location()), &json!({})).expect(409);
    world.as_person(&people.0).post_json(&format!("{}/withdrawal", sent.location()), &json!({})).expect(200);
    in_all_faces(&world.as_person(&people.0), sent.location());
    // Another content under a number that is taken.
    let taken = with(files(), "params.toml", "value = \"0.70\"", "value = \"0.75\"");
    let sent = send(&world, &people.0, &write_zip(&taken).unwrap()).expect(303);
    let page = in_all_faces(&world.as_person(&people.0), sent.location());
    assert_eq!((page["mistakes"][0]["code"].as_str(), page["mistakes"][0]["file"].as_str()), (Some("version-taken"), Some("pack.toml")), "{page}");
    let evil = Files::from([("pack.toml".to_owned(), b"id = \"x\"".to_vec()), ("forms/../../x.toml".to_owned(), Vec::new())]);
    let table: [(Vec<u8>, &str); 4] = [
        (b"PK nothing".to_vec(), "packs-not-zip"),
        (b"%PDF-1.7".to_vec(), "packs-not-zip"),
        (write_zip(&evil).unwrap(), "packs-bad-path"),
        (write_zip(&Files::from([("readme.md".to_owned(), Vec::new())])).unwrap(), "packs-no-pack"),
    ];
    let before = world.as_person(&people.0).get_json("/admin/packs").json()["imports"].as_array().unwrap().len();
    for (bytes, code) in table {
        let seen = send(&world, &people.0, &bytes).expect(422);
        assert!(seen.body.contains("note bad"), "{code}: {}", seen.body);
        let mut client = world.as_person(&people.0).header("accept", "application/json");
        assert_eq!(client.upload("/api/v1/admin/packs/imports", &[], &[("file", "pack.zip", "application/zip", &bytes)]).expect(422).code(), code);
    }
    world.as_person(&people.0).upload("/admin/packs/imports", &[("_back", "/admin/packs")], &[]).expect(422);
    assert_eq!(world.as_person(&people.0).get_json("/admin/packs").json()["imports"].as_array().unwrap().len(), before, "nothing of it is kept");
    world.temp.assert_clean();
}
