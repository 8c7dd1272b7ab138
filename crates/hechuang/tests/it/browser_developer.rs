//! Journey 2 in headless Chromium: somebody from outside registers, has a sandbox key at once, tries a capability in the page and sees 200, in at most three clicks.
//!
//! Runs with the other stories in the browser: `cargo test -p hechuang --test it -- --ignored browser`.

use testkit::{Browser, Program, Sight};

use Sight::{Css, Path};

#[test]
#[ignore = "starts the program and a browser"]
fn browser_registers_a_developer_who_sees_200_in_three_clicks() {
    let program = Program::demo(env!("CARGO_BIN_EXE_hechuang"));
    let browser = Browser::open(true);
    browser.go(&program.url("/login?lang=zh-CN"));
    browser.click(Css("a[href='/register']"));
    browser.wait_for_url("/register");
    register(&browser);
    browser.wait_for_text(Css("main h1"), "注册成功");
    let key = browser.text(Css("main code.copyable"));
    assert!(key.starts_with("hcs_") && key.len() == 36, "the key is shown: {key}");
    let mut clicks = 0;
    let mut click = |css: &str| {
        clicks += 1;
        browser.click(Css(css));
    };
    click("main .card footer a.btn.pri");
    browser.wait_for_url("/try?");
    // An example stands in the form already, and the app is chosen.
    browser.wait_for_text(Css("select[name=app]"), "我的沙箱应用");
    click("button[data-try-send]");
    browser.wait_for_text(Css("section[aria-labelledby=result] header .tag"), "200");
    assert!(clicks <= 3, "{clicks} clicks");
    let result = browser.text(Css("section[aria-labelledby=result]"));
    for wanted in ["x-request-id", "ratelimit-policy", "\"environment\": \"sandbox\"", "req_"] {
        assert!(result.contains(wanted), "{wanted}: {result}");
    }
    let python = browser.script("return document.querySelector('[data-snippet=python]').textContent");
    assert!(python.as_str().is_some_and(|text| text.contains("/echo/v1/anything") && !text.contains(&key)), "{python}");
    refused(&browser, &program);
    quiet(&browser);
    // The key that was shown works as well, and is not on the page of the app any more.
    browser.go(&program.url("/apps"));
    browser.click(Path("//main//td/a"));
    browser.wait_for_text(Css("main"), &key[..12]);
    assert!(!browser.text(Css("main")).contains(&key));
    on_a_phone_and_without_scripts(&browser, &program);
}

fn register(browser: &Browser) {
    browser.click(Css("input[name=kind][value=student]"));
    for (name, value) in [("name", "林夏"), ("email", "lin.xia@example.cn"), ("login", "linxia"), ("password", "correct horse battery")] {
        browser.fill(&format!("[name={name}]"), value);
    }
    browser.click(Css("main form[action='/register'] button.pri"));
}

/// What the gateway refuses is shown with its code, and what is missing is named at its field.
fn refused(browser: &Browser, program: &Program) {
    browser.go(&program.url("/capabilities/echo/versions/1/try?operation=getStatus"));
    browser.fill("[name='v.p0']", "429");
    browser.click(Css("button[data-try-send]"));
    browser.wait_for_text(Css("section[aria-labelledby=result] header .tag"), "429");
    browser.fill("[name='v.p0']", "");
    browser.click(Css("button[data-try-send]"));
    browser.wait_for(Css("[role=alert] a"));
    assert_eq!(browser.count(Css("[name='v.p0'][aria-invalid=true]")), 1);
}

fn quiet(browser: &Browser) {
    let errors: Vec<String> = browser.console_errors().into_iter().filter(|line| !line.contains("422")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn on_a_phone_and_without_scripts(browser: &Browser, program: &Program) {
    browser.width(390, 844);
    for path in
        ["/capabilities", "/capabilities/echo", "/capabilities/echo/versions/1", "/capabilities/echo/versions/1/try", "/apps", "/me/real-name", "/register"]
    {
        browser.go(&program.url(path));
        let width = browser.script("return document.documentElement.scrollWidth").as_i64().unwrap_or(i64::MAX);
        assert!(width <= 390, "{path} is {width} wide");
    }
    let plain = Browser::open(false);
    plain.go(&program.url("/register?lang=zh-CN"));
    plain.fill("[name=name]", "周安");
    plain.fill("[name=login]", "zhouan");
    plain.fill("[name=password]", "correct horse battery");
    plain.click(Css("main form[action='/register'] button.pri"));
    plain.wait_for_text(Css("[role=alert]"), "电子邮箱");
    // What was typed is there again, but for the password.
    plain.wait_for(Css("input[name=login][value=zhouan]"));
    plain.fill("[name=phone]", "13800138000");
    plain.fill("[name=password]", "correct horse battery");
    plain.click(Css("main form[action='/register'] button.pri"));
    plain.wait_for_text(Css("main h1"), "注册成功");
}
