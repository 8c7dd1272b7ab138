//! The main story in headless Chromium: signs in by the buttons of the demo, declares in four steps, is returned, declares again, is screened.
//! And: no error in the console, no page wider than a phone, everything of it without JavaScript.
//!
//! `cargo test -p hechuang --test it -- --ignored browser`; needs the Debian packages chromium and chromium-driver.

use testkit::{Browser, Program, Sight};

use Sight::{Css, Path};

const TITLE: &str = "井盖位移感知";

#[test]
#[ignore = "starts the program and a browser"]
fn browser_lives_the_first_half_of_the_story() {
    let program = Program::demo(env!("CARGO_BIN_EXE_hechuang"));
    let browser = Browser::open(true);
    enter(&browser, &program, "lead");
    let case = declare(&browser, &program);
    sign_consent(&browser, &program, &case);
    submit(&browser, &program, &case);
    assert_silent(&browser, "declaring");
    enter(&browser, &program, "operator-hz");
    browser.go(&program.url(&format!("/cases/{case}")));
    browser.fill("#reason-return_to_author", "请补充试点单位");
    browser.press(Path("//form[.//input[@name='move' and @value='return_to_author']]//button"));
    browser.wait_for_text(Css("main .tag"), "草稿");
    enter(&browser, &program, "lead");
    browser.go(&program.url("/inbox"));
    // The lead hears of it.
    browser.wait_for_text(Css("main"), TITLE);
    submit(&browser, &program, &case);
    enter(&browser, &program, "operator-hz");
    browser.go(&program.url(&format!("/cases/{case}")));
    browser.press(Path("//form[.//input[@name='move' and @value='pass_screen']]//button"));
    browser.wait_for_text(Css("main .tag"), "入孵评审");
    assert_silent(&browser, "screening");
    phone(&browser, &program, &case);
    without_scripts(&program);
}

/// Enters by the button of a persona.
#[track_caller]
fn enter(browser: &Browser, program: &Program, persona: &str) {
    browser.go(&program.url("/login"));
    browser.forget();
    browser.go(&program.url("/login"));
    let person = program.credential(persona, "person");
    browser.click(Path(&format!("//form[@action='/login/as'][.//input[@name='persona' and @value='{person}']]//button")));
    browser.wait_to_leave("/login");
}

#[track_caller]
fn assert_silent(browser: &Browser, when: &str) {
    let errors = browser.console_errors();
    assert!(errors.is_empty(), "console while {when}: {errors:#?}");
}

/// Four short steps; gives the id of the case.
fn declare(browser: &Browser, program: &Program) -> String {
    let long = "井盖移位后行人车辆易受伤，目前靠人工巡查，发现慢、漏报多，需要自动感知。".to_owned();
    begin(browser, program);
    browser.fill("[name=title]", TITLE);
    browser.fill("[name=summary]", "给井盖装上窄带物联网倾角传感器");
    for (name, value) in [("line", "everyone"), ("maturity", "technology"), ("stage", "seed"), ("domains[]", "iot")] {
        browser.click(Css(&format!("input[name='{name}'][value='{value}']")));
    }
    browser.fill("[name=problem]", &long);
    browser.fill("[name=solution]", &long);
    next(browser, "step=2");
    browser.fill("[name=team_strengths]", &long);
    browser.click(Css("input[name=full_time]"));
    next(browser, "step=3");
    browser.fill("[name=plan]", &long);
    browser.fill("[name=duration_months]", "8");
    browser.fill("[name=milestones]", "完成现场试点");
    browser.fill("[name=value]", &long);
    next(browser, "step=4");
    for name in ["original", "rules_read", "public_ok"] {
        browser.click(Css(&format!("input[type=checkbox][name={name}]")));
    }
    next(browser, "/check");
    // The answers are shown before they are sent.
    browser.wait_for_text(Css("main"), TITLE);
    let url = browser.url();
    url.split("/cases/").nth(1).and_then(|rest| rest.split('/').next()).expect("a case in the address").to_owned()
}

