//! The whole door: options in, replies out.
//!
//! Asks: the database, the parts of the crates, `Gate` and `Chrome`. Tells: [`App::handle`], [`App::router`].
//! Invariant: everything that can be wrong with routes, texts and templates is found when the app is made, not when it is asked.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::num::NonZero;
use std::sync::Arc;

use serde_json::{Map, Value};
use store::Db;
use tokio::sync::Semaphore;
use words::{Fault, Never};

use crate::metrics::Metrics;
use crate::pages::Pages;
use crate::router::Router;
use crate::seal::Tokens;
use crate::statics::{OWN, Statics};
use crate::texts::Tongues;
use crate::{Chrome, Gate, Rate, RouteInfo, Routes, Static, Texts};

/// Something that runs beside the door and has to be looked after.
pub trait Beside: Send + Sync {
    /// What there is to mend, a line each; nothing if all is well. Shown at `/readyz`, which stays ready.
    fn remarks(&self) -> Vec<String>;
    /// Its own figures, as Prometheus text.
    fn figures(&self) -> String;
}

type Schemas = Box<dyn Fn(&Db) -> Result<Map<String, Value>, Fault> + Send + Sync>;

/// What the wiring hands in.
pub struct AppOptions {
    pub(crate) db: Db,
    pub(crate) routes: Routes,
    pub(crate) templates: Vec<(&'static str, &'static str)>,
    pub(crate) texts: Vec<Texts>,
    pub(crate) statics: Vec<Static>,
    pub(crate) gate: Option<Box<dyn Gate>>,
    pub(crate) chrome: Option<Box<dyn Chrome>>,
    pub(crate) values: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    pub(crate) schemas: Option<Schemas>,
    pub(crate) beside: Vec<Box<dyn Beside>>,
    /// Names of hosts it answers for, without port. At first: this machine.
    pub hosts: Vec<String>,
    /// Served over https (by a proxy): cookies are `Secure`, HSTS is sent.
    pub https: bool,
    /// Stands behind a proxy whose `X-Forwarded-For` can be believed.
    pub behind_proxy: bool,
    /// Demonstration: a ribbon on every page.
    pub demo: bool,
    /// Version, for the footer and OpenAPI.
    pub version: String,
    /// A missing text breaks the page instead of showing its key. At first: in debug builds.
    pub strict_texts: bool,
}

impl AppOptions {
    /// A door with nothing behind it but the problem pages and OpenAPI.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            routes: crate::web::routes(),
            templates: crate::TEMPLATES.to_vec(),
            texts: vec![crate::TEXTS],
            statics: OWN.to_vec(),
            gate: None,
            chrome: None,
            values: HashMap::new(),
            schemas: None,
            beside: Vec::new(),
            hosts: ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            https: false,
            behind_proxy: false,
            demo: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            strict_texts: cfg!(debug_assertions),
        }
    }

    /// Adds what a crate brings.
    pub fn part(mut self, routes: Routes, templates: &'static [(&'static str, &'static str)], texts: Texts) -> Self {
        self.routes = self.routes.merge(routes);
        self.templates.extend(templates);
        self.texts.push(texts);
        self
    }

    /// Adds files served under `/static/`.
    pub fn statics(mut self, files: &[Static]) -> Self {
        self.statics.extend(files);
        self
    }

    /// Who knows whom a credential belongs to.
    pub fn gate(mut self, gate: impl Gate + 'static) -> Self {
        self.gate = Some(Box::new(gate));
        self
    }

    /// Who knows what stands around a page.
    pub fn chrome(mut self, chrome: impl Chrome + 'static) -> Self {
        self.chrome = Some(Box::new(chrome));
        self
    }

    /// A value that handlers get by its type: `call.app::<Packs>()?`.
    pub fn value<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.values.insert(TypeId::of::<T>(), Box::new(value));
        self
    }

    /// Something that runs beside the door.
    pub fn beside(mut self, beside: impl Beside + 'static) -> Self {
        self.beside.push(Box::new(beside));
        self
    }

    /// Schemas that are not in code (pack forms), as components of OpenAPI.
    pub fn schemas(mut self, make: impl Fn(&Db) -> Result<Map<String, Value>, Fault> + Send + Sync + 'static) -> Self {
        self.schemas = Some(Box::new(make));
        self
    }
}

