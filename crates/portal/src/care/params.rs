//! Parameters of the rules: what holds today at a place, since when, by which source; and the history of one.

use packs::{Change, ChangeKind, ChangeState, Param, ParamKind, Programme};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Problem, Reply, Sheet};
use words::{Acting, Bilingual, Day, Fault, Id, Instant, Never, Node};

use crate::public::{SourceView, found_in};
use crate::rights;

/// Where, and which.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ParamsQuery {
    /// Path of a unit or base; the group if not said.
    #[serde(default)]
    #[schemars(length(max = 200))]
    node: String,
    /// Words of key, name or meaning.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
}

impl ParamsQuery {
    fn place(&self) -> Node {
        if self.node.is_empty() { Node::group() } else { Node::at(self.node.as_str()) }
    }
}

/// A parameter as it holds today.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ParamView {
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// What it means.
    meaning: Bilingual,
    /// Kind of the value.
    kind: ParamKind,
    /// Value that holds today, in the notation of its kind.
    value: String,
    /// Since when it holds.
    since: Day,
    /// Value in the pack's file.
    pack_value: String,
    /// Least value.
    min: Option<String>,
    /// Largest value.
    max: Option<String>,
    /// What a choice may be.
    options: Vec<String>,
    /// Only the group may change it.
    locked: bool,
    /// Rule of the checklist.
    rule: String,
    /// The plan is silent; the value is our default.
    demo: bool,
    /// Where the plan says it.
    source: Option<SourceView>,
}

/// A change with names.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ChangeView {
    /// Id.
    id: Id,
    /// What is changed.
    kind: ChangeKind,
    /// Key.
    target: String,
    /// Where.
    node: Node,
    /// New value.
    body: String,
    /// First day.
    from: Day,
    /// Why.
    reason: String,
    /// Where it stands.
    state: ChangeState,
    /// Who proposed it.
    proposed_by: Option<String>,
    /// When.
    proposed_at: Instant,
    /// Who confirmed or withdrew it.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<Instant>,
    /// May whoever looks confirm it?
    may_confirm: bool,
    /// May whoever looks withdraw it?
    may_withdraw: bool,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ParamsView {
    /// Place in force.
    node: Node,
    /// Words in force.
    q: String,
    /// Today.
    today: Day,
    /// Parameters found.
    params: Vec<ParamView>,
    /// Changes that wait for a second person.
    proposed: Vec<ChangeView>,
}

fn view_of(programme: &Programme, node: &Node, today: Day, param: &Param) -> ParamView {
    let params = programme.params(node);
    let held = params.history(&param.key).iter().rev().find(|(day, _)| *day <= today).or_else(|| params.history(&param.key).first());
    let (since, value) = held.map_or((param.effective, param.value.clone()), |(day, value)| (*day, value.written()));
    ParamView {
        key: param.key.clone(),
        name: Bilingual::new(&param.zh, &param.en),
        meaning: param.meaning.clone(),
        kind: param.kind,
        value: if since == param.effective { param.value.clone() } else { value },
        since,
        pack_value: param.value.clone(),
        min: param.min.clone(),
        max: param.max.clone(),
        options: param.options.clone(),
        locked: param.locked,
        rule: param.rule.clone(),
        demo: param.demo,
        source: param.source.as_ref().map(SourceView::from),
    }
}

pub(super) fn change_views(read: &Read, who: &Acting, changes: Vec<Change>) -> Result<Vec<ChangeView>, Fault> {
    let persons: Vec<Id> = changes.iter().flat_map(|change| [Some(change.proposed_by.clone()), change.decided_by.clone()]).flatten().collect();
    let names = identity::person_names(read, &persons)?;
    let name = |person: &Id| names.get(person).cloned().or_else(|| Some(person.to_string()));
    let view = |change: Change| {
        let (waits, own) = (change.state == ChangeState::Proposed, change.proposed_by == who.person);
        ChangeView {
            may_confirm: waits && !own && who.can(rights::PARAMS, &change.node),
            may_withdraw: waits && own,
            proposed_by: name(&change.proposed_by),
            decided_by: change.decided_by.as_ref().and_then(name),
            id: change.id,
            kind: change.kind,
            target: change.target,
            node: change.node,
            body: change.body,
            from: change.from,
            reason: change.reason,
            state: change.state,
            proposed_at: change.proposed_at,
            decided_at: change.decided_at,
        }
    };
    Ok(changes.into_iter().map(view).collect())
}

pub(super) fn list(call: &Call, query: ParamsQuery) -> Answer<ParamsView> {
    let (who, node, today) = (call.acting()?, query.place(), call.now().day());
    let view = call.read::<_, Never>(|read| {
        let programme = packs::current(read)?;
        let fits = |param: &&Param| found_in(&[&param.key, &param.zh, &param.en, &param.meaning.zh, &param.meaning.en, &param.rule], &query.q);
        let params = programme.pack.params.iter().filter(fits).map(|param| view_of(&programme, &node, today, param)).collect();
        let proposed = change_views(read, &who, packs::changes(read, Some(ChangeState::Proposed), None)?)?;
        Ok(ParamsView { node: node.clone(), q: query.q.clone(), today, params, proposed })
    })?;
    let sheet = sheet(call, &view.params);
    Ok(Reply::page("portal/params.html", view).sheet(sheet))
}

fn sheet(call: &Call, params: &[ParamView]) -> Sheet {
    let columns = [
        "portal-col-key",
        "portal-col-name",
        "portal-col-value",
        "portal-col-since",
        "portal-col-rule",
        "portal-col-content",
        "portal-col-line",
        "portal-col-quote",
    ];
    Sheet::new("params", &columns).rows(params.iter().map(|param| {
        let source = param.source.as_ref();
        vec![
            (&param.key).into(),
            param.name.get(call.lang).into(),
            (&param.value).into(),
            param.since.into(),
            (&param.rule).into(),
            param.meaning.get(call.lang).into(),
            source.map(|source| i64::from(source.line)).into(),
            source.map(|source| source.quote.clone()).into(),
        ]
    }))
}

/// A value with its first day.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HeldView {
    /// First day.
    from: Day,
    /// Value.
    value: String,
}

/// A parameter with its history.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ParamPage {
    /// Place in force.
    node: Node,
    /// Today.
    today: Day,
    /// The parameter.
    param: ParamView,
    /// All its values at this place, newest first.
    history: Vec<HeldView>,
    /// Changes of it, newest first.
    changes: Vec<ChangeView>,
    /// May whoever looks propose a change here?
    may_propose: bool,
}

pub(super) fn show(call: &Call, query: ParamsQuery) -> Answer<ParamPage> {
    let (who, node, today, key) = (call.acting()?, query.place(), call.now().day(), call.path_text("key"));
    let page = call.read::<_, Never>(|read| {
        let programme = packs::current(read)?;
        let Some(param) = programme.pack.param(key) else { return Ok(None) };
        let mut changes = packs::changes(read, None, None)?;
        changes.retain(|change| change.kind == ChangeKind::Param && change.target == key);
        let params = programme.params(&node);
        let history = params.history(key).iter().rev().map(|(from, value)| HeldView { from: *from, value: value.written() }).collect();
        let may_propose = who.can(rights::PARAMS, &node) && (!param.locked || node == Node::group());
        Ok(Some(ParamPage {
            param: view_of(&programme, &node, today, param),
            history,
            changes: change_views(read, &who, changes)?,
            may_propose,
            node: node.clone(),
            today,
        }))
    })?;
    Ok(Reply::page("portal/param.html", page.ok_or_else(Problem::absent)?))
}
