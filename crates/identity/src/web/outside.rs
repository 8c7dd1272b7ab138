//! Real names of people from outside: handing them in, and comparing them with papers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Failure, Fault, Id, Never, Node};

use crate::outsider::{OutsiderView, RealName, RealNameDraft};
use crate::web::wrong;
use crate::{asks, ops, rights, sql_outsiders};

const PER_PAGE: i64 = 50;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/me/real-name", "identity.real_name.show", Access::Person, show)
        .template("identity/real_name.html")
        .put("/me/real-name", "identity.real_name.ask", Access::Person, ask)
        .refusals(&["identity-fields", "identity-not-outside", "identity-real-name-verified"])
        .get("/admin/real-names", "identity.real_name.list", Access::Right(rights::PEOPLE), list)
        .template("identity/real_names.html")
        .post("/admin/people/{id}/real-name", "identity.real_name.check", Access::Right(rights::PEOPLE), check)
        .refusals(&["identity-real-name-nothing", "identity-reason-needed", "identity-not-oneself"])
}

/// How far one's own real name is.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RealNameView {
    /// Nothing for people whom their unit added.
    outsider: Option<OutsiderView>,
    /// Does one hand in an organisation?
    organisation: bool,
}

/// What is handed in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RealNameForm {
    /// ID number of a person.
    #[serde(default)]
    #[schemars(length(max = 30))]
    id_number: Option<String>,
    /// Name of the organisation.
    #[serde(default)]
    #[schemars(length(max = 120))]
    organisation: Option<String>,
    /// Its unified social credit code.
    #[serde(default)]
    #[schemars(length(max = 30))]
    uscc: Option<String>,
}

/// Somebody whose real name waits to be checked.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WaitingView {
    /// Who.
    outsider: OutsiderView,
    /// Name.
    name: Option<String>,
    /// ID number of a person.
    id_number: Option<String>,
    /// Name of the organisation.
    organisation: Option<String>,
    /// Its code.
    uscc: Option<String>,
}

/// Those who wait.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WaitingListView {
    /// Whoever registered first comes first.
    people: Vec<WaitingView>,
}

/// Does it fit?
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct CheckForm {
    /// Does it fit the papers?
    fits: bool,
    /// Why not.
    #[serde(default)]
    #[schemars(length(max = 300))]
    reason: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct AfterQuery {
    /// Id of the last one of the page before.
    #[serde(default)]
    #[schemars(length(max = 60))]
    cursor: Option<String>,
}

fn show(call: &Call, _: Nothing) -> Answer<RealNameView> {
    let who = call.acting()?;
    let outsider = call.read::<_, Never>(|read| Ok(ops::outsider(read, &who.person)?))?;
    let organisation = outsider.as_ref().is_some_and(|one| one.kind.is_organisation());
    Ok(Reply::page("identity/real_name.html", RealNameView { outsider, organisation }))
}

fn ask(call: &Call, form: RealNameForm) -> Answer<OutsiderView> {
    let who = call.acting()?;
    let known = call.read::<_, Never>(|read| Ok(ops::outsider(read, &who.person)?))?;
    let kind = known.map(|one| one.kind).ok_or_else(|| webkit::Problem::from(Failure::Refused(crate::RealNameRefusal::NotOutside)))?;
    let draft = RealNameDraft::parse(kind, form.id_number.as_deref(), form.organisation.as_deref(), form.uscc.as_deref()).map_err(wrong)?;
    call.write("identity.ask_real_name", move |tx| {
        let one = ops::ask_real_name(tx, &who, &draft)?;
        Ok(Reply::done("/me/real-name", one).say("identity-said-real-name-asked"))
    })
}

/// What they handed in is shown to whoever has to compare it; looking is looking after the register.
fn list(call: &Call, query: AfterQuery) -> Answer<WaitingListView> {
    let (who, after) = (call.acting()?, query.cursor.unwrap_or_default());
    let people = call.read::<_, Never>(|read| {
        who.may(rights::PEOPLE, &Node::group())?;
        Ok(waiting(read, &after)?)
    })?;
    let next = people.get(usize::try_from(PER_PAGE - 1).unwrap_or(usize::MAX)).map(|last| last.outsider.person.to_string());
    Ok(Reply::page("identity/real_names.html", WaitingListView { people }).next(next))
}

fn waiting(read: &Read, after: &str) -> Result<Vec<WaitingView>, Fault> {
    let all = sql_outsiders::outsiders_in(read, RealName::Asked, after, PER_PAGE)?;
    let ids: Vec<Id> = all.iter().map(|one| one.person.clone()).collect();
    let names = asks::person_names(read, &ids)?;
    let each = all.into_iter().map(|outsider| {
        let kept = |field: &str| read.personal(&outsider.person, field).map(|text| text.filter(|text| !text.is_empty()));
        let (id_number, organisation, uscc) = (kept("id_number")?, kept("organisation")?, kept("uscc")?);
        Ok(WaitingView { name: names.get(&outsider.person).cloned(), id_number, organisation, uscc, outsider })
    });
    each.collect()
}

fn check(call: &Call, form: CheckForm) -> Answer<OutsiderView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("identity.check_real_name", move |tx| {
        let one = ops::check_real_name(tx, &who, &id, form.fits, &form.reason)?;
        Ok(Reply::done("/admin/real-names", one).say("identity-said-real-name-checked"))
    })
}
