//! The catalogue: what can be called here, and beside it what the plan lists, each with where it stands. Found by words, narrowed by filters, sorted, page by page.
//!
//! Asks what the plan lists and who owns what. Invariant: what is only listed says so, and where the plan says it; what can be called stands there once, in the place of what was listed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use words::{Acting, Bilingual, Id, Instant, Lang, Never, Outcome, fold};

use crate::plan::plans_for;
use crate::{Asks, Billing, Capability, Plan, VersionState, rights, sql};

/// A platform that the plan names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedPlatform {
    /// Key: `comms`.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
}

/// Where the plan says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanSource {
    /// Line of the plan.
    pub line: u32,
    /// Its words.
    pub quote: String,
    /// Date in the text: year, month or day.
    pub as_of: String,
}

/// A capability that the plan lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Key of the fact: `cap.sms`.
    pub key: String,
    /// Name.
    pub name: Bilingual,
    /// More words.
    pub about: Option<Bilingual>,
    /// Its platform.
    pub platform: String,
    /// Where the plan says it.
    pub source: PlanSource,
}

/// What the plan lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedPlan {
    /// Platforms, in the order of the plan.
    pub platforms: Vec<ListedPlatform>,
    /// Capabilities, in the order of the plan.
    pub capabilities: Vec<Listed>,
}

/// Can it be called?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// In the sandbox at least.
    Available,
    /// Not yet: registered, but none of its versions answers. Seen by its owner and the operator only.
    Draft,
    /// No: the plan lists it.
    Listed,
}

/// Who answers for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// The program itself.
    Program,
    /// Somebody of a unit or base.
    Unit,
    /// Somebody who acts for an organisation.
    Firm,
    /// Somebody else.
    Person,
    /// Nobody here: the plan lists it.
    Plan,
}

/// What a live call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Price {
    /// There is a plan that costs nothing.
    Free,
    /// There is a plan that is paid before.
    Prepaid,
    /// There is a plan that is paid by invoice.
    Invoice,
}

impl From<Billing> for Price {
    fn from(billing: Billing) -> Self {
        match billing {
            Billing::Free => Price::Free,
            Billing::Prepaid => Price::Prepaid,
            Billing::Invoice => Price::Invoice,
        }
    }
}

macro_rules! told {
    ($($name:ident: $($variant:ident = $text:literal),+;)+) => {
        $(impl $name {
            /// As it is told, and as its text is found.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        })+
    };
}

told! {
    Availability: Available = "available", Draft = "draft", Listed = "listed";
    OwnerKind: Program = "program", Unit = "unit", Firm = "firm", Person = "person", Plan = "plan";
    Price: Free = "free", Prepaid = "prepaid", Invoice = "invoice";
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By platform, as the plan has them; what can be called first.
    #[default]
    Platform,
    /// By name.
    Name,
    /// What was registered last first; what is listed after it.
    Newest,
}

/// Which are wanted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CatalogueQuery {
    /// Words of name, description, platform, address or (for those signed in) owner.
    #[schemars(length(max = 100))]
    pub q: String,
    /// Platform: `comms`; `none` for those of no platform.
    #[schemars(length(max = 60))]
    pub platform: String,
    /// Can it be called?
    pub state: Option<Availability>,
    /// What a live call costs.
    pub price: Option<Price>,
    /// Who answers for it.
    pub owner: Option<OwnerKind>,
    /// In which order.
    pub sort: Order,
    /// Key of the last entry of the page before.
    #[schemars(length(max = 80))]
    pub cursor: String,
}

/// An entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CatalogueEntry {
    /// Its place in the list: the name in addresses, or the key of the fact.
    pub key: String,
    /// Its name in addresses, if there is something to call.
    pub slug: Option<String>,
    /// Name.
    pub name: Bilingual,
    /// What it does, if somebody said so.
    pub about: Option<Bilingual>,
    /// Platform it counts to.
    pub platform: Option<String>,
    /// Can it be called?
    pub availability: Availability,
    /// State of its newest version that others can call.
    pub state: Option<VersionState>,
    /// Number of that version: `2` of `v2`.
    pub major: Option<i64>,
    /// Who answers for it.
    pub owner_kind: OwnerKind,
    /// Their name, for those signed in.
    pub owner: Option<String>,
    /// How live calls can be paid.
    pub prices: Vec<Price>,
    /// Does the one who looks own it?
    pub mine: bool,
    /// Registered at.
    pub made_at: Option<Instant>,
    /// Where the plan says it.
    pub source: Option<PlanSource>,
}

