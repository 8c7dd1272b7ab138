//! Signs a paper of a case: the exact text that was shown, by those whom the definition asks to sign.
//!
//! Asks the desk; tells `desk.signed`. Invariant: the text signed is kept as a document with the same SHA-256; a consent is also the answer to the invitation.

use std::collections::BTreeSet;

use desk::{AttachDraft, SignDraft, SignRefusal};
use lifecycle::{Definition, Question};
use store::{Read, Tx};
use words::{Acting, Bilingual, Denied, Failure, Fault, Id, Lang, Outcome, Refusal};

use crate::case::Case;
use crate::documents;
use crate::dossier::Dossier;
use crate::ops::{answer_invitation, discharge_key, settle_around};
use crate::refusal::CaseRefusal;
use crate::{access, rights, sql, turn};

/// Signing this one says yes to the invitation as well.
pub(crate) const CONSENT: &str = "team_consent";

/// Why a paper is not signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperRefusal {
    /// The desk says no.
    Sign(SignRefusal),
    /// The case says no.
    Case(CaseRefusal),
}

impl Refusal for PaperRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Sign(refusal) => refusal.code(),
            Self::Case(refusal) => refusal.code(),
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Sign(refusal) => refusal.args(),
            Self::Case(refusal) => refusal.args(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Sign(refusal) => refusal.status(),
            Self::Case(refusal) => refusal.status(),
        }
    }
}

/// Parties that the moves out of a state ask to sign a document: nobody signs before it is time.
pub(crate) fn signers(definition: &Definition, state: &str, document: &str) -> BTreeSet<Option<String>> {
    let asked = definition.moves_from(state).into_iter().flat_map(|step| definition.questions(step));
    asked
        .filter_map(|question| match question {
            Question::Signed { document: of, party } if of == document => Some(party),
            _ => None,
        })
        .collect()
}

/// Is it theirs to sign?
pub(crate) fn may_sign(read: &Read, who: &Acting, dossier: &Dossier, document: &str) -> Result<bool, Fault> {
    for party in signers(&dossier.definition, &dossier.case.state, document) {
        let theirs = match party {
            Some(party) => dossier.party(read, &party)?.contains(&who.person),
            None => dossier.case.lead == who.person || who.can(rights::RUN, &dossier.case.node),
        };
        if theirs {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Signs it. `text_sha256` is that of the text which was shown; another text now is stale.
pub fn sign_paper(tx: &mut Tx, who: &Acting, id: &Id, document: &str, text_sha256: &str) -> Outcome<(), PaperRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see_aside(tx, who, &case)?;
    let dossier = Dossier::read(tx, case)?;
    let label = dossier.definition.schema.uses.documents.get(document).cloned().ok_or(Failure::Absent)?;
    if !may_sign(tx, who, &dossier, document)? {
        return Err(Denied { right: desk::rights::SIGN, node: dossier.case.node.clone(), visible: true }.into());
    }
    let text = documents::document_text(tx, document, Lang::Zh)?.ok_or(Failure::Absent)?;
    if documents::document_sha256(tx, document)? != text_sha256 {
        return Err(Failure::Stale);
    }
    let draft =
        SignDraft { subject: id.to_string(), node: dossier.case.node.clone(), kind: document.into(), text_sha256: text_sha256.into(), on_behalf_of: None };
    desk::sign(tx, who, draft).map_err(|failure| failure.map(PaperRefusal::Sign))?;
    keep(tx, who, &dossier.case, document, &label, text)?;
    let invited = dossier.members.iter().any(|member| member.person == who.person && member.state == "invited");
    if document == CONSENT && invited {
        answer_invitation(tx, who, id, true).map_err(|failure| failure.map(PaperRefusal::Case))?;
    }
    turn::signed(tx, who, &dossier, document, &label)?;
    close_signing(tx, who, &dossier).map_err(|failure| failure.map(PaperRefusal::Case))?;
    Ok(settle_around(tx, &dossier.case)?)
}

/// The text as it was signed, once for each text.
fn keep(tx: &mut Tx, who: &Acting, case: &Case, document: &str, label: &Bilingual, text: String) -> Outcome<(), PaperRefusal> {
    let name = format!("{}-{document}.txt", case.number);
    let file = desk::check_file(&name, text.into_bytes()).map_err(|refusal| Fault::new(format!("{name}: {refusal:?}")))?;
    let kept = desk::documents(tx, case.id.as_str())?;
    if kept.iter().any(|one| one.kind == document && one.newest.sha256 == file.sha256) {
        return Ok(());
    }
    let draft =
        AttachDraft { subject: case.id.to_string(), node: case.node.clone(), kind: document.into(), title: label.zh.clone(), readers: rights::READ_ALL.into() };
    desk::attach(tx, who, &draft, &file).map_err(Failure::into_fault)?;
    Ok(())
}

/// Once the team has signed all that the moves out of this state ask of it, the reminder to sign is done.
fn close_signing(tx: &mut Tx, who: &Acting, dossier: &Dossier) -> Outcome<(), CaseRefusal> {
    let signed = desk::signatures(tx, dossier.case.id.as_str())?;
    let team = dossier.party(tx, "team")?;
    let asked = dossier.definition.moves_from(&dossier.case.state).into_iter().flat_map(|step| dossier.definition.questions(step));
    let mut of_team = asked.filter_map(|question| match question {
        Question::Signed { document, party: Some(party) } if party == "team" => Some(document),
        _ => None,
    });
    let all = of_team.all(|document| team.iter().all(|person| signed.iter().any(|one| one.kind == document && one.person == *person && one.counts())));
    if all { discharge_key(tx, who, &dossier.case, "sign_agreements", "signed") } else { Ok(()) }
}
