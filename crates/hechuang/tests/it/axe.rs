//! axe-core on real pages: no violation of WCAG 2.0–2.2 A and AA or of best practice, light and dark, in both languages; and what else a page owes its reader.
//!
//! axe-core is fetched by `cargo xtask axe` (which `cargo xtask ci` does) and is no part of the program. The short run looks at the main pages,
//! the long one at every page of the authorisation table for everybody who may see it.

use std::collections::{BTreeMap, BTreeSet};

use packs::Ending;
use serde_json::Value;
use webkit::Method;

use crate::authorisation::{ENDINGS, columns};
use crate::ground::House;
use crate::places::address;
use crate::served::Served;

const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/axe/axe.min.js");
const SHORT: [Ending; 3] = [Ending::GraduatedInternal, Ending::Incubating, Ending::EntryReview];

/// What the short run looks at: persona and route.
const MAIN: [(&str, &str); 29] = [
    ("-", "/"),
    ("-", "/login"),
    ("-", "/programme"),
    ("-", "/works"),
    ("-", "/bases"),
    ("-", "/bases/{key}"),
    ("-", "/rulebook"),
    ("-", "/projects"),
    ("-", "/showcase/{case}"),
    ("-", "/notices/{id}"),
    ("-", "/rounds/{id}"),
    ("-", "/help"),
    ("-", "/problems/{code}"),
    ("-", "/nowhere"),
    ("lead", "/me"),
    ("lead", "/projects/new"),
    ("lead", "/cases/{id}"),
    ("office", "/cases/{id}/forms/{form}"),
    ("lead", "/cases/{id}/documents/{document}"),
    ("lead", "/awards/{id}"),
    ("lead", "/hemi"),
    ("lead", "/people/positions/{id}"),
    ("lead", "/inbox"),
    ("lead", "/me/security"),
    ("judge", "/reviews/{id}"),
    ("finance", "/people/pay/{id}"),
    ("finance", "/ledger"),
    ("office", "/admin/params/{key}"),
    ("admin", "/admin/people"),
];

/// Latin sentences that belong on Chinese pages: how a browser names itself.
const LATIN: [&str; 1] = ["Mozilla/5.0"];

