//! axe-core on real pages: no violation of WCAG 2.0–2.2 A and AA or of best practice, light and dark, in both languages; and what else a page owes its reader.
//!
//! axe-core is fetched by `cargo xtask axe` (which `cargo xtask ci` does) and is no part of the program. The short run looks at the main pages,
//! the long one at every page of the authorisation table for everybody who may see it: two browsers side by side, and what is the same to the letter
//! for several people is looked at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

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

/// Browsers of a long run: as many as a small machine has cores.
const EYES: usize = 2;
/// Pages that one browser takes at a time, before it becomes somebody else.
const SHARE: usize = 12;

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
    armed(Served::open(House::of(endings)))
}

fn armed(served: Served) -> Served {
    let axe = std::fs::read_to_string(AXE).unwrap_or_else(|error| panic!("{AXE}: {error}; run cargo xtask axe"));
    served.browser.carry(&axe);
    served.browser.hold_still();
    served
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// Everything about one page in one language: light and dark, on a desk and on a phone.
fn look_at(s: &Served, place: &str, lang: &str, found: &mut Findings) {
    s.go(&in_language(place, lang));
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
    // One language at a time: more browsers than cores only wait for each other.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let s = open(&ENDINGS);
    let begun = Instant::now();
    let (mut shares, mut pages, mut seen) = (Vec::new(), 0, BTreeSet::new());
    let more = ["operator-hz", "mentor", "unit-gov", "public"].map(|key| ("more", key.to_owned()));
    for (_, who) in columns(&s.house).into_iter().chain(more) {
        let places = pages_for(&s, &who, lang);
        pages += places.len();
        let fresh: Vec<String> = places.into_iter().filter(|(_, letters)| seen.insert(letters.clone())).map(|(place, _)| place).collect();
        shares.extend(fresh.chunks(SHARE).map(|share| (who.clone(), share.to_vec())));
    }
    println!("{lang}: {pages} pages, {} of them different, found in {} s", seen.len(), begun.elapsed().as_secs());
    assert!(pages > 500, "only {pages} pages were found");
    let (found, slowest) = looked_at(&s, shares, lang);
    println!("{lang}: looked at in {} s; the slowest: {slowest:?}", begun.elapsed().as_secs());
    found.assert_none();
}

/// A persona and pages of theirs.
type Share = (String, Vec<String>);

/// Several browsers take share after share; what was found, and the five pages that took longest.
fn looked_at(s: &Served, shares: Vec<Share>, lang: &str) -> (Findings, Vec<(Duration, String)>) {
    let (queue, all) = (Mutex::new(shares), Mutex::new((Findings::default(), Vec::new())));
    let look = |eye: &Served| {
        while let Some((who, places)) = taken(&queue) {
            enter(eye, &who);
            for place in places {
                let (begun, mut found) = (Instant::now(), Findings::default());
                look_at(eye, &place, lang, &mut found);
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                found.0.into_iter().for_each(|(what, places)| all.0.0.entry(what).or_default().extend(places.into_iter().map(|at| format!("{at} ({who})"))));
                all.1.push((begun.elapsed(), place));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..EYES {
            scope.spawn(|| look(&armed(s.another())));
        }
        look(s);
    });
    let (found, mut times) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    times.sort();
    (found, times.into_iter().rev().take(5).collect())
}

fn taken(queue: &Mutex<Vec<Share>>) -> Option<Share> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// Addresses of whole pages that this persona may see, each with its letters: what stands between the shell and the footer, without what only this visit has (its form tokens).
fn pages_for(s: &Served, who: &str, lang: &str) -> Vec<(String, String)> {
    let gets = s.house.app.table().iter().filter(|route| route.method == Method::Get);
    let mut client = s.house.client(who);
    let (mut pages, mut shell) = (Vec::new(), format!("the shell of {who}"));
    for place in gets.filter_map(|route| address(&s.house, route.path, who)) {
        let seen = client.get(&in_language(&place, lang));
        let page = seen.status == 200 && seen.header("content-type").starts_with("text/html") && seen.body.trim_start().to_lowercase().starts_with("<!doctype");
        if page {
            // The first page of each is looked at for its shell.
            pages.push((place, format!("{}{}", std::mem::take(&mut shell), letters(&seen.body))));
        }
    }
    pages
}

fn letters(body: &str) -> String {
    let main = body.find("<main").and_then(|from| Some(&body[from..from + body[from..].find("</main>")?])).unwrap_or(body);
    let mut parts = main.split("name=\"_csrf\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(|part| part.split_once('"').map_or(part, |(_, rest)| rest)).collect::<String>()
}

fn in_language(place: &str, lang: &str) -> String {
    format!("{place}{}lang={lang}", if place.contains('?') { '&' } else { '?' })
}
