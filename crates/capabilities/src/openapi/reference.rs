//! The reference of a version: its operations as tables that people read. Pure.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::sample::{kind, sample};
use super::{Bound, Op, Spec, content, plain};

/// How deep a schema is written out, and how many rows one table has at most.
const DEEPEST: usize = 5;
const ROWS: usize = 200;
/// Kinds that are named of a choice.
const KINDS: usize = 12;

/// A row of a table: a parameter, or a field of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldView {
    /// `count`, or `items[].count` below others.
    pub name: String,
    /// `path`, `query`, `header`, `cookie`; empty in a body.
    pub place: String,
    /// `integer ≥ 1`.
    pub kind: String,
    /// Must it be there?
    pub required: bool,
    /// What it means.
    pub text: String,
    /// An example, as typed.
    pub example: Option<String>,
}

/// A body in one media type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ContentView {
    /// `application/json`.
    pub media_type: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// An example.
    pub example: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerView {
    /// `200`, `4XX`, `default`.
    pub status: String,
    /// When it comes.
    pub text: String,
    /// Its bodies.
    pub contents: Vec<ContentView>,
}

/// An operation with everything that one must know to call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReferenceView {
    /// Its name in addresses: `sendMessage`, or `POST /messages`.
    pub key: String,
    /// `POST`.
    pub method: String,
    /// `/messages/{id}`.
    pub path: String,
    /// One line.
    pub summary: String,
    /// More.
    pub description: String,
    /// Does the document advise against it?
    pub deprecated: bool,
    /// Parameters.
    pub parameters: Vec<FieldView>,
    /// Must there be a body?
    pub body_required: bool,
    /// Bodies it takes.
    pub bodies: Vec<ContentView>,
    /// Answers.
    pub answers: Vec<AnswerView>,
}

/// The operations in which every word of the query is found; all if there is none.
pub(crate) fn reference(spec: &Spec, query: &str) -> Vec<ReferenceView> {
    let words: Vec<String> = words::fold(query).split_whitespace().map(str::to_owned).collect();
    spec.operations().iter().map(operation).filter(|one| holds(one, &words)).collect()
}

fn holds(one: &ReferenceView, wanted: &[String]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let fields = one
        .parameters
        .iter()
        .chain(one.bodies.iter().flat_map(|body| &body.fields))
        .chain(one.answers.iter().flat_map(|answer| &answer.contents).flat_map(|body| &body.fields));
    let fields: String = fields.map(|field| format!("{} {}\n", field.name, field.text)).collect();
    let whole = words::fold(&format!("{} {} {} {} {}\n{fields}", one.key, one.method, one.path, one.summary, one.description));
    wanted.iter().all(|word| whole.contains(word))
}

/// One operation.
pub(crate) fn operation(op: &Op<'_>) -> ReferenceView {
    let parameters = op.parameters().into_iter().map(|one| FieldView {
        name: one.name.to_owned(),
        place: one.place.as_str().to_owned(),
        kind: kind_text(op.spec, one.schema, 0, &Bound::new()),
        required: one.required,
        text: text_of(one.text("description"), one.schema),
        example: one.example().map(plain),
    });
    let (body_required, bodies) = op.body().map_or((false, Vec::new()), |(needed, contents)| (needed, contents_of(op.spec, contents)));
    let answers = op.responses().into_iter().map(|(status, answer)| AnswerView {
        status: status.to_owned(),
        text: answer.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        contents: answer.get("content").and_then(Value::as_object).map(|contents| contents_of(op.spec, contents)).unwrap_or_default(),
    });
    ReferenceView {
        key: op.key(),
        method: op.method.to_uppercase(),
        path: op.path.to_owned(),
        summary: op.text("summary").to_owned(),
        description: op.text("description").to_owned(),
        deprecated: op.raw.get("deprecated").and_then(Value::as_bool) == Some(true),
        parameters: parameters.collect(),
        body_required,
        bodies,
        answers: answers.collect(),
    }
}

fn contents_of(spec: &Spec, contents: &serde_json::Map<String, Value>) -> Vec<ContentView> {
    let view = |(media_type, value): (&String, &Value)| {
        let (schema, example) = content(spec, value);
        let mut fields = Vec::new();
        rows(spec, schema, "", 0, &Bound::new(), &mut fields);
        let made = || Some(sample(spec, schema)).filter(|made| !made.is_null() && media_type.contains("json"));
        let example = example.cloned().or_else(made).map(|example| pretty(&example));
        ContentView { media_type: media_type.clone(), fields, example }
    };
    contents.iter().map(view).collect()
}

/// JSON to be read; text stays text.
pub(crate) fn pretty(value: &Value) -> String {
    value.as_str().map_or_else(|| serde_json::to_string_pretty(value).unwrap_or_default(), str::to_owned)
}

