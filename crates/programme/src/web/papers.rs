//! Papers of a case: the full text, and the signature under it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Acting, Bilingual, Failure, Id, Instant, Lang, Outcome};

use super::DoneView;
use super::case_parts::{LinkedCase, linked};
use crate::documents::{document_sha256, document_text};
use crate::dossier::Dossier;
use crate::ops::{CONSENT, may_sign};
use crate::paper::{Block, blocks};
use crate::refusal::CaseRefusal;
use crate::{PaperRefusal, access, sign_paper, sql};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/cases/{id}/documents/{document}", "programme.paper.show", Access::Person, show)
        .template("programme/paper.html")
        .post("/cases/{id}/signatures", "programme.paper.sign", Access::Person, sign)
        .refusals(&["desk-prove-first", "desk-signed-already", "desk-text-hash"])
}

/// A paper with its text and signatures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct PaperView {
    /// The case.
    case: Option<LinkedCase>,
    /// Name in the definition.
    document: String,
    /// What it is called.
    label: Bilingual,
    /// Text in the language of the page.
    blocks: Vec<Block>,
    /// SHA-256 of the Chinese text, which binds.
    text_sha256: String,
    /// Who has signed.
    signatures: Vec<SignatureLine>,
    /// Is it whoever looks' to sign, and not signed yet?
    to_sign: bool,
    /// Is signing also the answer to an invitation?
    answers_invitation: bool,
    /// Have they proved who they are within the last five minutes?
    proved: bool,
}

/// A signature.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SignatureLine {
    /// Who.
    name: String,
    /// When.
    signed_at: Instant,
    /// SHA-256 of what they signed.
    text_sha256: String,
    /// Does it still count?
    counts: bool,
}

fn show(call: &Call, _: Nothing) -> Answer<PaperView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| paper(read, &who, &id, call.path_text("document"), call.lang))?;
    Ok(Reply::page("programme/paper.html", view))
}

fn paper(read: &Read, who: &Acting, id: &Id, document: &str, lang: Lang) -> Outcome<PaperView, CaseRefusal> {
    let case = sql::case(read, id)?;
    access::may_see_aside::<CaseRefusal>(read, who, &case)?;
    let dossier = Dossier::read(read, case)?;
    let label = dossier.definition.schema.uses.documents.get(document).cloned().ok_or(Failure::Absent)?;
    let text = document_text(read, document, lang)?.ok_or(Failure::Absent)?;
    let signatures: Vec<desk::Signature> = desk::signatures(read, id.as_str())?.into_iter().filter(|one| one.kind == document).collect();
    let persons: Vec<Id> = signatures.iter().map(|one| one.person.clone()).collect();
    let names = identity::person_names(read, &persons)?;
    let mine = signatures.iter().any(|one| one.person == who.person && one.counts());
    let line = |one: desk::Signature| SignatureLine {
        name: names.get(&one.person).cloned().unwrap_or_default(),
        counts: one.counts(),
        signed_at: one.signed_at,
        text_sha256: one.text_sha256,
    };
    Ok(PaperView {
        to_sign: !mine && dossier.case.closed_at.is_none() && may_sign(read, who, &dossier, document)?,
        answers_invitation: document == CONSENT && dossier.members.iter().any(|member| member.person == who.person && member.state == "invited"),
        proved: who.proved_recently(read.now()),
        blocks: blocks(&text),
        text_sha256: document_sha256(read, document)?,
        signatures: signatures.into_iter().map(line).collect(),
        case: linked(Some(&dossier.case)),
        document: document.to_owned(),
        label,
    })
}

/// A signature to give.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct SignForm {
    /// Which paper.
    #[schemars(length(min = 1, max = 80))]
    document: String,
    /// SHA-256 of the text that was shown.
    #[schemars(length(min = 64, max = 64))]
    text_sha256: String,
}

fn sign(call: &Call, form: SignForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write::<_, PaperRefusal>("programme.sign_paper", move |tx| {
        sign_paper(tx, &who, &id, &form.document, &form.text_sha256)?;
        Ok(Reply::done(format!("/cases/{id}#papers"), DoneView::yes()).say("programme-said-signed"))
    })
}
