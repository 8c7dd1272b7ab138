//! Records as a sheet that can be imported again.

use serde_json::Value;
use webkit::{Cell, Sheet};

use crate::record::{Kind, Record};
use crate::schema::{Field, fields};

/// Between the items of a list in one cell.
pub(crate) const BETWEEN: &str = "; ";

/// Key, titles, place, then the fields of the kind, under their names.
pub fn export_records(kind: &Kind, records: &[Record]) -> Sheet {
    let fields = fields(&kind.schema);
    let columns: Vec<&str> = ["key", "zh", "en", "node"].into_iter().chain(fields.iter().map(|field| field.name.as_str())).collect();
    let row = |record: &Record| {
        let head = [Cell::from(&record.key), Cell::from(&record.title.zh), Cell::from(&record.title.en), Cell::from(record.node.as_str())];
        head.into_iter().chain(fields.iter().map(|field| cell(field, record.body.get(&field.name)))).collect()
    };
    Sheet::new(&kind.kind, &columns).rows(records.iter().map(row))
}

fn cell(field: &Field, value: Option<&Value>) -> Cell {
    match value {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::Number(number)) if field.kind == "integer" => number.as_i64().map_or(Cell::Empty, Cell::Int),
        Some(value) => Cell::Text(plain(value)),
    }
}

/// A value as people write it.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(BETWEEN),
        other => other.to_string(),
    }
}
