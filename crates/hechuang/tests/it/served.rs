//! The real door on a socket of loopback, with the clock of the test, and a browser in front of it.
//!
//! Whoever acts presses buttons; the test itself only lets time pass, and the jobs and timers that are due then run as they would.

use std::net::SocketAddr;
use std::sync::Arc;

use testkit::{Browser, Sight};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use words::{Day, Instant};

use crate::ground::House;

use Sight::{Css, Path};

const DAY: i64 = 86_400;

/// A house that answers a browser.
pub struct Served {
    /// The house.
    pub house: Arc<House>,
    /// The browser.
    pub browser: Browser,
    port: u16,
    _runtime: Arc<Runtime>,
}

impl Served {
    /// Opens the door on a free port, and the browser.
    pub fn open(house: House) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let service = house.app.router().into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        Self { house: Arc::new(house), browser: Browser::open(true), port, _runtime: Arc::new(runtime) }
    }

    /// Another browser in front of the same house.
    pub fn another(&self) -> Self {
        Self { house: self.house.clone(), browser: Browser::open(true), port: self.port, _runtime: self._runtime.clone() }
    }

    /// Address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// Loads a page.
    #[track_caller]
    pub fn go(&self, path: &str) {
        self.browser.go(&self.url(path));
    }

    /// Nobody is signed in any more; the sign-in page is open.
    #[track_caller]
    pub fn be_a_stranger(&self) {
        self.browser.forget();
        self.go("/login");
    }

    /// A persona comes in by their button.
    #[track_caller]
    pub fn enter(&self, who: &str) {
        self.be_a_stranger();
        let person = &self.house.world.persons[who];
        self.browser.press_on(Path(&format!("//form[@action='/login/as'][.//input[@name='persona' and @value='{person}']]//button")));
        self.browser.wait_to_leave("/login");
    }

    /// Presses a button of a form; what follows from it happens, and a second passes. Fails if the deed is refused.
    #[track_caller]
    pub fn press(&self, what: Sight<'_>) {
        self.browser.press_on(what);
        self.settle();
        assert_eq!(self.browser.count(Css("[role=alert]")), 0, "refused {what:?} at {}: {}", self.browser.url(), self.browser.text(Css("[role=alert]")));
    }

    /// Name of a persona, as pages show it.
    pub fn name(&self, who: &str) -> String {
        self.house.world.pack.personas.iter().find(|persona| persona.key == who).expect(who).zh.clone()
    }

    /// Address of the first link whose text (or the text of whose row) holds this.
    #[track_caller]
    pub fn link(&self, css: &str, text: &str) -> String {
        let script = format!(
            "const row = [...document.querySelectorAll(\"{css}\")].find(a => (a.closest('tr,li,article') || a).textContent.includes('{text}')); return row ? row.getAttribute('href') : ''"
        );
        let found = self.browser.script(&script);
        let found = found.as_str().unwrap_or_default();
        assert!(!found.is_empty(), "no link {css} with {text} at {}: {}", self.browser.url(), self.browser.text(Css("main")));
        found.to_owned()
    }

    /// What stands beside a name on the page.
    pub fn beside(&self, name: &str) -> String {
        self.browser.text(Path(&format!("//main//dt[normalize-space()='{name}']/following-sibling::dd[1]")))
    }

    /// All the text of the page.
    pub fn text(&self) -> String {
        self.browser.text(Css("main"))
    }

    /// Fails unless the page says this.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        self.browser.wait_for_text(Css("main"), text);
    }

    /// Now.
    pub fn now(&self) -> Instant {
        self.house.temp.clock.now()
    }

    /// Time passes; every timer fires at its second.
    pub fn wait_days(&self, days: i64) {
        self.house.temp.run_until(self.now().plus_seconds(days * DAY));
    }

    /// Until ten in the morning of that day.
    pub fn wait_until(&self, day: &str) {
        let at = Day::parse(day).expect("a day").start().plus_seconds(10 * 3600);
        assert!(at > self.now(), "{day} is over");
        self.house.temp.run_until(at);
    }

    fn settle(&self) {
        self.house.temp.settle();
        self.house.temp.clock.set(self.now().plus_seconds(1));
    }

    /// Nothing is found, nothing failed, the console is silent.
    pub fn end(&self) {
        let errors = self.browser.console_errors();
        assert!(errors.is_empty(), "console: {errors:#?}");
        let failed = self.house.world.read(|read| Ok(read.jobs("failed", 10)?)).expect("jobs");
        assert!(failed.is_empty(), "{failed:?}");
        self.house.temp.assert_clean();
    }
}
