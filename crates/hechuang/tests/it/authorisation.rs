//! Who may come in where: every route × {stranger, member, steward, auditor, administrator, hr, finance, judge}. The table is a file of its own; it changes on purpose only.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use packs::Ending;
use webkit::{Access, Method, RouteInfo};

use crate::ground::House;
use crate::places::address;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/authorisation.txt");
const HEAD: &str = "# Who may come in where. Columns: stranger, member (lead of a project), steward (office), auditor, administrator, hr (home unit), finance, judge (expert).\n\
    # GET: the status of the JSON face on a lived programme. Others: what those get who may not (“-”: they may, so it is not tried here).\n\
    # Regenerate on purpose: UPDATE_MAPS=1 cargo test -p hechuang --test it authorisation\n\n";
const UNFILLED: &str = "\n# Patterns for which the lived programme holds nothing; this list may only shrink.\n";

pub const ENDINGS: [Ending; 7] =
    [Ending::GraduatedInternal, Ending::Incubating, Ending::EntryReview, Ending::Screening, Ending::Notice, Ending::Onboarding, Ending::Closed];

/// The columns: name and persona.
pub fn columns(house: &House) -> Vec<(&'static str, String)> {
    let fixed = [
        ("stranger", "-"),
        ("member", "lead"),
        ("steward", "office"),
        ("auditor", "auditor"),
        ("administrator", "admin"),
        ("hr", "hr-zj"),
        ("finance", "finance"),
    ];
    fixed.into_iter().map(|(name, key)| (name, key.to_owned())).chain([("judge", judge(house))]).collect()
}

/// Who judged most and keeps no base besides: panels are drawn, and some experts run one too.
fn judge(house: &House) -> String {
    let judges = house.all("select person as it from review_assignment group by person order by count(*) desc, person", &[]);
    let keys = judges.iter().filter_map(|person| house.key_of(person));
    keys.map(str::to_owned).find(|key| !house.rights(key).contains("programme.run")).expect("somebody judged")
}

#[test]
fn every_route_lets_in_whom_the_table_says() {
    let house = House::of(&ENDINGS);
    let columns = columns(&house);
    let mut unfilled = BTreeSet::new();
    let mut table = String::from(HEAD);
    for route in house.app.table() {
        let statuses: Option<Vec<String>> = columns.iter().map(|(name, key)| status(&house, route, name, key)).collect();
        let access = match route.access {
            Access::Public => "public".to_owned(),
            Access::Person => "person".to_owned(),
            Access::Right(right) => right.to_owned(),
        };
        match statuses {
            Some(statuses) => writeln!(table, "{:6} {} | {} | {access} | {}", route.method.as_str(), route.path, route.id, statuses.join(" ")).expect("a line"),
            None => drop(unfilled.insert(format!("{} {}", route.method.as_str(), route.path))),
        }
    }
    table.push_str(UNFILLED);
    unfilled.iter().for_each(|line| writeln!(table, "{line}").expect("a line"));
    let before = std::fs::read_to_string(FILE).unwrap_or_default();
    only_shrinks(&before, &unfilled);
    if std::env::var_os("UPDATE_MAPS").is_some() {
        std::fs::write(FILE, &table).expect("the table is written");
    }
    let now = std::fs::read_to_string(FILE).unwrap_or_default();
    let differs: Vec<&str> = table.lines().filter(|line| !now.lines().any(|other| other == *line)).collect();
    assert!(table == now, "run with UPDATE_MAPS=1 if this is meant; new lines:\n{}", differs.join("\n"));
    house.temp.assert_clean();
}

/// What somebody gets; nothing if the pattern cannot be filled.
fn status(house: &House, route: &RouteInfo, name: &str, key: &str) -> Option<String> {
    let may = match route.access {
        Access::Public => true,
        Access::Person => name != "stranger",
        Access::Right(right) => house.rights(key).contains(right),
    };
    if route.method != Method::Get {
        return Some(if may { "-".to_owned() } else { refused(house, route, name, key).to_string() });
    }
    let address = address(house, route.path, key)?;
    let seen = house.client(key).get_json(&address);
    assert!(seen.status < 500, "{name} GET {address}: {}", seen.body);
    let expected: &[u16] = if may {
        &[200, 303, 400, 403, 404, 409, 410]
    } else if name == "stranger" {
        &[401]
    } else {
        &[403, 404]
    };
    assert!(expected.contains(&seen.status), "{name} GET {address}: {} {}", seen.status, seen.body);
    Some(seen.status.to_string())
}

/// Nobody does what they may not, whatever they send.
fn refused(house: &House, route: &RouteInfo, name: &str, key: &str) -> u16 {
    let path: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { "cas_0" } else { part }).collect();
    let seen = house.client(key).send_json(route.method.as_str(), &path.join("/"), &serde_json::json!({}));
    let expected: &[u16] = if name == "stranger" { &[401] } else { &[403, 404] };
    assert!(expected.contains(&seen.status), "{name} {route:?}: {} {}", seen.status, seen.body);
    let page = house.client(key).post(&path.join("/"), &[]);
    assert!((300..500).contains(&page.status), "{name} {route:?}: {} {}", page.status, page.body);
    seen.status
}

/// What could be filled once stays filled.
fn only_shrinks(before: &str, now: &BTreeSet<String>) {
    let Some((_, list)) = before.split_once(UNFILLED) else { return };
    let known: BTreeSet<String> = list.lines().map(str::to_owned).collect();
    let more: Vec<&String> = now.difference(&known).collect();
    assert!(more.is_empty(), "these patterns are not tried any more, or never were: {more:?}; fill them in tests/it/places.rs");
}
