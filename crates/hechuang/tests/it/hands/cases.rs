//! Cases: declaring, forms, papers, moves.

use testkit::Sight::{Css, Path};

use super::long;
use crate::served::Served;

/// The lead declares in four short steps; gives the id of the case.
#[track_caller]
pub fn declare(s: &Served, title: &str) -> String {
    s.go("/projects/new");
    s.browser.click(Path("//select[@name='base']/option[contains(@value, 'hz-space')]"));
    s.browser.answer("channel", "self");
    s.press(Css("main form[action='/projects'] button.pri"));
    let text = long("消火栓水压远程感知，减少人工巡检。");
    step(s, &[("title", title), ("summary", "给消火栓装上窄带物联网水压传感器"), ("line", "everyone"), ("domains", "iot"), ("domains", "city")]);
    step_on(s, "step=2", &[("problem", &text), ("solution", &text), ("maturity", "technology"), ("stage", "seed")]);
    step_on(s, "step=3", &[("team_strengths", &text), ("full_time", "true")]);
    step_on(s, "step=4", &[("plan", &text), ("duration_months", "8"), ("milestones", "完成现场试点"), ("grant", "300000.00"), ("value", &text)]);
    step_on(s, "/check", &[("original", "true"), ("rules_read", "true"), ("public_ok", "true")]);
    s.sees(title);
    case_in(&s.browser.url())
}

/// The id in the address of a page of a case.
#[track_caller]
pub fn case_in(url: &str) -> String {
    let id = url.split("/cases/").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next());
    id.unwrap_or_else(|| panic!("no case in {url}")).to_owned()
}

fn step(s: &Served, answers: &[(&str, &str)]) {
    answers.iter().for_each(|(name, answer)| s.browser.answer(name, answer));
}

#[track_caller]
fn step_on(s: &Served, part: &str, answers: &[(&str, &str)]) {
    step(s, answers);
    s.press(Css("button[name=_next][value=next]"));
    s.browser.wait_for_url(part);
}

/// Opens a form from the page of its case, fills it in, looks at the answers and hands it in.
#[track_caller]
pub fn fill(s: &Served, case: &str, form: &str, answers: &[(&str, &str)]) {
    s.go(&format!("/cases/{case}"));
    let address = format!("/cases/{case}/forms/{form}");
    s.browser.click(Css(&format!("main a.btn[href='{address}']")));
    s.browser.wait_for_url(&address);
    step_on(s, "/check", answers);
    if s.browser.count(Css("main form[action*='/completion'] button")) > 0 {
        s.press(Css("main form[action*='/completion'] button"));
    }
}

/// The lead finds a colleague by name and invites them.
#[track_caller]
pub fn invite(s: &Served, case: &str, who: &str) {
    s.go(&format!("/cases/{case}"));
    s.browser.answer("person", &s.name(who));
    s.browser.wait_for(Css("#person-found input[name=person_id]:checked"));
    s.press(Css("main form[action$='/members'] button"));
}

/// Reads a paper and signs it.
#[track_caller]
pub fn sign(s: &Served, case: &str, document: &str) {
    s.go(&format!("/cases/{case}"));
    s.browser.click(Css(&format!("main a[href='/cases/{case}/documents/{document}']")));
    s.browser.wait_for_url("/documents/");
    s.press(Css("main form[action$='/signatures'] button"));
}

/// Makes a move on the page of a case, with a reason where one is asked for.
#[track_caller]
pub fn make(s: &Served, case: &str, name: &str, reason: &str) {
    s.go(&format!("/cases/{case}"));
    if !reason.is_empty() {
        s.browser.fill(&format!("#reason-{name}"), reason);
    }
    s.press(Path(&format!("//form[.//input[@name='move' and @value='{name}']]//button[not(@disabled)]")));
}

/// The page of the case says that this move waits for something of which the text is a part.
#[track_caller]
pub fn waits_for(s: &Served, case: &str, name: &str, part: &str) {
    s.go(&format!("/cases/{case}"));
    let item = format!("//li[form[.//input[@name='move' and @value='{name}']]]");
    assert!(s.browser.count(Path(&format!("{item}//button[@disabled]"))) > 0, "{name} is open: {}", s.text());
    s.browser.wait_for_text(Path(&format!("{item}//div[contains(@class, 'missing')]")), part);
}

/// The page of the case shows this state.
#[track_caller]
pub fn stands(s: &Served, case: &str, state: &str) {
    s.go(&format!("/cases/{case}"));
    s.browser.wait_for_text(Css("main .phead .tag"), state);
}

/// Address of a case that belongs to this one and whose line holds the text.
#[track_caller]
pub fn child(s: &Served, case: &str, text: &str) -> String {
    s.go(&format!("/cases/{case}"));
    case_in(&s.link("section[aria-labelledby=children] a", text))
}