/// What is wrong with what the crates brought, all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct AppMistake(pub Vec<String>);

impl fmt::Display for AppMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

pub(crate) struct Inner {
    pub options: AppOptions,
    pub router: Router,
    pub tongues: Arc<Tongues>,
    pub pages: Pages,
    pub statics: Arc<Statics>,
    pub tokens: Tokens,
    pub rate: Rate,
    pub metrics: Metrics,
    pub turns: Semaphore,
}

/// The door. Cheap to clone.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Inner>);

/// As many as there are processors; on a server of its own the database is waited for meanwhile.
fn looks_at_once(db: &Db) -> usize {
    let processors = std::thread::available_parallelism().map_or(2, NonZero::get);
    if db.is_embedded() { processors } else { processors * 4 }
}

impl App {
    /// Checks and joins everything.
    pub fn new(options: AppOptions) -> Result<Self, AppMistake> {
        let mut wrong = Vec::new();
        let router = Router::of(options.routes.table()).unwrap_or_else(|mistake| {
            wrong.push(mistake);
            Router::default()
        });
        wrong.extend(unclear_ids(options.routes.table()));
        let tongues = Tongues::of(&options.texts).map(Arc::new).map_err(|complaints| wrong.extend(complaints));
        let statics = Arc::new(Statics::of(options.statics.iter().copied()));
        let secret = options.db.read::<_, Never>(|read| Ok(read.keyed_hash("webkit form tokens"))).map_err(|failure| wrong.push(format!("{failure:?}")));
        let pages = tongues
            .as_ref()
            .ok()
            .ok_or(())
            .and_then(|tongues| Pages::of(&options.templates, tongues, &statics, options.strict_texts).map_err(|complaints| wrong.extend(complaints)));
        match (tongues, secret, pages) {
            (Ok(tongues), Ok(secret), Ok(pages)) if wrong.is_empty() => {
                let rate = Rate::new(options.db.clock().clone());
                let tokens = Tokens::of(&secret);
                let turns = Semaphore::new(looks_at_once(&options.db));
                Ok(Self(Arc::new(Inner { options, router, tongues, pages, statics, tokens, rate, metrics: Metrics::default(), turns })))
            }
            _ => Err(AppMistake(wrong)),
        }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.options.db
    }

    /// The limiter, for sign-in and other doors that strangers try.
    pub fn rate(&self) -> &Rate {
        &self.0.rate
    }

    /// Does it answer for the host that a request names?
    pub fn knows_host(&self, headers: &axum::http::HeaderMap) -> bool {
        crate::seal::host_known(headers, &self.0.options.hosts)
    }

    /// All routes.
    pub fn table(&self) -> &[RouteInfo] {
        self.0.options.routes.table()
    }

    /// A value of the wiring, if there is one of this type.
    pub fn value<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.options.values.get(&TypeId::of::<T>()).and_then(|value| value.downcast_ref())
    }

    /// Prometheus text: requests by route and status class, memory; and what runs beside.
    pub fn metrics(&self) -> String {
        self.0.options.beside.iter().fold(self.0.metrics.text(), |text, beside| text + &beside.figures())
    }

    /// What there is to mend in what runs beside; it is no reason not to be ready.
    pub fn remarks(&self) -> Vec<String> {
        self.0.options.beside.iter().flat_map(|beside| beside.remarks()).collect()
    }

    /// The OpenAPI document of this moment.
    pub fn openapi(&self) -> Result<Value, Fault> {
        let extra = self.0.options.schemas.as_ref().map(|make| make(self.db())).transpose()?.unwrap_or_default();
        Ok(crate::openapi(self.table(), &self.0.options.version, extra))
    }

    /// Ready to serve? Otherwise why not.
    pub fn ready(&self) -> Result<(), Fault> {
        self.db().read::<_, Never>(|read| Ok(crate::sql::is_alive(read)?)).map_err(|failure| failure.into_fault())?;
        self.db().is_well()
    }
}

/// Ids of routes name operations and metrics: each once.
fn unclear_ids(table: &[RouteInfo]) -> Vec<String> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    table
        .iter()
        .filter_map(|route| seen.insert(route.id, route.path).map(|other| format!("the id {} names two routes: {other} and {}", route.id, route.path)))
        .collect()
}
