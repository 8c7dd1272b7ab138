//! The route table: what this house answers, to whom, from which input, with which view.
//!
//! Asks: the handlers of the crates. Tells: router, validation, OpenAPI, the authorisation test and the axe sweep.
//! Invariant: one entry per method and path; each is served at `/path` and at `/api/v1/path`.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::check::Shape;
use crate::input::{Given, Input, Takes};
use crate::reply::Raw;
use crate::{Answer, Call, Problem};

/// Who may come in. What they may do to a particular thing is asked again in the use case, where its node is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    Person,
    /// Whoever holds this right anywhere.
    Right(&'static str),
}

/// HTTP method of a route. `HEAD` is answered by the `GET` route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Look.
    Get,
    /// Do; HTML forms come here too, and may say `_method=put|delete`.
    Post,
    /// Replace.
    Put,
    /// Remove.
    Delete,
}

impl Method {
    /// `GET`, `POST` …
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "GET" | "HEAD" => Some(Method::Get),
            "POST" => Some(Method::Post),
            "PUT" => Some(Method::Put),
            "DELETE" => Some(Method::Delete),
            _ => None,
        }
    }
}

pub(crate) type Run = Arc<dyn Fn(&Call, Given) -> Result<Raw, Problem> + Send + Sync>;

/// One entry of the table.
#[derive(Clone)]
pub struct RouteInfo {
    /// Crate that brought it.
    pub part: &'static str,
    /// Method.
    pub method: Method,
    /// `/rounds/{id}`; `{*rest}` at the end takes the remainder.
    pub path: &'static str,
    /// Stable name: `hemi.round.show`. Name of the operation in OpenAPI and of the metrics.
    pub id: &'static str,
    /// Who may come in.
    pub access: Access,
    /// The page's template, if the crate said so.
    pub template: Option<&'static str>,
    /// Codes of the refusals it may answer with, if the crate said so.
    pub refusals: &'static [&'static str],
    /// What it takes: fields, or fields and files.
    pub takes: Takes,
    /// Schema of the input.
    pub in_schema: fn(&mut SchemaGenerator) -> Schema,
    /// Schema of the view.
    pub out_schema: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) shape: Arc<Shape>,
    pub(crate) run: Run,
}

impl fmt::Debug for RouteInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}, {:?})", self.method.as_str(), self.path, self.id, self.access)
    }
}

/// Builder and table of routes.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    part: &'static str,
    table: Vec<RouteInfo>,
}

impl Routes {
    /// An empty table of a crate.
    pub fn new(part: &'static str) -> Self {
        Self { part, table: Vec::new() }
    }

    /// A page or a list.
    pub fn get<I: Input, V: Serialize + JsonSchema + 'static>(
        self,
        path: &'static str,
        id: &'static str,
        access: Access,
        handler: impl Fn(&Call, I) -> Answer<V> + Send + Sync + 'static,
    ) -> Self {
        self.add(Method::Get, path, id, access, handler)
    }

    /// A deed.
    pub fn post<I: Input, V: Serialize + JsonSchema + 'static>(
        self,
        path: &'static str,
        id: &'static str,
        access: Access,
        handler: impl Fn(&Call, I) -> Answer<V> + Send + Sync + 'static,
    ) -> Self {
        self.add(Method::Post, path, id, access, handler)
    }

    /// A replacement.
    pub fn put<I: Input, V: Serialize + JsonSchema + 'static>(
        self,
        path: &'static str,
        id: &'static str,
        access: Access,
        handler: impl Fn(&Call, I) -> Answer<V> + Send + Sync + 'static,
    ) -> Self {
        self.add(Method::Put, path, id, access, handler)
    }

    /// A removal.
    pub fn delete<I: Input, V: Serialize + JsonSchema + 'static>(
        self,
        path: &'static str,
        id: &'static str,
        access: Access,
        handler: impl Fn(&Call, I) -> Answer<V> + Send + Sync + 'static,
    ) -> Self {
        self.add(Method::Delete, path, id, access, handler)
    }

    /// Says which template the route added last renders.
    pub fn template(mut self, name: &'static str) -> Self {
        if let Some(route) = self.table.last_mut() {
            route.template = Some(name);
        }
        self
    }

    /// Says which refusals the route added last may answer with.
    pub fn refusals(mut self, codes: &'static [&'static str]) -> Self {
        if let Some(route) = self.table.last_mut() {
            route.refusals = codes;
        }
        self
    }

    /// Both tables.
    pub fn merge(mut self, other: Routes) -> Self {
        self.table.extend(other.table);
        self
    }

    /// All entries.
    pub fn table(&self) -> &[RouteInfo] {
        &self.table
    }

    fn add<I: Input, V: Serialize + JsonSchema + 'static>(
        mut self,
        method: Method,
        path: &'static str,
        id: &'static str,
        access: Access,
        handler: impl Fn(&Call, I) -> Answer<V> + Send + Sync + 'static,
    ) -> Self {
        self.table.push(RouteInfo {
            part: self.part,
            method,
            path,
            id,
            access,
            template: None,
            refusals: &[],
            takes: I::TAKES,
            in_schema: I::schema,
            out_schema: |generator| generator.subschema_for::<V>(),
            shape: Arc::new(Shape::of(I::schema)),
            // What was done may be kept and shown again, and is kept as JSON.
            run: Arc::new(move |call, given| {
                let reply = handler(call, I::read(given)?)?;
                Ok(if call.html && method == Method::Get { reply.into_page() } else { reply.into_raw() })
            }),
        });
        self
    }
}
