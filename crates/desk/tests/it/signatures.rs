//! Signatures: after proof, once, under one text.

use desk::{SignDraft, SignRefusal, sha256_hex, sign, sign_all, signatures, signatures_many, text_changed};
use store::testing::Temp;
use words::{Acting, Failure, Outcome};

use crate::place::{id, node, person, place, read, told, write};

fn draft(text: &str) -> SignDraft {
    SignDraft { subject: "case_1".into(), node: node(), kind: "agreement".into(), text_sha256: sha256_hex(text.as_bytes()), on_behalf_of: None }
}

fn proved(temp: &Temp, name: &str, seconds_ago: i64) -> Acting {
    Acting { proved_at: Some(temp.clock.now().plus_seconds(-seconds_ago)), ..person(name) }
}

fn try_sign(temp: &Temp, who: Acting, draft: SignDraft) -> Outcome<desk::Signature, SignRefusal> {
    write(temp, move |tx| sign(tx, &who, draft.clone()))
}

#[test]
fn nobody_signs_without_proof_and_nobody_twice() {
    let temp = place();
    assert_eq!(try_sign(&temp, person("chen"), draft("v1")), Err(Failure::Refused(SignRefusal::ProveFirst)));
    assert_eq!(try_sign(&temp, proved(&temp, "chen", 301), draft("v1")), Err(Failure::Refused(SignRefusal::ProveFirst)));
    let bad = SignDraft { text_sha256: "abc".into(), ..draft("v1") };
    assert_eq!(try_sign(&temp, proved(&temp, "chen", 0), bad), Err(Failure::Refused(SignRefusal::NotAHash)));
    let narrow = Acting { scopes: Some(Default::default()), ..proved(&temp, "chen", 0) };
    assert!(matches!(try_sign(&temp, narrow, draft("v1")), Err(Failure::Denied(_))));
    try_sign(&temp, proved(&temp, "chen", 300), draft("v1")).unwrap();
    assert_eq!(try_sign(&temp, proved(&temp, "chen", 0), draft("v1")), Err(Failure::Refused(SignRefusal::SignedAlready)));
    let for_unit = SignDraft { on_behalf_of: Some(id("org_1")), ..draft("v1") };
    try_sign(&temp, proved(&temp, "chen", 0), for_unit).unwrap();
    let found = read(&temp, |r| Ok(signatures(r, "case_1")?));
    assert_eq!(found.iter().map(|signature| signature.on_behalf_of.clone()).collect::<Vec<_>>(), [None, Some(id("org_1"))]);
    assert_eq!(told(&temp, "case_1"), ["desk.signed", "desk.signed"]);
    temp.assert_clean();
}

#[test]
fn another_text_needs_another_signature() {
    let temp = place();
    for name in ["chen", "li"] {
        try_sign(&temp, proved(&temp, name, 0), draft("v1")).unwrap();
    }
    let changed = |text: &'static str| {
        write::<_, words::Never>(&temp, move |tx| Ok(text_changed(tx, &person("wu"), "case_1", "agreement", &sha256_hex(text.as_bytes()))?)).unwrap()
    };
    assert_eq!(changed("v1"), 0, "the same text changes nothing");
    assert_eq!(changed("v2"), 2);
    let counting = || read(&temp, |r| Ok(signatures_many(r, &["case_1".into(), "case_2".into()])?)).remove("case_1").unwrap_or_default();
    assert!(counting().is_empty());
    try_sign(&temp, proved(&temp, "chen", 0), draft("v2")).unwrap();
    assert_eq!(counting().len(), 1);
    try_sign(&temp, proved(&temp, "chen", 0), draft("v3")).unwrap();
    assert_eq!(counting()[0].text_sha256, sha256_hex(b"v3"), "their own earlier one is superseded");
    assert_eq!(read(&temp, |r| Ok(signatures(r, "case_1")?)).len(), 4, "none is ever gone");
    temp.assert_clean();
}

#[test]
fn several_papers_are_signed_together_or_not_at_all() {
    let temp = place();
    let chen = proved(&temp, "chen", 0);
    let other = SignDraft { kind: "pay".into(), ..draft("pay") };
    let (who, papers) = (chen.clone(), vec![draft("v1"), SignDraft { text_sha256: "no".into(), ..other.clone() }]);
    assert!(write(&temp, move |tx| sign_all(tx, &who, papers.clone())).is_err());
    assert!(read(&temp, |r| Ok(signatures(r, "case_1")?)).is_empty());
    let papers = vec![draft("v1"), other];
    assert_eq!(write(&temp, move |tx| sign_all(tx, &chen, papers.clone())).unwrap().len(), 2);
    temp.assert_clean();
}
