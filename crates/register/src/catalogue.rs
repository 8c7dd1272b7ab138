//! The registers of a pack: kinds with their fields and first records, from its text files (`registers/*.toml`).
//!
//! Pure. Invariant: a catalogue that is read has no mistake: every kind is one that this crate can check, every record is right under its kind and says where it stands
//! in its source.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use words::{Bilingual, Node};

use crate::record::{Kind, PUBLIC, RecordDraft};
use crate::schema::unreadable;

/// Fields that every kind of a pack has: where a record comes from.
pub(crate) const SOURCE: [(&str, &str, &str, u64); 3] = [("source", "出处", "Source", 200), ("quote", "原文", "Quote", 2_000), ("as_of", "时点", "As of", 10)];

/// A kind with its first records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueKind {
    /// The kind.
    pub kind: Kind,
    /// Its records; where they stand is the key of a unit or base.
    pub records: Vec<CatalogueRecord>,
}

/// A record of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRecord {
    /// Key of the unit or base where it stands.
    pub place: String,
    /// The record, still at the top of the tree.
    pub draft: RecordDraft,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kind: Head,
    #[serde(default)]
    field: Vec<FieldLine>,
    #[serde(default)]
    record: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    key: String,
    zh: String,
    en: String,
    about: Bilingual,
    readers: String,
    order: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldKind {
    Text,
    LongText,
    Choice,
    Date,
    Integer,
    YesNo,
    Url,
    Email,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    key: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldLine {
    key: String,
    #[serde(rename = "type")]
    kind: FieldKind,
    zh: String,
    en: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    many: bool,
    #[serde(default)]
    list: bool,
    #[serde(default)]
    filter: bool,
    min: Option<i64>,
    max: Option<i64>,
    #[serde(default)]
    options: Vec<Choice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    key: String,
    node: String,
    zh: String,
    en: String,
    #[serde(default)]
    fields: Map<String, Value>,
    source: Source,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    line: u64,
    quote: String,
    as_of: String,
}

/// Reads the files of a pack: name and text of each. Everything that is wrong is said at once.
pub fn read_catalogue(files: &[(&str, &str)]) -> Result<Vec<CatalogueKind>, Vec<String>> {
    let (mut kinds, mut wrong) = (Vec::new(), Vec::new());
    for (name, text) in files {
        match toml::from_str::<File>(text) {
            Ok(file) => kinds.push(kind_of(name, file, &mut wrong)),
            Err(mistake) => wrong.push(format!("{name}: {mistake}")),
        }
    }
    if wrong.is_empty() { Ok(kinds) } else { Err(wrong) }
}

fn kind_of(name: &str, file: File, wrong: &mut Vec<String>) -> CatalogueKind {
    let head = &file.kind;
    let mut fields: Map<String, Value> = file.field.iter().map(|field| (field.key.clone(), schema_of(field))).collect();
    for (key, zh, en, most) in SOURCE {
        fields.insert(key.into(), json!({ "type": "string", "maxLength": most, "x-label": { "zh": zh, "en": en }, "x-source": true }));
    }
    let required: Vec<&String> = file.field.iter().filter(|field| field.required).map(|field| &field.key).collect();
    let schema = json!({
        "type": "object", "required": required, "properties": fields, "x-about": head.about, "x-readers": head.readers, "x-order": head.order,
    });
    if let Some(pointer) = unreadable(&schema) {
        wrong.push(format!("{name}: {pointer} cannot be checked"));
    }
    let kind = Kind { kind: head.key.clone(), name: Bilingual::new(&head.zh, &head.en), schema };
    let records: Vec<CatalogueRecord> = file.record.into_iter().map(|line| record_of(&kind, line)).collect();
    let mut keys = std::collections::BTreeSet::new();
    for record in &records {
        let key = &record.draft.key;
        wrong.extend(record.draft.mistakes(&kind.schema).into_iter().map(|mistake| format!("{name}: {key}{}: {}", mistake.pointer, mistake.code)));
        if !keys.insert(key.clone()) {
            wrong.push(format!("{name}: {key} is there twice"));
        }
    }
    CatalogueKind { kind, records }
}

fn record_of(kind: &Kind, line: Line) -> CatalogueRecord {
    let mut body = line.fields;
    body.insert("source".into(), json!(format!("L{}", line.source.line)));
    body.insert("quote".into(), json!(line.source.quote));
    body.insert("as_of".into(), json!(line.source.as_of));
    let title = Bilingual::new(line.zh, line.en);
    let draft = RecordDraft { kind: kind.kind.clone(), key: line.key, node: Node::group(), title, body: Value::Object(body), readers: kind.readers().into() };
    CatalogueRecord { place: line.node, draft }
}

fn schema_of(field: &FieldLine) -> Value {
    let mut one = match field.kind {
        FieldKind::Text => json!({ "type": "string", "maxLength": field.max.unwrap_or(200) }),
        FieldKind::LongText => json!({ "type": "string", "maxLength": field.max.unwrap_or(4_000), "x-long": true }),
        FieldKind::Choice => {
            let keys: Vec<&String> = field.options.iter().map(|option| &option.key).collect();
            let options: Vec<Value> = field.options.iter().map(|option| json!({ "key": option.key, "zh": option.zh, "en": option.en })).collect();
            json!({ "type": "string", "enum": keys, "x-options": options })
        }
        FieldKind::Date => json!({ "type": "string", "format": "date" }),
        FieldKind::Integer => json!({ "type": "integer", "minimum": field.min.unwrap_or(i64::MIN), "maximum": field.max.unwrap_or(i64::MAX) }),
        FieldKind::YesNo => json!({ "type": "boolean" }),
        FieldKind::Url => json!({ "type": "string", "format": "uri", "maxLength": 400 }),
        FieldKind::Email => json!({ "type": "string", "format": "email", "maxLength": 120 }),
    };
    if field.many {
        one = json!({ "type": "array", "items": one, "maxItems": 50 });
    }
    one["x-label"] = json!({ "zh": field.zh, "en": field.en });
    one["x-list"] = json!(field.list);
    one["x-filter"] = json!(field.filter);
    one
}

impl Kind {
    /// A sentence about it.
    pub fn about(&self) -> Option<Bilingual> {
        self.schema.get("x-about").and_then(|about| serde_json::from_value(about.clone()).ok())
    }

    /// Who reads its records, unless a record says otherwise.
    pub fn readers(&self) -> &str {
        self.schema.get("x-readers").and_then(Value::as_str).unwrap_or(PUBLIC)
    }

    /// Its place among the kinds.
    pub fn order(&self) -> i64 {
        self.schema.get("x-order").and_then(Value::as_i64).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[kind]\nkey = \"partner\"\nzh = \"伙伴\"\nen = \"Partners\"\nabout = { zh = \"甲\", en = \"A\" }\nreaders = \"public\"\norder = 1\n\
        [[field]]\nkey = \"form\"\ntype = \"choice\"\nzh = \"类别\"\nen = \"Form\"\nrequired = true\nfilter = true\noptions = [{ key = \"firm\", zh = \"企业\", en = \"Firm\" }]\n";
    const RECORD: &str = "[[record]]\nkey = \"a\"\nnode = \"hz\"\nzh = \"甲\"\nen = \"A\"\nfields = { form = \"firm\" }\nsource = { line = 8, quote = \"甲方\", as_of = \"2017-07\" }\n";

    #[test]
    fn a_kind_comes_with_its_records_and_their_sources() {
        let text = format!("{HEAD}{RECORD}");
        let read = read_catalogue(&[("registers/partner.toml", text.as_str())]).unwrap();
        let [one] = read.as_slice() else { panic!("one kind") };
        assert_eq!((one.kind.readers(), one.kind.order(), one.kind.about().unwrap().zh.as_str()), ("public", 1, "甲"));
        assert_eq!(
            (one.records[0].place.as_str(), &one.records[0].draft.body["source"], &one.records[0].draft.body["quote"]),
            ("hz", &json!("L8"), &json!("甲方"))
        );
    }

    #[test]
    fn whatever_is_wrong_is_said_at_once() {
        let twice = format!("{HEAD}{RECORD}{}", RECORD.replace("firm", "bank"));
        let wrong = read_catalogue(&[("a", "no toml ="), ("b", twice.as_str())]).unwrap_err();
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong[1].contains("/body/form") && wrong[2].contains("twice"), "{wrong:?}");
    }
}
