//! What of a document would break those who call by the older one. Pure.
//!
//! Looks at what travels on the wire only: operations by method and shape of the path, parameters, bodies, answers of success, schemas of JSON. What a call may
//! hold must stay allowed; what an answer may hold must stay within what was said. Invariant: a document compared with itself breaks nothing, and it ends soon.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Bound, Op, Parameter, Place, Spec, content};
use crate::document::shape;

/// How deep schemas are compared.
const DEEPEST: usize = 12;
/// So many breaks are listed.
const MOST: usize = 200;

/// A change that breaks callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaking {
    /// What: `operation-gone`; its sentence is `capabilities-break-…`.
    pub code: &'static str,
    /// `POST /orders`.
    pub operation: String,
    /// Where in it: `query lang`, `body item.name`, `200 id`; empty for the operation itself.
    pub at: String,
}

/// Which way a schema travels.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From the caller: what was allowed has to stay allowed.
    In,
    /// To the caller: nothing may come that was not said before.
    Out,
}

/// Two documents and what was found.
struct Compared<'a> {
    old: &'a Spec,
    new: &'a Spec,
    operation: String,
    bound: Bound,
    /// Pairs of schemas that were compared already, by where they lie.
    seen: BTreeSet<(usize, usize, bool)>,
    found: Vec<Breaking>,
}

/// What breaks those who call by `old` when `new` takes its place, in the order of the old document.
pub(crate) fn breaking(old: &Spec, new: &Spec) -> Vec<Breaking> {
    let fresh = new.operations();
    let mut found = Vec::new();
    for op in old.operations() {
        let name = format!("{} {}", op.method.to_uppercase(), op.path);
        let same = |other: &&Op<'_>| other.method == op.method && shape(other.path) == shape(op.path);
        let mut compared = Compared { old, new, operation: name, bound: Bound::new(), seen: BTreeSet::new(), found: Vec::new() };
        match fresh.iter().find(same) {
            None => compared.tell("operation-gone", ""),
            Some(other) => compared.operation(&op, other),
        }
        found.append(&mut compared.found);
    }
    found.truncate(MOST);
    found
}

/// Members of a schema, with those of all its `allOf` parts.
struct Flat<'a> {
    parts: Vec<&'a Value>,
}

impl<'a> Flat<'a> {
    fn of(spec: &'a Spec, schema: &'a Value, bound: &Bound) -> Self {
        let (mut parts, mut open) = (Vec::new(), vec![(schema, 0)]);
        while let Some((schema, depth)) = open.pop() {
            if depth > DEEPEST || !bound.step() {
                break;
            }
            let schema = spec.follow(schema);
            parts.push(schema);
            open.extend(schema.get("allOf").and_then(Value::as_array).into_iter().flatten().map(|part| (part, depth + 1)));
        }
        Self { parts }
    }

    fn first(&self, name: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.get(name))
    }

    fn properties(&self) -> Vec<(&'a str, &'a Value)> {
        let all = self.parts.iter().filter_map(|part| part.get("properties").and_then(Value::as_object)).flatten();
        all.map(|(name, below)| (name.as_str(), below)).collect()
    }

    fn required(&self) -> BTreeSet<&'a str> {
        self.parts.iter().filter_map(|part| part.get("required").and_then(Value::as_array)).flatten().filter_map(Value::as_str).collect()
    }

    /// Types that it allows; none said is all of them.
    fn types(&self) -> BTreeSet<&'a str> {
        match self.first("type") {
            Some(Value::String(one)) => [one.as_str()].into(),
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Values that it allows, if it lists them.
    fn choices(&self) -> Option<Vec<&'a Value>> {
        let listed = self.first("enum").and_then(Value::as_array).map(|all| all.iter().collect());
        listed.or_else(|| self.first("const").map(|one| vec![one]))
    }

    fn branches(&self) -> Vec<&'a Value> {
        ["oneOf", "anyOf"].iter().filter_map(|word| self.first(word)?.as_array()).flatten().collect()
    }
}

impl<'a> Compared<'a> {
    fn tell(&mut self, code: &'static str, at: &str) {
        self.found.push(Breaking { code, operation: self.operation.clone(), at: at.to_owned() });
    }

    fn operation(&mut self, old: &Op<'a>, new: &Op<'a>) {
        self.parameters(old, new);
        self.bodies(old, new);
        self.answers(old, new);
    }

