//! Documents: versions, reading, removal, and the content against its hash.

use desk::{AttachDraft, FileRefusal, PUBLIC, attach, attach_version, check_file, document, document_content, document_versions, documents, remove_document};
use words::Failure;

use crate::place::{id, node, official, person, place, read, told, write};

fn draft() -> AttachDraft {
    AttachDraft { subject: "case_1".into(), node: node(), kind: "plan".into(), title: String::new(), readers: PUBLIC.into() }
}

#[test]
fn a_document_grows_in_versions_and_keeps_them_all() {
    let temp = place();
    let (first, second) = (check_file("计划.txt", "一".into()).unwrap(), check_file("计划2.txt", "一二".into()).unwrap());
    let chen = person("chen");
    let (who, file) = (chen.clone(), first.clone());
    let made = write(&temp, move |tx| attach(tx, &who, &draft(), &file)).unwrap();
    assert_eq!((made.title.as_str(), made.newest.version, made.newest.sha256.as_str()), ("计划.txt", 1, first.sha256.as_str()));
    let (who, doc) = (chen.clone(), made.id.clone());
    let grown = write(&temp, move |tx| attach_version(tx, &who, &doc, &second, "补充")).unwrap();
    assert_eq!((grown.newest.version, grown.newest.name.as_str()), (2, "计划2.txt"));
    let contents: Vec<Vec<u8>> = [None, Some(1)].map(|version| read(&temp, |r| document_content(r, &made.id, version)).bytes).to_vec();
    assert_eq!(contents, ["一二".as_bytes().to_vec(), "一".as_bytes().to_vec()]);
    assert_eq!(read(&temp, |r| Ok(document_versions(r, &made.id)?)).len(), 2);
    assert_eq!(told(&temp, "case_1"), ["desk.document_attached", "desk.document_attached"]);
    temp.assert_clean();
}

#[test]
fn only_its_maker_or_a_moderator_removes_it_and_with_a_reason() {
    let temp = place();
    let file = check_file("a.txt", b"secret".to_vec()).unwrap();
    let made = write(&temp, move |tx| attach(tx, &person("chen"), &draft(), &file)).unwrap();
    let remove = |who: words::Acting, reason: &'static str| {
        let doc = made.id.clone();
        write(&temp, move |tx| remove_document(tx, &who, &doc, reason))
    };
    assert!(matches!(remove(person("li"), "误传"), Err(Failure::Denied(_))));
    assert_eq!(remove(official("wu", &["desk.moderate"]), " "), Err(Failure::Refused(FileRefusal::ReasonNeeded)));
    remove(person("chen"), "误传").unwrap();
    assert_eq!(remove(person("chen"), "误传"), Err(Failure::Refused(FileRefusal::Removed)));
    assert!(temp.db.read(|r| document_content(r, &made.id, None)).is_err(), "the content is gone");
    assert_eq!(read(&temp, |r| document(r, &made.id)).removed_reason.as_deref(), Some("误传"));
    assert_eq!(read(&temp, |r| Ok(documents(r, "case_1")?)).len(), 1, "its place stays");
    assert!(temp.db.read(|r| document(r, &id("doc_x"))).is_err());
    temp.assert_clean();
}

#[test]
fn a_content_that_was_altered_is_noticed() {
    for sql in ["update desk_file set content = 'other'", "delete from desk_file"] {
        let temp = place();
        let file = check_file("a.txt", b"first".to_vec()).unwrap();
        write(&temp, move |tx| attach(tx, &person("chen"), &draft(), &file)).unwrap();
        temp.assert_clean();
        let sql = if std::env::var("HECHUANG_TEST_DATABASE").is_ok() || !sql.starts_with("update") { sql } else { "update desk_file set content = x'6f74'" };
        temp.tamper(sql);
        assert_eq!(temp.verify().first().expect("a finding").place, "desk_file");
    }
}
