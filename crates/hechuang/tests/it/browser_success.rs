//! Acceptance scenario 1 in a browser, from sign-in to the end: declared, admitted, six months, converted inside, rewarded, members restored or transferred.

use crate::ground::House;
use crate::hands::way::{STAKES, TEAM, TITLE};
use crate::hands::{cases, long, money, office, positions, reviews, way};
use crate::served::Served;
use testkit::Sight::Css;

/// Paid months; the first is a part.
const MONTHS: [&str; 7] = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"];

#[test]
#[ignore = "starts a browser"]
fn browser_lives_a_success_from_sign_in_to_the_end() {
    let s = Served::open(House::peopled());
    let case = way::declare(&s);
    way::admit_and_start(&s, &case);
    way::back(&s, &case);
    s.enter("finance");
    assert_eq!(money::on_account(&s, &format!("project:{case}:grant")), 30_000_000, "the grant is committed");
    let paid = incubate(&s, &case);
    way::see_deferred(&s, &paid);
    leave_incubation(&s, &case);
    reviews::panel(&s, &case, 7, 85);
    convert(&s, &case);
    made_up(&s, &paid);
    award(&s, &case);
    choose(&s, &case);
    on_show(&s);
    s.end();
}

/// Six months: check-ins, sessions of the mentor, pay.
fn incubate(s: &Served, case: &str) -> way::Paid {
    let mut paid = way::Paid::default();
    for month in MONTHS {
        let next = words::Day::parse(&format!("{month}-01")).expect("a day").last_of_month().plus_days(1).to_string();
        s.wait_until(&next);
        if month != MONTHS[0] {
            way::work(s, case, &next);
        }
        way::pay(s, month, &mut paid);
    }
    paid
}

