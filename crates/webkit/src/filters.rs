//! Functions and filters of the templates: texts, numbers, days, icons, fields.
//!
//! Invariant: nothing (null) shows as a dash; markup made here escapes what it is given.

use std::sync::Arc;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value};
use words::{Amount, Day, Instant, Lang, days_between};

use crate::statics::Statics;
use crate::texts::Tongues;
use crate::{address, icons, numbers};

const DASH: &str = "—";

fn mistake(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, text.into())
}

/// Adds all that depends on the language only.
pub(crate) fn add(env: &mut Environment<'static>, lang: Lang, tongues: Arc<Tongues>, statics: Arc<Statics>, strict: bool) {
    let words = tongues.clone();
    env.add_function("t", move |key: String, args: Kwargs| text(&words, lang, &key, &args, strict));
    let words = tongues.clone();
    env.add_function("has_text", move |key: String| words.has(&key));
    env.add_function("tb", move |value: Value| bilingual(&value, lang));
    env.add_function("asset", move |name: String| statics.address(&name).ok_or_else(|| mistake(format!("no file {name}"))));
    env.add_function("icon", |name: String, size: Option<u32>| {
        icons::svg(&name, size.unwrap_or(20)).map(Value::from_safe_string).ok_or_else(|| mistake(format!("no icon {name}")))
    });
    env.add_filter("field_id", |name: String| address::field_id(&name));
    env.add_filter("money", |value: Value| if_some(&value, |value| amount(value).map(|amount| amount.to_string())));
    env.add_filter("compact", move |value: Value| if_some(&value, |value| compact(value, lang)));
    env.add_filter("number", |value: Value| if_some(&value, whole));
    env.add_filter("percent", |value: Value| if_some(&value, |value| f64::try_from(value.clone()).map(numbers::percent)));
    env.add_filter("day", move |value: Value, form: Option<String>| if_some(&value, |value| day(value, form.as_deref(), lang)));
    env.add_filter("when", |value: Value| when(&value));
    env.add_filter("remaining", move |state: &State, value: Value| {
        let now = state.lookup("page").and_then(|page| page.get_attr("now").ok());
        remaining(&value, now.as_ref(), &tongues, lang)
    });
}

/// Adds what depends on the refused form: `value(name, default)` and `field_error(name)`.
pub(crate) fn add_fields(env: &mut Environment<'static>, page: &serde_json::Value) {
    let values = page.get("values").cloned().unwrap_or_default();
    let refilled = page.get("problem").is_some_and(|problem| !problem.is_null());
    env.add_function("value", move |name: String, default: Option<Value>| {
        let sent = crate::form::segments(&name).iter().filter(|part| !part.is_empty()).try_fold(&values, |value, part| value.get(part));
        match sent {
            Some(sent) => Value::from(minijinja::value::Serde(sent)),
            // In a refilled form an unticked box is not sent: it stays unticked.
            None if refilled && default.as_ref().is_some_and(|default| default.kind() == ValueKind::Bool) => Value::from(false),
            None => default.filter(|default| !default.is_none()).unwrap_or_else(|| Value::from("")),
        }
    });
    let errors: Vec<(String, String)> = page
        .pointer("/problem/errors")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|error| Some((error.get("id")?.as_str()?.to_owned(), error.get("detail")?.as_str()?.to_owned())))
        .collect();
    env.add_function("field_error", move |name: String| {
        let id = address::field_id(&name);
        errors.iter().find(|(other, _)| *other == id).map(|(_, detail)| detail.clone()).unwrap_or_default()
    });
}

fn text(tongues: &Tongues, lang: Lang, key: &str, args: &Kwargs, strict: bool) -> Result<String, Error> {
    let mut given = Vec::new();
    for name in args.args() {
        let value: Value = args.get(name)?;
        given.push((name.to_owned(), value.to_string()));
    }
    match tongues.text(lang, key, &given) {
        Some(text) => Ok(text),
        None if strict => Err(mistake(format!("no text {key}"))),
        None => {
            tracing::error!(key, "no such text");
            Ok(key.to_owned())
        }
    }
}