/// Everything that whoever looks may see, in the order of the plan.
pub struct Catalogue {
    /// Platforms, in the order of the plan.
    pub platforms: Vec<ListedPlatform>,
    /// Entries.
    pub entries: Vec<CatalogueEntry>,
}

/// Reads all of it, in few look-ups: its size is that of the register of capabilities, which is bounded.
pub(crate) fn catalogue<A: Asks>(read: &Read, who: Option<&Acting>) -> Outcome<Catalogue, Never> {
    let (listed, plans, states) = (A::listed(read)?, A::plans(read)?, sql::version_states(read)?);
    let mut seen = Vec::new();
    for capability in sql::capabilities(read)? {
        let newest = states.get(&capability.id).and_then(|all| all.iter().find(|(_, state)| !matches!(state, VersionState::Draft | VersionState::Retired)));
        let own = who.is_some_and(|who| who.person == capability.owner || who.can(rights::RUN, &capability.node));
        if newest.is_some() || own {
            let live = states.get(&capability.id).is_some_and(|all| all.iter().any(|(_, state)| state.is_live()));
            seen.push((capability, newest.copied(), live));
        }
    }
    let firms = A::firms(read)?;
    let owners: Vec<Id> = seen.iter().map(|(capability, ..)| capability.owner.clone()).collect();
    let names = if who.is_some() { A::names(read, &owners)? } else { BTreeMap::new() };
    let by_fact: BTreeMap<&str, &PlanSource> = listed.capabilities.iter().map(|one| (one.key.as_str(), &one.source)).collect();
    let entry = |(capability, newest, live): (Capability, Option<(i64, VersionState)>, bool)| CatalogueEntry {
        owner: names.get(&capability.owner).filter(|_| !capability.is_builtin()).cloned(),
        mine: who.is_some_and(|who| who.person == capability.owner),
        source: capability.fact.as_deref().and_then(|fact| by_fact.get(fact)).map(|source| (*source).clone()),
        ..callable(&capability, newest, if live { prices(&plans, &capability.slug) } else { Vec::new() }, &firms)
    };
    let taken: BTreeSet<String> = seen.iter().filter(|(_, newest, _)| newest.is_some()).filter_map(|(one, ..)| one.fact.clone()).collect();
    let mut entries: Vec<CatalogueEntry> = seen.into_iter().map(entry).collect();
    entries.extend(listed.capabilities.into_iter().filter(|one| !taken.contains(&one.key)).map(only_listed));
    Ok(Catalogue { platforms: listed.platforms, entries })
}

fn prices(plans: &[Plan], slug: &str) -> Vec<Price> {
    let mut found: Vec<Price> = Vec::new();
    for price in plans_for(plans, slug).into_iter().map(|plan| Price::from(plan.billing)) {
        if !found.contains(&price) {
            found.push(price);
        }
    }
    found
}

