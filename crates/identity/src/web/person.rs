//! One person as those who look after them see them: masked data, memberships, roles, deputies, relations.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes};
use words::{Day, Fault, Id, Instant, Never};

use crate::deputy::AbsenceView;
use crate::grant::{GrantView, RoleRights};
use crate::membership::MembershipView;
use crate::ops::{self, PersonalField};
use crate::person::{FIELDS, PersonState};
use crate::relation::RelationView;
use crate::web::{PersonRef, PlaceOption, RoleOption, places_for, role_options};
use crate::{asks, mask, rights, sql, sql_access, sql_roles};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/people/{id}", "identity.person.show", Access::Right(rights::PEOPLE), show)
        .template("identity/person.html")
        .get("/admin/people/{id}/forms/{form}", "identity.person.form", Access::Right(rights::PEOPLE), form)
        .template("identity/person_form.html")
}

/// A relation with the name of the other side.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RelationRow {
    /// The relation.
    relation: RelationView,
    /// The other side.
    other: PersonRef,
}

/// What the caller may do with this person.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PersonMay {
    /// Give roles here.
    grant: bool,
    /// See data in the clear.
    reveal: bool,
    /// Write relations down.
    relate: bool,
    /// Destroy the data.
    erase: bool,
}

/// A person.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PersonView {
    /// Who.
    id: Id,
    /// Handle in the log.
    handle: String,
    /// Name; the handle once erased.
    name: String,
    /// Here, gone, erased.
    state: PersonState,
    /// Last day, if known.
    left_on: Option<Day>,
    /// Since when known.
    made_at: Instant,
    /// Login name.
    login: Option<String>,
    /// Personal data, masked.
    personal: Vec<PersonalField>,
    /// Memberships, newest first.
    memberships: Vec<MembershipView>,
    /// Roles, newest first.
    grants: Vec<GrantView>,
    /// Line of deputies.
    deputies: Vec<PersonRef>,
    /// Absences, newest first.
    absences: Vec<AbsenceView>,
    /// Relations.
    relations: Vec<RelationRow>,
    /// What the caller may do.
    may: PersonMay,
    /// Units under the caller's care.
    units: Vec<PlaceOption>,
    /// Places where the caller gives roles.
    grant_places: Vec<PlaceOption>,
    /// Roles to choose from.
    roles: Vec<RoleOption>,
    /// Today.
    today: Day,
}

/// Forms of a person: name in the path, key of the title.
const FORMS: [(&str, &str); 8] = [
    ("reveal", "identity-reveal-do"),
    ("membership", "identity-membership-add"),
    ("grant", "identity-grant-add"),
    ("deputies", "identity-deputies-set"),
    ("absence", "identity-absence-add"),
    ("relation", "identity-relation-add"),
    ("leaving", "identity-leaving-do"),
    ("erasure", "identity-erasure-do"),
];

/// A form about a person.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PersonFormView {
    /// The person.
    person: PersonView,
    /// Which form.
    form: &'static str,
    /// Key of its title.
    title: &'static str,
}

fn show(call: &Call, _: Nothing) -> Answer<PersonView> {
    Ok(Reply::page("identity/person.html", person_view(call)?))
}

fn form(call: &Call, _: Nothing) -> Answer<PersonFormView> {
    let (form, title) = FORMS.into_iter().find(|(form, _)| *form == call.path_text("form")).ok_or_else(Problem::absent)?;
    Ok(Reply::page("identity/person_form.html", PersonFormView { person: person_view(call)?, form, title }))
}

fn person_view(call: &Call) -> Result<PersonView, Problem> {
    let (who, id, roles) = (call.acting()?, call.id("id")?, role_options(call)?);
    call.read::<_, Never>(|read| {
        let home = ops::home_node(read, &id)?;
        who.may_see(rights::PEOPLE, &home)?;
        let known = ops::known_person::<Never>(read, &id)?;
        let may = PersonMay {
            grant: who.can(rights::GRANT, &home),
            reveal: who.can(rights::REVEAL, &home),
            relate: who.can(rights::RELATE, &home),
            erase: who.can(rights::ERASE, &words::Node::group()),
        };
        Ok(view_of(read, call, known, may, roles)?)
    })
}

fn view_of(read: &Read, call: &Call, known: sql::Person, may: PersonMay, roles: Vec<RoleOption>) -> Result<PersonView, Fault> {
    let (id, now) = (known.id.clone(), read.now());
    let rights_map = call.app::<RoleRights>().map_err(|_| Fault::new("the wiring lacks RoleRights"))?.all();
    let name = read.personal(&id, "name")?.unwrap_or_else(|| known.handle.clone());
    let grants = sql_roles::grants_of(read, &id)?.into_iter().map(|grant| grant.view(name.clone(), &rights_map, now)).collect();
    Ok(PersonView {
        login: sql_access::login_of_person(read, &id)?.map(|login| login.name),
        personal: masked(read, &id)?,
        memberships: sql::memberships(read, &id)?,
        grants,
        deputies: named(read, sql_roles::line_of(read, &id)?)?,
        absences: sql_roles::absences(read, &id)?,
        relations: relations(read, &id)?,
        units: places_for(read, call, rights::PEOPLE)?,
        grant_places: places_for(read, call, rights::GRANT)?,
        roles,
        may,
        today: now.day(),
        handle: known.handle,
        state: known.state,
        left_on: known.left_on,
        made_at: known.made_at,
        name,
        id,
    })
}

fn masked(read: &Read, id: &Id) -> Result<Vec<PersonalField>, Fault> {
    let mut fields = Vec::new();
    for field in FIELDS.iter().filter(|field| **field != "name") {
        if let Some(text) = read.personal(id, field)? {
            fields.push(PersonalField { field: (*field).into(), text: mask::field(field, &text) });
        }
    }
    Ok(fields)
}

pub(super) fn named(read: &Read, ids: Vec<Id>) -> Result<Vec<PersonRef>, Fault> {
    let names = asks::person_names(read, &ids)?;
    Ok(ids.into_iter().map(|id| PersonRef { name: names.get(&id).cloned().unwrap_or_else(|| id.to_string()), id }).collect())
}

fn relations(read: &Read, id: &Id) -> Result<Vec<RelationRow>, Fault> {
    let relations = sql_roles::relations_of(read, id)?;
    let others = relations.iter().map(|relation| if relation.a == *id { relation.b.clone() } else { relation.a.clone() }).collect();
    Ok(relations.into_iter().zip(named(read, others)?).map(|(relation, other)| RelationRow { relation, other }).collect())
}
