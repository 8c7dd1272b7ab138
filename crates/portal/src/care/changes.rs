//! Changing a parameter with an effective day and a second person.

use packs::{Change, ChangeDraft, ChangeKind};
use schemars::JsonSchema;
use serde::Deserialize;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Day, Node};

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
    call.write("packs.propose", move |tx| {
        let change = packs::propose_change(tx, &who, draft.clone())?;
        Ok(Reply::created(format!("/admin/params/{key}?node={}", change.node), change).say("portal-change-proposed-say"))
    })
}

pub(super) fn confirm(call: &Call, _: Nothing) -> Answer<Change> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("packs.confirm", move |tx| {
        let change = packs::confirm_change(tx, &who, &id)?;
        Ok(Reply::done("/admin/params", change).say("portal-change-confirmed-say"))
    })
}

pub(super) fn withdraw(call: &Call, _: Nothing) -> Answer<Change> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("packs.withdraw", move |tx| {
        let change = packs::withdraw_change(tx, &who, &id)?;
        Ok(Reply::done("/admin/params", change).say("portal-change-withdrawn-say"))
    })
}
