//! What calls of a version have to keep to, cut out of its document for gateways: parameters, bodies, and the schemas they refer to. Pure.
//!
//! Invariant: nothing is asked that the document does not say; a document that says too much is not asked about at all.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Op, Parameter, Place, Spec};
use crate::Operation;

/// So many parts of schemas are handed out for one version; one with more is not checked.
const PARTS: usize = 20_000;

/// What calls of a version have to keep to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// One for each operation of the document, in its order.
    pub operations: Vec<OperationRules>,
    /// Schemas that others refer to, by their pointers: `#/components/schemas/Order`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schemas: BTreeMap<String, Value>,
}

/// What calls of an operation have to keep to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OperationRules {
    /// Parameters of path, query and headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterRule>,
    /// The body, if the document speaks of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyRule>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterRule {
    /// `path`, `query` or `header`.
    pub place: String,
    /// Name.
    pub name: String,
    /// Must it be there?
    pub required: bool,
    /// Of a list: is each entry said by itself (`a=1&a=2`) or all at once (`a=1,2`)?
    pub explode: bool,
    /// What it may be.
    pub schema: Value,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyRule {
    /// Must there be one?
    pub required: bool,
    /// Media types, each with what a body of it may be.
    pub contents: Vec<(String, Value)>,
}

impl Rules {
    /// The rules of a document and its operations; nothing if it says `x-hechuang-validate: false`, or too much.
    pub(crate) fn of(text: &str, operations: &[Operation]) -> Option<Self> {
        let spec = Spec::parse(text)?;
        if spec.root.get(WORD) == Some(&Value::Bool(false)) {
            return None;
        }
        let mut cut = Cut { spec: &spec, left: PARTS, schemas: BTreeMap::new() };
        let key = |method: &str, path: &str| format!("{} {path}", method.to_uppercase());
        let ops: HashMap<String, Op<'_>> = spec.operations().into_iter().map(|op| (key(op.method, op.path), op)).collect();
        let operations = operations.iter().map(|one| ops.get(&key(&one.method, &one.path)).map_or(Some(OperationRules::default()), |op| cut.operation(op)));
        let operations = operations.collect::<Option<Vec<_>>>()?;
        Some(Self { operations, schemas: cut.schemas })
    }
}

/// At the root of the document or at an operation.
const WORD: &str = "x-hechuang-validate";

struct Cut<'a> {
    spec: &'a Spec,
    left: usize,
    schemas: BTreeMap<String, Value>,
}

impl Cut<'_> {
    /// `None` once there was too much.
    fn operation(&mut self, op: &Op<'_>) -> Option<OperationRules> {
        if op.raw.get(WORD) == Some(&Value::Bool(false)) {
            return Some(OperationRules::default());
        }
        let mut rules = OperationRules::default();
        for parameter in op.parameters().iter().filter(|one| one.place != Place::Cookie) {
            rules.parameters.push(self.parameter(parameter)?);
        }
        if let Some((required, contents)) = op.body() {
            let mut taken = Vec::new();
            for (media, content) in contents {
                let schema = content.get("schema").cloned().unwrap_or(Value::Bool(true));
                self.gather(&schema)?;
                taken.push((media.to_ascii_lowercase(), schema));
            }
            rules.body = Some(BodyRule { required, contents: taken });
        }
        Some(rules)
    }

    fn parameter(&mut self, one: &Parameter<'_>) -> Option<ParameterRule> {
        // What is written as JSON inside a parameter, or in a style of its own, is not looked into.
        let usual = if one.place == Place::Query { "form" } else { "simple" };
        let plain = one.raw.get("schema").filter(|_| matches!(one.text("style"), "") || one.text("style") == usual);
        let schema = plain.cloned().unwrap_or(Value::Bool(true));
        self.gather(&schema)?;
        let explode = one.raw.get("explode").and_then(Value::as_bool).unwrap_or(one.place == Place::Query);
        Some(ParameterRule { place: one.place.as_str().to_owned(), name: one.name.to_owned(), required: one.required, explode, schema })
    }

    /// Takes along what a schema refers to; counts its parts.
    fn gather(&mut self, value: &Value) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        match value {
            Value::Object(fields) => {
                if let Some(pointer) = fields.get("$ref").and_then(Value::as_str)
                    && !self.schemas.contains_key(pointer)
                    && let Some(target) = pointer.strip_prefix('#').and_then(|pointer| self.spec.root.pointer(pointer))
                {
                    self.schemas.insert(pointer.to_owned(), target.clone());
                    self.gather(&target.clone())?;
                }
                fields.values().try_for_each(|value| self.gather(value))
            }
            Value::Array(items) => items.iter().try_for_each(|item| self.gather(item)),
            _ => Some(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::SHOP;
    use super::*;
    use crate::Document;

    fn rules_of(text: &str) -> Option<Rules> {
        Rules::of(text, &Document::parse(text).unwrap().operations)
    }

    #[test]
    fn rules_hold_what_the_document_says_and_what_it_refers_to() {
        let rules = rules_of(SHOP).unwrap();
        let said: Vec<String> = rules.operations[0].parameters.iter().map(|one| format!("{} {} {}", one.place, one.name, one.required)).collect();
        assert_eq!(said, ["path id true", "query lang false"]);
        assert!(rules.operations[0].body.is_none());
        let body = rules.operations[1].body.as_ref().unwrap();
        assert_eq!((body.required, body.contents[0].0.as_str()), (true, "application/json"));
        assert_eq!(rules.schemas.keys().collect::<Vec<_>>(), ["#/components/schemas/Order"], "a schema that holds itself is taken once");
        assert_eq!(serde_json::from_str::<Rules>(&serde_json::to_string(&rules).unwrap()).unwrap(), rules);
    }

    #[test]
    fn a_document_may_ask_for_no_checks_and_one_that_says_too_much_gets_none() {
        let off = SHOP.replacen('{', r#"{"x-hechuang-validate":false,"#, 1);
        assert_eq!(rules_of(&off), None);
        let one = SHOP.replacen(r#""post":{"#, r#""post":{"x-hechuang-validate":false,"#, 1);
        assert_eq!(rules_of(&one).unwrap().operations[1], OperationRules::default());
        let many: String = (0..PARTS).map(|n| format!("\"p{n}\":{{}},")).collect();
        assert_eq!(rules_of(&SHOP.replace(r#""properties":{"#, &format!(r#""properties":{{{many}"#))), None);
    }
}
