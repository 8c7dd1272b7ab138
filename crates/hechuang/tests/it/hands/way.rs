//! The way that every admitted project goes in a browser: declared, screened, judged, announced, onboarded, started, backed, and its months.

use super::{cases, long, money, office, positions, reviews};
use crate::served::Served;

/// What the project is called.
pub const TITLE: &str = "智慧消防栓监测";

/// The team: persona, home unit, its HR, grade, base pay of a month in fen and as typed.
pub const TEAM: [(&str, &str, &str, &str, i64, &str); 3] = [
    ("lead", "zj", "hr-zj", "P5", 2_000_000, "20000.00"),
    ("member-lin", "zj", "hr-zj", "P4", 1_650_000, "16500.00"),
    ("member-he", "iot", "hr-iot", "P4", 1_550_000, "15500.00"),
];

/// What each backer stakes of the 1,000 of the season.
pub const STAKES: [(&str, i64); 2] = [("backer", 300), ("staff-01", 500)];

/// Declared by the lead, consented to by each member in their own session, returned once, screened, judged by five.
#[track_caller]
pub fn declare(s: &Served) -> String {
    s.enter("lead");
    let case = cases::declare(s, TITLE);
    TEAM[1..].iter().for_each(|(member, ..)| cases::invite(s, &case, member));
    cases::sign(s, &case, "team_consent");
    cases::waits_for(s, &case, "submit", "成员同意书");
    for (member, ..) in &TEAM[1..] {
        s.enter(member);
        cases::sign(s, &case, "team_consent");
    }
    s.enter("lead");
    cases::make(s, &case, "submit", "");
    s.enter("operator-hz");
    cases::make(s, &case, "pass_screen", "");
    cases::stands(s, &case, "入孵评审");
    reviews::panel(s, &case, 5, 82);
    case
}

/// Admitted, announced; an objection blocks the start until it is answered and the days are over; everything signed, frozen, noted; started.
#[track_caller]
pub fn admit_and_start(s: &Served, case: &str) {
    cases::make(s, case, "admit", "");
    s.enter("backer");
    office::object(s, TITLE, "与我司在研项目相近，请核对");
    s.wait_days(7);
    s.enter("operator-hz");
    cases::waits_for(s, case, "start", "公示");
    office::assign_mentor(s, case, "mentor");
    office::assign_space(s, case, "A区 12 号工位");
    office::retain_until(s, case, "2028-08-31");
    s.enter("office");
    office::answer_objection(s, TITLE, "对象与技术路线不同");
    for (member, ..) in TEAM {
        s.enter(member);
        cases::sign(s, case, "incubation_agreement");
        cases::sign(s, case, "pay_variation_agreement");
    }
    TEAM.iter().for_each(|member| second(s, member));
    s.enter("operator-hz");
    cases::make(s, case, "start", "");
    cases::stands(s, case, "孵化中");
}

/// HR of the home unit freezes the pay and lets the member go.
fn second(s: &Served, (member, _, hr, grade, _, base): &(&str, &str, &str, &str, i64, &str)) {
    s.enter(hr);
    let position = positions::case_of(s, member);
    positions::freeze(s, &position, grade, base);
    cases::make(s, &position, "second", "");
    cases::stands(s, &position, "脱岗孵化");
}

/// The office opens the round; colleagues back the project from their season grant, the team cannot.
#[track_caller]
pub fn back(s: &Served, case: &str) {
    s.enter("office");
    let round = cases::child(s, case, "待开放");
    cases::make(s, &round, "open", "");
    for (backer, amount) in STAKES {
        s.enter(backer);
        assert_eq!(money::wallet(s), 1000, "{backer}");
        money::stake(s, TITLE, amount);
        assert_eq!(money::wallet(s), 1000 - amount, "{backer}");
    }
}

/// A month of work: the lead reports, the mentor notes a session.
#[track_caller]
pub fn work(s: &Served, case: &str, today: &str) {
    s.enter("lead");
    let progress = long("按计划推进，完成联调。");
    cases::fill(s, case, "check_in", &[("progress", &progress), ("status", "on_track"), ("next", "继续试点工作")]);
    s.enter("mentor");
    let topics = long("讨论试点数据。");
    let session = [("held_on", today), ("minutes", "60"), ("place", "on_site"), ("topics", &topics), ("advice", "聚焦误报率")];
    cases::fill(s, case, "mentor_session", &session);
}

/// What was paid so far, by member.
#[derive(Debug, Default, Clone, Copy)]
pub struct Paid {
    /// Deferred, in fen.
    pub deferred: [i64; 3],
    /// Paid, in fen.
    pub paid: [i64; 3],
}

/// Both units pay a month; every line of the files is checked to the fen.
#[track_caller]
pub fn pay(s: &Served, month: &str, so_far: &mut Paid) {
    let mut runs = Vec::new();
    for (unit, hr) in [("zj", "hr-zj"), ("iot", "hr-iot")] {
        s.enter(hr);
        runs.push(money::prepare_pay(s, unit, month));
    }
    s.enter("finance");
    let whole = i64::from(words::Day::parse(&format!("{month}-01")).expect("a month").last_of_month().to_string()[8..].parse::<i32>().expect("a day"));
    for line in runs.iter().flat_map(|run| money::pay_out(s, run)) {
        let at = TEAM.iter().position(|(member, ..)| s.name(member) == line.name).expect("a member");
        let (base, days) = (TEAM[at].4, line.days);
        assert!(days > 0 && days <= whole, "{line:?}");
        let due = (base * days * 2 + whole) / (whole * 2);
        let paid = (due * 70 * 2 + 100) / 200;
        assert_eq!((line.base, line.due, line.paid, line.deferred), (base, due, paid, due - paid), "{month}: {line:?}");
        so_far.deferred[at] += line.deferred;
        so_far.paid[at] += line.paid;
    }
}

/// Every member sees on the page of their position what was paid and what is deferred.
#[track_caller]
pub fn see_deferred(s: &Served, so_far: &Paid) {
    for (at, (member, ..)) in TEAM.iter().enumerate() {
        s.enter(member);
        positions::open(s, member);
        let shown = (money::amount_beside(s, "累计已发"), money::amount_beside(s, "留存余额"));
        assert_eq!(shown, (so_far.paid[at], so_far.deferred[at]), "{member}");
    }
}
