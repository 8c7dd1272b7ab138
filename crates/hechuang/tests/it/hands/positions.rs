//! Positions of members: base pay frozen, seconded; at the end chosen, restored, transferred.

use testkit::Sight::Css;

use super::cases;
use crate::served::Served;

/// The case of the position of the persona with this name, from the to-dos of their HR.
#[track_caller]
pub fn case_of(s: &Served, who: &str) -> String {
    s.go("/cases?definition=person.post");
    cases::case_in(&s.link("main table a[href^='/cases/']", &s.name(who)))
}

/// HR of the home unit freezes grade and base pay, as its page asks.
#[track_caller]
pub fn freeze(s: &Served, position: &str, grade: &str, base_yuan: &str) {
    s.go(&format!("/cases/{position}"));
    s.browser.click(Css(&format!("main a[href='/people/freezings/{position}']")));
    s.browser.wait_for_url("/people/freezings/");
    s.browser.answer("grade", grade);
    s.browser.answer("base_yuan", base_yuan);
    s.press(Css("main form[action$='/check'] button"));
    s.press(Css(&format!("main form[action='/people/freezings/{position}'] button")));
}

/// The page of a position of whoever is signed in, or of somebody of their unit.
#[track_caller]
pub fn open(s: &Served, who: &str) {
    s.go("/people/positions");
    let page = s.link("main table a[href^='/people/positions/']", &s.name(who));
    s.go(&page);
}

/// The member chooses.
#[track_caller]
pub fn choose(s: &Served, who: &str, choice: &str) {
    open(s, who);
    s.browser.answer("choice", choice);
    s.press(Css("main form[action$='/choice'] button"));
}

/// HR restores the member at this grade.
#[track_caller]
pub fn restore(s: &Served, who: &str, grade: &str) {
    open(s, who);
    s.browser.answer("grade", grade);
    s.press(Css("main form[action$='/restoration'] button"));
    s.sees("已复岗");
    assert_eq!(s.beside("复岗职级"), grade, "{who}: the same grade");
}

/// The member goes with the result: the agreement is signed by both sides, and HR hands the position over.
#[track_caller]
pub fn transfer(s: &Served, project: &str, member: &str, hr: &str, owner: &str) {
    s.enter(hr);
    let position = case_of(s, member);
    s.enter(member);
    cases::sign(s, &position, "transfer");
    // The receiving unit finds the position among the cases of the project.
    s.enter(owner);
    let found = cases::child(s, project, &s.name(member));
    assert_eq!(found, position);
    cases::sign(s, &position, "transfer");
    s.enter(hr);
    open(s, member);
    s.press(Css("main form[action$='/transfer'] button"));
    s.sees("已随成果调入");
}
