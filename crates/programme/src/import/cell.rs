//! A cell as its field wants it. What cannot be read stays the text it is, and the form says what is wrong with it.

use packs::{Field, FieldType};
use serde_json::{Value, json};
use words::{Amount, Asset, Day, fold};

/// Items of a list in one cell.
pub(super) fn items(cell: &str) -> Vec<&str> {
    cell.split([';', '；', '\n', '、']).map(str::trim).filter(|item| !item.is_empty()).collect()
}

/// A value of a field that refers to nobody and nothing.
pub(super) fn plain(field: &Field, cell: &str) -> Value {
    match field.kind {
        FieldType::Choice | FieldType::MultiChoice => json!(option(field, cell)),
        FieldType::Date => day(cell).map_or_else(|| json!(cell), |day| json!(day.to_string())),
        FieldType::Integer => cell.replace([',', '，'], "").parse::<i64>().map_or_else(|_| json!(cell), Value::from),
        FieldType::Bool => yes(cell).map_or_else(|| json!(cell), Value::from),
        FieldType::Money => money(field, cell).map_or_else(|| json!(cell), |amount| json!(amount)),
        _ => json!(cell),
    }
}

/// An option by its key or by its name in either language.
fn option(field: &Field, cell: &str) -> String {
    let wanted = fold(cell);
    let found = field.options.iter().find(|option| [&option.key, &option.zh, &option.en].into_iter().any(|name| fold(name) == wanted));
    found.map_or_else(|| cell.to_owned(), |option| option.key.clone())
}

fn yes(cell: &str) -> Option<bool> {
    match fold(cell).as_str() {
        "是" | "有" | "√" | "✓" | "yes" | "y" | "true" | "1" => Some(true),
        "否" | "无" | "×" | "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// `2016-05-08`, `2016/5/8`, `2016.5.8`, `2016年5月8日`.
pub(super) fn day(cell: &str) -> Option<Day> {
    let parts: Vec<&str> = cell.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    Day::parse(&format!("{year:0>4}-{month:0>2}-{day:0>2}")).ok()
}

/// Yuan, with or without a sign; `30万` is 300,000.
fn money(field: &Field, cell: &str) -> Option<Amount> {
    let asset = if field.asset.as_deref() == Some("HEMI") { Asset::hemi() } else { Asset::cny() };
    let bare = cell.trim_start_matches(['¥', '￥']).trim_end_matches('元').trim();
    match bare.strip_suffix('万') {
        Some(ten_thousands) => {
            let amount = Amount::parse(ten_thousands, &Asset { scale: asset.scale + 4, ..asset.clone() }).ok()?;
            Some(Amount { asset, ..amount })
        }
        None => Amount::parse(bare, &asset).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: &str) -> Field {
        let mut shape = json!({"key": "f", "type": kind, "step": "s", "zh": "项", "en": "F"});
        if kind == "choice" {
            shape["options"] = json!([{"key": "iot", "zh": "物联网", "en": "Internet of things"}]);
        }
        serde_json::from_value(shape).unwrap()
    }

    #[test]
    fn cells_are_read_as_people_write_them() {
        let table = [
            ("choice", "物联网", json!("iot")),
            ("choice", "INTERNET of  things", json!("iot")),
            ("choice", "别的", json!("别的")),
            ("date", "2016年5月8日", json!("2016-05-08")),
            ("date", "2016/5/8", json!("2016-05-08")),
            ("date", "2016-02-30", json!("2016-02-30")),
            ("integer", "1，200", json!(1200)),
            ("integer", "多", json!("多")),
            ("bool", "是", json!(true)),
            ("bool", "No", json!(false)),
            ("bool", "也许", json!("也许")),
        ];
        for (kind, cell, wanted) in table {
            assert_eq!(plain(&field(kind), cell), wanted, "{kind} {cell}");
        }
        assert_eq!(items("一；二; 三\n四、五"), ["一", "二", "三", "四", "五"]);
    }

    #[test]
    fn money_is_exact_to_the_fen() {
        for (cell, fen) in [("300,000.00", 30_000_000), ("¥12.5元", 1_250), ("30万", 30_000_000), ("1.5万元", 1_500_000), ("0.00001万", 10)] {
            assert_eq!(plain(&field("money"), cell), json!(Amount { minor: fen, asset: Asset::cny() }), "{cell}");
        }
        assert_eq!(plain(&field("money"), "三十万"), json!("三十万"));
        assert_eq!(plain(&field("money"), "1.234"), json!("1.234"));
    }
}
