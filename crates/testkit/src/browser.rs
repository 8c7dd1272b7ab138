//! Headless Chromium, driven over WebDriver (plain HTTP and JSON) by chromedriver. Debian: chromium, chromium-driver.
//!
//! Invariant: a profile of its own, nothing but loopback is asked for by the test, and everything is gone when it ends.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{ask, free_port};

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const PATIENCE: Duration = Duration::from_secs(20);
/// So long a script in a page may take, ms: axe on a long page, on a machine with other work. A reply of the driver is waited for a little longer.
const SCRIPT_MS: u32 = 110_000;
const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--window-size=1280,900",
    "--lang=zh-CN",
];

/// How an element is looked for.
#[derive(Debug, Clone, Copy)]
pub enum Sight<'a> {
    /// CSS selector.
    Css(&'a str),
    /// XPath.
    Path(&'a str),
}

/// A browser with one window.
pub struct Browser {
    port: u16,
    driver: Child,
    session: String,
    profile: PathBuf,
}

impl Browser {
    /// Opens it; with or without JavaScript.
    pub fn open(scripts: bool) -> Self {
        let port = free_port();
        let driver = Command::new("/usr/bin/chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let driver = driver.expect("chromedriver: install the Debian package chromium-driver");
        let profile = std::env::temp_dir().join(format!("hechuang-browser-{}-{port}", std::process::id()));
        let mut browser = Self { port, driver, session: String::new(), profile };
        let begun = Instant::now();
        while !ask(port, "GET", "/status", &[], "").is_ok_and(|got| got.status == 200) {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", browser.profile.display()));
        let mut chromium = json!({ "args": flags });
        if !scripts {
            chromium["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let always = json!({ "goog:chromeOptions": chromium, "goog:loggingPrefs": { "browser": "ALL" }, "unhandledPromptBehavior": "accept", "timeouts": { "script": SCRIPT_MS } });
        let made = browser.tell("POST", "/session", &json!({ "capabilities": { "alwaysMatch": always } }));
        browser.session = made["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}")).to_owned();
        browser
    }

    /// Loads a page.
    #[track_caller]
    pub fn go(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    /// Address of the page.
    pub fn url(&self) -> String {
        self.ask("GET", "/url", &Value::Null).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the address holds this.
    #[track_caller]
    pub fn wait_for_url(&self, part: &str) {
        self.wait_until(part, |url| url.contains(part));
    }

    /// Waits until the address does not hold this any more.
    #[track_caller]
    pub fn wait_to_leave(&self, part: &str) {
        self.wait_until(part, |url| !url.contains(part));
    }

    #[track_caller]
    fn wait_until(&self, part: &str, there: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        while !there(&self.url()) {
            assert!(begun.elapsed() < PATIENCE, "waited for {part} at {}: {}", self.url(), self.text(Sight::Css("main")));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// How many elements there are.
    pub fn count(&self, what: Sight<'_>) -> usize {
        self.found(what).len()
    }

    /// Text of the first such element; empty if there is none. Looks again if the page is replaced under the look.
    pub fn text(&self, what: Sight<'_>) -> String {
        let begun = Instant::now();
        loop {
            let Some(element) = self.found(what).into_iter().next() else { return String::new() };
            match self.try_ask("GET", &format!("/element/{element}/text"), &Value::Null) {
                Ok(text) => return text.as_str().unwrap_or_default().to_owned(),
                Err(mistake) => assert!(begun.elapsed() < PATIENCE, "{what:?} at {}: {mistake}", self.url()),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the first such element holds this text.
    #[track_caller]
    pub fn wait_for_text(&self, what: Sight<'_>, part: &str) {
        let begun = Instant::now();
        while !self.text(what).contains(part) {
            assert!(begun.elapsed() < PATIENCE, "no {part} in {what:?} at {}: {}", self.url(), self.text(Sight::Css("main")));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until there is such an element.
    #[track_caller]
    pub fn wait_for(&self, what: Sight<'_>) {
        self.one(what);
    }

    /// Clicks the first such element.
    #[track_caller]
    pub fn click(&self, what: Sight<'_>) {
        let element = self.one(what);
        let reply = self.try_ask("POST", &format!("/element/{element}/click"), &json!({}));
        if let Err(mistake) = reply {
            // Something lies over it (a sticky bar, a styled label): bring it to the middle and press it as a keyboard would.
            let script = "arguments[0].scrollIntoView({block: 'center'}); arguments[0].click();";
            let pressed = self.try_ask("POST", "/execute/sync", &json!({ "script": script, "args": [{ ELEMENT: element }] }));
            assert!(pressed.is_ok(), "{what:?} at {}: {mistake}", self.url());
        }
    }

    /// Clicks, and confirms if the page asks whether one is sure.
    #[track_caller]
    pub fn press(&self, what: Sight<'_>) {
        self.click(what);
        if self.count(Sight::Css("dialog[open] .btn.pri")) > 0 {
            self.click(Sight::Css("dialog[open] .btn.pri"));
        }
    }

    /// Presses a button that leads to another page, and waits until that page is whole.
    #[track_caller]
    pub fn press_on(&self, what: Sight<'_>) {
        self.script("window.stillHere = true");
        self.press(what);
        let begun = Instant::now();
        let arrived = json!({ "script": "return !window.stillHere && document.readyState === 'complete'", "args": [] });
        while !self.try_ask("POST", "/execute/sync", &arrived).is_ok_and(|there| there == true) {
            assert!(begun.elapsed() < PATIENCE, "{what:?} leads nowhere from {}: {}", self.url(), self.text(Sight::Css("main")));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types into a field, in place of what is there.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.one(Sight::Css(css));
        self.ask("POST", &format!("/element/{element}/clear"), &json!({}));
        self.ask("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Answers a question of a form as its kind wants it: picks the choice, selects the option, hands over the file, writes the text.
    #[track_caller]
    pub fn answer(&self, name: &str, answer: &str) {
        let both = format!("[name='{name}'],[name='{name}[]']");
        self.wait_for(Sight::Css(&both));
        let kind = self.script(&format!("const e = document.querySelector(\"{both}\"); return e ? (e.tagName == 'SELECT' ? 'select' : e.type) : ''"));
        match kind.as_str().unwrap_or_default() {
            "radio" | "checkbox" => self.pick(&format!("[name='{name}'][value='{answer}'],[name='{name}[]'][value='{answer}']")),
            "select" => self.click(Sight::Css(&format!("select[name='{name}'] option[value='{answer}']"))),
            "file" => self.hand_over(&both, answer),
            "date" => self.set_date(&both, answer),
            _ => self.fill(&both, answer),
        }
    }

    /// Ticks a choice unless it is ticked.
    #[track_caller]
    fn pick(&self, css: &str) {
        let element = self.one(Sight::Css(css));
        if self.ask("GET", &format!("/element/{element}/selected"), &Value::Null) != true {
            self.click(Sight::Css(css));
        }
    }

    /// Names a file of this machine, as the dialog of the browser would.
    #[track_caller]
    fn hand_over(&self, css: &str, path: &str) {
        let element = self.one(Sight::Css(css));
        self.ask("POST", &format!("/element/{element}/value"), &json!({ "text": path }));
    }

    /// A day, as the calendar of the browser sets it.
    #[track_caller]
    pub fn set_date(&self, css: &str, day: &str) {
        self.wait_for(Sight::Css(css));
        self.script(&format!("const e = document.querySelector(\"{css}\"); e.value = '{day}'; e.dispatchEvent(new Event('input', {{ bubbles: true }}))"));
    }

    /// Clicks a link that hands over a file, and gives what was saved.
    #[track_caller]
    pub fn download(&self, what: Sight<'_>) -> Vec<u8> {
        let folder = self.profile.join("saved");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for downloads");
        self.tune("Browser.setDownloadBehavior", &json!({ "behavior": "allow", "downloadPath": folder }));
        self.click(what);
        let begun = Instant::now();
        loop {
            let saved = std::fs::read_dir(&folder).expect("the folder").flatten().map(|entry| entry.path());
            if let Some(file) = saved.into_iter().find(|path| path.extension().is_none_or(|kind| kind != "crdownload")) {
                return std::fs::read(file).expect("the file");
            }
            assert!(begun.elapsed() < PATIENCE, "{what:?} at {} saves nothing", self.url());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs this script first in every page from now on; the content policy of the page does not concern it.
    pub fn carry(&self, script: &str) {
        self.tune("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
    }

    /// Nothing moves or fades from now on.
    pub fn hold_still(&self) {
        self.tune("Emulation.setEmulatedMedia", &json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] }));
    }

    /// A command of the developer tools.
    #[track_caller]
    fn tune(&self, command: &str, params: &Value) {
        self.ask("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": params }));
    }

    /// Runs a script in the page and gives its result; waits for it if it is a promise.
    #[track_caller]
    pub fn script(&self, script: &str) -> Value {
        self.ask("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Errors of the console since they were asked for last.
    pub fn console_errors(&self) -> Vec<String> {
        let lines = self.ask("POST", "/se/log", &json!({ "type": "browser" }));
        let severe = lines.as_array().into_iter().flatten().filter(|line| line["level"] == "SEVERE");
        severe.filter_map(|line| line["message"].as_str().map(str::to_owned)).collect()
    }

    /// Makes the window as wide as a phone, or anything else.
    #[track_caller]
    pub fn width(&self, width: u32, height: u32) {
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
        self.tune("Emulation.setDeviceMetricsOverride", &params);
    }

    /// Plugs a virtual authenticator in (WebAuthn); gives its id.
    #[track_caller]
    pub fn add_authenticator(&self, options: &Value) -> String {
        self.ask("POST", "/webauthn/authenticator", options).as_str().unwrap_or_default().to_owned()
    }

    /// Forgets who is signed in.
    pub fn forget(&self) {
        self.ask("DELETE", "/cookie", &Value::Null);
    }

    fn found(&self, what: Sight<'_>) -> Vec<String> {
        let (using, value) = match what {
            Sight::Css(css) => ("css selector", css),
            Sight::Path(path) => ("xpath", path),
        };
        let found = self.ask("POST", "/elements", &json!({ "using": using, "value": value }));
        found.as_array().into_iter().flatten().filter_map(|one| one[ELEMENT].as_str().map(str::to_owned)).collect()
    }

    #[track_caller]
    fn one(&self, what: Sight<'_>) -> String {
        let begun = Instant::now();
        loop {
            if let Some(element) = self.found(what).into_iter().next() {
                return element;
            }
            assert!(begun.elapsed() < PATIENCE, "no {what:?} at {}: {}", self.url(), self.text(Sight::Css("main")));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, path, body).unwrap_or_else(|mistake| panic!("{method} {path} {body}: {mistake}"))
    }

    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let reply = self.tell(method, &format!("/session/{}{path}", self.session), body);
        match reply.get("error").and_then(Value::as_str) {
            Some(error) => Err(format!("{error}: {}", reply["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default())),
            None => Ok(reply),
        }
    }

    fn tell(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let got = ask(self.port, method, path, &[("content-type", "application/json")], &body).expect("chromedriver answers");
        got.json()["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ask(self.port, "DELETE", &format!("/session/{}", self.session), &[], "");
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