fn callable(capability: &Capability, newest: Option<(i64, VersionState)>, prices: Vec<Price>, firms: &BTreeSet<Id>) -> CatalogueEntry {
    let about = Bilingual::new(&capability.about_zh, &capability.about_en);
    CatalogueEntry {
        key: capability.slug.clone(),
        slug: Some(capability.slug.clone()),
        name: Bilingual::new(&capability.zh, &capability.en),
        about: Some(about).filter(|about| !(about.zh.is_empty() && about.en.is_empty())),
        platform: capability.platform.clone(),
        availability: if newest.is_some() { Availability::Available } else { Availability::Draft },
        state: newest.map(|(_, state)| state),
        major: newest.map(|(major, _)| major),
        owner_kind: match () {
            () if capability.is_builtin() => OwnerKind::Program,
            () if capability.node.as_str() != words::Node::group().as_str() => OwnerKind::Unit,
            () if firms.contains(&capability.owner) => OwnerKind::Firm,
            () => OwnerKind::Person,
        },
        owner: None,
        prices,
        mine: false,
        made_at: Some(capability.made_at),
        source: None,
    }
}

fn only_listed(one: Listed) -> CatalogueEntry {
    CatalogueEntry {
        key: one.key,
        slug: None,
        name: one.name,
        about: one.about,
        platform: Some(one.platform),
        availability: Availability::Listed,
        state: None,
        major: None,
        owner_kind: OwnerKind::Plan,
        owner: None,
        prices: Vec::new(),
        mine: false,
        made_at: None,
        source: Some(one.source),
    }
}

impl Catalogue {
    /// Those that are wanted, in the wanted order.
    pub(crate) fn found(self, query: &CatalogueQuery, lang: Lang) -> Vec<CatalogueEntry> {
        let names: BTreeMap<&str, &Bilingual> = self.platforms.iter().map(|one| (one.slug.as_str(), &one.name)).collect();
        let place = |platform: &Option<String>| self.platforms.iter().position(|one| Some(&one.slug) == platform.as_ref()).unwrap_or(usize::MAX);
        let wanted = fold(&query.q);
        let mut found: Vec<CatalogueEntry> = self.entries.iter().filter(|one| fits(query, one) && holds(one, &names, &wanted)).cloned().collect();
        match query.sort {
            Order::Platform => found.sort_by_key(|one| (place(&one.platform), one.availability)),
            Order::Name => found.sort_by_cached_key(|one| (fold(one.name.get(lang)), one.key.clone())),
            Order::Newest => found.sort_by_key(|one| std::cmp::Reverse(one.made_at)),
        }
        found
    }
}

fn fits(query: &CatalogueQuery, one: &CatalogueEntry) -> bool {
    let platform = query.platform.trim();
    let on_it = platform.is_empty() || one.platform.as_deref() == Some(platform) || (platform == "none" && one.platform.is_none());
    on_it
        && query.state.is_none_or(|state| state == one.availability)
        && query.price.is_none_or(|price| one.prices.contains(&price))
        && query.owner.is_none_or(|owner| owner == one.owner_kind)
}

/// Does it hold every word? A word of two Chinese characters is found wherever they stand beside each other.
fn holds(one: &CatalogueEntry, platforms: &BTreeMap<&str, &Bilingual>, wanted: &str) -> bool {
    let platform = one.platform.as_deref().and_then(|slug| platforms.get(slug).copied());
    let both = |text: Option<&Bilingual>| text.map(|text| format!("{}\n{}\n", text.zh, text.en)).unwrap_or_default();
    let parts = [both(Some(&one.name)), both(one.about.as_ref()), both(platform), one.key.clone() + "\n", one.owner.clone().unwrap_or_default()];
    let whole = fold(&parts.concat());
    wanted.split_whitespace().all(|word| whole.contains(word))
}