/// Fields below a schema, each with its path.
fn rows(spec: &Spec, schema: &Value, above: &str, depth: usize, bound: &Bound, into: &mut Vec<FieldView>) {
    let schema = spec.follow(schema);
    if depth > DEEPEST || into.len() >= ROWS || !bound.step() {
        return;
    }
    for word in ["allOf", "oneOf", "anyOf"] {
        for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            rows(spec, part, above, depth + 1, bound, into);
        }
    }
    if let Some(items) = schema.get("items") {
        rows(spec, items, &format!("{above}[]"), depth + 1, bound, into);
    }
    let required: Vec<&str> = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, below) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let name = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let below = spec.follow(below);
        let field = FieldView {
            place: String::new(),
            kind: kind_text(spec, below, depth, bound),
            required: required.contains(&name.rsplit('.').next().unwrap_or_default()),
            text: text_of("", below),
            example: below.get("example").map(plain),
            name: name.clone(),
        };
        if into.len() >= ROWS || into.iter().any(|other| other.name == name) {
            continue;
        }
        into.push(field);
        rows(spec, below, &name, depth + 1, bound, into);
    }
}

fn text_of(own: &str, schema: &Value) -> String {
    let own = if own.is_empty() { schema.get("description").and_then(Value::as_str).unwrap_or_default() } else { own };
    own.to_owned()
}

/// `integer 1–99`, `string ≤ 10 (date)`, `"zh" | "en"`, `string[]`.
fn kind_text(spec: &Spec, schema: &Value, depth: usize, bound: &Bound) -> String {
    let schema = spec.follow(schema);
    if depth > DEEPEST || !bound.step() {
        return "…".to_owned();
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        return choices.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    if let Some(only) = schema.get("const") {
        return only.to_string();
    }
    if let Some(branches) = ["oneOf", "anyOf"].iter().find_map(|word| schema.get(word)?.as_array()) {
        return choice(branches.iter().map(|branch| kind_text(spec, branch, depth + 1, bound)));
    }
    let mut text = match (kind(schema), schema.get("items")) {
        ("array", Some(items)) => format!("{}[]", kind(spec.follow(items))),
        ("", _) => "any".to_owned(),
        (kind, _) => kind.to_owned(),
    };
    let is_null = schema.get("type").and_then(Value::as_array).is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
    let bound = |low: &str, high: &str| match (schema.get(low), schema.get(high)) {
        (Some(low), Some(high)) => format!(" {low}–{high}"),
        (Some(low), None) => format!(" ≥ {low}"),
        (None, Some(high)) => format!(" ≤ {high}"),
        (None, None) => String::new(),
    };
    text.push_str(&bound("minimum", "maximum"));
    text.push_str(&bound("minLength", "maxLength"));
    text.push_str(&bound("minItems", "maxItems"));
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        text.push_str(&format!(" ({format})"));
    }
    if is_null {
        text.push_str(" | null");
    }
    text
}

/// `integer | string`: each once, at most a dozen.
fn choice(branches: impl Iterator<Item = String>) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for kind in branches {
        if kinds.len() == KINDS {
            kinds.push("…".to_owned());
            break;
        }
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::SHOP;
    use super::*;

    #[test]
    fn an_operation_is_written_out_for_people() {
        let spec = Spec::parse(SHOP).unwrap();
        let all = reference(&spec, "");
        assert_eq!(all.len(), 2);
        let kinds: Vec<_> = all[0].parameters.iter().map(|one| (one.name.as_str(), one.kind.as_str(), one.required)).collect();
        assert_eq!(kinds, [("id", "integer ≥ 1", true), ("lang", "\"zh\" | \"en\"", false)]);
        let fields: Vec<_> = all[1].bodies[0].fields.iter().take(4).map(|one| (one.name.as_str(), one.kind.as_str(), one.required)).collect();
        assert_eq!(fields, [("item", "string ≤ 10", true), ("count", "integer 1–99", true), ("tags", "string[]", false), ("next", "object", false)]);
        assert!(all[1].bodies[0].fields.len() < ROWS, "a schema that holds itself ends");
        assert_eq!(all[0].answers.iter().map(|one| one.status.as_str()).collect::<Vec<_>>(), ["200", "404"]);
    }

    #[test]
    fn a_document_that_holds_itself_or_branches_without_end_is_written_out_soon() {
        let again = r##"{"$ref":"#/components/schemas/A"}"##;
        let many = |word: &str| format!(r#""{word}":[{}]"#, vec![again; 60].join(","));
        for schema in ["oneOf", "anyOf", "allOf"].map(many).into_iter().chain([format!(r#""items":{again}"#)]) {
            let document = format!(
                r##"{{"openapi":"3.1.0","info":{{"title":"x","version":"1"}},"paths":{{"/a":{{"post":{{"parameters":[{{"name":"a","in":"query","schema":{again}}}],
                "requestBody":{{"content":{{"application/json":{{"schema":{again}}}}}}}}}}}}},"components":{{"schemas":{{"A":{{{schema}}}}}}}}}"##
            );
            let spec = Spec::parse(&document).unwrap();
            let all = reference(&spec, "");
            assert!(all[0].parameters[0].kind.len() < 5_000, "{schema}");
        }
    }

    #[test]
    fn every_word_of_the_query_is_found() {
        let spec = Spec::parse(SHOP).unwrap();
        for (query, count) in [("", 2), ("getorder", 1), ("orders ITEM", 2), ("dry post", 1), ("nothing", 0)] {
            assert_eq!(reference(&spec, query).len(), count, "{query}");
        }
    }
}
