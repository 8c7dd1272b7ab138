//! What stands around a page: navigation by rights, counts, search, footer.
//!
//! Asks `desk` for open to-dos and unread messages. Invariant: at most ten items stand in the rail; what has no place there is in the personal menu.

use serde_json::{Value, json};
use store::Read;
use webkit::Call;
use words::{Acting, Fault, Never};

use crate::rights;

/// Most items of the rail.
const RAIL: usize = 10;

/// What the site says of itself in the footer. An app value; empty texts are left out.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Number of the ICP record.
    pub icp: String,
    /// Number of the public-security record.
    pub psb: String,
}

/// The parts that `/audit/verify` checks. An app value.
#[derive(Clone)]
pub struct Parts(pub Vec<&'static store::Part>);

/// The shell of every page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shell;

impl webkit::Chrome for Shell {
    fn chrome(&self, call: &Call) -> Value {
        let around = json!({ "brand": call.text("site-name"), "home": "/", "search": "/search", "help": "/help", "footer": footer(call) });
        match call.who() {
            None => with(with(around, json!({ "console": false, "nav": plain(call, &STRANGERS) })), registration(call)),
            Some(who) => console(call, who, around),
        }
    }
}

/// Where strangers register, if they may.
fn registration(call: &Call) -> Value {
    if call.door().value::<crate::Registration>().is_some() { json!({ "register": "/register" }) } else { json!({}) }
}

/// Address, key of the label, icon.
type Item = (&'static str, &'static str, &'static str);

const STRANGERS: [(&str, &str); 7] = [
    ("/programme", "portal-nav-programme"),
    ("/projects", "portal-nav-projects"),
    ("/showcase", "portal-nav-showcase"),
    ("/bases", "portal-nav-bases"),
    ("/platforms", "portal-nav-platforms"),
    ("/tariffs", "portal-nav-tariffs"),
    ("/notices", "portal-nav-notices"),
];

/// Items of the rail: the rights of which one is enough (none: everybody), and how soon it gives way when the rail is full (0: never).
struct Entry {
    item: Item,
    any: &'static [&'static str],
    gives_way: u8,
}

const fn entry(item: Item, any: &'static [&'static str], gives_way: u8) -> Entry {
    Entry { item, any, gives_way }
}

const RAIL_ENTRIES: [Entry; 17] = [
    entry(("/me", "portal-nav-me", "home"), &[], 0),
    entry(("/projects", "portal-nav-projects", "bulb"), &[], 0),
    entry(("/board", "portal-nav-board", "board"), &[], 5),
    entry(("/reviews", "portal-nav-reviews", "check"), &[rights::JUDGE], 0),
    entry(("/hemi", "portal-nav-hemi", "coins"), &["hemi.back"], 4),
    entry(("/people/positions", "portal-nav-people", "users"), &["people.choose", "people.hr", "people.pay", "people.read"], 0),
    entry(("/awards", "portal-nav-awards", "star"), &[], 6),
    entry(("/ledger", "portal-nav-ledger", "scale"), &[rights::LEDGER_READ], 0),
    entry(("/capabilities", "portal-nav-capabilities", "plug"), &[], 3),
    entry(("/billing/office", "portal-nav-billing", "receipt"), &["billing.see"], 0),
    entry(("/notices", "portal-nav-notices", "bell"), &[], 2),
    entry(("/programme", "portal-nav-programme", "map"), &[], 1),
    entry(("/tariffs", "portal-nav-tariffs", "chart"), &[], 1),
    entry(("/technology", "portal-nav-technology", "link"), &[], 1),
    entry(("/registers", "portal-nav-registers", "book"), &["register.keep"], 1),
    entry(("/admin", "portal-nav-admin", "gear"), ADMIN, 0),
    entry(("/audit", "portal-nav-audit", "shield"), &[rights::AUDIT], 0),
];

/// Who sees the administration at all.
pub(crate) const ADMIN: &[&str] = &["identity.admin", "identity.people", rights::JOBS, rights::PARAMS, rights::PACKS, "capabilities.run"];

/// Does one of the grants carry one of these rights, anywhere?
pub(crate) fn holds_any(who: &Acting, any: &[&str]) -> bool {
    let scoped = |right: &str| who.scopes.as_ref().is_none_or(|scopes| scopes.contains(right));
    any.is_empty() || who.is_system() || any.iter().any(|right| scoped(right) && who.grants.iter().any(|grant| grant.rights.contains(*right)))
}

