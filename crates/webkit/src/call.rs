//! One request as a handler sees it.
//!
//! Asks: the app and the store. Tells: [`Call::read`] and [`Call::write`] are the only ways of a handler to the database.
//! Invariant: the write of a request with an `Idempotency-Key` keeps its reply in the same transaction.

use std::any::Any;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::{Value, json};
use store::{Db, Read, Tx};
use words::{Acting, Id, Instant, Lang, Outcome, Refusal};

use crate::kept::{Kept, Key, once};
use crate::{Answer, App, Problem, Reply, Visitor, address};

/// A form that was refused and is shown again.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub problem: Problem,
    pub values: Value,
}

/// One request.
pub struct Call {
    /// Language of the reply.
    pub lang: Lang,
    /// `auto`, `light` or `dark`.
    pub theme: &'static str,
    /// `normal` or `large`.
    pub scale: &'static str,
    /// Id of the request, on every reply and in the log.
    pub request_id: String,
    /// Where the request comes from.
    pub client_ip: IpAddr,
    pub(crate) app: App,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) api: bool,
    pub(crate) html: bool,
    pub(crate) visitor: Option<Visitor>,
    pub(crate) by_cookie: bool,
    pub(crate) path_values: Vec<(String, String)>,
    pub(crate) key: Option<String>,
    pub(crate) request_hash: String,
    pub(crate) version_wanted: Option<String>,
    pub(crate) refused: Option<Refused>,
    pub(crate) writes: AtomicI64,
}

impl Call {
    /// A value of the path: `{name}`.
    pub fn path_text(&self, name: &str) -> &str {
        self.path_values.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    /// An id in the path; what is no id is not found.
    pub fn id(&self, name: &str) -> Result<Id, Problem> {
        Id::parse(self.path_text(name)).map_err(|_| Problem::absent())
    }

    /// Who acts, if anybody is signed in.
    pub fn who(&self) -> Option<&Acting> {
        self.visitor.as_ref().map(|visitor| &visitor.acting)
    }

    /// Who acts; a page sends strangers to the sign-in, JSON says 401.
    pub fn acting(&self) -> Result<Acting, Problem> {
        self.who().cloned().ok_or_else(Problem::unknown_caller)
    }

    /// Who came in, with name and session.
    pub fn visitor(&self) -> Option<&Visitor> {
        self.visitor.as_ref()
    }

    /// A value of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The path as called, without `/api/v1`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok()).find_map(|header| address::cookie(header, name))
    }

    /// Does the caller want a page?
    pub fn wants_html(&self) -> bool {
        self.html
    }

    /// `csv` or `xlsx`, if the caller wants the list as a sheet.
    pub fn wants_sheet(&self) -> Option<&str> {
        self.query("format").filter(|format| matches!(*format, "csv" | "xlsx"))
    }

    /// The version that the caller has seen: `If-Match`, or the form field `_if_match`.
    pub fn if_match(&self) -> Option<&str> {
        self.version_wanted.as_deref()
    }

    /// The database.
    pub fn db(&self) -> &Db {
        self.app.db()
    }

    /// The moment, by the clock of the database.
    pub fn now(&self) -> Instant {
        self.db().clock().now()
    }

    /// A value that the wiring put into the app.
    pub fn app<T: Any + Send + Sync>(&self) -> Result<&T, Problem> {
        self.app.value().ok_or_else(|| Problem::broken(format!("the wiring lacks a {}", std::any::type_name::<T>())))
    }

    /// The door itself.
    pub fn door(&self) -> &App {
        &self.app
    }

    /// Takes one of `per_minute` tries of a key; 429 if there is none left.
    pub fn rate(&self, key: &str, per_minute: u32) -> Result<(), Problem> {
        self.app.rate().allow(key, per_minute)
    }

    /// A text in the caller's language; the key itself if there is none.
    pub fn text(&self, key: &str) -> String {
        self.text_with(key, &[])
    }

    /// The same with arguments.
    pub fn text_with(&self, key: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<(String, String)> = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.app.0.tongues.text(self.lang, key, &args).unwrap_or_else(|| key.to_owned())
    }

    /// Looks.
    pub fn read<T, R: Refusal>(&self, look: impl FnOnce(&Read) -> Outcome<T, R>) -> Result<T, Problem> {
        self.db().read(look).map_err(Problem::from)
    }

    /// Does: one use case in one transaction. The closure may run twice.
    pub fn write<V: Serialize + 'static, R: Refusal>(
        &self,
        name: &'static str,
        mut case: impl FnMut(&mut Tx) -> Outcome<Reply<V>, R> + Send + 'static,
    ) -> Answer<V> {
        let key = self.key();
        match self.db().write(name, move |tx| once(tx, key.as_ref(), &mut case))? {
            Kept::Fresh(raw) | Kept::Again(raw) => Ok(Reply::from_raw(raw)),
            Kept::OtherRequest => Err(Problem::new(422, "idempotency-key-reused")),
        }
    }

    fn key(&self) -> Option<Key> {
        let step = self.writes.fetch_add(1, Ordering::Relaxed);
        let mut actor = self.who().map_or("", |who| who.person.as_str()).to_owned();
        // A gateway brings calls of many apps: keys of one are none of another's.
        if self.is_brought() {
            actor = format!("{actor}/{}", self.header("x-hechuang-app").unwrap_or_default());
        }
        self.key.clone().map(|text| Key { actor, text, step, request_hash: self.request_hash.clone() })
    }

    /// Does a gateway bring the call of an app?
    pub(crate) fn is_brought(&self) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.acting.can(crate::SERVE, &words::Node::group()) && !visitor.acting.is_system())
    }

    /// Token for the forms of this session; empty for strangers.
    pub(crate) fn csrf(&self) -> String {
        self.visitor.as_ref().map_or_else(String::new, |visitor| self.app.0.tokens.token(&visitor.session_id))
    }

    /// Path and query with one name set.
    pub(crate) fn here_with(&self, name: &str, value: Option<&str>) -> String {
        address::with(&self.path, &self.query, name, value)
    }

    /// From now on the call is about this path and query of our own site.
    pub(crate) fn stand_at(&mut self, here: &str) {
        let here = here.split_once('#').map_or(here, |(here, _)| here);
        let (path, query) = here.split_once('?').unwrap_or((here, ""));
        self.path = path.to_owned();
        self.query = crate::form::pairs(query.as_bytes()).unwrap_or_default();
    }

    /// Who is signed in, for `page.who`.
    pub(crate) fn who_json(&self) -> Value {
        self.visitor.as_ref().map_or(Value::Null, |visitor| json!({ "name": visitor.name, "id": visitor.acting.person }))
    }
}