fn begin(browser: &Browser, program: &Program) {
    browser.go(&program.url("/projects/new"));
    browser.click(Path("//select[@name='base']/option[contains(@value, 'hz-space')]"));
    browser.click(Css("input[name=channel][value=self]"));
    browser.click(Css("main form[action='/projects'] button.pri"));
    browser.wait_for_url("/forms/application");
}

#[track_caller]
fn next(browser: &Browser, part: &str) {
    browser.click(Css("button[name=_next][value=next]"));
    browser.wait_for_url(part);
}

fn sign_consent(browser: &Browser, program: &Program, case: &str) {
    let paper = format!("/cases/{case}/documents/team_consent");
    // Whoever came in a moment ago has proved who they are; proving it again leads back to the paper.
    browser.go(&program.url(&format!("/reauth?next={paper}")));
    browser.fill("[name=password]", &program.credential("lead", "password"));
    browser.click(Css("main form[action='/reauth'] button.pri"));
    browser.wait_for_url(&paper);
    browser.press(Css("form[action$='/signatures'] button"));
    browser.wait_for_url("#papers");
}

fn submit(browser: &Browser, program: &Program, case: &str) {
    browser.go(&program.url(&format!("/cases/{case}/forms/application/check")));
    browser.press(Path("//form[.//input[@name='move' and @value='submit']]//button"));
    browser.wait_for_url("/receipt");
    browser.wait_for_text(Css("main"), "HZ-SPACE-");
}

/// At the width of a phone no main page scrolls sideways.
fn phone(browser: &Browser, program: &Program, case: &str) {
    browser.width(390, 844);
    let of_case = ["", "/forms/application/check", "/documents/team_consent"].map(|end| format!("/cases/{case}{end}"));
    let main = [
        "/",
        "/programme",
        "/works",
        "/bases",
        "/rulebook",
        "/achievements",
        "/projects",
        "/notices",
        "/help",
        "/me",
        "/board",
        "/inbox",
        "/me/security",
        "/hemi/rounds",
        "/search?q=%E6%B6%88%E9%98%B2",
        "/projects/new",
    ];
    let mut wide = Vec::new();
    for path in main.iter().map(|path| (*path).to_owned()).chain(of_case) {
        browser.go(&program.url(&path));
        let width = browser.script("return document.documentElement.scrollWidth").as_i64().unwrap_or(i64::MAX);
        if width > 390 {
            let widest = "return [...document.querySelectorAll('main *')].filter(e => !e.closest('.tbl-wrap') && e.getBoundingClientRect().right > 391).slice(0, 5).map(e => e.tagName + '.' + e.className).join(' ')";
            wide.push(format!("{path} is {width} wide: {}", browser.script(widest)));
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
    assert_silent(browser, "on a phone");
}

/// The same with JavaScript off: signing in, lists, a step of the form, a refusal at its field.
fn without_scripts(program: &Program) {
    let browser = Browser::open(false);
    enter(&browser, program, "lead");
    browser.go(&program.url("/projects"));
    assert!(browser.count(Css("main a[href^='/projects/'], main a[href^='/cases/']")) > 3, "a list: {}", browser.text(Css("main")));
    begin(&browser, program);
    browser.fill("[name=title]", "没有脚本也能申报");
    next(&browser, "step=2");
    browser.click(Css("button[name=_next][value=back]"));
    browser.wait_for_url("step=1");
    // What was typed is there again.
    browser.wait_for(Css("input[name=title][value='没有脚本也能申报']"));
    next(&browser, "step=2");
    next(&browser, "step=3");
    browser.fill("[name=duration_months]", "99");
    browser.click(Css("button[name=_next][value=next]"));
    // The mistake is named.
    browser.wait_for(Css("[role=alert] a"));
    browser.go(&program.url("/login"));
}
