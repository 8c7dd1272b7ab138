//! Money and 和米: pay runs with their file, stakes and wallets, awards and shares. Every amount is read off a page or out of a downloaded file.

use testkit::Sight::{Css, Path};

use crate::served::Served;

/// A line of the file for payroll: who, days paid of the month, and the amounts in fen.
#[derive(Debug, Clone)]
pub struct PayLine {
    /// Name.
    pub name: String,
    /// Days.
    pub days: i64,
    /// Base pay of a month.
    pub base: i64,
    /// Due.
    pub due: i64,
    /// Paid.
    pub paid: i64,
    /// Deferred.
    pub deferred: i64,
}

/// HR of a unit prepares the month; gives the address of the run.
#[track_caller]
pub fn prepare_pay(s: &Served, unit: &str, month: &str) -> String {
    let node = s.house.world.pack.node_of(unit).expect(unit).to_string();
    s.go("/people/pay");
    s.browser.click(Css("main a[href='/people/pay/new']"));
    s.browser.wait_for_url("/people/pay/new");
    s.browser.answer("unit", &node);
    s.browser.answer("month", month);
    s.press(Css("main form[action='/people/pay'] button"));
    s.browser.wait_for_url("/people/pay/run_");
    assert_eq!(s.browser.count(Css("main form[action$='/confirmation']")), 0, "whoever prepares does not confirm");
    s.browser.url().split_once("/people/pay/").map(|(_, id)| format!("/people/pay/{id}")).expect("a run")
}

/// Finance confirms the run, hands it to payroll and downloads the file.
#[track_caller]
pub fn pay_out(s: &Served, run: &str) -> Vec<PayLine> {
    s.go(run);
    s.press(Css("main form[action$='/confirmation'] button"));
    s.press(Css("main form[action$='/export'] button"));
    let file = s.browser.download(Css("main a[href$='/file?format=csv']"));
    let text = String::from_utf8(file).expect("a text");
    let hash = s.browser.text(Path("//dt[contains(., 'SHA-256') or contains(., '哈希') or contains(., '校验')]/following-sibling::dd[1]/code"));
    assert!(!hash.is_empty() && text.contains(&hash), "the file names the hash of its lines: {hash}\n{text}");
    lines(&text)
}

fn lines(text: &str) -> Vec<PayLine> {
    let mut found: Vec<PayLine> = Vec::new();
    let mut sums = None;
    for row in text.trim_start_matches('\u{feff}').lines().skip(1).map(|line| line.split(',').map(|cell| cell.trim_matches('"')).collect::<Vec<_>>()) {
        match row.as_slice() {
            [name, _, _, from, _, days, base, due, paid, deferred] if !from.is_empty() => found.push(PayLine {
                name: (*name).to_owned(),
                days: days.parse().unwrap_or(0),
                base: fen(base),
                due: fen(due),
                paid: fen(paid),
                deferred: fen(deferred),
            }),
            [_, _, _, _, _, _, _, due, paid, deferred] => sums = Some((fen(due), fen(paid), fen(deferred))),
            _ => {}
        }
    }
    let sum = |of: fn(&PayLine) -> i64| found.iter().map(of).sum::<i64>();
    assert_eq!(sums, Some((sum(|line| line.due), sum(|line| line.paid), sum(|line| line.deferred))), "the last line adds up: {text}");
    found
}

/// Yuan as written, in fen.
#[track_caller]
pub fn fen(text: &str) -> i64 {
    let plain: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.' || *c == '-').collect();
    let (yuan, rest) = plain.split_once('.').unwrap_or((&plain, "0"));
    let sign = if yuan.starts_with('-') { -1 } else { 1 };
    yuan.parse::<i64>().unwrap_or(0) * 100 + sign * format!("{rest:0<2}")[..2].parse::<i64>().unwrap_or(0)
}

/// An amount (of yuan, in fen) beside its name on a page.
#[track_caller]
pub fn amount_beside(s: &Served, name: &str) -> i64 {
    fen(&s.beside(name))
}

/// What is available on an account of the ledger, as finance reads it, in fen.
#[track_caller]
pub fn on_account(s: &Served, account: &str) -> i64 {
    s.go(&format!("/ledger/accounts?path={account}"));
    fen(&s.browser.text(Css("main .kpi .v")))
}

/// Whoever is signed in stakes on a project, from the list of open rounds.
#[track_caller]
pub fn stake(s: &Served, title: &str, amount: i64) {
    s.go("/hemi/rounds");
    let round = s.link("main a[href^='/hemi/rounds/']", title);
    s.go(&round);
    s.browser.answer("amount", &amount.to_string());
    s.press(Css("main form[action$='/stakes'] button"));
}

/// What the wallet of whoever is signed in shows as available.
#[track_caller]
pub fn wallet(s: &Served) -> i64 {
    s.go("/hemi");
    s.browser.text(Css("main .kpi .v")).replace(',', "").parse().expect("a number")
}

/// The office grades the award.
#[track_caller]
pub fn grade(s: &Served, award: &str, score: i64, amount: &str) {
    s.go(&format!("/awards/{award}"));
    s.browser.answer("score", &score.to_string());
    s.browser.answer("amount", amount);
    s.browser.answer("statement", "按综合评定等级给予奖励");
    s.press(Css("main form[action$='/grade'] button"));
}

/// The lead proposes how it is shared.
#[track_caller]
pub fn share(s: &Served, award: &str, shares: &[(String, &str)]) {
    s.go(&format!("/awards/{award}"));
    for (name, percent) in shares {
        let id = s
            .browser
            .script(&format!("return [...document.querySelectorAll('form[action$=\"/shares\"] label')].find(l => l.textContent.trim() == '{name}').htmlFor"));
        s.browser.fill(&format!("[id='{}']", id.as_str().unwrap_or_default()), percent);
    }
    s.press(Css("main form[action$='/shares'] button"));
}

/// A member agrees to the shares that stand there.
#[track_caller]
pub fn agree(s: &Served, award: &str) {
    s.go(&format!("/awards/{award}"));
    s.press(Css("main form[action$='/agreement'] button"));
}
