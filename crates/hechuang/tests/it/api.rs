//! People who use nothing but the JSON API: each with a bearer token that they made for themselves after signing in by password.
//!
//! Every reply, also every refusal, is held against the OpenAPI document. Each deed takes a second of the frozen clock.

use std::collections::BTreeMap;

use identity::LoginSecret;
use serde_json::{Value, json};
use webkit::testing::{Client, Seen};
use words::{Acting, Day, Failure, Instant};

use crate::ground::House;
use crate::schema::findings;

const PASSWORD: &str = "a password for the story";
const DAY: i64 = 86_400;

/// The API with those who use it.
pub struct Api {
    /// The house behind it.
    pub house: House,
    document: Value,
    clients: BTreeMap<String, Client>,
    keys: u32,
}

impl Api {
    /// Nobody has signed in yet.
    pub fn new(house: House) -> Self {
        let document = house.app.openapi().expect("the document");
        Self { house, document, clients: BTreeMap::new(), keys: 0 }
    }

    /// Id of a persona's person.
    pub fn person(&self, who: &str) -> String {
        self.house.world.persons[who].to_string()
    }

    /// Path of a unit or base of the pack.
    pub fn node(&self, key: &str) -> String {
        self.house.world.pack.node_of(key).expect(key).to_string()
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

    /// Looks at something that is there.
    #[track_caller]
    pub fn get(&mut self, who: &str, path: &str) -> Value {
        let seen = self.send(who, "GET", path, &Value::Null, &[]);
        assert_eq!(seen.status, 200, "{who} GET {path}: {}", seen.body);
        seen.json()
    }

    /// What somebody may not see is not there.
    #[track_caller]
    pub fn hides(&mut self, who: &str, path: &str) {
        let seen = self.send(who, "GET", path, &Value::Null, &[]);
        assert_eq!(seen.status, 404, "{who} GET {path}: {}", seen.body);
    }

    /// Does something that is allowed, and lets everything that follows from it happen.
    #[track_caller]
    pub fn does(&mut self, who: &str, path: &str, body: Value) -> Value {
        self.keys += 1;
        let key = format!("story-{}", self.keys);
        let seen = self.send(who, "POST", path, &body, &[("idempotency-key", &key)]);
        assert!([200, 201].contains(&seen.status), "{who} POST {path} {body}: {} {}", seen.status, seen.body);
        let again = self.send(who, "POST", path, &body, &[("idempotency-key", &key)]);
        assert_eq!((again.status, again.json()), (seen.status, seen.json()), "{who} POST {path}: the same key repeats the reply and not the deed");
        self.house.temp.settle();
        seen.json()
    }

    /// Tries something that is refused with this status; gives the problem.
    #[track_caller]
    pub fn refused(&mut self, who: &str, path: &str, body: Value, status: u16) -> Value {
        let seen = self.send(who, "POST", path, &body, &[]);
        assert_eq!(seen.status, status, "{who} POST {path} {body}: {}", seen.body);
        seen.json()
    }

    /// The same with the code of the problem.
    #[track_caller]
    pub fn refused_as(&mut self, who: &str, path: &str, body: Value, status: u16, code: &str) {
        let problem = self.refused(who, path, body, status);
        assert_eq!(problem["code"], code, "{problem}");
    }

    /// A key is taken once and for all: another request with it is 422.
    #[track_caller]
    pub fn key_is_taken(&mut self, who: &str, path: &str, first: &Value, other: &Value) {
        let key = [("idempotency-key", "one-key-for-two-requests")];
        assert_eq!(self.send(who, "POST", path, first, &key).status, 201);
        let seen = self.send(who, "POST", path, other, &key);
        assert_eq!(seen.status, 422, "{}", seen.body);
        self.house.temp.settle();
    }

    /// Proves again who one is, as a signature asks.
    #[track_caller]
    pub fn prove(&mut self, who: &str) {
        let seen = self.send(who, "POST", "/reauth", &json!({ "password": PASSWORD }), &[]);
        assert_eq!(seen.status, 200, "{who}: {}", seen.body);
    }

    /// A move of a case.
    #[track_caller]
    pub fn moves(&mut self, who: &str, case: &str, name: &str, reason: &str) -> Value {
        self.does(who, &format!("/cases/{case}/moves"), json!({ "move": name, "reason": reason }))
    }

    /// A move that something is missing for: the sentences of what is missing.
    #[track_caller]
    pub fn blocked(&mut self, who: &str, case: &str, name: &str) -> Vec<String> {
        let problem = self.refused(who, &format!("/cases/{case}/moves"), json!({ "move": name }), 409);
        assert_eq!(problem["code"], "programme-blocked", "{problem}");
        let missing: Vec<String> = problem["errors"].as_array().into_iter().flatten().filter_map(|error| error["detail"].as_str().map(str::to_owned)).collect();
        assert!(!missing.is_empty() && missing.iter().all(|sentence| !sentence.is_empty()), "says what is missing: {problem}");
        missing
    }

    /// Fills in a form and completes it; `n`: which time, for a form that recurs.
    #[track_caller]
    pub fn fills(&mut self, who: &str, case: &str, form: &str, n: Option<i64>, answers: Value) {
        let query = n.map(|n| format!("?n={n}")).unwrap_or_default();
        self.does(who, &format!("/cases/{case}/forms/{form}{query}"), answers);
        self.does(who, &format!("/cases/{case}/forms/{form}/completion{query}"), json!({}));
    }

    /// Reads a paper and signs what was read.
    #[track_caller]
    pub fn signs(&mut self, who: &str, case: &str, document: &str) {
        let paper = self.get(who, &format!("/cases/{case}/documents/{document}"));
        let body = json!({ "document": document, "text_sha256": paper["text_sha256"] });
        if paper["proved"] == false {
            self.refused_as(who, &format!("/cases/{case}/signatures"), body.clone(), 409, "desk-prove-first");
            self.prove(who);
        }
        self.does(who, &format!("/cases/{case}/signatures"), body);
    }

    /// Available on an account, in smallest units, as finance reads it; 0 if there is no such account.
    #[track_caller]
    pub fn available(&mut self, account: &str) -> i64 {
        let seen = self.send("finance", "GET", &format!("/ledger/accounts?path={account}"), &Value::Null, &[]);
        if seen.status == 404 {
            return 0;
        }
        seen.json()["account"]["balance"]["available"]["minor"].as_i64().unwrap_or_else(|| panic!("{account}: {}", seen.body))
    }

    #[track_caller]
    fn send(&mut self, who: &str, method: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Seen {
        self.house.temp.clock.set(self.now().plus_seconds(1));
        let mut client = self.client(who);
        let sent = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let all: Vec<(&str, &str)> = [("accept", "application/json"), ("content-type", "application/json")].iter().chain(headers).copied().collect();
        let seen = client.send(method, &format!("/api/v1{path}"), &all, sent);
        assert!(seen.status < 500, "{who} {method} {path}: {}", seen.body);
        self.as_documented(method, path.split('?').next().unwrap_or_default(), &seen);
        seen
    }

    #[track_caller]
    fn as_documented(&self, method: &str, path: &str, seen: &Seen) {
        if seen.status >= 400 {
            assert_eq!(findings(&self.document, &self.document["components"]["schemas"]["Problem"], &seen.json()), Vec::<String>::new(), "{method} {path}");
            return;
        }
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &str| {
            let wanted: Vec<&str> = pattern.split('/').collect();
            wanted.len() == parts.len() && wanted.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
        };
        let paths = self.document["paths"].as_object().expect("paths");
        let (_, operations) = paths.iter().filter(|(pattern, _)| fits(pattern)).min_by_key(|(pattern, _)| pattern.matches('{').count()).expect(path);
        let schema = &operations[method.to_lowercase()]["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(findings(&self.document, schema, &seen.json()), Vec::<String>::new(), "{method} {path}: {}", seen.body);
    }

    /// A client with a token; the first time they sign in by password, prove themselves and make it.
    fn client(&mut self, who: &str) -> Client {
        if let Some(client) = self.clients.get(who) {
            return client.clone();
        }
        self.register(who);
        let mut browser = Client::new(&self.house.app);
        browser.post_json("/login", &json!({ "login": who, "password": PASSWORD })).expect(200);
        let csrf = browser.csrf();
        browser = browser.header("x-csrf-token", &csrf);
        browser.post_json("/reauth", &json!({ "password": PASSWORD })).expect(200);
        let made = browser.post_json("/me/tokens", &json!({ "name": "story", "days": 366, "scopes": [] })).expect(200).json();
        let client = Client::bearer(&self.house.app, made["texts"][0].as_str().expect("a token"));
        self.house.temp.clock.set(self.now().plus_seconds(10));
        self.clients.insert(who.to_owned(), client.clone());
        client
    }

    /// Their login comes with the people (a set-up link would give it to them).
    fn register(&self, who: &str) {
        let person = self.house.world.persons[who].clone();
        let (secret, login) = (LoginSecret::of_password(PASSWORD, &[9; 16]).expect("a hash"), who.to_owned());
        let done =
            self.house.temp.db.write("identity.register_login", move |tx| identity::register_login(tx, &Acting::system("setup"), &person, &login, &secret));
        done.map_err(Failure::into_fault).expect("a login");
    }
}
