//! A passkey in headless Chromium with the virtual authenticator of chromedriver: added, used to sign in without a name, used to prove again who one is.
//!
//! Runs with the other stories in the browser: `cargo test -p hechuang --test it -- --ignored browser`.

use serde_json::json;
use testkit::{Browser, Program, Sight};

use Sight::{Css, Path};

#[test]
#[ignore = "starts the program and a browser"]
fn browser_signs_in_with_a_passkey() {
    let program = Program::demo(env!("CARGO_BIN_EXE_hechuang"));
    let browser = Browser::open(true);
    browser.add_authenticator(&json!({
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true, "isUserConsenting": true,
    }));
    browser.go(&program.url("/login"));
    let person = program.credential("lead", "person");
    browser.click(Path(&format!("//form[@action='/login/as'][.//input[@name='persona' and @value='{person}']]//button")));
    browser.wait_to_leave("/login");
    browser.go(&program.url("/me/security"));
    browser.fill("#f-label", "办公电脑");
    browser.click(Css("form[action='/me/passkeys'] button.pri"));
    browser.wait_for_text(Css("main .note.good"), "通行密钥已添加");
    browser.wait_for_text(Css("section[aria-labelledby=passkeys] table"), "办公电脑");
    // The same device is not added twice.
    browser.fill("#f-label", "再来一次");
    browser.click(Css("form[action='/me/passkeys'] button.pri"));
    browser.wait_for_text(Css("form[action='/me/passkeys'] [data-passkey-said]"), "已经添加过");
    browser.forget();
    browser.go(&program.url("/login?next=/me/security"));
    browser.click(Css("form[action='/login/passkey'] button"));
    browser.wait_for_text(Css("main h1"), "账号安全");
    browser.go(&program.url("/reauth?next=/me/profile"));
    browser.click(Css("form[action='/reauth/passkey'] button"));
    browser.wait_to_leave("/reauth");
    let errors = browser.console_errors();
    assert!(errors.is_empty(), "{errors:#?}");
    // Where passkeys are not at home the page says where they are.
    browser.go(&format!("http://127.0.0.1:{}/login?next=/x", program.port()));
    browser.wait_for_text(Css("[data-passkey-off]"), &program.url(""));
    assert_eq!(browser.script("return document.querySelector('form[data-passkey]').hidden"), json!(true));
    let (fine, said) = program.command(&["verify"]);
    assert!(fine, "{said}");
}
