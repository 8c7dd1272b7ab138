//! HR freezes grade and base pay of a member before they are away: the page stands here because it joins the case, the tree and the register.
//!
//! Asks programme for the case, identity for grade and city, the pack for the table of minimum wages; the deed is `people::freeze_position`.

use people::pay::Ratio;
use people::{PositionDraft, PostRefusal};
use programme::Case;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, FieldError, Problem, Reply, Routes};
use words::{Amount, Asset, Bilingual, Failure, Fault, Id, Never, Node, Outcome};

/// Pages of this module.
pub(crate) fn routes() -> Routes {
    Routes::new("portal")
        .get("/people/freezings/{id}", "portal.freezing.show", Access::Right(people::rights::HR), show)
        .template("portal/freezing.html")
        .post("/people/freezings/{id}/check", "portal.freezing.check", Access::Right(people::rights::HR), check)
        .template("portal/freezing_check.html")
        .refusals(&["people-position-exists", "people-base-wrong"])
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
    /// City whose minimum wage holds, as people call it.
    city: Bilingual,
    /// Monthly minimum wage there, if the table has it.
    minimum_wage: Option<Amount>,
    /// Grade of the membership, or what was typed before, to start from.
    grade: String,
    /// What was typed before.
    base_yuan: String,
    /// How much of a hundred the home unit pays: `70`.
    percent: String,
    /// Is it frozen already? Then another person may correct it.
    frozen: bool,
}

/// What was typed before, when HR comes back from the check.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
struct FreezingQuery {
    /// Grade.
    #[serde(default)]
    #[schemars(length(max = 20))]
    grade: String,
    /// Pay.
    #[serde(default)]
    #[schemars(length(max = 20))]
    base_yuan: String,
}

/// What would be frozen, to be looked at once more.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckView {
    /// Case of the position.
    case: Id,
    /// Holder's name.
    name: String,
    /// Unit that keeps the position.
    unit: Bilingual,
    /// City, as people call it.
    city: Bilingual,
    /// Monthly minimum wage there.
    minimum_wage: Option<Amount>,
    /// Grade that is kept.
    grade: String,
    /// Fixed monthly pay.
    base: Amount,
    /// The same as it was typed.
    base_yuan: String,
    /// How much of a hundred the home unit pays.
    percent: String,
    /// Paid for a whole month.
    paid: Amount,
    /// Deferred for a whole month.
    deferred: Amount,
    /// Is what is paid below the minimum wage? Then nobody is seconded.
    below_minimum: bool,
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

/// The city as the table of minimum wages names it, and its monthly minimum.
fn wage(read: &Read, unit: &Node, city: &str) -> Result<(Bilingual, Option<Amount>), Fault> {
    let programme = packs::current(read)?;
    let row = programme.table(unit, "minimum_wage", read.now().day()).and_then(|table| table.lookup(city));
    let name = row.and_then(|row| Some(Bilingual::new(row.text("zh")?, row.text("en")?)));
    Ok((name.unwrap_or_else(|| Bilingual::new(city, city)), row.and_then(|row| row.money("monthly").cloned())))
}

/// Which part of the base is paid, as the parameter says today.
fn ratio(read: &Read, unit: &Node) -> Result<Ratio, Fault> {
    let programme = packs::current(read)?;
    let params = programme.params(unit);
    let (numerator, denominator) = params.at(read.now().day()).ratio("pay_ratio")?;
    let part = |n: i64| u32::try_from(n).map_err(|_| Fault::new("pay_ratio is out of range"));
    Ok(Ratio { numerator: part(numerator)?, denominator: part(denominator)?, rounding: words::Rounding::HalfUp })
}

/// `70`, or `66.67` where the ratio is no whole number of a hundred.
fn percent(ratio: Ratio) -> String {
    let hundredths = i64::from(ratio.numerator) * 10_000 / i64::from(ratio.denominator).max(1);
    if hundredths % 100 == 0 { (hundredths / 100).to_string() } else { format!("{}.{:02}", hundredths / 100, hundredths % 100) }
}

fn show(call: &Call, query: FreezingQuery) -> Answer<FreezingView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read::<_, Never>(|read| {
        let (case, project) = pair(read, &id)?;
        who.may_see(people::rights::HR, &case.node)?;
        view(read, case, project, &query)
    })?;
    Ok(Reply::page("portal/freezing.html", view))
}

fn view(read: &Read, case: Case, project: Case, query: &FreezingQuery) -> Outcome<FreezingView, Never> {
    let person = case.about.clone().ok_or(Failure::Absent)?;
    let (city, minimum_wage) = wage(read, &case.base, &city(read, &case.base)?)?;
    let standing = identity::standing_in(read, &person, &case.base, read.now().day())?;
    let unit = identity::node(read, &case.base)?.map(|node| node.title).unwrap_or_default();
    let name = identity::person_names(read, std::slice::from_ref(&person))?.remove(&person).unwrap_or_default();
    let grade = Some(query.grade.clone()).filter(|grade| !grade.is_empty());
    Ok(FreezingView {
        name,
        project: project.title,
        unit,
        city,
        minimum_wage,
        grade: grade.unwrap_or_else(|| standing.and_then(|standing| standing.grade).unwrap_or_default()),
        base_yuan: query.base_yuan.clone(),
        percent: percent(ratio(read, &case.base)?),
        frozen: people::position_of(read, &person, &project.id)?.is_some(),
        case: case.id,
    })
}

fn amount(text: &str) -> Result<Amount, Problem> {
    Amount::parse(text, &Asset::cny()).map_err(|_| Problem::invalid(vec![FieldError::new("/base_yuan", "field-not-a-number")]))
}

/// Nothing is frozen before it was looked at once more: a mistyped base is found here.
fn check(call: &Call, form: FreezingForm) -> Answer<CheckView> {
    let (who, id, base) = (call.acting()?, call.id("id")?, amount(&form.base_yuan)?);
    let view = call.read::<_, PostRefusal>(|read| {
        let (case, project) = pair(read, &id).map_err(|failure| failure.map(|never| match never {}))?;
        who.may_see(people::rights::HR, &case.node)?;
        let typed = FreezingQuery { grade: form.grade.trim().to_owned(), base_yuan: form.base_yuan.clone() };
        let unit = case.base.clone();
        let seen = view(read, case, project, &typed).map_err(|failure| failure.map(|never| match never {}))?;
        checked(read, seen, &unit, &base)
    })?;
    Ok(Reply::page("portal/freezing_check.html", view))
}

fn checked(read: &Read, seen: FreezingView, unit: &Node, base: &Amount) -> Outcome<CheckView, PostRefusal> {
    if seen.frozen {
        return Err(PostRefusal::Exists.into());
    }
    let ratio = ratio(read, unit)?;
    let paid = ratio.of(base.minor).filter(|_| base.minor > 0).ok_or(PostRefusal::BaseWrong)?;
    let minimum = seen.minimum_wage.as_ref().map_or(0, |wage| wage.minor);
    let yuan = |minor| Amount { minor, asset: Asset::cny() };
    Ok(CheckView {
        below_minimum: !people::pay::above_minimum(base.minor, ratio, minimum),
        paid: yuan(paid),
        deferred: yuan(base.minor - paid),
        base: base.clone(),
        case: seen.case,
        name: seen.name,
        unit: seen.unit,
        city: seen.city,
        minimum_wage: seen.minimum_wage,
        grade: seen.grade,
        base_yuan: seen.base_yuan,
        percent: seen.percent,
    })
}

fn make(call: &Call, form: FreezingForm) -> Answer<Case> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let base = amount(&form.base_yuan)?;
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
