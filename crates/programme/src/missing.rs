//! What is missing, as a complaint of a refusal and as a line of a page.

use lifecycle::{Arg, Missing};
use schemars::JsonSchema;
use serde::Serialize;
use words::Bilingual;

use crate::refusal::Complaint;

/// Something that is missing for a move; `text` in both languages is made by the page from `code` and `args`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MissingView {
    /// Key of the sentence: `missing-signature`.
    pub code: String,
    /// Arguments of the sentence in Chinese.
    pub zh: std::collections::BTreeMap<String, String>,
    /// Arguments of the sentence in English.
    pub en: std::collections::BTreeMap<String, String>,
    /// One of these is enough.
    pub any_of: Vec<Vec<MissingView>>,
}

fn text(arg: &Arg, pick: fn(&Bilingual) -> &String) -> String {
    match arg {
        Arg::Number(n) => n.to_string(),
        Arg::Text(text) => text.clone(),
        Arg::Label(label) => pick(label).clone(),
    }
}

/// For a page or JSON.
pub(crate) fn view(missing: &Missing) -> MissingView {
    let args = |pick: fn(&Bilingual) -> &String| missing.args.iter().map(|(name, arg)| (name.clone(), text(arg, pick))).collect();
    MissingView {
        code: missing.code.key().to_owned(),
        zh: args(|label| &label.zh),
        en: args(|label| &label.en),
        any_of: missing.any_of.iter().map(|some| some.iter().map(view).collect()).collect(),
    }
}

/// For a refusal. Labels are bilingual: both texts go along, `what` in Chinese and `what_en` in English.
pub(crate) fn complaint(missing: &Missing) -> Complaint {
    const NAMES: [(&str, &str); 16] = [
        ("what", "what_en"),
        ("of", "of_en"),
        ("is", "is_en"),
        ("wanted", "wanted_en"),
        ("need", "need_en"),
        ("table", "table_en"),
        ("row", "row_en"),
        ("limit", "limit_en"),
        ("roles", "roles_en"),
        ("names", "names_en"),
        ("fields", "fields_en"),
        ("have", "have_en"),
        ("short", "short_en"),
        ("date", "date_en"),
        ("sign", "sign_en"),
        ("days", "days_en"),
    ];
    const NUMBERS: [&str; 5] = ["signed", "needed", "waiting", "count", "open"];
    let mut args = Vec::new();
    for (name, arg) in &missing.args {
        if let Some((zh, en)) = NAMES.iter().find(|(zh, _)| zh == name) {
            args.push((*zh, text(arg, |label| &label.zh)));
            args.push((*en, text(arg, |label| &label.en)));
        } else if let Some(number) = NUMBERS.iter().find(|known| *known == name) {
            args.push((*number, text(arg, |label| &label.zh)));
        }
    }
    (None, missing.code.key().to_owned(), args)
}