    /// Parameters of the path are told apart by their place in it: how they are called does not travel.
    fn parameters(&mut self, old: &Op<'a>, new: &Op<'a>) {
        let (before, after) = (old.parameters(), new.parameters());
        let names = |path: &'a str| path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect::<Vec<_>>();
        let (in_old, in_new) = (names(old.path), names(new.path));
        let same = |one: &Parameter<'a>, other: &Parameter<'a>| {
            let place = |names: &[&str], name: &str| names.iter().position(|other| *other == name);
            match one.place {
                Place::Path => other.place == Place::Path && place(&in_old, one.name) == place(&in_new, other.name),
                Place::Header => other.place == one.place && one.name.eq_ignore_ascii_case(other.name),
                Place::Query | Place::Cookie => other.place == one.place && one.name == other.name,
            }
        };
        for one in &before {
            let at = format!("{} {}", one.place.as_str(), one.name);
            match after.iter().find(|other| same(one, other)) {
                None if one.place != Place::Path => self.tell("parameter-gone", &at),
                None => {}
                Some(other) => {
                    if other.required && !one.required {
                        self.tell("parameter-needed", &at);
                    }
                    self.schema(one.schema, other.schema, Way::In, &at, 0);
                }
            }
        }
        for other in after.iter().filter(|other| other.required && other.place != Place::Path) {
            if !before.iter().any(|one| same(one, other)) {
                self.tell("parameter-new", &format!("{} {}", other.place.as_str(), other.name));
            }
        }
    }

    fn bodies(&mut self, old: &Op<'a>, new: &Op<'a>) {
        match (old.body(), new.body()) {
            (None, Some((true, _))) => self.tell("body-needed", "body"),
            (Some(_), None) => self.tell("body-gone", "body"),
            (Some((needed, before)), Some((needs, after))) => {
                if needs && !needed {
                    self.tell("body-needed", "body");
                }
                self.contents(before, after, Way::In, "body");
            }
            (None, _) => {}
        }
    }

    /// Answers of success; what goes wrong is told by codes of problems.
    fn answers(&mut self, old: &Op<'a>, new: &Op<'a>) {
        let after = new.responses();
        for (status, answer) in old.responses().into_iter().filter(|(status, _)| status.starts_with('2')) {
            let Some((_, other)) = after.iter().find(|(other, _)| *other == status) else {
                self.tell("answer-gone", status);
                continue;
            };
            let contents = |answer: &'a Value| answer.get("content").and_then(Value::as_object);
            if let Some(before) = contents(answer) {
                static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
                self.contents(before, contents(other).unwrap_or(&NONE), Way::Out, status);
            }
        }
    }

    fn contents(&mut self, before: &'a Map<String, Value>, after: &'a Map<String, Value>, way: Way, at: &str) {
        for (media, one) in before {
            match after.get(media) {
                None => self.tell("media-gone", &format!("{at} {media}")),
                Some(other) => self.schema(content(self.old, one).0, content(self.new, other).0, way, at, 0),
            }
        }
    }

    fn schema(&mut self, old: &'a Value, new: &'a Value, way: Way, at: &str, depth: usize) {
        if depth > DEEPEST || self.found.len() >= MOST || !self.bound.step() {
            return;
        }
        let (old, new) = (self.old.follow(old), self.new.follow(new));
        if !self.seen.insert((std::ptr::from_ref(old).addr(), std::ptr::from_ref(new).addr(), way == Way::In)) {
            return;
        }
        let (before, after) = (Flat::of(self.old, old, &self.bound), Flat::of(self.new, new, &self.bound));
        if !types_fit(&before, &after, way) || !branches_fit(&before, &after, way) {
            self.tell("type-changed", at);
            return;
        }
        match (way, before.choices(), after.choices()) {
            (Way::In, None, Some(_)) => self.tell("choice-gone", at),
            (Way::In, Some(was), Some(is)) if was.iter().any(|one| !is.contains(one)) => self.tell("choice-gone", at),
            (Way::Out, Some(_), None) => self.tell("choice-new", at),
            (Way::Out, Some(was), Some(is)) if is.iter().any(|one| !was.contains(one)) => self.tell("choice-new", at),
            _ => {}
        }
        if way == Way::In && is_tighter(&before, &after) {
            self.tell("tighter", at);
        }
        self.members(&before, &after, way, at, depth);
        if let (Some(one), Some(other)) = (before.first("items"), after.first("items")) {
            self.schema(one, other, way, &format!("{at}[]"), depth + 1);
        }
    }

    fn members(&mut self, before: &Flat<'a>, after: &Flat<'a>, way: Way, at: &str, depth: usize) {
        let (was, is) = (before.properties(), after.properties());
        let (needed, needs) = (before.required(), after.required());
        let below = |name: &str| format!("{at}{}{name}", if at.contains(' ') { "." } else { " " });
        for (name, one) in &was {
            match is.iter().find(|(other, _)| other == name) {
                Some((_, other)) => self.schema(one, other, way, &below(name), depth + 1),
                None if way == Way::Out || after.first("additionalProperties") == Some(&Value::Bool(false)) => self.tell("field-gone", &below(name)),
                None => {}
            }
        }
        let told = |name: &&str| is.iter().any(|(other, _)| other == name) || was.iter().any(|(other, _)| other == name);
        let changed: Vec<&str> = match way {
            Way::In => needs.difference(&needed).copied().filter(told).collect(),
            Way::Out => needed.difference(&needs).copied().filter(|name| is.iter().any(|(other, _)| other == name)).collect(),
        };
        for name in changed {
            self.tell(if way == Way::In { "field-needed" } else { "field-maybe" }, &below(name));
        }
    }
}

