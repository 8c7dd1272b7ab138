//! Who holds what where: list, give, end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Nothing, Reply, Routes, Sheet};
use words::{Day, Id, Lang, Never, Node};

use crate::grant::{GrantDraft, GrantView, RoleRights};
use crate::ops;
use crate::web::{DoneView, Paging, PlaceOption, RoleOption, named_person, node_in, page_number, places_for, role_options, safe_next, wrong};
use crate::{asks, rights, sql_roles};

const PER_PAGE: i64 = 50;
const SHEET_ROWS: i64 = 5_000;

pub(super) fn add(routes: Routes) -> Routes {
    let grant = Access::Right(rights::GRANT);
    routes
        .get("/admin/grants", "identity.grants.list", grant, list)
        .template("identity/grants.html")
        .get("/admin/grants/new", "identity.grant.new", grant, new)
        .template("identity/grant_new.html")
        .post("/admin/grants", "identity.grant.give", grant, give)
        .refusals(&[
            "identity-self-grant",
            "identity-role-unknown",
            "identity-role-misplaced",
            "identity-above-oneself",
            "identity-grant-doubled",
            "identity-period",
        ])
        .post("/admin/grants/{id}/ending", "identity.grant.end", Access::Person, end)
        .refusals(&["identity-grant-ended", "identity-reason-needed"])
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct GrantsQuery {
    /// Only this role.
    #[serde(default)]
    #[schemars(length(max = 80))]
    role: Option<String>,
    /// Only on this node and below.
    #[serde(default)]
    #[schemars(length(max = 240))]
    node: Option<String>,
    /// Past and future ones too.
    #[serde(default)]
    all: bool,
    /// Page, from 1.
    #[serde(default)]
    cursor: Option<u32>,
}

/// The list of grants.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GrantsView {
    /// This page.
    grants: Vec<GrantView>,
    /// Where the list stands.
    paging: Paging,
    /// Role filter.
    role: Option<String>,
    /// Node filter.
    node: Option<Node>,
    /// Past and future ones too?
    all: bool,
    /// Roles to choose from.
    roles: Vec<RoleOption>,
    /// Places where the caller gives roles.
    places: Vec<PlaceOption>,
    /// Today.
    today: Day,
}

fn list(call: &Call, query: GrantsQuery) -> Answer<GrantsView> {
    let (who, now, roles) = (call.acting()?, call.now(), role_options(call)?);
    let known = call.app::<RoleRights>()?.all();
    let asked = query.node.as_deref().filter(|node| !node.is_empty()).map(|node| node_in("node", node)).transpose()?;
    let (per_page, page) = if call.wants_sheet().is_some() { (SHEET_ROWS, 1) } else { (PER_PAGE, page_number(query.cursor)) };
    let role = query.role.filter(|role| !role.is_empty());
    let view = call.read::<_, Never>(|read| {
        let places = places_for(read, call, rights::GRANT)?;
        let node = asked.clone().or_else(|| places.iter().min_by_key(|place| place.depth).map(|place| place.path.clone()));
        who.may_see(rights::GRANT, node.as_ref().unwrap_or(&Node::group()))?;
        let filter = sql_roles::GrantFilter { role: role.as_deref(), node: node.as_ref(), holding_at: (!query.all).then_some(now) };
        let (rows, total) = sql_roles::grants(read, &filter, (page - 1) * per_page, per_page)?;
        let ids: Vec<Id> = rows.iter().map(|row| row.person.clone()).collect();
        let names = asks::person_names(read, &ids)?;
        let view = |row: sql_roles::GrantRow| row.clone().view(names.get(&row.person).cloned().unwrap_or_default(), &known, now);
        Ok(GrantsView {
            grants: rows.into_iter().map(view).collect(),
            paging: Paging::of(total, page, per_page),
            role,
            node,
            all: query.all,
            roles,
            places,
            today: now.day(),
        })
    })?;
    let sheet = sheet_of(&view, call.lang);
    let next = (view.paging.page < view.paging.pages).then(|| (view.paging.page + 1).to_string());
    Ok(Reply::page("identity/grants.html", view).sheet(sheet).next(next))
}

fn sheet_of(view: &GrantsView, lang: Lang) -> Sheet {
    let columns = ["identity-col-name", "identity-col-role", "identity-col-place", "identity-col-from", "identity-col-to", "identity-col-reason"];
    let rows = view.grants.iter().map(|grant| {
        let place = format!("{} ({})", grant.node_title.get(lang), grant.node);
        vec![(&grant.name).into(), grant.role_title.get(lang).into(), place.into(), grant.from_on.into(), grant.to_on.into(), (&grant.reason).into()]
    });
    Sheet::new("grants", &columns).rows(rows)
}

/// The form for a new grant.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NewGrantView {
    /// Roles to choose from.
    roles: Vec<RoleOption>,
    /// Places where the caller gives roles.
    places: Vec<PlaceOption>,
    /// Today.
    today: Day,
}

fn new(call: &Call, _: Nothing) -> Answer<NewGrantView> {
    let roles = role_options(call)?;
    let places = call.read::<_, Never>(|read| Ok(places_for(read, call, rights::GRANT)?))?;
    Ok(Reply::page("identity/grant_new.html", NewGrantView { roles, places, today: call.now().day() }))
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct GrantForm {
    /// To whom: id, staff number, phone, or a name that only one person has.
    #[schemars(length(min = 1, max = 120))]
    person: String,
    /// Which role.
    #[schemars(length(min = 1, max = 80))]
    role: String,
    /// Where.
    #[schemars(length(min = 1, max = 240))]
    node: String,
    /// First day.
    #[schemars(length(min = 10, max = 10))]
    from_on: String,
    /// Last day, included.
    #[serde(default)]
    #[schemars(length(max = 10))]
    to_on: Option<String>,
    /// Why.
    #[schemars(length(min = 1, max = 300))]
    reason: String,
    /// Path to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

/// A role that was given.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GivenView {
    /// Which grant.
    id: Id,
}

fn give(call: &Call, form: GrantForm) -> Answer<GivenView> {
    let (who, roles, now) = (call.acting()?, call.app::<RoleRights>()?.clone(), call.now());
    let person = named_person(call, "person", &form.person)?;
    let mut draft = GrantDraft::parse(person.as_str(), &form.role, &form.node, &form.from_on, form.to_on.as_deref(), &form.reason).map_err(wrong)?;
    // From today means from now: nothing holds in the past.
    draft.from_at = draft.from_at.max(now);
    let next = form.next.as_deref().map_or_else(|| "/admin/grants".to_owned(), |next| safe_next(Some(next)));
    call.write("identity.grant_role", move |tx| {
        let id = ops::grant_role(tx, &who, &roles, &draft)?;
        Ok(Reply::created(next.clone(), GivenView { id }).say("identity-said-granted"))
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct EndingForm {
    /// Why.
    #[schemars(length(min = 1, max = 300))]
    ending_reason: String,
    /// Path to go on to.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    next: Option<String>,
}

fn end(call: &Call, form: EndingForm) -> Answer<DoneView> {
    let (who, grant) = (call.acting()?, call.id("id")?);
    let next = form.next.as_deref().map_or_else(|| "/admin/grants".to_owned(), |next| safe_next(Some(next)));
    call.write("identity.end_grant", move |tx| {
        ops::end_grant(tx, &who, &grant, &form.ending_reason)?;
        Ok(Reply::done(next.clone(), DoneView::yes()).say("identity-said-ended"))
    })
}
