//! Every page of every persona in both languages, and its JSON face against the OpenAPI document.

use packs::Ending;
use serde_json::Value;
use webkit::testing::Seen;
use webkit::{Method, RouteInfo};

use crate::authorisation::columns;
use crate::ground::House;
use crate::places::address;
use crate::schema::findings;

const ENDINGS: [Ending; 5] = [Ending::GraduatedInternal, Ending::Incubating, Ending::EntryReview, Ending::Notice, Ending::Onboarding];

/// Starts of the keys of texts: a page that shows one has no sentence for it.
const KEYS: [&str; 16] = [
    "billing-",
    "tariffs-",
    "rating-why",
    "portal-",
    "programme-",
    "desk-",
    "identity-",
    "people-",
    "awards-",
    "hemi-",
    "register-",
    "webkit-",
    "problem-",
    "review-",
    "capabilities-",
    "gateway-",
];

fn personas(house: &House) -> Vec<String> {
    let table = columns(house).into_iter().map(|(_, key)| key);
    table.chain(["operator-hz", "mentor", "unit-gov", "public", "developer", "capability-operator"].map(str::to_owned)).collect()
}

fn gets(house: &House) -> Vec<RouteInfo> {
    house.app.table().iter().filter(|route| route.method == Method::Get).cloned().collect()
}

#[test]
fn every_page_is_whole_in_chinese() {
    every_page_is_whole("zh-CN");
}

#[test]
fn every_page_is_whole_in_english() {
    every_page_is_whole("en");
}

fn every_page_is_whole(lang: &str) {
    let house = House::of(&ENDINGS);
    let mut wrong = Vec::new();
    for key in personas(&house) {
        let mut client = house.client(&key);
        for route in gets(&house) {
            let Some(address) = address(&house, route.path, &key).filter(|_| route.path != "/audit/verify" || lang == "en") else { continue };
            let seen = client.get(&format!("{address}{}lang={lang}", if address.contains('?') { '&' } else { '?' }));
            let found = whole(&seen, lang).into_iter().filter(|what| !names_codes(route.path, what));
            wrong.extend(found.map(|what| format!("{key} {lang} {address} ({}): {what}", route.path)));
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    house.temp.assert_clean();
}

/// The pages that explain problems name their codes on purpose.
fn names_codes(path: &str, what: &str) -> bool {
    path.starts_with("/problems") && what.starts_with("shows the key")
}

/// What is wrong with a page.
fn whole(seen: &Seen, tag: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if ![200, 303, 403, 404, 409, 410, 429].contains(&seen.status) {
        wrong.push(format!("status {} {}", seen.status, seen.body.chars().take(300).collect::<String>()));
    }
    if !seen.header("content-type").starts_with("text/html") {
        return wrong;
    }
    let csp = seen.header("content-security-policy");
    if !(csp.contains("script-src 'self'") && csp.contains("style-src 'self'") && !csp.contains("unsafe")) {
        wrong.push(format!("policy: {csp}"));
    }
    if seen.status == 303 {
        return wrong;
    }
    let whole_page = seen.body.trim_start().to_ascii_lowercase().starts_with("<!doctype html");
    if whole_page && !seen.body.contains(&format!("<html lang=\"{tag}\"")) {
        wrong.push(format!("not marked as {tag}: {:?}", seen.body.find("<html").map(|at| &seen.body[at..at + 40])));
    }
    let (tags, text) = taken_apart(&seen.body);
    wrong.extend(tags.iter().filter_map(|tag| loose(tag)));
    wrong.extend(naked_keys(&text).map(|key| format!("shows the key {key}")));
    wrong
}

/// The insides of all tags, and the text between them (without scripts).
fn taken_apart(html: &str) -> (Vec<&str>, String) {
    let (mut tags, mut text, mut rest) = (Vec::new(), String::new(), html);
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        text.push(' ');
        let inside = &rest[open + 1..];
        let mut quoted = None;
        let end = inside.char_indices().find(|(_, c)| match quoted {
            Some(quote) => {
                quoted = (quote != *c).then_some(quote);
                false
            }
            None => {
                quoted = (*c == '"' || *c == '\'').then_some(*c);
                *c == '>'
            }
        });
        let end = end.map_or(inside.len(), |(at, _)| at);
        tags.push(&inside[..end]);
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    (tags, text)
}

/// A style or a handler inside of a tag, which the policy would stop, or an address that is a script.
fn loose(tag: &str) -> Option<String> {
    let mut names = tag.split('"').step_by(2).flat_map(str::split_whitespace).skip(1).map(|part| part.trim_end_matches('='));
    let bad = names.find(|name| *name == "style" || (name.starts_with("on") && name.len() > 3 && name.chars().all(char::is_alphabetic)));
    let script = tag.split('"').skip(1).step_by(2).any(|value| value.trim_start().to_ascii_lowercase().starts_with("javascript:"));
    (bad.is_some() || script).then(|| format!("loose script or style in <{tag}>"))
}

fn naked_keys(text: &str) -> impl Iterator<Item = &str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '/' || c == '.';
    text.split(move |c| !word(c)).filter(|word| KEYS.iter().any(|start| word.starts_with(start) && word.len() > start.len() + 2) && !word.contains(['/', '.']))
}

#[test]
fn every_json_reply_is_as_the_document_says() {
    let house = House::of(&ENDINGS);
    let document = house.app.openapi().expect("the document");
    let (mut wrong, mut shown) = (Vec::new(), 0);
    for key in personas(&house) {
        let mut client = house.client(&key);
        for route in gets(&house) {
            let Some(address) = address(&house, route.path, &key) else { continue };
            let seen = client.get_json(&format!("/api/v1{address}"));
            shown += i32::from(seen.status == 200);
            wrong.extend(against(&document, &route, &seen).into_iter().map(|what| format!("{} ({key}): {what}", route.path)));
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    assert!(shown > 200, "only {shown} replies were seen");
}

fn against(document: &Value, route: &RouteInfo, seen: &Seen) -> Vec<String> {
    if seen.status >= 400 {
        let problem = findings(document, &document["components"]["schemas"]["Problem"], &seen.json());
        let kind = (!seen.header("content-type").starts_with("application/problem+json")).then(|| format!("a problem of type {}", seen.header("content-type")));
        let broken = (seen.status >= 500).then(|| seen.body.clone());
        return problem.into_iter().chain(kind).chain(broken).collect();
    }
    if !seen.header("content-type").starts_with("application/json") || route.path == "/openapi.json" {
        return Vec::new();
    }
    let path = route.path.replace("{*", "{");
    let schema = &document["paths"][path.as_str()]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    let mut found = findings(document, schema, &seen.json());
    found.truncate(5);
    found
}
