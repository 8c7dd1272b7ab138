//! Pages: the templates of all crates, one environment a language, and what they see besides the view.
//!
//! Asks: texts, statics, the `Chrome` of the wiring. Invariant: unknown names are mistakes, everything is escaped.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, context};
use serde_json::json;
use words::Lang;

use crate::call::Call;
use crate::statics::Statics;
use crate::texts::Tongues;
use crate::{address, answer, filters};

/// Templates, ready in both languages.
pub(crate) struct Pages {
    zh: Environment<'static>,
    en: Environment<'static>,
}

impl Pages {
    /// Compiles all templates, or says what is wrong with them.
    pub(crate) fn of(templates: &[(&'static str, &'static str)], tongues: &Arc<Tongues>, statics: &Arc<Statics>, strict: bool) -> Result<Self, Vec<String>> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::Html);
        env.set_formatter(written);
        let wrong: Vec<String> =
            templates.iter().filter_map(|(name, source)| env.add_template(name, source).err()).map(|mistake| explained(&mistake)).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let of = |lang| {
            let mut env = env.clone();
            filters::add(&mut env, lang, tongues.clone(), statics.clone(), strict);
            env
        };
        Ok(Self { zh: of(Lang::Zh), en: of(Lang::En) })
    }

    /// Renders a page for a call.
    pub(crate) fn render(&self, call: &Call, template: &str, view: Value, next: Option<&str>) -> Result<String, String> {
        let mut env = match call.lang {
            Lang::Zh => self.zh.clone(),
            Lang::En => self.en.clone(),
        };
        let page = page(call, next);
        filters::add_fields(&mut env, &page);
        env.add_global("page", Value::from(Serde(page)));
        env.add_global("view", view);
        let template = env.get_template(template).map_err(|mistake| explained(&mistake))?;
        template.render(context! {}).map_err(|mistake| explained(&mistake))
    }
}

/// Writes a value into a page. Nothing (null) is written as nothing; a slash needs no escape, so addresses stay readable.
fn written(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(());
    }
    match value.as_str() {
        Some(text) if !value.is_safe() => out.write_str(&escaped(text)).map_err(Error::from),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 16), |mut all, c| {
        match c {
            '&' => all.push_str("&amp;"),
            '<' => all.push_str("&lt;"),
            '>' => all.push_str("&gt;"),
            '"' => all.push_str("&quot;"),
            '\'' => all.push_str("&#39;"),
            c => all.push(c),
        }
        all
    }))
}

fn explained(mistake: &minijinja::Error) -> String {
    let mut text = mistake.to_string();
    let mut source = std::error::Error::source(mistake);
    while let Some(below) = source {
        text.push_str(&format!(" ← {below}"));
        source = below.source();
    }
    text
}

/// What templates see as `page`.
fn page(call: &Call, next: Option<&str>) -> serde_json::Value {
    let options = &call.app.0.options;
    let said = call.cookie("said").filter(|key| call.app.0.tongues.has(key));
    let (problem, values) = match &call.refused {
        Some(refused) => (shown_problem(call, refused), refused.values.clone()),
        None => (serde_json::Value::Null, json!({})),
    };
    json!({
        "lang": call.lang.tag(),
        "theme": call.theme,
        "scale": call.scale,
        "path": call.path,
        "url": call.here_with("", None),
        "url_zh": call.here_with("lang", Some("zh")),
        "url_en": call.here_with("lang", Some("en")),
        "url_theme": call.here_with("theme", Some(if call.theme == "dark" { "light" } else { "dark" })),
        "url_scale": call.here_with("scale", Some(if call.scale == "large" { "normal" } else { "large" })),
        "url_csv": call.here_with("format", Some("csv")),
        "url_xlsx": call.here_with("format", Some("xlsx")),
        "next_url": next.map(|cursor| call.here_with("cursor", Some(cursor))),
        "csrf": call.csrf(),
        "who": call.who_json(),
        "demo": options.demo,
        "version": options.version,
        "request_id": call.request_id,
        "now": call.now(),
        "said": said,
        "problem": problem,
        "values": values,
        "chrome": chrome(call),
    })
}

/// The problem with labels and anchors for the summary.
fn shown_problem(call: &Call, refused: &crate::call::Refused) -> serde_json::Value {
    let mut told = answer::told(call, &refused.problem);
    for error in told.get_mut("errors").and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
        let pointer = error.get("pointer").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        error["id"] = json!(address::field_id(&pointer));
        error["label"] = json!(label(call, &pointer));
    }
    told
}

/// Label of a field: the text `field-<name>` if there is one.
fn label(call: &Call, pointer: &str) -> Option<String> {
    let name = pointer.rsplit('/').find(|part| !part.is_empty() && !part.bytes().all(|b| b.is_ascii_digit()))?;
    call.app.0.tongues.text(call.lang, &format!("field-{}", name.replace('_', "-")), &[])
}

/// The wiring's chrome over empty defaults, so that templates need not ask whether a key is there.
fn chrome(call: &Call) -> serde_json::Value {
    let mut all = json!({ "console": false, "brand": null, "home": "/", "nav": [], "menu": [], "search": null, "inbox": null, "sign_in": "/login", "sign_out": "/logout", "footer": [], "help": null });
    let own = call.app.0.options.chrome.as_ref().map(|chrome| chrome.chrome(call));
    if let (Some(all), Some(serde_json::Value::Object(own))) = (all.as_object_mut(), own) {
        all.extend(own);
    }
    for list in ["nav", "menu", "footer"] {
        for item in all.get_mut(list).and_then(serde_json::Value::as_array_mut).into_iter().flatten().filter_map(|item| item.as_object_mut()) {
            for (key, default) in [("icon", json!(null)), ("count", json!(0)), ("href", json!("#")), ("label", json!(""))] {
                item.entry(key).or_insert(default);
            }
        }
    }
    all
}
