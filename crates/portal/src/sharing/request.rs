//! Somebody asks to use a component, with a purpose: a request is opened below the component, led by its owner. Asks `programme`.

use programme::{Case, OpenCase, SaveAnswers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::Tx;
use webkit::{Answer, Call, Reply};
use words::{Acting, Id, Outcome, RefusedAs};

use super::refusal::SharingRefusal;
use super::{OFFERED, REQUEST, component};

/// Form of the pack in which it is said what for.
pub(super) const FORM: &str = "technology_request";
/// Asked by one person, a minute.
const PER_MINUTE: u32 = 10;

/// What it is wanted for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RequestForm {
    /// Purpose.
    #[schemars(length(min = 1, max = 1000))]
    pub purpose: String,
    /// Number of the project, or name of the system.
    #[schemars(length(min = 1, max = 120))]
    pub project: String,
}

/// What was asked.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AskedView {
    /// Case of the request.
    id: Id,
    /// Its number.
    number: String,
}

pub(super) fn ask(call: &Call, form: RequestForm) -> Answer<AskedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.rate(&format!("technology-request:{}", who.person), PER_MINUTE)?;
    call.write("portal.request_component", move |tx| {
        let case = request_component(tx, &who, &id, &form)?;
        let view = AskedView { id: case.id.clone(), number: case.number };
        Ok(Reply::created(format!("/cases/{}", case.id), view).say("portal-technology-said-asked"))
    })
}

/// Asks for it: once until that is over, and never for one's own.
pub fn request_component(tx: &mut Tx, who: &Acting, id: &Id, form: &RequestForm) -> Outcome<Case, SharingRefusal> {
    let component = component::shown(tx, who, id)?;
    if component.state != OFFERED {
        return Err(SharingRefusal::Closed.into());
    }
    if component.lead == who.person {
        return Err(SharingRefusal::Own.into());
    }
    let open = |case: &Case| case.about.as_ref() == Some(&who.person) && ["asked", "granted"].contains(&case.state.as_str());
    if programme::children(tx, id, Some(REQUEST))?.iter().any(open) {
        return Err(SharingRefusal::Asked.into());
    }
    let draft = OpenCase {
        definition: REQUEST.into(),
        title: component.title,
        base: component.base,
        parent: Some(component.id),
        lead: component.lead,
        about: Some(who.person.clone()),
        team: false,
    };
    let case = programme::open_case(tx, who, draft).refused_as(SharingRefusal::Case)?;
    let mut answers: Map<String, Value> = Map::new();
    answers.insert("purpose".into(), json!(form.purpose.trim().replace("\r\n", "\n")));
    answers.insert("project".into(), json!(form.project.trim()));
    if let Some(home) = identity::home_unit(tx, &who.person, tx.now().day())? {
        answers.insert("unit".into(), json!(home.name()));
    }
    let save = SaveAnswers { form: FORM.into(), ordinal: Some(0), answers, complete: true, revision: None };
    programme::save_answers(tx, who, &case.id, save).refused_as(SharingRefusal::Case)?;
    Ok(case)
}
