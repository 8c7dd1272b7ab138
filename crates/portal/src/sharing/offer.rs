//! Somebody offers a component: its case is opened, described and offered in one transaction. Asks `programme`.

use programme::{Case, MoveDraft, OpenCase, SaveAnswers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{Read, Tx};
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Fault, Id, Never, Node, Outcome, RefusedAs};

use super::refusal::SharingRefusal;
use super::{COMPONENT, options};
use crate::rights::SHARE;

/// Form of the pack that describes a component.
pub(super) const FORM: &str = "technology_component";
/// Offered by one person, a minute.
const PER_MINUTE: u32 = 6;

/// A choice of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OptionView {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: Bilingual,
}

/// What can be chosen.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NewView {
    /// Kinds of components, as the pack has them.
    kinds: Vec<OptionView>,
    /// Units in whose name whoever looks may offer one.
    units: Vec<OptionView>,
    /// Their own unit.
    unit: String,
}

/// A component to be offered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ComponentForm {
    /// Name.
    #[schemars(length(min = 1, max = 80))]
    pub title: String,
    /// Name in English.
    #[serde(default)]
    #[schemars(length(max = 120))]
    pub title_en: String,
    /// Kind, as the pack has them.
    #[schemars(length(min = 1, max = 40))]
    pub kind: String,
    /// What it does.
    #[schemars(length(min = 1, max = 1000))]
    pub summary: String,
    /// Terms of use.
    #[schemars(length(min = 1, max = 1000))]
    pub terms: String,
    /// Unit or base that offers it: the last part of its path.
    #[schemars(length(min = 1, max = 60))]
    pub unit: String,
    /// Telephone or mail of the office.
    #[schemars(length(min = 1, max = 120))]
    pub contact: String,
    /// Where it is documented.
    #[serde(default)]
    #[schemars(length(max = 300))]
    pub documentation: String,
}

impl ComponentForm {
    fn answers(&self) -> Map<String, Value> {
        let all = [
            ("title", &self.title),
            ("title_en", &self.title_en),
            ("kind", &self.kind),
            ("summary", &self.summary),
            ("terms", &self.terms),
            ("unit", &self.unit),
            ("contact", &self.contact),
            ("documentation", &self.documentation),
        ];
        let given = all.into_iter().filter(|(_, text)| !text.trim().is_empty());
        // A form sends lines with two characters at their ends.
        given.map(|(name, text)| (name.to_owned(), json!(text.trim().replace("\r\n", "\n")))).collect()
    }
}

/// What was offered.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OfferedView {
    /// Its case.
    id: Id,
    /// Its number.
    number: String,
}

pub(super) fn new(call: &Call, _: Nothing) -> Answer<NewView> {
    let who = call.acting()?;
    Ok(Reply::page("portal/technology_new.html", call.read::<_, Never>(|read| Ok(new_view(read, &who)?))?))
}

fn new_view(read: &Read, who: &Acting) -> Result<NewView, Fault> {
    let programme = packs::current(read)?;
    let today = read.now().day();
    let option = |(value, label)| OptionView { value, label };
    let home = identity::home_unit(read, &who.person, today)?;
    Ok(NewView {
        kinds: options(programme.form(&Node::group(), FORM, today), "kind").into_iter().map(option).collect(),
        units: units(read, who)?.into_iter().map(|(node, title)| option((node.name().to_owned(), title))).collect(),
        unit: home.map(|node| node.name().to_owned()).unwrap_or_default(),
    })
}

/// Open units and bases in whose name somebody may offer.
fn units(read: &Read, who: &Acting) -> Result<Vec<(Node, Bilingual)>, Fault> {
    let open = identity::places(read)?.into_iter().filter(|node| node.closed_on.is_none() && who.can(SHARE, &node.path));
    Ok(open.map(|node| (node.path, node.title)).collect())
}

pub(super) fn offer(call: &Call, form: ComponentForm) -> Answer<OfferedView> {
    let who = call.acting()?;
    call.rate(&format!("technology:{}", who.person), PER_MINUTE)?;
    call.write("portal.offer_component", move |tx| {
        let case = offer_component(tx, &who, &form)?;
        let view = OfferedView { id: case.id.clone(), number: case.number };
        Ok(Reply::created(format!("/technology/{}", case.id), view).say("portal-technology-said-offered"))
    })
}

/// Offers it, in the name of a unit for which whoever offers may do so.
pub fn offer_component(tx: &mut Tx, who: &Acting, form: &ComponentForm) -> Outcome<Case, SharingRefusal> {
    who.may_anywhere(SHARE)?;
    let known = units(tx, who)?.into_iter().find(|(node, _)| node.name() == form.unit.trim());
    let (base, _) = known.ok_or(SharingRefusal::Unit)?;
    let title = form.title.trim().to_owned();
    let open = OpenCase { definition: COMPONENT.into(), title, base, parent: None, lead: who.person.clone(), about: None, team: false };
    let case = programme::open_case(tx, who, open).refused_as(SharingRefusal::Case)?;
    let save = SaveAnswers { form: FORM.into(), ordinal: Some(0), answers: form.answers(), complete: true, revision: None };
    programme::save_answers(tx, who, &case.id, save).refused_as(SharingRefusal::Case)?;
    programme::move_case(tx, who, &case.id, "offer", MoveDraft::default()).map(|moved| moved.case).refused_as(SharingRefusal::Move)
}
