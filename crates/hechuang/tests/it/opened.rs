//! A house with its gateway: calls of developers pass through real sockets, and what the program itself serves is brought back to its door.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use hechuang::{config, data_plane};
use serde_json::{Value, json};
use testkit::{Got, ask};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::ground::House;

/// A house that answers calls.
pub struct Opened {
    gateway: Option<gateway::Gateway>,
    port: u16,
    // Before the house: the last to let go of the database must not be a thread of the runtime.
    _runtime: Runtime,
    /// The house.
    pub house: House,
}

impl Opened {
    /// Opens the door and the gateway on free ports. The clock of the house is set to that of the gateway: leases of a month that is over would be void.
    pub fn of(house: House) -> Self {
        house.temp.clock.set(store::Clock::system().now());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let service = house.app.router().into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        let settings = [
            ("server.data", house.temp.folder().display().to_string()),
            ("server.listen", address.to_string()),
            // As the door of the house says it: who makes the access tokens.
            ("server.url", "http://localhost:8080".into()),
            ("gateway.private_upstreams", "true".into()),
        ];
        let (config, _) = config::load(None, &settings).expect("settings");
        let gateway = data_plane::start(&house.temp.db, &config, SocketAddr::from(([127, 0, 0, 1], 0))).expect("a gateway");
        Self { port: gateway.address().port(), gateway: Some(gateway), _runtime: runtime, house }
    }

    /// Where the gateway listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Text of the first key of a new app of this persona.
    pub fn key_of(&self, who: &str, environment: &str) -> String {
        let made = self.house.client(who).post_json("/apps", &json!({ "name": "小程序", "environment": environment })).expect(200).json();
        made["text"].as_str().expect("a key").to_owned()
    }

    /// Calls a capability, again until the gateway has heard of the key.
    pub fn call(&self, key: &str, method: &str, path: &str, body: Option<&Value>) -> Got {
        let (bearer, body) = (format!("Bearer {key}"), body.map(Value::to_string).unwrap_or_default());
        let mut headers = vec![("authorization", bearer.as_str())];
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        for _ in 0..200 {
            let got = ask(self.port, method, path, &headers, &body).expect("an answer");
            if got.status != 401 {
                return got;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("the gateway does not learn of the key")
    }
}

impl Opened {
    /// An upstream on this machine that answers everything with this JSON; gives its address.
    pub fn upstream(&self, body: &'static str) -> String {
        let listener = self._runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let answer = move || async move { ([("content-type", "application/json")], body) };
        self._runtime.spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });
        format!("http://{address}")
    }

    /// Makes so many calls that pass, over a few connections that are kept; gives how many passed.
    pub fn calls(&self, key: &str, path: &str, count: i64) -> i64 {
        let first = self.passes(key, path);
        let rest = count - i64::from(first);
        let share = |nth: i64| rest / LINES + i64::from(nth < rest % LINES);
        let passed = std::thread::scope(|scope| {
            let lines: Vec<_> = (0..LINES).map(|nth| scope.spawn(move || line(self.port, key, path, share(nth)))).collect();
            lines.into_iter().map(|line| line.join().expect("a line")).sum::<i64>()
        });
        passed + i64::from(first)
    }

    /// Does a call pass? Again until the gateway has heard of everything that it needs for it.
    fn passes(&self, key: &str, path: &str) -> bool {
        (0..200).any(|_| {
            let passed = self.call(key, "GET", path, None).status == 200;
            if !passed {
                std::thread::sleep(std::time::Duration::from_millis(25));
            }
            passed
        })
    }

    /// The gateway ships everything and is gone; the house stays.
    pub fn close_gateway(&mut self) {
        if let Some(gateway) = self.gateway.take() {
            gateway.stop();
        }
    }
}

/// Connections of many calls.
const LINES: i64 = 4;

/// So many calls over one connection, one after the other; gives how many passed.
fn line(port: u16, key: &str, path: &str, count: i64) -> i64 {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).expect("a connection"));
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\r\n");
    let mut passed = 0;
    for _ in 0..count {
        stream.get_mut().write_all(request.as_bytes()).expect("a request");
        let (mut head, mut length, mut status) = (String::new(), 0, 0);
        while stream.read_line(&mut head).expect("a head") > 2 {
            let field = head.to_ascii_lowercase();
            status = field.strip_prefix("http/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(status);
            length = field.strip_prefix("content-length:").and_then(|rest| rest.trim().parse().ok()).unwrap_or(length);
            head.clear();
        }
        stream.read_exact(&mut vec![0; length]).expect("a body");
        passed += i64::from(status == 200);
    }
    passed
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.close_gateway();
    }
}
