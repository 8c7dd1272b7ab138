//! The OpenAPI document of a data set, made from its schema. Pure.

use serde_json::{Map, Value, json};

use crate::query::{MOST, PAGE};
use crate::schema::{Column, ColumnKind};
use crate::set::Dataset;
use crate::table::{Table, kept};

fn schema(column: &Column) -> Value {
    let title = format!("{} · {}", column.title.zh, column.title.en);
    match column.kind {
        ColumnKind::Text => json!({ "type": ["string", "null"], "title": title }),
        ColumnKind::Whole => json!({ "type": ["integer", "null"], "format": "int64", "title": title }),
        ColumnKind::Decimal => json!({ "type": ["string", "null"], "pattern": "^-?[0-9]{1,12}([.][0-9]{1,6})?$", "title": title }),
        ColumnKind::Day => json!({ "type": ["string", "null"], "format": "date", "title": title }),
    }
}

fn parameter(name: &str, says: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": says, "schema": schema })
}

/// What rows can be filtered by.
fn filters(columns: &[Column]) -> Vec<Value> {
    let mut all = Vec::new();
    for column in columns.iter().filter(|column| column.filter) {
        let (name, title) = (&column.name, format!("{} · {}", column.title.zh, column.title.en));
        let asked = match column.kind {
            ColumnKind::Text => json!({ "type": "string", "maxLength": 200 }),
            ColumnKind::Whole => json!({ "type": "integer", "format": "int64" }),
            ColumnKind::Decimal => json!({ "type": "string", "pattern": "^-?[0-9]{1,12}([.][0-9]{1,6})?$" }),
            ColumnKind::Day => json!({ "type": "string", "format": "date" }),
        };
        all.push(parameter(name, &title, &asked));
        if column.kind == ColumnKind::Text {
            all.push(parameter(&format!("{name}_like"), &format!("{title}：包含 · holds"), &asked));
        } else {
            all.push(parameter(&format!("{name}_min"), &format!("{title} ≥"), &asked));
            all.push(parameter(&format!("{name}_max"), &format!("{title} ≤"), &asked));
        }
    }
    all
}

fn problem() -> Value {
    json!({ "description": "RFC 9457", "content": { "application/problem+json": { "schema": { "type": "object" } } } })
}

fn answer(says: &str, schema: &Value, example: &Value) -> Value {
    json!({
        "200": { "description": says, "content": { "application/json": { "schema": schema, "example": example } } },
        "401": problem(), "402": problem(), "422": problem(), "429": problem(),
    })
}

/// The document; its examples are rows of the sample.
pub(crate) fn document(set: &Dataset, table: &Table) -> String {
    let columns = kept(&set.columns);
    let properties: Map<String, Value> = columns.iter().map(|column| (column.name.clone(), schema(column))).collect();
    let names = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
    let sortable = columns.iter().filter(|column| column.filter).map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
    let sample = table.sample();
    let some: Vec<Value> = sample
        .rows
        .iter()
        .take(2)
        .map(|row| columns.iter().zip(row).map(|(column, cell)| (column.name.clone(), cell.json())).collect::<Map<_, _>>().into())
        .collect();
    let mut asked = filters(&columns);
    let counted = asked.clone();
    asked.extend([
        parameter("select", &format!("只要这些列 · only these columns: {names}"), &json!({ "type": "string", "maxLength": 1_500 })),
        parameter("sort", &format!("排序，前加 - 为倒序 · by, with - downwards: {sortable}"), &json!({ "type": "string", "maxLength": 40 })),
        parameter("limit", &format!("每页行数，不填 {PAGE} · rows of a page"), &json!({ "type": "integer", "minimum": 1, "maximum": MOST })),
        parameter("cursor", "上一页给出的 next · what the page before gave as next", &json!({ "type": "string", "maxLength": 60 })),
    ]);
    let head = json!({ "dataset": { "type": "string" }, "version": { "type": "integer" }, "sample": { "type": "boolean", "description": "沙箱只给样本 · the sandbox gives a sample" }, "count": { "type": "integer" } });
    let mut page = head.clone();
    page["rows"] = json!({ "type": "array", "items": { "type": "object", "properties": properties } });
    page["next"] = json!({ "type": ["string", "null"] });
    let example = json!({ "dataset": set.slug, "version": 1, "sample": true, "count": table.len().min(2), "rows": some, "next": null });
    let count = json!({ "dataset": set.slug, "version": 1, "sample": true, "count": table.len().min(2) });
    let object = |properties: &Value| json!({ "type": "object", "properties": properties });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": set.en, "version": "1.0.0", "description": format!("{} · {}\n\n{}\n{}", set.about_zh, set.about_en, set.licence, set.terms), "license": { "name": set.licence } },
        "x-hechuang-meters": { "rows": { "zh": "返回行数", "en": "Rows returned" } },
        "paths": {
            "/rows": { "get": { "operationId": "queryRows", "summary": "查询数据 · Query rows", "parameters": asked, "responses": answer("Rows", &object(&page), &example) } },
            "/count": { "get": { "operationId": "countRows", "summary": "计数 · Count rows", "parameters": counted, "responses": answer("How many", &object(&head), &count) } },
            "/schema": { "get": { "operationId": "getSchema", "summary": "列与使用条件 · Columns and terms", "responses": answer("Columns, licence, source", &json!({ "type": "object" }), &json!({ "dataset": set.slug })) } },
        },
    });
    document.to_string()
}
