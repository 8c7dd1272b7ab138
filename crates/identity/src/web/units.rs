//! The tree of units: look, add, rename, move, close.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Reply, Routes, Sheet};
use words::{Day, Never, Node};

use crate::ops;
use crate::tree::{NodeDraft, NodeView};
use crate::web::{DoneView, PlaceOption, day_in, node_in, places_for, wrong};
use crate::{asks, rights};

pub(super) fn add(routes: Routes) -> Routes {
    let units = Access::Right(rights::UNITS);
    routes
        .get("/admin/units", "identity.units.list", units, list)
        .template("identity/units.html")
        .post("/admin/units", "identity.unit.add", units, create)
        .refusals(&["identity-node-taken", "identity-node-misplaced", "identity-node-above-closed"])
        .put("/admin/units", "identity.unit.change", units, change)
        .post("/admin/units/moves", "identity.unit.move", units, relocate)
        .refusals(&["identity-node-has-cases", "identity-node-below-itself", "identity-node-taken", "identity-node-misplaced"])
        .post("/admin/units/closings", "identity.unit.close", units, close)
        .refusals(&["identity-node-not-empty", "identity-node-closed"])
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct UnitsQuery {
    /// The unit to look at.
    #[serde(default)]
    #[schemars(length(max = 240))]
    node: Option<String>,
}

/// A line of the tree.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UnitRow {
    /// The node.
    node: NodeView,
    /// How deep it lies.
    depth: usize,
}

/// The tree, and one node of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UnitsView {
    /// All places the caller sees, in the order of the tree.
    units: Vec<UnitRow>,
    /// The node looked at.
    chosen: Option<NodeView>,
    /// May the caller change it?
    mine: bool,
    /// How many belong to it today.
    members: usize,
    /// Places where the caller may add.
    places: Vec<PlaceOption>,
    /// Today.
    today: Day,
}

fn list(call: &Call, query: UnitsQuery) -> Answer<UnitsView> {
    let who = call.acting()?;
    let chosen = query.node.as_deref().filter(|node| !node.is_empty()).map(|node| node_in("node", node)).transpose()?;
    let view = call.read::<_, Never>(|read| {
        let units = asks::places(read)?.into_iter().map(|node| UnitRow { depth: node.path.as_str().matches('/').count(), node }).collect();
        let chosen = chosen.as_ref().map(|path| asks::node(read, path)?.ok_or(words::Failure::Absent)).transpose()?;
        let members = chosen.as_ref().map(|node| asks::members_of(read, &node.path, read.now().day())).transpose()?.map_or(0, |members| members.len());
        let mine = chosen.as_ref().is_some_and(|node| who.can(rights::UNITS, &node.path));
        Ok(UnitsView { units, chosen, mine, members, places: places_for(read, call, rights::UNITS)?, today: read.now().day() })
    })?;
    let sheet = sheet_of(&view);
    Ok(Reply::page("identity/units.html", view).sheet(sheet))
}

fn sheet_of(view: &UnitsView) -> Sheet {
    let columns = ["identity-field-path", "identity-field-kind", "identity-field-zh", "identity-field-en", "identity-field-city", "identity-field-closed-on"];
    let rows = view.units.iter().map(|row| {
        let node = &row.node;
        vec![
            node.path.as_str().into(),
            node.kind.as_str().into(),
            (&node.title.zh).into(),
            (&node.title.en).into(),
            node.city.clone().into(),
            node.closed_on.into(),
        ]
    });
    Sheet::new("units", &columns).rows(rows)
}

fn place(path: &Node) -> String {
    format!("/admin/units?node={path}")
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct UnitForm {
    /// Path of the node above.
    #[schemars(length(min = 1, max = 240))]
    parent: String,
    /// Last name of the path: small letters, digits, `-`.
    #[schemars(length(min = 1, max = 40))]
    name: String,
    /// `unit` or `base`.
    #[schemars(length(min = 1, max = 10))]
    kind: String,
    /// Chinese name.
    #[schemars(length(min = 1, max = 120))]
    zh: String,
    /// English name.
    #[schemars(length(min = 1, max = 120))]
    en: String,
    /// City.
    #[serde(default)]
    #[schemars(length(max = 60))]
    city: Option<String>,
}

fn create(call: &Call, form: UnitForm) -> Answer<NodeView> {
    let who = call.acting()?;
    let draft = NodeDraft::parse(&form.parent, &form.name, &form.kind, &form.zh, &form.en, form.city.as_deref()).map_err(wrong)?;
    call.write("identity.add_node", move |tx| {
        let node = ops::add_node(tx, &who, &draft)?;
        Ok(Reply::created(place(&node.path), node).say("identity-said-added"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RenameForm {
    /// Path of the node.
    #[schemars(length(min = 1, max = 240))]
    node: String,
    /// Chinese name.
    #[schemars(length(min = 1, max = 120))]
    new_zh: String,
    /// English name.
    #[schemars(length(min = 1, max = 120))]
    new_en: String,
    /// City.
    #[serde(default)]
    #[schemars(length(max = 60))]
    new_city: Option<String>,
}

fn change(call: &Call, form: RenameForm) -> Answer<DoneView> {
    let (who, path) = (call.acting()?, node_in("node", &form.node)?);
    call.write("identity.change_node", move |tx| {
        ops::change_node(tx, &who, &path, &form.new_zh, &form.new_en, form.new_city.as_deref())?;
        Ok(Reply::done(place(&path), DoneView::yes()).say("identity-said-saved"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct MoveForm {
    /// Path of the node.
    #[schemars(length(min = 1, max = 240))]
    node: String,
    /// Path of the new node above.
    #[schemars(length(min = 1, max = 240))]
    new_parent: String,
}

fn relocate(call: &Call, form: MoveForm) -> Answer<DoneView> {
    let (who, path, parent) = (call.acting()?, node_in("node", &form.node)?, node_in("new_parent", &form.new_parent)?);
    call.write("identity.move_node", move |tx| {
        let to = ops::move_node(tx, &who, &path, &parent)?;
        Ok(Reply::done(place(&to), DoneView::yes()).say("identity-said-saved"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct CloseForm {
    /// Path of the node.
    #[schemars(length(min = 1, max = 240))]
    node: String,
    /// Last day.
    #[schemars(length(min = 10, max = 10))]
    closed_on: String,
}

fn close(call: &Call, form: CloseForm) -> Answer<DoneView> {
    let (who, path, on) = (call.acting()?, node_in("node", &form.node)?, day_in("closed_on", &form.closed_on)?);
    call.write("identity.close_node", move |tx| {
        ops::close_node(tx, &who, &path, on)?;
        Ok(Reply::done(place(&path), DoneView::yes()).say("identity-said-saved"))
    })
}
