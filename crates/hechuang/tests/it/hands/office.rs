//! What operator and office note on the page of a project: mentor, space, ends of retention, roadshow, application unit; and notices.

use testkit::Sight::{Css, Path};

use crate::served::Served;

/// Opens one of the folded forms of the office on the page of a case and fills it in.
#[track_caller]
fn note(s: &Served, case: &str, what: &str, answers: &[(&str, &str)]) {
    s.go(&format!("/cases/{case}"));
    let form = format!("main form[action='/cases/{case}/{what}']");
    s.browser.click(Path(&format!("//details[.//form[@action='/cases/{case}/{what}']]/summary")));
    for (name, answer) in answers {
        let css = format!("{form} [name='{name}']");
        match s.browser.script(&format!("return document.querySelector(\"{css}\").tagName + document.querySelector(\"{css}\").type")).as_str() {
            Some("INPUTdate") => s.browser.set_date(&css, answer),
            Some(kind) if kind.starts_with("SELECT") => s.browser.click(Css(&format!("{css} option[value='{answer}']"))),
            _ => s.browser.fill(&css, answer),
        }
    }
    s.press(Css(&format!("{form} button")));
}

/// A mentor, by name.
#[track_caller]
pub fn assign_mentor(s: &Served, case: &str, who: &str) {
    note(s, case, "mentor", &[("person", &s.name(who))]);
}

/// A desk in the incubation space.
#[track_caller]
pub fn assign_space(s: &Served, case: &str, space: &str) {
    note(s, case, "space", &[("space", space)]);
}

/// Until when the home units keep everybody's position.
#[track_caller]
pub fn retain_until(s: &Served, case: &str, day: &str) {
    note(s, case, "retention", &[("until", day)]);
}

/// Everybody took part in the roadshow training.
#[track_caller]
pub fn note_roadshow(s: &Served, case: &str, evidence: &str) {
    note(s, case, "roadshow", &[("evidence", evidence)]);
}

/// The unit that takes the result over.
#[track_caller]
pub fn choose_unit(s: &Served, case: &str, unit: &str) {
    let node = s.house.world.pack.node_of(unit).expect(unit).to_string();
    note(s, case, "application-unit", &[("unit", &node)]);
}

/// Somebody objects to the notice about a project.
#[track_caller]
pub fn object(s: &Served, title: &str, reason: &str) {
    s.go("/notices");
    let notice = s.link("main a[href^='/notices/']", title);
    s.go(&notice);
    s.browser.fill("main form[action$='/objections'] [name=reason]", reason);
    s.press(Css("main form[action$='/objections'] button"));
}

/// The office answers the objection: not upheld.
#[track_caller]
pub fn answer_objection(s: &Served, title: &str, reason: &str) {
    s.go("/notices");
    let notice = s.link("main a[href^='/notices/']", title);
    s.go(&notice);
    s.browser.click(Css("main select[name=verdict] option[value=rejected]"));
    s.browser.fill("main form[action$='/answers'] [name=reason]", reason);
    s.press(Css("main form[action$='/answers'] button"));
}
