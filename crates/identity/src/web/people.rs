//! The register of people: list with search and filters in the URL, and adding one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes, Sheet};
use words::{Bilingual, Day, Fault, Id, Lang, Never, Node};

use crate::membership::MembershipDraft;
use crate::person::{PersonDraft, PersonState, query_terms};
use crate::web::{Paging, PlaceOption, node_in, page_number, places_for, wrong};
use crate::{asks, mask, ops, rights, sql};

const PER_PAGE: i64 = 50;
const SHEET_ROWS: i64 = 5_000;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/people", "identity.people.list", Access::Right(rights::PEOPLE), list)
        .template("identity/people.html")
        .get("/admin/people/new", "identity.person.new", Access::Right(rights::PEOPLE), new)
        .template("identity/person_new.html")
        .post("/admin/people", "identity.person.add", Access::Right(rights::PEOPLE), create)
        .refusals(&["input-invalid", "identity-fields", "identity-staff-no-taken"])
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PeopleQuery {
    /// Name, staff number, phone, e-mail address or handle.
    #[serde(default)]
    #[schemars(length(max = 60))]
    q: Option<String>,
    /// Only those in this state.
    #[serde(default)]
    state: Option<PersonState>,
    /// Only those of this unit and below.
    #[serde(default)]
    #[schemars(length(max = 240))]
    unit: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    cursor: Option<u32>,
}

/// A person in the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct PersonRow {
    /// Who.
    id: Id,
    /// Handle in the log.
    handle: String,
    /// Name.
    name: Option<String>,
    /// Phone, masked.
    phone: Option<String>,
    /// Home unit.
    unit: Option<Bilingual>,
    /// Here, gone, erased.
    state: PersonState,
    /// Last day, if known.
    left_on: Option<Day>,
}

/// The list of people.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PeopleView {
    /// This page.
    people: Vec<PersonRow>,
    /// Where the list stands.
    paging: Paging,
    /// What was looked for.
    q: String,
    /// State filter.
    state: Option<PersonState>,
    /// Unit filter.
    unit: Option<Node>,
    /// Units to choose from.
    units: Vec<PlaceOption>,
}

fn list(call: &Call, query: PeopleQuery) -> Answer<PeopleView> {
    let (who, page) = (call.acting()?, page_number(query.cursor));
    let asked = query.unit.as_deref().filter(|unit| !unit.is_empty()).map(|unit| node_in("unit", unit)).transpose()?;
    let all = call.wants_sheet().is_some();
    let (per_page, page) = if all { (SHEET_ROWS, 1) } else { (PER_PAGE, page) };
    let view = call.read::<_, Never>(|read| {
        let units = places_for(read, call, rights::PEOPLE)?;
        // Whoever looks after one unit sees that unit: the widest of their own when they ask for none.
        let unit = asked.clone().or_else(|| units.iter().min_by_key(|place| place.depth).map(|place| place.path.clone()));
        who.may_see(rights::PEOPLE, unit.as_ref().unwrap_or(&Node::group()))?;
        let q = query.q.clone().unwrap_or_default();
        let terms: Vec<String> = query_terms(&q).iter().map(|term| read.keyed_hash(term)).collect();
        let handle = q.trim().to_ascii_lowercase();
        let filter = sql::PeopleFilter {
            terms: &terms,
            handle: Some(handle.as_str()).filter(|handle| handle.len() == 8),
            state: query.state.map(PersonState::as_str),
            node: unit.as_ref(),
        };
        let paging = Paging::of(sql::people_count(read, &filter)?, page, per_page);
        let people = rows(read, sql::people(read, &filter, (page - 1) * per_page, per_page)?)?;
        Ok(PeopleView { people, paging, q, state: query.state, unit, units })
    })?;
    let sheet = sheet_of(&view, call.lang);
    let next = (view.paging.page < view.paging.pages).then(|| (view.paging.page + 1).to_string());
    Ok(Reply::page("identity/people.html", view).sheet(sheet).next(next))
}

