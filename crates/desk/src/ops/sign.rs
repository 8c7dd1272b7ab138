//! Signs an exact text, and lets signatures lapse when the text changes.
//!
//! Tells `desk.signed`, `desk.signatures_superseded`. Invariant: only who proved who they are within five minutes signs.

use std::collections::BTreeMap;

use store::{Read, Tx};
use words::{Acting, Denied, Fault, Outcome};

use crate::rights;
use crate::signature::{SignDraft, SignRefusal, Signature, is_hash};
use crate::sql_document as sql;
use crate::told::{SignaturesSuperseded, Signed};

/// Signs. Their own signature under an earlier text of the same paper is superseded.
pub fn sign(tx: &mut Tx, who: &Acting, draft: SignDraft) -> Outcome<Signature, SignRefusal> {
    if who.scopes.as_ref().is_some_and(|scopes| !scopes.contains(rights::SIGN)) {
        return Err(Denied { right: rights::SIGN, node: draft.node, visible: true }.into());
    }
    if !who.proved_recently(tx.now()) {
        return Err(SignRefusal::ProveFirst.into());
    }
    if !is_hash(&draft.text_sha256) {
        return Err(SignRefusal::NotAHash.into());
    }
    if let Some(earlier) = sql::signature_counting(tx, &who.person, &draft)? {
        if earlier.text_sha256 == draft.text_sha256 {
            return Err(SignRefusal::SignedAlready.into());
        }
        sql::signature_supersede(tx, &earlier.id)?;
        let (subject, node, kind) = (draft.subject.clone(), draft.node.clone(), draft.kind.clone());
        tx.tell(who, &SignaturesSuperseded { subject, node, kind, signatures: vec![earlier.id] })?;
    }
    let signature = sql::signature_insert(tx, &who.person, &draft)?;
    let told = Signed {
        subject: draft.subject,
        node: draft.node,
        signature: signature.id.clone(),
        kind: draft.kind,
        person: who.person.clone(),
        on_behalf_of: draft.on_behalf_of,
        text_sha256: draft.text_sha256,
    };
    tx.tell(who, &told)?;
    Ok(signature)
}

/// Signs several papers, all or none.
pub fn sign_all(tx: &mut Tx, who: &Acting, drafts: Vec<SignDraft>) -> Outcome<Vec<Signature>, SignRefusal> {
    drafts.into_iter().map(|draft| sign(tx, who, draft)).collect()
}

/// The text of a paper is another now: signatures under any other text count no more. Returns how many lapsed.
pub fn text_changed(tx: &mut Tx, who: &Acting, subject: &str, kind: &str, text_sha256: &str) -> Result<usize, Fault> {
    let lapsed = sql::signatures_supersede(tx, subject, kind, text_sha256)?;
    if let Some((node, _)) = lapsed.first() {
        let signatures = lapsed.iter().map(|(_, id)| id.clone()).collect();
        tx.tell(who, &SignaturesSuperseded { subject: subject.into(), node: node.clone(), kind: kind.into(), signatures })?;
    }
    Ok(lapsed.len())
}

/// All signatures of a subject, also those that count no more.
pub fn signatures(read: &Read, subject: &str) -> Result<Vec<Signature>, Fault> {
    sql::signatures(read, subject)
}

/// The counting signatures of many subjects in one look-up.
pub fn signatures_many(read: &Read, subjects: &[String]) -> Result<BTreeMap<String, Vec<Signature>>, Fault> {
    let mut found: BTreeMap<String, Vec<Signature>> = BTreeMap::new();
    for signature in sql::signatures_many(read, subjects)? {
        found.entry(signature.subject.clone()).or_default().push(signature);
    }
    Ok(found)
}
