//! A house with its gateway: calls of developers pass through real sockets, and what the program itself serves is brought back to its door.

use std::net::SocketAddr;

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
        let settings =
            [("server.data", house.temp.folder().display().to_string()), ("server.listen", address.to_string()), ("gateway.private_upstreams", "true".into())];
        let (config, _) = config::load(None, &settings).expect("settings");
        let gateway = data_plane::start(&house.temp.db, &config, SocketAddr::from(([127, 0, 0, 1], 0))).expect("a gateway");
        Self { port: gateway.address().port(), gateway: Some(gateway), _runtime: runtime, house }
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

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(gateway) = self.gateway.take() {
            gateway.stop();
        }
    }
}