fn rows(read: &Read, people: Vec<sql::Person>) -> Result<Vec<PersonRow>, Fault> {
    let ids: Vec<Id> = people.iter().map(|person| person.id.clone()).collect();
    let (names, phones) = (read.personal_many(&ids, "name")?, read.personal_many(&ids, "phone")?);
    let homes = asks::home_units(read, &ids, read.now().day())?;
    let places: Vec<Node> = homes.values().cloned().collect();
    let titles: BTreeMap<Node, Bilingual> = asks::nodes(read, &places)?.into_iter().map(|(path, node)| (path, node.title)).collect();
    let row = |person: sql::Person| PersonRow {
        name: names.get(&person.id).cloned(),
        phone: phones.get(&person.id).map(|phone| mask::phone(phone)),
        unit: homes.get(&person.id).and_then(|home| titles.get(home)).cloned(),
        handle: person.handle,
        state: person.state,
        left_on: person.left_on,
        id: person.id,
    };
    Ok(people.into_iter().map(row).collect())
}

fn sheet_of(view: &PeopleView, lang: Lang) -> Sheet {
    let columns = ["identity-col-handle", "identity-col-name", "identity-col-phone", "identity-col-unit", "identity-col-state", "identity-col-left"];
    let rows = view.people.iter().map(|row| {
        let unit = row.unit.as_ref().map(|title| title.get(lang).to_owned());
        vec![(&row.handle).into(), row.name.clone().into(), row.phone.clone().into(), unit.into(), row.state.as_str().into(), row.left_on.into()]
    });
    Sheet::new("people", &columns).rows(rows)
}

/// The form for a new person.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NewPersonView {
    /// Units under the caller's care.
    units: Vec<PlaceOption>,
    /// Today, as a first day.
    today: Day,
}

fn new(call: &Call, _: Nothing) -> Answer<NewPersonView> {
    let units = call.read::<_, Never>(|read| Ok(places_for(read, call, rights::PEOPLE)?))?;
    Ok(Reply::page("identity/person_new.html", NewPersonView { units, today: call.now().day() }))
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PersonForm {
    /// 姓名.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// Staff number.
    #[serde(default)]
    #[schemars(length(max = 32))]
    staff_no: Option<String>,
    /// Mobile phone: 11 digits.
    #[serde(default)]
    #[schemars(length(max = 20))]
    phone: Option<String>,
    /// E-mail address.
    #[serde(default)]
    #[schemars(length(max = 120))]
    email: Option<String>,
    /// 身份证号.
    #[serde(default)]
    #[schemars(length(max = 18))]
    id_number: Option<String>,
}

impl PersonForm {
    pub(super) fn draft(&self) -> Result<PersonDraft, Problem> {
        let text = Option::as_deref;
        PersonDraft::parse(&self.name, text(&self.phone), text(&self.email), text(&self.id_number), text(&self.staff_no), Lang::Zh).map_err(wrong)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct NewPersonForm {
    /// The person.
    #[serde(flatten)]
    person: PersonForm,
    /// Unit they belong to.
    #[serde(default)]
    #[schemars(length(max = 240))]
    node: Option<String>,
    /// First day there.
    #[serde(default)]
    #[schemars(length(max = 10))]
    from_on: Option<String>,
    /// 职级.
    #[serde(default)]
    #[schemars(length(max = 40))]
    grade: Option<String>,
    /// 岗位.
    #[serde(default)]
    #[schemars(length(max = 60))]
    position: Option<String>,
}

/// A person who was added.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AddedView {
    /// Who.
    id: Id,
}

fn create(call: &Call, form: NewPersonForm) -> Answer<AddedView> {
    let (who, draft) = (call.acting()?, form.person.draft()?);
    let today = call.now().day().to_string();
    let unit = form.node.as_deref().filter(|node| !node.is_empty()).map(|node| {
        let from_on = form.from_on.as_deref().unwrap_or(&today);
        MembershipDraft::parse(node, from_on, None, form.grade.as_deref(), form.position.as_deref())
    });
    let unit = unit.transpose().map_err(wrong)?;
    call.write("identity.add_person", move |tx| {
        let id = ops::add_person(tx, &who, &draft, unit.as_ref())?;
        Ok(Reply::created(format!("/admin/people/{id}"), AddedView { id }).say("identity-said-added"))
    })
}
