//! Search: two-character words, ranking, rights, likely duplicates.

use desk::{Doc, PUBLIC, index, readable_by, search, similar, unindex};
use store::testing::Temp;
use words::Never;

use crate::place::{node, official, person, place, read, write};

fn doc(id: &str, title: &str, body: &str) -> Doc {
    Doc {
        id: id.into(),
        kind: "project".into(),
        node: node(),
        title: title.into(),
        body: body.into(),
        link: format!("/projects/{id}"),
        readers: PUBLIC.into(),
        weight: 0,
    }
}

fn keep(temp: &Temp, docs: Vec<Doc>) {
    write::<_, Never>(temp, move |tx| Ok(docs.iter().try_for_each(|doc| index(tx, doc))?)).unwrap();
}

fn found(temp: &Temp, query: &str) -> Vec<String> {
    read(temp, |r| Ok(search(r, query, |_| true, 10)?)).into_iter().map(|hit| hit.doc.id).collect()
}

fn shelf() -> Temp {
    let temp = place();
    keep(
        &temp,
        vec![
            doc("p1", "基于NB-IoT的智慧消防栓", "监测消防水压，接入OneNET平台"),
            doc("p2", "智慧农业大棚", "其中也谈到消防"),
            doc("p3", "校园导览", "智能讲解，慧眼识图；消息防丢"),
            doc("p4", "家庭能源", "节能"),
        ],
    );
    temp
}

#[test]
fn two_character_words_are_found_where_they_stand() {
    let temp = shelf();
    let table: [(&str, &[&str]); 10] = [
        ("消防", &["p1", "p2"]),
        ("智慧", &["p2", "p1"]),
        ("智慧消防", &["p1"]),
        ("智慧 消防", &["p1", "p2"]),
        ("栓", &["p1"]),
        ("nb-iot", &["p1"]),
        ("ＯｎｅＮ", &["p1"]),
        ("没有的", &[]),
        ("zzz 消防", &[]),
        ("，。", &[]),
    ];
    for (query, wanted) in table {
        let mut hits = found(&temp, query);
        if query == "智慧" {
            hits.sort();
            assert_eq!(hits, ["p1", "p2"]);
        } else {
            assert_eq!(hits, wanted, "{query}");
        }
    }
    temp.assert_clean();
}

#[test]
fn changed_texts_are_found_anew_and_removed_ones_no_more() {
    let temp = shelf();
    keep(&temp, vec![doc("p4", "智慧能源", "节能")]);
    assert!(found(&temp, "家庭").is_empty());
    assert_eq!(found(&temp, "智慧能源"), ["p4"]);
    write::<_, Never>(&temp, |tx| Ok(unindex(tx, "p4")?)).unwrap();
    assert!(found(&temp, "能源").is_empty());
    temp.assert_clean();
    temp.tamper("delete from desk_search_term where term = '消防'");
    assert_eq!(temp.verify().first().expect("a finding").place, "desk_search_term");
}

#[test]
fn what_may_not_be_read_is_not_found() {
    let temp = place();
    keep(&temp, vec![Doc { readers: "programme.read_all".into(), ..doc("p1", "内部项目", "") }, doc("p2", "公开项目", "")]);
    let seen = |who: Option<words::Acting>| read(&temp, |r| Ok(search(r, "项目", readable_by(who.as_ref()), 10)?)).len();
    assert_eq!((seen(None), seen(Some(person("li"))), seen(Some(official("wu", &["programme.read_all"])))), (1, 1, 2));
    temp.assert_clean();
}

#[test]
fn likely_duplicates_are_shown_with_what_they_share() {
    let temp = shelf();
    let alike = read(&temp, |r| Ok(similar(r, "智慧消防栓监测", "project", |_| true, 5)?));
    assert_eq!(alike[0].doc.id, "p1");
    assert!(alike[0].per_mille >= 800 && alike[0].shared.contains(&"消防".to_owned()), "{alike:?}");
    assert!(alike.iter().all(|like| like.doc.id != "p4"));
    assert!(read(&temp, |r| Ok(similar(r, "智慧消防栓监测", "challenge", |_| true, 5)?)).is_empty());
    assert!(read(&temp, |r| Ok(similar(r, " ", "project", |_| true, 5)?)).is_empty());
    temp.assert_clean();
}