fn console(call: &Call, who: &Acting, around: Value) -> Value {
    let (todos, unread) = call.read::<_, Never>(|read| Ok(counts(read, who)?)).unwrap_or((0, 0));
    let (rail, rest) = rail(who);
    let mut nav = links(call, &rail);
    if let Some(first) = nav.first_mut() {
        first["count"] = json!(todos);
    }
    let own = [
        ("/billing", "portal-menu-billing", "receipt"),
        ("/me/profile", "portal-menu-profile", "user"),
        ("/me/security", "portal-menu-security", "lock"),
        ("/me/notifications", "portal-menu-notifications", "bell"),
    ];
    let menu = [links(call, &rest), links(call, &own)].concat();
    with(around, json!({ "console": true, "home": "/me", "nav": nav, "menu": menu, "inbox": { "href": "/inbox", "count": unread } }))
}

/// Open to-dos and unread messages.
fn counts(read: &Read, who: &Acting) -> Result<(usize, i64), Fault> {
    Ok((desk::my_todo_count(read, who, 100)?, desk::unread_count(read, &who.person)?))
}

/// What stands in the rail of somebody, and what had to give way.
fn rail(who: &Acting) -> (Vec<Item>, Vec<Item>) {
    let mut shown: Vec<&Entry> = RAIL_ENTRIES.iter().filter(|entry| holds_any(who, entry.any)).collect();
    let mut rest = Vec::new();
    while shown.len() > RAIL {
        let next = shown.iter().enumerate().filter(|(_, entry)| entry.gives_way > 0).min_by_key(|(_, entry)| entry.gives_way).map(|(at, _)| at);
        let Some(at) = next else { break };
        rest.push(shown.remove(at).item);
    }
    (shown.into_iter().map(|entry| place(who, entry.item)).collect(), rest)
}

/// Who runs the pay and has no position of their own starts at the pay runs.
fn place(who: &Acting, item: Item) -> Item {
    let runs_pay = item.0 == "/people/positions" && holds_any(who, &["people.pay", "people.read"]) && !holds_any(who, &["people.choose"]);
    if runs_pay { ("/people/pay", item.1, item.2) } else { item }
}

fn links(call: &Call, items: &[Item]) -> Vec<Value> {
    items.iter().map(|(href, label, icon)| json!({ "href": href, "label": call.text(label), "icon": icon })).collect()
}

/// Without icons: the top of the public pages has no room for them.
fn plain(call: &Call, items: &[(&'static str, &'static str)]) -> Vec<Value> {
    items.iter().map(|(href, label)| json!({ "href": href, "label": call.text(label) })).collect()
}

fn footer(call: &Call) -> Vec<Value> {
    let mut items: Vec<Value> = [
        ("/registers", "portal-nav-registers"),
        ("/facts", "portal-nav-facts"),
        ("/privacy", "portal-privacy"),
        ("/accessibility", "portal-accessibility"),
        ("/help", "help"),
    ]
    .map(|(href, label)| json!({ "href": href, "label": call.text(label) }))
    .to_vec();
    let site = call.door().value::<Site>().cloned().unwrap_or_default();
    for (number, href) in [(site.icp, "https://beian.miit.gov.cn/"), (site.psb, "https://beian.mps.gov.cn/")] {
        if !number.is_empty() {
            items.push(json!({ "href": href, "label": number }));
        }
    }
    items
}

fn with(mut base: Value, more: Value) -> Value {
    if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;
    use words::{Grant, Id, Node};

    fn who(rights: &[&str]) -> Acting {
        let grant = Grant {
            role: "r".into(),
            node: Node::group(),
            rights: rights.iter().map(|right| (*right).to_owned()).collect(),
            deputy_for: None,
            office: false,
            but: Default::default(),
        };
        Acting { person: Id::fixed("per_1"), grants: vec![grant], proved_at: None, scopes: None }
    }

    #[test]
    fn the_rail_holds_ten_and_loses_none() {
        let everything = ["register.keep", "review.judge", "hemi.back", "people.choose", "ledger.read", "jobs.manage", "audit.read"];
        let (rail, rest) = rail(&who(&everything));
        assert_eq!((rail.len(), rest.len()), (10, 6));
        assert_eq!(rest.iter().map(|item| item.0).collect::<Vec<_>>(), ["/programme", "/tariffs", "/technology", "/registers", "/notices", "/capabilities"]);
    }

    #[test]
    fn the_rail_is_filtered_by_rights() {
        let addresses = |rights: &[&str]| rail(&who(rights)).0.iter().map(|item| item.0).collect::<Vec<_>>();
        assert_eq!(addresses(&[]), ["/me", "/projects", "/board", "/awards", "/capabilities", "/notices", "/programme", "/tariffs", "/technology"]);
        assert!(addresses(&["people.pay"]).contains(&"/people/pay"));
        assert!(addresses(&["people.pay", "people.choose"]).contains(&"/people/positions"));
    }
}
