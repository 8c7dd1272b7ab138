//! Fills in any form of the pack with plausible answers: what the idea gives, and otherwise what the kind of the field allows.

use packs::{Field, FieldType, Form, Idea};
use serde_json::{Map, Value, json};
use words::{Amount, Asset, Day, Id, Node};

/// What the answers are drawn from.
pub(super) struct Source<'a> {
    pub idea: &'a Idea,
    pub lead: &'a Id,
    pub base: &'a Node,
    pub unit: &'a Node,
    pub today: Day,
}

/// Answers to every field that is required, and to those the idea can answer.
pub(super) fn answers(form: &Form, source: &Source<'_>) -> Map<String, Value> {
    form.fields.iter().filter_map(|field| answer(field, source).map(|value| (field.key.clone(), value))).collect()
}

fn answer(field: &Field, source: &Source<'_>) -> Option<Value> {
    match field.key.as_str() {
        "title" => return Some(json!(source.idea.zh)),
        "summary" => return Some(json!(long_enough(field, source.idea.summary.zh.clone(), source))),
        "domains" => return Some(json!(source.idea.domains)),
        "grant" => return Some(json!(yuan(30_000_000))),
        "verdict" => return Some(json!("ready")),
        _ if !field.required => return None,
        _ => {}
    }
    if field.kind == FieldType::MultiChoice {
        let wanted = usize::try_from(field.min.unwrap_or(1)).unwrap_or(1).max(1);
        return Some(field.options.iter().take(wanted).map(|option| json!(option.key)).collect());
    }
    let one = one(field, source)?;
    Some(if field.is_list() { json!([one]) } else { one })
}

fn yuan(fen: i64) -> Amount {
    Amount { minor: fen, asset: Asset::cny() }
}

fn one(field: &Field, source: &Source<'_>) -> Option<Value> {
    Some(match field.kind {
        FieldType::Text | FieldType::LongText => json!(text(field, source)),
        FieldType::Choice | FieldType::MultiChoice => json!(field.options.first()?.key),
        // What was held or accepted is of today; anything else is planned.
        FieldType::Date => {
            let past = matches!(field.key.as_str(), "held_on" | "accepted_on");
            json!(source.today.plus_days(if past { 0 } else { 90 }).to_string())
        }
        FieldType::Money => json!(yuan(field.min.unwrap_or(0).max(30_000_000).min(field.max.unwrap_or(i64::MAX)))),
        FieldType::Integer => json!(field.min.unwrap_or(1).max(1)),
        FieldType::Bool => json!(true),
        FieldType::Person => json!(source.lead.as_str()),
        FieldType::Unit => json!(source.unit.as_str()),
        FieldType::Base => json!(source.base.as_str()),
        FieldType::File => return None,
    })
}

/// The label and the idea's sentence, as long as the field wants it.
fn text(field: &Field, source: &Source<'_>) -> String {
    let text = long_enough(field, format!("{}：{}。", field.zh, source.idea.summary.zh), source);
    let most = usize::try_from(field.max.unwrap_or(200)).unwrap_or(200);
    text.chars().take(most).collect()
}

fn long_enough(field: &Field, mut text: String, source: &Source<'_>) -> String {
    let least = usize::try_from(field.min.unwrap_or(0)).unwrap_or(0);
    while text.chars().count() < least {
        text.push('，');
        text.push_str(&source.idea.summary.zh);
    }
    text
}
