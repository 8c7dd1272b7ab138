//! HR freezes grade and base pay of a member before they are away: the page stands here because it joins the case, the tree and the register.
//!
//! Asks programme for the case, identity for grade and city, the pack for the table of minimum wages; the deed is `people::freeze_position`.

use people::PositionDraft;
use programme::Case;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, FieldError, Nothing, Problem, Reply, Routes};
use words::{Amount, Asset, Bilingual, Failure, Fault, Id, Never, Node, Outcome};

/// Pages of this module.
pub(crate) fn routes() -> Routes {
    Routes::new("portal")
        .get("/people/freezings/{id}", "portal.freezing.show", Access::Right(people::rights::HR), show)
        .template("portal/freezing.html")
        .post("/people/freezings/{id}", "portal.freezing.make", Access::Right(people::rights::HR), make)
        .refusals(&["people-position-exists", "people-position-elsewhere", "people-base-wrong"])
}

/// What HR sees before freezing.
#[derive(Debug, Serialize, JsonSchema)]
struct FreezingView {
    /// Case of the position.
    case: Id,
    /// Holder's name.
    name: String,
    /// Title of the project.
    project: String,
    /// Unit that keeps the position.
    unit: Bilingual,
    /// City, as the table of minimum wages names it.
    city: String,
    /// Monthly minimum wage there, if the table has it.
    minimum_wage: Option<Amount>,
    /// Grade of the membership, to start from.
    grade: String,
}

/// What HR types.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct FreezingForm {
    /// Grade that is kept.
    #[schemars(length(min = 1, max = 20))]
    grade: String,
    /// Fixed monthly pay in yuan: `20000.00`.
    #[schemars(length(min = 1, max = 20))]
    base_yuan: String,
}

/// The position's case and its project; anything else is absent.
fn pair(read: &Read, id: &Id) -> Outcome<(Case, Case), Never> {
    let case = programme::case(read, id)?;
    let project = case.parent.clone().filter(|_| case.definition == "person.post" && case.about.is_some()).ok_or(Failure::Absent)?;
    let project = programme::case(read, &project)?;
    Ok((case, project))
}

/// City of a unit, or of the nearest one above that has one.
fn city(read: &Read, unit: &Node) -> Result<String, Fault> {
    for node in unit.upwards() {
        if let Some(city) = identity::node(read, &node)?.and_then(|node| node.city) {
            return Ok(city);
        }
    }
    Ok(String::new())
}

fn show(call: &Call, _: Nothing) -> Answer<FreezingView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read::<_, Never>(|read| {
        let (case, project) = pair(read, &id)?;
        who.may_see(people::rights::HR, &case.base)?;
        view(read, case, project)
    })?;
    Ok(Reply::page("portal/freezing.html", view))
}

fn view(read: &Read, case: Case, project: Case) -> Outcome<FreezingView, Never> {
    let person = case.about.clone().ok_or(Failure::Absent)?;
    let city = city(read, &case.base)?;
    let wage = packs::current(read)?.pack.table("minimum_wage").and_then(|table| table.lookup(&city)).and_then(|row| row.money("monthly").cloned());
    let standing = identity::standing_in(read, &person, &case.base, read.now().day())?;
    let unit = identity::node(read, &case.base)?.map(|node| node.title).unwrap_or_default();
    let name = identity::person_names(read, std::slice::from_ref(&person))?.remove(&person).unwrap_or_default();
    Ok(FreezingView {
        case: case.id,
        name,
        project: project.title,
        unit,
        city,
        minimum_wage: wage,
        grade: standing.and_then(|standing| standing.grade).unwrap_or_default(),
    })
}

fn make(call: &Call, form: FreezingForm) -> Answer<Case> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let base = Amount::parse(&form.base_yuan, &Asset::cny()).map_err(|_| Problem::invalid(vec![FieldError::new("/base_yuan", "field-not-a-number")]))?;
    call.write("people.freeze_position", move |tx| {
        let (case, project) = pair(tx, &id).map_err(|failure| failure.map(|never| match never {}))?;
        let draft = PositionDraft {
            id: Some(case.id.clone()),
            person: case.about.clone().ok_or(Failure::Absent)?,
            project: project.id,
            number: project.number,
            title: project.title,
            project_node: project.node,
            city: city(tx, &case.base)?,
            home: case.base,
            grade: form.grade.trim().to_owned(),
            base_minor: base.minor,
            space: None,
            retention_ends_on: None,
        };
        let position = people::freeze_position(tx, &who, draft)?;
        let case = programme::case(tx, &position.id).map_err(|failure| failure.map(|never| match never {}))?;
        Ok(Reply::created(format!("/cases/{}", position.id), case))
    })
}