/// The milestone is reached with its report, the mentor finds it ready, the lead applies, the team is trained for the roadshow.
fn leave_incubation(s: &Served, case: &str) {
    let today = s.now().day().to_string();
    let report = std::env::temp_dir().join(format!("hechuang-report-{}.pdf", std::process::id()));
    std::fs::write(&report, b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n").expect("a report");
    s.enter("lead");
    cases::waits_for(s, case, "prepare_exit", "里程碑");
    let result = long("三个区试点报告。");
    let path = report.display().to_string();
    cases::fill(s, case, "milestone", &[("title", "完成现场试点"), ("due", &today), ("result", &result), ("met", "met"), ("evidence", &path)]);
    let results = long("三个区试点，误报率低于千分之一。");
    let answers = [("route", "internal"), ("results", &results), ("users", &results), ("maturity", "product"), ("next_year", &results), ("stay", "mixed")];
    cases::fill(s, case, "exit_application", &answers);
    s.enter("mentor");
    cases::fill(s, case, "mentor_opinion", &[("verdict", "ready"), ("reasons", &result), ("maturity", "product")]);
    s.enter("lead");
    cases::make(s, case, "prepare_exit", "");
    let how = long("按交接手册操作。");
    cases::fill(s, case, "deliverables", &[("list", "水压传感器固件\n平台接口"), ("ip", "发明专利一项"), ("how_to", &how)]);
    s.enter("operator-hz");
    cases::waits_for(s, case, "to_exit_review", "路演");
    office::note_roadshow(s, case, "路演集训签到表");
    cases::make(s, case, "to_exit_review", "");
    let _ = std::fs::remove_file(report);
}

/// The application unit signs its intent, checks what it gets and confirms.
fn convert(s: &Served, case: &str) {
    office::choose_unit(s, case, "gov");
    s.enter("unit-gov");
    cases::sign(s, case, "intent");
    s.enter("office");
    cases::make(s, case, "choose_internal", "");
    s.enter("unit-gov");
    let unit = s.house.world.pack.node_of("gov").expect("a unit").to_string();
    let (name, today, text) = (s.name("unit-gov"), s.now().day().to_string(), long("接入城市消防平台。"));
    let checked = ["deliverables", "documents", "ip", "trained"].map(|one| ("checked", one));
    let mut answers = vec![("unit", unit.as_str()), ("owner", &name), ("use", &text), ("accepted_on", &today)];
    answers.extend(checked);
    cases::fill(s, case, "transfer_acceptance", &answers);
    cases::sign(s, case, "transfer_acceptance");
    cases::make(s, case, "confirm_transfer", "");
    cases::stands(s, case, "出孵·内部转化");
}

/// The deferred pay is made up in one run, to the fen, and the stakes are doubled.
fn made_up(s: &Served, paid: &way::Paid) {
    for (at, (member, ..)) in TEAM.iter().enumerate() {
        s.enter(member);
        positions::open(s, member);
        let shown = (money::amount_beside(s, "累计已发"), money::amount_beside(s, "留存余额"));
        assert_eq!(shown, (paid.paid[at] + paid.deferred[at], 0), "{member}: one run, and nothing is left");
    }
    for (backer, amount) in STAKES {
        s.enter(backer);
        assert_eq!(money::wallet(s), 1000 + amount, "{backer}: doubled");
    }
}

/// Nominated, judged by five, graded within its level, shared, agreed to by each, announced and paid.
fn award(s: &Served, case: &str) {
    s.enter("lead");
    let award = cases::child(s, case, "提名");
    let names = TEAM.map(|(member, ..)| s.name(member)).join("\n");
    let (reasons, benefit) = (long("全省推广的示范成果。"), long("年节约巡检费用。"));
    cases::fill(s, &award, "award_case", &[("scheme", "conversion"), ("reasons", &reasons), ("benefit", &benefit), ("people_add", &names)]);
    s.enter("office");
    cases::make(s, &award, "nominate", "");
    reviews::panel(s, &award, 5, 85);
    money::grade(s, &award, 85, "500000.00");
    s.enter("lead");
    let percents = ["40", "33.33", "26.67"];
    let shares: Vec<(String, &str)> = TEAM.iter().zip(percents).map(|((member, ..), percent)| (s.name(member), percent)).collect();
    money::share(s, &award, &shares);
    // Whoever proposes has agreed.
    for (member, ..) in &TEAM[1..] {
        s.enter(member);
        money::agree(s, &award);
    }
    s.enter("office");
    cases::make(s, &award, "grade", "");
    s.wait_days(7);
    s.enter("finance");
    cases::make(s, &award, "pay", "");
    s.go(&format!("/awards/{award}"));
    assert_eq!((money::amount_beside(s, "项目已获奖励"), money::amount_beside(s, "项目上限")), (50_000_000, 200_000_000), "within 2,000,000.00 in all");
    s.enter("lead");
    s.go(&format!("/awards/{award}"));
    for (name, share) in shares.iter().zip([20_000_000, 16_665_000, 13_335_000]).map(|((name, _), share)| (name, share)) {
        let row = s.browser.text(testkit::Sight::Path(&format!("//main//table//tr[td[normalize-space()='{name}']]/td[last()]")));
        assert_eq!(money::fen(&row), share, "{name}: to the fen");
    }
}

/// One goes back at the same grade, another with the result, the third goes back too.
fn choose(s: &Served, case: &str) {
    for (member, choice) in [("lead", "return"), ("member-lin", "transfer"), ("member-he", "return")] {
        s.enter(member);
        positions::choose(s, member, choice);
    }
    for (member, _, hr, grade, ..) in [TEAM[0], TEAM[2]] {
        s.enter(hr);
        positions::restore(s, member, grade);
    }
    positions::transfer(s, case, "member-lin", "hr-zj", "unit-gov");
}

/// A stranger finds the result.
fn on_show(s: &Served) {
    s.be_a_stranger();
    s.go("/showcase");
    let page = s.link("main article h2 a", TITLE);
    s.go(&page);
    s.browser.wait_for_text(Css("main h1"), TITLE);
}
