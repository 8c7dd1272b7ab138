//! Gateways in processes of their own, beside a house: one quota over all of them, the last good snapshot while the server is away, a secret that is asked for.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use hechuang::{apart, config, wiring};
use serde_json::{Value, json};
use testkit::{Got, ask};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use words::{Acting, Failure, Id, Instant, Never};

use crate::credentials::{credential, signed_call};
use crate::ground::House;
use crate::luck::BINARY;
use crate::metered_kill::plans_with;

/// Calls a month of the live plan.
const QUOTA: usize = 120;
/// Rates and quotas of the pack, and those of the test: no sandbox call needs a unit.
const PLANS: [(&str, &str); 2] = [("sandbox,10,20,10000", "sandbox,1000,2000,0"), ("live,20,40,10000", "live,1000,2000,120")];

/// A secret in a file as it should lie.
pub fn secret_file(folder: &Path, text: &str) -> PathBuf {
    std::fs::create_dir_all(folder).expect("a folder");
    let file = folder.join("gateway.secret");
    std::fs::write(&file, text).expect("a secret");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its mode");
    file
}

/// Looks until it is so.
#[track_caller]
pub fn wait_until(what: &str, so: impl Fn() -> bool) {
    let begun = Moment::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// `hechuang gateway` as a process on a folder and a port of its own.
pub struct Alone {
    pub port: u16,
    pub name: String,
    folder: PathBuf,
    args: Vec<String>,
    child: Option<Child>,
}

impl Alone {
    /// For the server at this port; not started yet.
    pub fn new(name: &str, server: u16, secret: &Path) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let folder = std::env::temp_dir().join(format!("hechuang-alone-{}-{port}", std::process::id()));
        let (server, secret, data) = (format!("http://127.0.0.1:{server}"), secret.display().to_string(), folder.join("data").display().to_string());
        let listen = format!("127.0.0.1:{port}");
        let args = ["gateway", "--server", &server, "--secret-file", &secret, "--data", &data, "--listen", &listen, "--metrics", "off", "--name", name];
        Self { port, name: name.into(), folder, args: args.map(str::to_owned).to_vec(), child: None }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        command.args(&self.args).env("HC_GATEWAY__PRIVATE_UPSTREAMS", "true").env("HC_GATEWAY__WORKERS", "2").stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// Starts it and waits until it knows what to let pass.
    pub fn start(&mut self) {
        self.begin();
        wait_until("the gateway gets ready", || ask(self.port, "GET", "/-/health", &[], "").is_ok_and(|got| got.status == 200));
    }

    /// Starts it.
    pub fn begin(&mut self) {
        std::fs::create_dir_all(&self.folder).expect("a folder");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log")).expect("a log");
        self.child = Some(self.command().stderr(log).spawn().expect("the gateway starts"));
    }

    /// Runs it to its end: exit code, and what it said.
    pub fn fails(&self) -> (Option<i32>, String) {
        let ended = self.command().output().expect("it ends");
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(&mut self) {
        let mut child = self.child.take().expect("it runs");
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
        assert!(asked.success() && child.wait().expect("it ends").success(), "{}", self.said());
    }

    pub fn said(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    pub fn call(&self, key: &str, path: &str) -> Got {
        ask(self.port, "GET", path, &[("x-api-key", key)], "").expect("an answer")
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("{}:\n{}", self.name, self.said());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A house that admits gateways elsewhere, and has none of its own.
struct Apart {
    // Before the house: the last to let go of the database must not be a thread of the runtime.
    served: Option<Runtime>,
    port: u16,
    secret: PathBuf,
    house: House,
}

impl Apart {
    fn new() -> Self {
        let house = with_plans(House::peopled());
        // The clock of the gateways is that of the machine: leases of a month that is over would be void.
        house.temp.clock.set(store::Clock::system().now());
        let secret = secret_file(&house.temp.folder().join("shared"), &"5e".repeat(20));
        let mut apart = Self { served: None, port: 0, secret, house };
        apart.serve();
        apart
    }

    /// Opens the door, on the port of before.
    fn serve(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", self.port))).expect("the port");
        self.port = listener.local_addr().expect("an address").port();
        let flags = [("server.data", self.house.temp.folder().display().to_string()), ("gateway.secret_file", self.secret.display().to_string())];
        let (config, _) = config::load(None, &flags).expect("settings");
        let inside = apart::inside(&self.house.temp.db, &config, &self.house.app, &Arc::default()).expect("an internal API").expect("a secret");
        let service = self.house.app.router().merge(inside).into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        self.served = Some(runtime);
    }

    /// The server is away.
    fn leave(&mut self) {
        if let Some(runtime) = self.served.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }

    /// A gateway that has a folder of its own.
    fn gateway(&self, name: &str) -> Alone {
        Alone::new(name, self.port, &self.secret)
    }

    /// A new app: its id, the id and text of its key.
    fn app(&self, environment: &str) -> (Id, String, String) {
        let made = self.house.client("developer").post_json("/apps", &json!({ "name": environment, "environment": environment })).expect(200).json();
        let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let app = Id::fixed(text("app"));
        let keys = self.house.temp.db.read::<_, Never>(|read| Ok(capabilities::keys_of(read, &app)?)).map_err(Failure::into_fault).expect("keys");
        (app, keys[0].id.to_string(), text("text"))
    }

    /// Request ids of the calls of an app that were taken in.
    fn metered(&self, app: &Id) -> Vec<String> {
        let calls = self.house.temp.db.read::<_, Never>(|read| Ok(metering::latest_calls(read, app, None, 10_000)?)).map_err(Failure::into_fault);
        calls.expect("calls").into_iter().map(|call| call.request.to_string()).collect()
    }

    /// What the page says of a gateway.
    fn seen(&self, name: &str) -> Value {
        let page = self.house.client("capability-operator").get_json("/admin/gateway").expect(200).json();
        page["gateways"].as_array().into_iter().flatten().find(|one| one["name"] == name).cloned().unwrap_or_default()
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.leave();
    }
}

fn with_plans(house: House) -> House {
    let mut files: packs::Files = packs::embedded_files().iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    let about = String::from_utf8(files["pack.toml"].clone()).expect("a text");
    files.insert("pack.toml".into(), about.replacen("version = \"1.", "version = \"8.", 1).into_bytes());
    files.insert("tables/capability_plans.csv".into(), plans_with(&PLANS).into_bytes());
    let pack = Arc::new(packs::Pack::load(files).expect("a pack"));
    wiring::install_pack(&house.temp.db, &Acting::system("setup"), &pack).expect("installed");
    house.temp.settle();
    house
}

fn code(got: &Got) -> String {
    got.json()["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn two_gateway_processes_and_a_quota_of_n_admit_exactly_n() {
    let apart = Apart::new();
    let (mut one, mut two) = (apart.gateway("one"), apart.gateway("two"));
    one.start();
    two.start();
    let (app, _, key) = apart.app("live");
    apart.house.client("developer").post_json("/capabilities/echo/subscriptions", &json!({ "app": app, "plan": "trial" })).expect(201);
    for gateway in [&one, &two] {
        // A call of a path that is not there says when key and subscription are known, and takes no unit.
        wait_until("the subscription is known", || code(&gateway.call(&key, "/echo/v1/nosuch")) == "gateway-operation-unknown");
    }
    // Nobody stops before its gateway has said that nothing is left.
    let passed: usize = std::thread::scope(|scope| {
        let callers: Vec<_> = [&one, &two, &one, &two].into_iter().map(|gateway| scope.spawn(|| calls_until_dry(gateway, &key))).collect();
        callers.into_iter().map(|caller| caller.join().expect("a caller")).sum()
    });
    assert_eq!(passed, QUOTA, "the quota, to the call");
    wait_until("all calls are taken in", || apart.metered(&app).len() >= QUOTA);
    assert_eq!(apart.metered(&app).len(), QUOTA);
    let page = apart.house.client("developer").get_json(&format!("/apps/{app}/usage")).expect(200);
    assert!(page.body.contains("120"), "{}", page.body);
    drop((one, two));
    apart.house.temp.settle();
    apart.house.temp.assert_clean();
}

fn calls_until_dry(gateway: &Alone, key: &str) -> usize {
    let mut passed = 0;
    loop {
        let got = gateway.call(key, "/echo/v1/anything");
        match (got.status, code(&got).as_str()) {
            (200, _) => passed += 1,
            (429, "gateway-quota") => return passed,
            (503, "gateway-quota-waiting") => {}
            other => panic!("{other:?} {}", got.body),
        }
    }
}

#[test]
fn a_gateway_alone_serves_while_the_server_is_away_and_meters_exactly_once_after() {
    let mut apart = Apart::new();
    let mut one = apart.gateway("one");
    let wrong = Alone::new("wrong", apart.port, &secret_file(&apart.house.temp.folder().join("wrong"), &"00".repeat(20)));
    let (status, said) = wrong.fails();
    assert!(status == Some(1) && said.contains("does not know the secret"), "{status:?} {said}");

    one.start();
    let ((app, _, key), (_, killed, dead)) = (apart.app("sandbox"), apart.app("sandbox"));
    wait_until("the keys are known", || one.call(&key, "/echo/v1/anything").status == 200 && one.call(&dead, "/echo/v1/anything").status == 200);
    let served = one.call(&key, "/tariff/v1/measures");
    assert_eq!((served.status, served.json()["measures"].as_array().map(Vec::len)), (200, Some(5)), "what the program itself serves: {}", served.body);
    apart.house.client("developer").post_json(&format!("/keys/{killed}/revocation"), &json!({})).expect(200);
    wait_until("a key that was killed is dead", || code(&one.call(&dead, "/echo/v1/anything")) == "gateway-key-unknown");
    assert_eq!(one.call(&key, "/echo/v1/anything").status, 200);
    let (keyid, secret) = credential(&mut apart.house.client("developer"), app.as_str(), "signing");
    assert_eq!(signed_call(one.port, &keyid, &secret).status, 200, "a secret that came here sealed");
    let seen = apart.seen("one");
    assert_eq!((seen["state"].as_str(), seen["apart"].as_bool()), (Some("running"), Some(true)), "{seen}");
    let (status, said) = one.fails();
    assert!(status == Some(5), "one process a folder: {status:?} {said}");

    apart.leave();
    one.kill();
    one.start();
    let calls: Vec<String> = (0..20).map(|_| one.call(&key, "/echo/v1/anything")).map(|got| succeeded(&got)).collect();
    assert_eq!(code(&one.call(&dead, "/echo/v1/anything")), "gateway-key-unknown", "what was killed stays dead");
    assert_eq!(signed_call(one.port, &keyid, &secret).status, 200, "a secret that lay here sealed");
    assert!(one.said().contains("last good snapshot"), "{}", one.said());
    apart.serve();
    wait_until("calls of the time without server are taken in", || calls.iter().all(|call| apart.metered(&app).contains(call)));
    one.stop();
    assert_eq!(apart.seen("one")["state"].as_str(), Some("stopped"), "it says goodbye");
    let mut metered = apart.metered(&app);
    let count = metered.len();
    metered.sort_unstable();
    metered.dedup();
    assert_eq!(metered.len(), count, "each once");
    let open = apart.house.temp.db.read::<_, Never>(|read| Ok(metering::open_at_kill(read, Instant::from_micros(0), 10)?)).map_err(Failure::into_fault);
    assert_eq!(open.expect("calls").len(), 0, "nothing was in flight when it was killed");
    apart.house.temp.settle();
    apart.house.temp.assert_clean();
}

fn succeeded(got: &Got) -> String {
    assert_eq!(got.status, 200, "{}", got.body);
    got.header("x-request-id").to_owned()
}