fn bilingual(value: &Value, lang: Lang) -> Result<String, Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(String::new());
    }
    if let Some(text) = value.as_str() {
        return Ok(text.to_owned());
    }
    let (first, second) = match lang {
        Lang::Zh => ("zh", "en"),
        Lang::En => ("en", "zh"),
    };
    let get = |name| value.get_attr(name).ok().and_then(|text| text.as_str().map(str::to_owned));
    let known = get(first).into_iter().chain(get(second)).reduce(|own, other| if own.is_empty() { other } else { own });
    known.ok_or_else(|| mistake("tb() takes {zh, en}"))
}

fn if_some(value: &Value, show: impl FnOnce(&Value) -> Result<String, Error>) -> Result<String, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() { Ok(DASH.to_owned()) } else { show(value) }
}

fn amount(value: &Value) -> Result<Amount, Error> {
    let json = serde_json::to_value(value).map_err(|wrong| mistake(wrong.to_string()))?;
    serde_json::from_value(json).map_err(|_| mistake("not an amount {minor, asset}"))
}

fn compact(value: &Value, lang: Lang) -> Result<String, Error> {
    match value.as_i64() {
        Some(number) => Ok(numbers::compact(number, lang)),
        None => amount(value).map(|amount| numbers::compact_amount(&amount, lang)),
    }
}

fn whole(value: &Value) -> Result<String, Error> {
    value.as_i64().map(|number| numbers::grouped(i128::from(number))).ok_or_else(|| mistake("not a whole number"))
}

fn parsed_day(value: &Value) -> Option<Day> {
    let text = value.as_str()?;
    Day::parse(text).ok().or_else(|| Instant::parse(text).ok().map(Instant::day))
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `2026-11-22`, or in prose (`day("long")`) 2026年11月22日 / 22 Nov 2026.
fn day(value: &Value, form: Option<&str>, lang: Lang) -> Result<String, Error> {
    let day = parsed_day(value).ok_or_else(|| mistake("not a day"))?;
    let (year, month, of_month) = day.parts();
    let name = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default();
    Ok(match (form, lang) {
        (None, _) => day.to_string(),
        (Some(_), Lang::Zh) => format!("{year}年{month}月{of_month}日"),
        (Some(_), Lang::En) => format!("{of_month} {name} {year}"),
    })
}

/// `<time datetime="…Z">2026-11-22 16:05</time>`
fn when(value: &Value) -> Result<Value, Error> {
    if value.is_none() {
        return Ok(Value::from(DASH));
    }
    let moment = value.as_str().and_then(|text| Instant::parse(text).ok()).ok_or_else(|| mistake("not a moment"))?;
    Ok(Value::from_safe_string(format!("<time datetime=\"{moment}\">{}</time>", moment.local_minute())))
}

/// 剩 3 天 · 今天截止 · 逾期 2 天
fn remaining(value: &Value, now: Option<&Value>, tongues: &Tongues, lang: Lang) -> Result<String, Error> {
    if value.is_none() {
        return Ok(DASH.to_owned());
    }
    let (until, today) = parsed_day(value).zip(now.and_then(parsed_day)).ok_or_else(|| mistake("not a day"))?;
    let days = days_between(today, until);
    let (key, count) = match days {
        0 => ("remaining-today", 0),
        1.. => ("remaining-days", days),
        _ => ("remaining-overdue", -days),
    };
    Ok(tongues.text(lang, key, &[("n".to_owned(), count.to_string())]).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    #[test]
    fn a_text_in_two_languages_is_shown_in_the_other_if_its_own_says_nothing() {
        let shown = |value| bilingual(&value, Lang::Zh).ok();
        assert_eq!(shown(context! { zh => "空间", en => "Space" }).as_deref(), Some("空间"));
        assert_eq!(shown(context! { zh => "", en => "Space" }).as_deref(), Some("Space"));
        assert_eq!(shown(context! { zh => "", en => "" }).as_deref(), Some(""), "an optional text that nobody gave breaks no page");
        assert_eq!(shown(context! { name => "Space" }), None);
    }
}