/// The page after the entry of this key, and where to go on. A key that is not there any more begins anew.
pub(crate) fn page(mut found: Vec<CatalogueEntry>, cursor: &str, size: usize) -> (Vec<CatalogueEntry>, Option<String>) {
    let begin = found.iter().position(|one| one.key == cursor && !cursor.is_empty()).map_or(0, |at| at + 1);
    found.drain(..begin);
    let next = (found.len() > size).then(|| found[size - 1].key.clone());
    found.truncate(size);
    (found, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(key: &str, zh: &str, platform: &str) -> CatalogueEntry {
        let source = PlanSource { line: 1, quote: zh.into(), as_of: "2017-07".into() };
        only_listed(Listed { key: key.into(), name: Bilingual::new(zh, key), about: None, platform: platform.into(), source })
    }

    fn all() -> Catalogue {
        let platform = |slug: &str, zh: &str| ListedPlatform { slug: slug.into(), name: Bilingual::new(zh, slug) };
        let sms = CatalogueEntry {
            slug: Some("sms".into()),
            availability: Availability::Available,
            owner_kind: OwnerKind::Program,
            prices: vec![Price::Free, Price::Prepaid],
            made_at: Some(Instant::from_micros(9)),
            about: Some(Bilingual::new("发短信", "Sends messages")),
            ..listed("sms", "短信发送", "comms")
        };
        let entries = vec![
            listed("cap.topup", "充值", "support"),
            listed("cap.voice", "语音", "comms"),
            sms,
            CatalogueEntry { platform: None, slug: Some("echo".into()), availability: Availability::Available, ..listed("echo", "回声", "") },
        ];
        Catalogue { platforms: vec![platform("comms", "基础通信能力开放平台"), platform("support", "业务支撑开放平台")], entries }
    }

    fn keys(query: CatalogueQuery) -> Vec<String> {
        all().found(&query, Lang::Zh).into_iter().map(|one| one.key).collect()
    }

    #[test]
    fn words_and_filters_narrow_the_list() {
        let words = |q: &str| CatalogueQuery { q: q.into(), ..CatalogueQuery::default() };
        assert_eq!(keys(CatalogueQuery::default()), ["sms", "cap.voice", "cap.topup", "echo"], "by platform, what can be called first");
        assert_eq!(keys(words("短信")), ["sms"]);
        assert_eq!(keys(words("通信")), ["sms", "cap.voice"], "of the platform");
        assert_eq!(keys(words("通信 语音")), ["cap.voice"]);
        assert_eq!(keys(words("ＳＭＳ")), ["sms"], "width and case do not matter");
        assert!(keys(words("没有的词")).is_empty());
        assert_eq!(keys(CatalogueQuery { platform: "none".into(), ..CatalogueQuery::default() }), ["echo"]);
        assert_eq!(keys(CatalogueQuery { platform: "support".into(), ..CatalogueQuery::default() }), ["cap.topup"]);
        assert_eq!(keys(CatalogueQuery { state: Some(Availability::Listed), ..CatalogueQuery::default() }), ["cap.voice", "cap.topup"]);
        assert_eq!(keys(CatalogueQuery { price: Some(Price::Prepaid), ..CatalogueQuery::default() }), ["sms"]);
        assert!(keys(CatalogueQuery { price: Some(Price::Invoice), ..CatalogueQuery::default() }).is_empty());
        assert_eq!(keys(CatalogueQuery { owner: Some(OwnerKind::Program), ..CatalogueQuery::default() }), ["sms"]);
        assert_eq!(keys(CatalogueQuery { sort: Order::Newest, ..CatalogueQuery::default() })[0], "sms");
        assert_eq!(keys(CatalogueQuery { sort: Order::Name, ..CatalogueQuery::default() }), ["cap.topup", "echo", "sms", "cap.voice"]);
    }

    #[test]
    fn pages_join_to_the_whole_list() {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let (some, next) = page(all().found(&CatalogueQuery::default(), Lang::Zh), &cursor, 3);
            seen.extend(some.into_iter().map(|one| one.key));
            let Some(next) = next else { break };
            cursor = next;
        }
        assert_eq!(seen, ["sms", "cap.voice", "cap.topup", "echo"]);
        assert_eq!(page(all().entries, "gone", 10).0.len(), 4, "what is not there any more begins anew");
    }
}
