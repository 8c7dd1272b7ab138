//! Changing a parameter with an effective day and a second person; confirming and withdrawing any change.

use packs::{Change, ChangeDraft, ChangeKind, ChangeRefusal, ChangeState};
use schemars::JsonSchema;
use serde::Deserialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Day, Id, Never, Node, Outcome};

use crate::rights;

/// A change to propose.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ChangeForm {
    /// Path of the place; the group if not said.
    #[serde(default)]
    #[schemars(length(max = 200))]
    node: String,
    /// New value.
    #[schemars(length(min = 1, max = 400))]
    body: String,
    /// First day on which it holds.
    from: Day,
    /// Why.
    #[schemars(length(min = 4, max = 500))]
    reason: String,
}

pub(super) fn propose(call: &Call, form: ChangeForm) -> Answer<Change> {
    let (who, key) = (call.acting()?, call.path_text("key").to_owned());
    let node = if form.node.is_empty() { Node::group() } else { Node::at(form.node) };
    let draft = ChangeDraft { kind: ChangeKind::Param, node, target: key.clone(), body: form.body.trim().to_owned(), from: form.from, reason: form.reason };
    let stamp = call.read(|read| programme::prove_change(read, &who, &draft))?;
    call.write("packs.propose", move |tx| {
        let change = programme::propose_change(tx, &who, &draft, &stamp)?;
        Ok(Reply::created(format!("/admin/params/{key}?node={}", change.node), change).say("portal-change-proposed-say"))
    })
}

pub(super) fn confirm(call: &Call, _: Nothing) -> Answer<Change> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let stamp = call.read(|read| proved(read, &who, &id))?;
    call.write("packs.confirm", move |tx| {
        let change = programme::confirm_change(tx, &who, &id, &stamp)?;
        Ok(Reply::done(place_of(&change), change).say("portal-change-confirmed-say"))
    })
}

pub(super) fn withdraw(call: &Call, _: Nothing) -> Answer<Change> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("packs.withdraw", move |tx| {
        let change = packs::withdraw_change(tx, &who, &id)?;
        Ok(Reply::done(place_of(&change), change).say("portal-change-withdrawn-say"))
    })
}

/// What is proposed is proved again; what was decided is told so by the use case.
fn proved(read: &Read, who: &Acting, id: &Id) -> Outcome<String, ChangeRefusal> {
    let change = packs::change(read, id).map_err(|failure| failure.map(|never: Never| match never {}))?;
    who.may(rights::PARAMS, &change.node)?;
    if change.state != ChangeState::Proposed || change.proposed_by == who.person {
        return Ok(packs::stamp_now(read)?);
    }
    programme::prove_change(read, who, &change.draft())
}

/// Where one sees what became of it.
fn place_of(change: &Change) -> String {
    if change.kind == ChangeKind::Param { "/admin/params".to_owned() } else { format!("/admin/changes/{}", change.id) }
}
