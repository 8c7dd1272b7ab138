//! What a handler answers: one view that becomes a page or JSON, and what goes with it.
//!
//! Invariant: the view is turned into what its face needs, once; page and API show the same value.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Problem, Sheet};

/// What a handler returns.
pub type Answer<V> = Result<Reply<V>, Problem>;

/// What kind of answer it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Shown {
    Page {
        template: String,
    },
    Json,
    Created {
        location: String,
    },
    Done {
        location: String,
    },
    File {
        name: String,
        media_type: String,
        inline: bool,
        #[serde(with = "as_base64")]
        bytes: Vec<u8>,
    },
}

/// A reply without the type of its view; what `Idempotency-Key` keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Raw {
    pub shown: Shown,
    pub view: Value,
    pub etag: Option<String>,
    pub next: Option<String>,
    pub said: Option<String>,
    pub status: Option<u16>,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The view for a template; then it is not made into JSON too.
    #[serde(skip)]
    pub page: Option<minijinja::Value>,
    #[serde(skip)]
    pub cookies: Vec<Cookie>,
    #[serde(skip)]
    pub sheet: Option<Sheet>,
    #[serde(skip)]
    pub broken: Option<String>,
}

/// A reply with a view of type `V`.
#[derive(Debug)]
pub struct Reply<V> {
    raw: Raw,
    view: Option<V>,
}

/// A cookie to set. Always `HttpOnly`, `SameSite=Lax`, path `/`; `Secure` when served over https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) max_age_s: Option<i64>,
    pub(crate) script: bool,
}

impl Cookie {
    /// A cookie that lives as long as the browser, unless told otherwise.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), max_age_s: None, script: false }
    }

    /// The session cookie.
    pub fn session(value: impl Into<String>) -> Self {
        Self::new(crate::SESSION_COOKIE, value)
    }

    /// Takes a cookie away.
    pub fn gone(name: impl Into<String>) -> Self {
        Self::new(name, "").max_age_s(0)
    }

    /// How long it lives, in seconds.
    pub fn max_age_s(mut self, seconds: i64) -> Self {
        self.max_age_s = Some(seconds);
        self
    }

    /// Our script may read it (theme, large text).
    pub(crate) fn for_script(mut self) -> Self {
        self.script = true;
        self
    }
}

impl<V: Serialize> Reply<V> {
    /// A page; the view is the template's `view`, and the JSON.
    pub fn page(template: impl Into<String>, view: V) -> Self {
        Self::of(Shown::Page { template: template.into() }, Some(view))
    }

    /// JSON for everybody.
    pub fn json(view: V) -> Self {
        Self::of(Shown::Json, Some(view))
    }

    /// Something new is there: page 303 to it, JSON 201 with `Location`.
    pub fn created(location: impl Into<String>, view: V) -> Self {
        Self::of(Shown::Created { location: location.into() }, Some(view))
    }

    /// Done: page 303 to where one sees it, JSON 200.
    pub fn done(location: impl Into<String>, view: V) -> Self {
        Self::of(Shown::Done { location: location.into() }, Some(view))
    }

    /// As JSON, which can be kept.
    pub(crate) fn into_raw(self) -> Raw {
        let mut raw = self.raw;
        match self.view.as_ref().map(serde_json::to_value) {
            Some(Ok(view)) => raw.view = view,
            Some(Err(mistake)) => raw.broken = Some(mistake.to_string()),
            None => {}
        }
        raw
    }

    /// For a template if it is a page, else as JSON.
    pub(crate) fn into_page(self) -> Raw {
        match (self.view, &self.raw.shown) {
            (Some(view), Shown::Page { .. }) => Raw { page: Some(minijinja::Value::from(minijinja::value::Serde(&view))), ..self.raw },
            (view, _) => Self { raw: self.raw, view }.into_raw(),
        }
    }
}

impl<V> Reply<V> {
    /// A file to keep. The name may be Chinese.
    pub fn file(name: impl Into<String>, media_type: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self::of(Shown::File { name: name.into(), media_type: media_type.into(), inline: false, bytes }, None)
    }

    fn of(shown: Shown, view: Option<V>) -> Self {
        let raw = Raw {
            shown,
            view: Value::Null,
            etag: None,
            next: None,
            said: None,
            status: None,
            headers: Vec::new(),
            page: None,
            cookies: Vec::new(),
            sheet: None,
            broken: None,
        };
        Self { raw, view }
    }

    /// The file is shown in the browser instead of being kept.
    pub fn inline(mut self) -> Self {
        if let Shown::File { inline, .. } = &mut self.raw.shown {
            *inline = true;
        }
        self
    }

    /// Version of what is shown, for `If-Match`.
    pub fn etag(mut self, text: impl ToString) -> Self {
        self.raw.etag = Some(text.to_string());
        self
    }

    /// Offers the list as `?format=csv` and `?format=xlsx`.
    pub fn sheet(mut self, sheet: Sheet) -> Self {
        self.raw.sheet = Some(sheet);
        self
    }

    /// Where the list goes on: `Link: rel=next` and `page.next_url`.
    pub fn next(mut self, cursor: Option<String>) -> Self {
        self.raw.next = cursor;
        self
    }

    /// Sets a cookie.
    pub fn cookie(mut self, cookie: Cookie) -> Self {
        self.raw.cookies.push(cookie);
        self
    }

    /// The page that comes next shows the text of this key once.
    pub fn say(mut self, key: impl Into<String>) -> Self {
        self.raw.said = Some(key.into());
        self
    }

    /// Another status than 200 for a page (a form shown again by its own handler: 422).
    pub fn status(mut self, status: u16) -> Self {
        self.raw.status = Some(status);
        self
    }

    /// A header that this kind of answer has beside those of every reply.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.raw.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn from_raw(raw: Raw) -> Self {
        Self { raw, view: None }
    }
}

/// Bytes of a file inside a kept reply.
mod as_base64 {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}
