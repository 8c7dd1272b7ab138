//! Trying a change without making it: the pack as it would be, with everything that the checker says of it, and what differs field by field.
//!
//! Asks the store; changes nothing. What other crates read (definitions, books) is proved by them on the pack handed out here.

use store::Read;
use words::{Acting, Fault, Outcome};

use crate::diff::compare;
use crate::ops::current::{current, one_file, overlay_of};
use crate::ops::propose::fits;
use crate::ops::{Change, ChangeDraft, ChangeKind, ChangeRefusal, ChangeState};
use crate::programme::Held;
use crate::{FieldDiff, Pack, PackMistake, Programme, check, rights, sql};

/// What a change would make.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What was in force when it was tried.
    pub stamp: String,
    /// The pack as it would hold at the node from the day on.
    pub pack: Pack,
    /// Mistakes of that pack.
    pub mistakes: Vec<PackMistake>,
    /// What differs from what holds there on that day without the change.
    pub fields: Vec<FieldDiff>,
}

/// Tries it. What is no change at all is refused; what makes the pack wrong is told as mistakes.
pub fn try_change(read: &Read, who: &Acting, draft: &ChangeDraft) -> Outcome<Trial, ChangeRefusal> {
    who.may(rights::CHANGE, &draft.node)?;
    fits(&*current(read)?, draft, read.now().day())?;
    let trial = look_at(read, draft)?;
    trial.ok_or_else(|| Fault::new("a change that fits cannot be read").into())
}

/// The pack with a change on top, whether it may be made or not; nothing if the change cannot be read.
pub fn look_at(read: &Read, draft: &ChangeDraft) -> Result<Option<Trial>, Fault> {
    let programme = current(read)?;
    let Some(overlay) = overlay_of(&unmade(draft)) else { return Ok(None) };
    let mut with = Programme::clone(&programme);
    with.add(&overlay, Held { from: Some(draft.from), since: None });
    let mut pack = with.effective(&draft.node, draft.from);
    pack.files.extend(files(draft));
    let key = (draft.kind.as_str(), draft.target.trim().to_owned());
    let value = |entries: &crate::diff::Entries| entries.iter().find(|(at, _)| at.0 == key.0 && at.1 == key.1).map(|(_, value)| value.clone());
    let before = value(&programme.effective(&draft.node, draft.from).entries()).unwrap_or_default();
    let after = value(&pack.entries()).unwrap_or_default();
    Ok(Some(Trial { stamp: programme.stamp.clone(), mistakes: check::check(&pack), fields: compare(&before, &after), pack }))
}

/// What is in force: it must still be what a change was tried against.
pub fn stamp_now(read: &Read) -> Result<String, Fault> {
    Ok(sql::head(read)?.map(|head| head.stamp).unwrap_or_default())
}

/// The files that the change would replace, so that mistakes name their lines.
fn files(draft: &ChangeDraft) -> crate::Files {
    let key = draft.target.trim();
    match draft.kind {
        ChangeKind::Form => one_file(&format!("forms/{key}.toml"), &draft.body),
        ChangeKind::Rubric => one_file(&format!("rubrics/{key}.toml"), &draft.body),
        ChangeKind::Table => one_file(&format!("tables/{key}.csv"), &draft.body),
        ChangeKind::Param | ChangeKind::Letter => crate::Files::new(),
    }
}

fn unmade(draft: &ChangeDraft) -> Change {
    let nobody = words::Id::fixed("per_nobody");
    Change {
        id: words::Id::fixed("pkc_none"),
        kind: draft.kind,
        node: draft.node.clone(),
        target: draft.target.trim().to_owned(),
        body: draft.body.clone(),
        from: draft.from,
        reason: draft.reason.clone(),
        state: ChangeState::Proposed,
        proposed_by: nobody,
        proposed_at: words::Instant::from_micros(0),
        decided_by: None,
        decided_at: None,
    }
}
