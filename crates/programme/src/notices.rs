//! What a case publishes: notices with a period for objections, and achievements or lessons for good.

use desk::NoticeDraft;
use store::Tx;
use words::{Acting, Bilingual, Id, Outcome, Span};

use crate::case::Case;
use crate::dossier::Dossier;
use crate::effects::refused;
use crate::pinned::case_forms;
use crate::refusal::MoveRefusal;

/// Publishes a notice about a case. Objections about a spawned case (an award) are to its own id.
pub(crate) fn publish(tx: &mut Tx, who: &Acting, dossier: &Dossier, case: &Case, notice: &str, open: Option<Span>) -> Outcome<Id, MoveRefusal> {
    let label = dossier.definition.schema.uses.notices.get(notice).cloned().unwrap_or_default();
    let today = tx.now().day();
    let until = open.and_then(|span| today.plus(span).ok()).unwrap_or(today);
    let public = match notice {
        "achievement" => public_answers(tx, dossier, &["application", "deliverables"])?,
        "lessons" => public_answers(tx, dossier, &["lessons"])?,
        _ => Bilingual::new(case.summary.clone(), case.summary.clone()),
    };
    let draft = NoticeDraft {
        subject: case.id.to_string(),
        node: case.node.clone(),
        kind: notice.to_owned(),
        title: Bilingual::new(format!("{}：{}", label.zh, case.title), format!("{}: {}", label.en, case.title)),
        body: if public.zh.is_empty() { Bilingual::new(case.title.clone(), case.title.clone()) } else { public },
        link: Some(format!("/showcase/{}", case.id)),
        from: today,
        until,
    };
    let published = desk::publish(tx, who, draft);
    Ok(published.map_err(|failure| failure.map(|refusal| refused(&refusal)))?.id)
}

/// The answers that the form marks as public, as lines.
fn public_answers(tx: &Tx, dossier: &Dossier, forms: &[&str]) -> Outcome<Bilingual, MoveRefusal> {
    let kept = case_forms(tx, &dossier.case)?;
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for name in forms {
        let (Some(form), Some(sheet)) = (kept.form(name), dossier.sheet(name)) else { continue };
        for field in form.public_fields() {
            if let Some(text) = sheet.answers.get(&field.key).and_then(serde_json::Value::as_str) {
                zh.push(format!("{}：{text}", field.zh));
                en.push(format!("{}: {text}", field.en));
            }
        }
    }
    Ok(Bilingual::new(zh.join("\n"), en.join("\n")))
}
