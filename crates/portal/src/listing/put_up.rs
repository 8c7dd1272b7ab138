//! A developer puts a live app up for listing, with what it uses. Asks `capabilities` and `programme`.

use capabilities::{App, AppState, Environment, SubscriptionState};
use programme::{Case, CaseRefusal, OpenCase, SaveAnswers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{Read, Tx};
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Failure, Fault, Id, Never, Node, Outcome, Refusal, RefusedAs};

use super::{FORM, LISTING};

/// Put up by one person, a minute.
const PER_MINUTE: u32 = 6;

/// Why an app is not put up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingRefusal {
    /// The fields are not as the form of the pack wants them.
    Case(CaseRefusal),
    /// It uses no capability.
    Unused,
    /// It is listed, or waits for its review.
    There,
    /// The address is none that a browser opens safely.
    Url,
}

impl Refusal for ListingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Case(refusal) => refusal.code(),
            Self::Unused => "portal-listing-unused",
            Self::There => "portal-listing-there",
            Self::Url => "portal-listing-url",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        if let Self::Case(refusal) = self { refusal.args() } else { Vec::new() }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Case(refusal) => refusal.field(),
            Self::Url => Some("/url".into()),
            _ => None,
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Case(refusal) => refusal.status(),
            Self::Url => 422,
            Self::Unused | Self::There => 409,
        }
    }

    fn parts(&self) -> Vec<words::Complaint> {
        if let Self::Case(refusal) = self { refusal.parts() } else { Vec::new() }
    }
}

/// An app to be shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ListingForm {
    /// Name.
    #[schemars(length(min = 1, max = 60))]
    pub title: String,
    /// What it does.
    #[schemars(length(min = 1, max = 1000))]
    pub summary: String,
    /// Web site: `https://…`.
    #[serde(default)]
    #[schemars(length(max = 300))]
    pub url: String,
}

/// A capability that an app uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct UsedView {
    /// Its name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
}

/// The form, or what became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DraftView {
    /// The app.
    app: Id,
    /// What its owner calls it.
    name: String,
    /// What it uses.
    uses: Vec<UsedView>,
    /// Its listing that is not over, if there is one.
    listing: Option<Id>,
    /// State of that.
    state: Option<Bilingual>,
}

/// What was put up.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PutUpView {
    /// Case of the listing.
    id: Id,
    /// Its number.
    number: String,
}

/// One's own live app that is open; for others there is none.
fn own<R>(read: &Read, who: &Acting, id: &Id) -> Outcome<App, R> {
    let app = capabilities::apps_among(read, std::slice::from_ref(id))?.remove(id).filter(|app| app.owner == who.person);
    app.filter(|app| app.state == AppState::Open && app.environment == Environment::Live).ok_or(Failure::Absent)
}

/// What an app subscribed and may call now.
pub(super) fn uses(read: &Read, app: &Id) -> Result<Vec<UsedView>, Fault> {
    let mut used = Vec::new();
    for one in capabilities::subscriptions_of(read, app)? {
        let in_force = matches!(one.state, SubscriptionState::Active | SubscriptionState::Changing | SubscriptionState::ChangingName);
        if let (true, Some(capability)) = (in_force, capabilities::capability(read, &one.capability)?) {
            used.push(UsedView { slug: capability.slug, name: Bilingual::new(capability.zh, capability.en) });
        }
    }
    Ok(used)
}

/// The listing of an app that is not over.
fn there(read: &Read, app: &Id) -> Result<Option<Case>, Fault> {
    let sheets = programme::sheets(read, LISTING, FORM)?;
    let of_app = |case: &Case| sheets.get(&case.id).and_then(|answers| answers.get("app")).and_then(Value::as_str) == Some(app.as_str());
    Ok(programme::cases_of(read, LISTING)?.into_iter().find(|case| ["submitted", "listed"].contains(&case.state.as_str()) && of_app(case)))
}

pub(super) fn draft(call: &Call, _: Nothing) -> Answer<DraftView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read::<_, Never>(|read| {
        let app = own(read, &who, &id)?;
        let there = there(read, &id)?;
        let state = there.clone().map(|case| programme::rows(read, vec![case])).transpose()?.and_then(|mut rows| rows.pop()).map(|row| row.state.label);
        Ok(DraftView { uses: uses(read, &id)?, listing: there.map(|case| case.id), state, name: app.name, app: app.id })
    })?;
    Ok(Reply::page("portal/listing_new.html", view))
}

pub(super) fn submit(call: &Call, form: ListingForm) -> Answer<PutUpView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.rate(&format!("listing:{}", who.person), PER_MINUTE)?;
    call.write("portal.put_up", move |tx| {
        let case = put_up(tx, &who, &id, &form)?;
        let view = PutUpView { id: case.id, number: case.number };
        Ok(Reply::created(format!("/apps/{id}/listing"), view).say("portal-listing-said"))
    })
}

/// Puts it up.
pub fn put_up(tx: &mut Tx, who: &Acting, app: &Id, form: &ListingForm) -> Outcome<Case, ListingRefusal> {
    let app = own(tx, who, app)?;
    if there(tx, &app.id)?.is_some() {
        return Err(ListingRefusal::There.into());
    }
    let used: Vec<String> = uses(tx, &app.id)?.into_iter().map(|one| one.slug).collect();
    if used.is_empty() {
        return Err(ListingRefusal::Unused.into());
    }
    let url = form.url.trim();
    if !url.is_empty() && (!url.starts_with("https://") || url.contains(char::is_whitespace)) {
        return Err(ListingRefusal::Url.into());
    }
    let title = form.title.trim().to_owned();
    let open =
        OpenCase { definition: LISTING.into(), title: title.clone(), base: Node::group(), parent: None, lead: who.person.clone(), about: None, team: false };
    let case = programme::open_case(tx, who, open).refused_as(ListingRefusal::Case)?;
    let given = [("title", json!(title)), ("summary", json!(form.summary.trim().replace("\r\n", "\n"))), ("app", json!(app.id)), ("capabilities", json!(used))];
    let mut answers: Map<String, Value> = given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if !url.is_empty() {
        answers.insert("url".into(), json!(url));
    }
    let save = SaveAnswers { form: FORM.into(), ordinal: Some(0), answers, complete: true, revision: None };
    programme::save_answers(tx, who, &case.id, save).refused_as(ListingRefusal::Case)?;
    Ok(case)
}