/// Does what travels still have a type that was said? An integer is a number.
fn types_fit(before: &Flat<'_>, after: &Flat<'_>, way: Way) -> bool {
    let (was, is) = (before.types(), after.types());
    let (narrow, wide) = if way == Way::In { (was, is) } else { (is, was) };
    wide.is_empty() || !narrow.is_empty() && narrow.iter().all(|one| wide.contains(one) || *one == "integer" && wide.contains("number"))
}

/// Branches are compared as they are written: one that was allowed has to be there, one that comes has to have been.
fn branches_fit(before: &Flat<'_>, after: &Flat<'_>, way: Way) -> bool {
    let (was, is) = (before.branches(), after.branches());
    let (narrow, wide) = if way == Way::In { (was, is) } else { (is, was) };
    wide.is_empty() || !narrow.is_empty() && narrow.iter().all(|one| wide.contains(one))
}

fn is_tighter(before: &Flat<'_>, after: &Flat<'_>) -> bool {
    let number = |flat: &Flat<'_>, name: &str| flat.first(name).and_then(Value::as_f64);
    let most = ["maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"];
    let least = ["minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"];
    let lower = |name: &&str| number(after, name).is_some_and(|is| number(before, name).is_none_or(|was| is < was));
    // At least nought of something that is counted was always so; of a number it was not.
    let says = |name: &str, is: f64| is > 0.0 || name.ends_with("imum");
    let higher = |name: &&str| number(after, name).is_some_and(|is| number(before, name).is_none_or(|was| is > was) && says(name, is));
    let other = |name: &&str| after.first(name).is_some_and(|is| before.first(name) != Some(is));
    let new = |name: &str, value: bool| after.first(name) == Some(&Value::Bool(value)) && before.first(name) != Some(&Value::Bool(value));
    let items = after.first("items").is_some_and(|is| *is != Value::Bool(true)) && before.first("items").is_none();
    most.iter().any(lower)
        || least.iter().any(higher)
        || ["pattern", "multipleOf"].iter().any(other)
        || new("uniqueItems", true)
        || new("additionalProperties", false)
        || items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::tests::SHOP;

    fn found(from: &str, to: &str) -> Vec<String> {
        let (old, new) = (Spec::parse(from).expect("old"), Spec::parse(to).expect("new"));
        breaking(&old, &new).into_iter().map(|one| format!("{} {} @{}", one.code, one.operation, one.at)).collect()
    }

    /// SHOP with one piece put in the place of another.
    fn with(piece: &str, other: &str) -> Vec<String> {
        assert!(SHOP.contains(piece), "{piece}");
        found(SHOP, &SHOP.replacen(piece, other, 1))
    }

    #[test]
    fn a_document_breaks_nothing_against_itself() {
        assert_eq!(found(SHOP, SHOP), [] as [String; 0]);
    }

    #[test]
    fn what_breaks_callers_is_named_with_its_place() {
        for (piece, other, wanted) in [
            (r#""get":{"operationId":"getOrder""#, r#""put":{"operationId":"getOrder""#, vec!["operation-gone GET /orders/{id} @"]),
            (
                r#"{"name":"lang","in":"query","schema":{"type":"string","enum":["zh","en"]}}"#,
                r#"{"name":"l","in":"query"}"#,
                vec!["parameter-gone GET /orders/{id} @query lang"],
            ),
            (r#""enum":["zh","en"]"#, r#""enum":["zh"]"#, vec!["choice-gone GET /orders/{id} @query lang"]),
            (r#"{"name":"dry","in":"query","#, r#"{"name":"dry","in":"query","required":true,"#, vec!["parameter-needed POST /orders @query dry"]),
            (r#"{"name":"dry","#, r#"{"name":"new","in":"query","required":true},{"name":"dry","#, vec!["parameter-new POST /orders @query new"]),
            (r#""minLength":2"#, r#""minLength":3"#, vec!["tighter POST /orders @header x-shop"]),
            (r#"{"type":"integer","minimum":1},"example":7"#, r#"{"type":"string"},"example":"7""#, vec!["type-changed GET /orders/{id} @path id"]),
            (r#""responses":{"201""#, r#""responses":{"200""#, vec!["answer-gone POST /orders @201"]),
            (
                r#""requestBody":{"required":true,"content":{"application/json""#,
                r#""requestBody":{"required":true,"content":{"text/csv""#,
                vec!["media-gone POST /orders @body application/json"],
            ),
            (r#""required":["item","count"]"#, r#""required":["item"]"#, vec!["field-maybe GET /orders/{id} @200 count"]),
            (r#""required":["item","count"]"#, r#""required":["item","count","tags"]"#, vec!["field-needed POST /orders @body tags"]),
            (r#""maxLength":10"#, r#""maxLength":9"#, vec!["tighter POST /orders @body item"]),
            (r#""minimum":1,"maximum":99"#, r#""multipleOf":5,"minimum":1,"maximum":99"#, vec!["tighter POST /orders @body count"]),
            (r#""items":{"type":"string"}}"#, r#""uniqueItems":true,"items":{"type":"string"}}"#, vec!["tighter POST /orders @body tags"]),
            (r#""required":["item","count"]"#, r#""additionalProperties":false,"required":["item","count"]"#, vec!["tighter POST /orders @body"]),
            (r#""tags":{"type":"array","items":{"type":"string"}},"#, "", vec!["field-gone GET /orders/{id} @200 tags"]),
        ] {
            assert_eq!(with(piece, other), wanted, "{piece} → {other}");
        }
    }

    #[test]
    fn at_least_nought_is_less_of_a_number_and_nothing_new_of_what_is_counted() {
        let shop = |limit: &str| SHOP.replace(r#""minimum":1,"maximum":99"#, &format!(r#"{limit}"maximum":99"#));
        assert_eq!(found(&shop(""), &shop(r#""minimum":0,"#)), ["tighter POST /orders @body count"]);
        assert_eq!(with(r#""maxLength":10"#, r#""minLength":0,"maxLength":10"#), [] as [String; 0]);
    }

    #[test]
    fn what_only_allows_more_or_says_less_often_breaks_nothing() {
        for (piece, other) in [
            (r#""minLength":2"#, r#""minLength":1"#),
            (r#""enum":["zh","en"]"#, r#""enum":["zh","en","fr"]"#),
            (r#"{"name":"dry","#, r#"{"name":"more","in":"query"},{"name":"dry","#),
            (r#""maxLength":10"#, r#""maxLength":20"#),
            (r#""404":{"description":"none"}"#, r#""410":{"description":"gone"}"#),
            (r#""/orders":{"post""#, r#""/more":{"get":{}},"/orders":{"post""#),
            (r#""tags":{"type":"array""#, r#""more":{"type":"string"},"tags":{"type":"array""#),
        ] {
            assert_eq!(with(piece, other), [] as [String; 0], "{piece} → {other}");
        }
        let renamed = SHOP.replace("/orders/{id}", "/orders/{key}").replace(r#""Id":{"name":"id""#, r#""Id":{"name":"key""#);
        assert_eq!(found(SHOP, &renamed), [] as [String; 0], "names of the path do not travel");
    }

    #[test]
    fn a_document_that_holds_itself_or_branches_is_compared_soon() {
        let deep = |kind: &str| {
            format!(
                r##"{{"openapi":"3.1.0","info":{{"title":"T"}},"paths":{{"/t":{{"post":{{"requestBody":{{"content":{{"application/json":{{"schema":{{"$ref":"#/components/schemas/T"}}}}}}}}}}}}}},
                "components":{{"schemas":{{"T":{{"type":"object","allOf":[{{"$ref":"#/components/schemas/T"}},{{"properties":{{"a":{{"$ref":"#/components/schemas/T"}},"b":{{"$ref":"#/components/schemas/T"}},"c":{{"type":"{kind}"}}}}}}]}}}}}}}}"##
            )
        };
        let (old, new) = (Spec::parse(&deep("string")).expect("old"), Spec::parse(&deep("integer")).expect("new"));
        let (before, after) = (old.operations(), new.operations());
        let mut compared = Compared { old: &old, new: &new, operation: String::new(), bound: Bound::new(), seen: BTreeSet::new(), found: Vec::new() };
        compared.operation(&before[0], &after[0]);
        let found: Vec<(&str, &str)> = compared.found.iter().map(|one| (one.code, one.at.as_str())).collect();
        assert_eq!(found, [("type-changed", "body c")], "a pair of schemas is compared once");
        assert!(compared.bound.step(), "and there was enough to do it with");
    }

    #[test]
    fn an_integer_is_a_number_where_a_number_was_taken_and_the_other_way_round_for_answers() {
        let shop = |kind: &str| SHOP.replace(r#""count":{"type":"integer""#, &format!(r#""count":{{"type":"{kind}""#));
        assert_eq!(found(&shop("integer"), &shop("number")), ["type-changed GET /orders/{id} @200 count"], "callers that read integers");
        assert_eq!(found(&shop("number"), &shop("integer")), ["type-changed POST /orders @body count"], "callers that send fractions");
    }
}
