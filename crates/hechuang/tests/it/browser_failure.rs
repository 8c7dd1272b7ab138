//! Acceptance scenario 2 in a browser: the same project, ended in its fourth month. Nobody is harmed and the lessons stay.

use crate::ground::House;
use crate::hands::way::{STAKES, TEAM, TITLE};
use crate::hands::{cases, long, money, positions, way};
use crate::served::Served;
use testkit::Sight::Css;

const MONTHS: [&str; 4] = ["2026-09", "2026-10", "2026-11", "2026-12"];
const REASON: &str = "试验数据不支持预期，经与团队商定终止";

#[test]
#[ignore = "starts a browser"]
fn browser_lives_a_failure_that_harms_nobody() {
    let s = Served::open(House::peopled());
    let case = way::declare(&s);
    way::admit_and_start(&s, &case);
    way::back(&s, &case);
    let mut paid = way::Paid::default();
    for month in MONTHS {
        let next = words::Day::parse(&format!("{month}-01")).expect("a day").last_of_month().plus_days(1).to_string();
        s.wait_until(&next);
        way::work(&s, &case, &next);
        way::pay(&s, month, &mut paid);
    }
    way::see_deferred(&s, &paid);
    s.wait_days(5);
    s.enter("office");
    cases::make(&s, &case, "terminate", REASON);
    restored(&s);
    close(&s, &case);
    extinguished(&s, &paid);
    s.enter("finance");
    assert_eq!(money::on_account(&s, &format!("project:{case}:grant")), 0, "what was left of the grant went back");
    no_penalty(&s, &case);
    lessons_on_show(&s);
    s.end();
}

/// Everybody goes back to their position at the same grade.
fn restored(s: &Served) {
    for (member, _, hr, grade, ..) in TEAM {
        s.enter(hr);
        positions::restore(s, member, grade);
    }
}

/// The lead writes the lessons down; the office closes the case.
fn close(s: &Served, case: &str) {
    s.enter("lead");
    let text = long("低温下传感器漂移，换材料后仍不达标。");
    cases::fill(s, case, "lessons", &[("tried", &text), ("learned", &text), ("advice", &text), ("publish", "true")]);
    s.enter("office");
    cases::make(s, case, "finish_closing", "");
    cases::stands(s, case, "已终止");
}

/// Nothing stays deferred, nothing of it was paid, and the stakes went as the terms of the round say.
fn extinguished(s: &Served, paid: &way::Paid) {
    for (at, (member, ..)) in TEAM.iter().enumerate() {
        s.enter(member);
        positions::open(s, member);
        let shown = (money::amount_beside(s, "累计已发"), money::amount_beside(s, "留存余额"));
        assert_eq!(shown, (paid.paid[at], 0), "{member}");
    }
    for (backer, amount) in STAKES {
        s.enter(backer);
        assert_eq!(money::wallet(s), 1000 - amount, "{backer}: what was staked is lost, nothing more");
    }
}

/// The failure stands in the record with its reason, and no word of a penalty anywhere.
fn no_penalty(s: &Served, case: &str) {
    s.enter("lead");
    s.go(&format!("/cases/{case}"));
    s.sees(REASON);
    for page in [format!("/cases/{case}"), "/people/positions".into(), "/me".into()] {
        s.go(&page);
        let text = s.text();
        assert!(!["处罚", "扣罚", "追责"].iter().any(|word| text.contains(word)), "{page}: {text}");
    }
}

/// A stranger reads the lessons.
fn lessons_on_show(s: &Served) {
    s.be_a_stranger();
    s.go("/showcase?kind=lessons");
    let page = s.link("main article h2 a", TITLE);
    s.go(&page);
    s.browser.wait_for_text(Css("main"), "低温下传感器漂移");
}