const LOOK: &str = r#"
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const told = r => r.violations.flatMap(v => v.nodes.slice(0, 4).map(n => `axe ${v.id}: ${n.target.join(' ')} ${n.html.slice(0, 160)} ${(n.any[0] || n.all[0] || n.none[0] || {}).message || ''}`));
document.documentElement.dataset.theme = THEME;
return axe.run(document, { runOnly: RULES || { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(told);
"#;

const READ: &str = r#"
const found = [], root = document.documentElement;
if (root.lang !== LANG) found.push(`lang is ${root.lang}`);
if (LANG === 'zh-CN') {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), at = walk.currentNode.parentElement;
    if (/\p{Script=Han}/u.test(text) || at.closest('code,pre,script,style,datalist,[lang=en]')) continue;
    if (text.split(/\s+/).filter(w => /^["'(]?[A-Za-z][a-z’'-]+[.,;:!?)"']*$/.test(w)).length >= 3) found.push(`Latin: ${text.slice(0, 120)}`);
  }
}
return found;
"#;

const WIDE: &str = r#"
const width = document.documentElement.scrollWidth;
if (width <= 390) return [];
const out = [...document.querySelectorAll('main *')].filter(e => !e.closest('.tbl-wrap') && e.getBoundingClientRect().right > 391).slice(0, 3);
return [`${width} wide on a phone: ` + out.map(e => e.outerHTML.slice(0, 100)).join(' ')];
"#;

/// Findings with the addresses they were seen at.
#[derive(Default)]
struct Findings(BTreeMap<String, BTreeSet<String>>);

impl Findings {
    fn add(&mut self, place: &str, found: impl IntoIterator<Item = String>) {
        for what in found {
            self.0.entry(what).or_default().insert(place.to_owned());
        }
    }

    #[track_caller]
    fn assert_none(&self) {
        let lines: Vec<String> = self.0.iter().map(|(what, places)| format!("{what}\n    at {}", first_of(places))).collect();
        assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
    }
}

fn first_of(places: &BTreeSet<String>) -> String {
    let some: Vec<&str> = places.iter().take(3).map(String::as_str).collect();
    format!("{}{}", some.join(", "), if places.len() > 3 { format!(" and {} more", places.len() - 3) } else { String::new() })
}

fn open(endings: &[Ending]) -> Served {
    let axe = std::fs::read_to_string(AXE).unwrap_or_else(|error| panic!("{AXE}: {error}; run cargo xtask axe"));
    let served = Served::open(House::of(endings));
    served.browser.carry(&axe);
    served.browser.hold_still();
    served
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// Everything about one page in one language: light and dark, on a desk and on a phone.
fn look_at(s: &Served, place: &str, lang: &str, found: &mut Findings) {
    let with = if place.contains('?') { '&' } else { '?' };
    s.go(&format!("{place}{with}lang={lang}"));
    let place = format!("{lang} {place}");
    let script = |theme: &str, rules: &str| LOOK.replace("THEME", &format!("'{theme}'")).replace("RULES", rules);
    found.add(&place, texts(&s.browser.script(&script("light", "null"))).into_iter().map(|what| format!("light {what}")));
    found.add(&place, texts(&s.browser.script(&script("dark", "['color-contrast']"))).into_iter().map(|what| format!("dark {what}")));
    let read = texts(&s.browser.script(&READ.replace("LANG", &format!("'{lang}'"))));
    found.add(&place, read.into_iter().filter(|what| !LATIN.iter().any(|known| what.contains(known))));
    s.browser.width(390, 844);
    found.add(&place, texts(&s.browser.script(WIDE)));
    s.browser.width(1280, 900);
    let told = s.browser.console_errors().into_iter().filter(|what| !what.contains("/nowhere"));
    found.add(&place, told.map(|what| format!("console {what}")));
}

fn enter(s: &Served, who: &str) {
    if who == "-" { s.be_a_stranger() } else { s.enter(who) }
}

#[test]
#[ignore = "starts a browser, needs axe-core"]
fn browser_finds_no_barrier_on_the_main_pages() {
    let s = open(&SHORT);
    let (mut found, mut inside) = (Findings::default(), String::new());
    let judge = columns(&s.house).pop().expect("a judge").1;
    for (who, route) in MAIN {
        let who = if who == "judge" { &judge } else { who };
        if inside != who {
            enter(&s, who);
            who.clone_into(&mut inside);
        }
        let place = address(&s.house, route, who).unwrap_or_else(|| panic!("nothing lies at {route}"));
        ["zh-CN", "en"].iter().for_each(|lang| look_at(&s, &place, lang, &mut found));
    }
    found.assert_none();
}

#[test]
#[ignore = "long: every page, language, theme and role with axe-core"]
fn every_page_in_chinese_is_without_barriers() {
    every_page("zh-CN");
}

#[test]
#[ignore = "long: every page, language, theme and role with axe-core"]
fn every_page_in_english_is_without_barriers() {
    every_page("en");
}

fn every_page(lang: &str) {
    let s = open(&ENDINGS);
    let (mut found, mut seen) = (Findings::default(), 0);
    let more = ["operator-hz", "mentor", "unit-gov", "public"].map(|key| ("more", key.to_owned()));
    for (_, who) in columns(&s.house).into_iter().chain(more) {
        enter(&s, &who);
        for place in pages_for(&s, &who) {
            look_at(&s, &place, lang, &mut found);
            seen += 1;
        }
    }
    found.assert_none();
    assert!(seen > 500, "only {seen} pages were looked at");
}

/// Addresses of whole pages that this persona may see.
fn pages_for(s: &Served, who: &str) -> Vec<String> {
    let gets = s.house.app.table().iter().filter(|route| route.method == Method::Get);
    let mut client = s.house.client(who);
    let mut whole = |place: &str| {
        let seen = client.get(place);
        seen.status == 200 && seen.header("content-type").starts_with("text/html") && seen.body.trim_start().to_lowercase().starts_with("<!doctype")
    };
    gets.filter_map(|route| address(&s.house, route.path, who)).filter(|place| whole(place)).collect()
}
