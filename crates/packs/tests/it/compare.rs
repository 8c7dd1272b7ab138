//! Two and three packs compared.

use packs::{Pack, Side, diff, embedded, three_way};

use crate::{files, with};

#[test]
fn a_diff_names_kind_key_and_place() {
    let old = embedded().unwrap();
    let mut files = with("params.toml", "value = \"0.70\"", "value = \"0.75\"");
    files.insert("lifecycles/extra.toml".into(), b"# new".to_vec());
    files.remove("letters/restore.en.md");
    files.remove("letters/restore.zh.md");
    let letters = String::from_utf8(files["letters.toml"].clone()).unwrap();
    let without = letters.split("[[letter]]").filter(|part| !part.contains("\"restore\"")).collect::<Vec<_>>().join("[[letter]]");
    files.insert("letters.toml".into(), without.into_bytes());
    let new = Pack::load(files).unwrap();
    let found = diff(&old, &new);
    assert_eq!(found.0["param"].changed[0].key, "pay_ratio");
    assert_eq!(found.0["param"].changed[0].at, ["/value"]);
    assert_eq!((found.0["lifecycle"].added.as_slice(), found.0["letter"].removed.as_slice()), (&["extra.toml".to_owned()][..], &["restore".to_owned()][..]));
    assert_eq!(found.0.len(), 3);
    assert!(diff(&old, &old).is_empty() && old.hash != new.hash);
}

#[test]
fn three_ways_tell_who_changed_what() {
    let base = embedded().unwrap();
    let theirs = Pack::load(with("params.toml", "value = \"0.70\"", "value = \"0.80\"")).unwrap();
    let mut ours = with("params.toml", "value = \"0.70\"", "value = \"0.90\"");
    let rubric = String::from_utf8(files()["rubrics/entry.v1.toml"].clone()).unwrap();
    ours.insert("rubrics/entry.v1.toml".into(), rubric.replace("Real need", "A real need").into_bytes());
    let ours = Pack::load(ours).unwrap();
    let sides: Vec<(String, Side)> = three_way(&base, &theirs, &ours).into_iter().map(|it| (it.key, it.side)).collect();
    assert_eq!(sides, [("pay_ratio".to_owned(), Side::Conflict), ("entry.v1".to_owned(), Side::Ours)]);
    let sides: Vec<Side> = three_way(&base, &theirs, &theirs).into_iter().map(|it| it.side).collect();
    assert_eq!(sides, [Side::Both]);
    let sides: Vec<Side> = three_way(&base, &theirs, &base).into_iter().map(|it| it.side).collect();
    assert_eq!(sides, [Side::Theirs]);
}

#[test]
fn a_folder_reads_as_the_embedded_pack() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/shuangchuang");
    assert_eq!(Pack::load_dir(&folder).unwrap().hash, embedded().unwrap().hash);
    assert!(Pack::load_dir(&folder.join("nowhere")).unwrap_err().has("cannot-read"));
}
