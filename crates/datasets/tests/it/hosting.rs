//! A data set is hosted, shown, and given a new file.

use serde_json::{Value, json};
use store::params;
use store::testing::Temp;
use webkit::testing::Client;
use words::Never;

use crate::world::*;

pub fn host(client: &mut Client) {
    client.upload("/datasets", &fields("", COLUMNS), &[("file", "parking.csv", "text/csv", FILE.as_bytes())]).expect(303);
}

/// Its capability can be called from now on.
pub fn goes_live(world: &Temp) {
    world.db.write::<_, Never>("test", |tx| Ok(tx.execute("update test_capability set standing = 'live'", &params![]).map(drop)?)).expect("done");
}

fn text(world: &Temp, sql: &'static str) -> String {
    world.db.read::<_, Never>(|read| read.row(sql, &[])?.expect("a row").get("it").map_err(Into::into)).expect("a text")
}

#[test]
fn what_is_kept_holds_nothing_personal_and_the_document_is_made_from_the_schema() {
    let world = world();
    let door = door(&world);
    host(&mut Client::session(&door, "owner"));
    let kept = world.db.read::<_, Never>(|read| {
        let set = datasets::dataset(read, "sz-parking")?.expect("a data set");
        assert_eq!((set.version, set.row_count, set.columns.len()), (1, 3, 6));
        desk::document_content(read, &set.document, None)
    });
    let kept = String::from_utf8(kept.expect("a file").bytes).expect("utf-8");
    assert!(kept.contains("王***") && !kept.contains("王晓琳") && !kept.contains("138001") && !kept.contains("phone"), "{kept}");
    let document: Value = serde_json::from_str(&text(&world, "select document as it from test_capability")).expect("json");
    let names: Vec<&str> =
        document["paths"]["/rows"]["get"]["parameters"].as_array().expect("parameters").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names[..4], ["district", "district_like", "spaces", "spaces_min"]);
    assert!(names.contains(&"opened_on_max") && !names.iter().any(|name| name.starts_with("keeper")), "{names:?}");
    let properties =
        &document["paths"]["/rows"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["rows"]["items"]["properties"];
    assert!(properties["fee"]["pattern"].is_string() && properties["keeper"].is_object() && properties["phone"].is_null(), "{properties}");
    assert_eq!((&document["x-hechuang-meters"]["rows"]["en"], &document["info"]["license"]["name"]), (&json!("Rows returned"), &json!("CC BY 4.0")));
    assert_eq!(text(&world, "select upstream as it from test_capability"), "builtin:datasets/sz-parking");
    world.assert_clean();
}

#[test]
fn what_cannot_be_hosted_is_named_at_its_field_and_leaves_nothing() {
    let world = world();
    let door = door(&world);
    let mut owner = Client::session(&door, "owner");
    let wrong = |name: &'static str, value: &'static str| -> Vec<(&'static str, &'static str)> {
        fields(FILE, COLUMNS).into_iter().map(|(field, text)| if field == name { (field, value) } else { (field, text) }).collect()
    };
    for (given, says) in [
        (wrong("columns", "district | number | 区 | D | yes | no"), "第 1 行不是一列"),
        (wrong("text", "区,车位数,每小时收费,启用日期,管理员,电话\n姑苏区,很多,5,,,\n"), "第 2 行“spaces”不是 whole"),
        (wrong("text", "区,车位数,每小时收费,启用日期,管理员,电话\n电话13800138000,1,5,,,\n"), "像是个人信息"),
    ] {
        let seen = owner.upload("/datasets", &given, &[]).expect(422);
        assert!(seen.body.contains(says), "{says}: {}", seen.body);
    }
    // The rate of one person is bounded: the rest asks as another.
    let mut other = Client::session(&door, "other");
    for (given, says) in [(wrong("node", "group/zj"), "不能在这里托管"), (wrong("slug", "x"), "不能用"), (wrong("text", "区\n姑苏区\n"), "没有“spaces”这一列")]
    {
        let seen = other.upload("/datasets", &given, &[]).expect(422);
        assert!(seen.body.contains(says), "{says}: {}", seen.body);
    }
    assert_eq!(owner.get_json("/datasets").json()["datasets"], json!([]));
    assert_eq!(Client::session(&door, "developer").upload("/datasets", &fields(FILE, COLUMNS), &[]).status, 403);
    host(&mut owner);
    assert!(other.upload("/datasets", &fields(FILE, COLUMNS), &[]).expect(422).body.contains("不能用"), "the name is taken");
    world.assert_clean();
}

#[test]
fn it_is_shown_once_it_can_be_called_and_found_by_two_characters() {
    let world = world();
    let door = door(&world);
    let (mut owner, mut stranger) = (Client::session(&door, "owner"), Client::new(&door));
    host(&mut owner);
    stranger.get("/datasets/sz-parking").expect(404);
    assert!(owner.get("/datasets/sz-parking").expect(200).body.contains("还没有发布"));
    goes_live(&world);
    for (q, found) in [("停车", 1), ("苏州", 1), ("人流", 0)] {
        assert_eq!(stranger.get_json(&format!("/datasets?q={q}")).json()["datasets"].as_array().map(Vec::len), Some(found), "{q}");
    }
    let view = stranger.get_json("/datasets/sz-parking").expect(200).json();
    assert_eq!((&view["owner"], &view["dataset"]["rows"], &view["dataset"]["standing"]), (&Value::Null, &json!(3), &json!("live")), "{view}");
    assert_eq!(view["sample"][0], json!(["姑苏区", "120", "5.5", "2020-05-01", "王***"]));
    for mut client in [stranger.clone(), stranger.clone().english(), owner.english()] {
        for path in ["/datasets", "/datasets/sz-parking"] {
            client.get(path).expect(200);
        }
    }
    Client::session(&door, "owner").get("/datasets/new").expect(200);
    assert!(stranger.get("/datasets?format=csv").body.contains("sz-parking"));
}

#[test]
fn a_new_file_takes_the_place_of_the_old_one_under_the_same_schema() {
    let world = world();
    let door = door(&world);
    let mut owner = Client::session(&door, "owner");
    host(&mut owner);
    let replace = |client: &mut Client, text: &str| client.upload("/datasets/sz-parking/files", &[("text", text), ("note", "补录相城区")], &[]).status;
    assert_eq!(replace(&mut Client::session(&door, "other"), FILE), 404, "whoever does not own it");
    assert_eq!(replace(&mut owner, "区,车位数\n姑苏区,1\n"), 422, "another schema is another data set");
    assert_eq!(replace(&mut owner, &format!("{FILE}相城区,60,3,2022-01-01,,\n")), 303);
    let view = owner.get_json("/datasets/sz-parking").json();
    assert_eq!((&view["dataset"]["version"], &view["dataset"]["rows"], &view["files"][0]["note"]), (&json!(2), &json!(4), &json!("补录相城区")), "{view}");
    world.assert_clean();
}
