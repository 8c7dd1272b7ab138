//! Templates and signatures: what may be sent, and in whose name. Both are reviewed. Pure.
//!
//! Invariant: what is sent is the text that was approved, with its parameters filled in; a parameter brings no line, no parameter and no signature of its own.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::parts::parts;
use crate::refusal::{SendRefusal, TextRefusal};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// What is said, with `{name}` where something is filled in.
    Template,
    /// In whose name (签名).
    Signature,
}

/// What a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A code to prove who somebody is.
    Verification,
    /// Something that whoever gets it waits for.
    Notice,
    /// Something that whoever gets it may not want: it says how to opt out.
    Marketing,
}

/// Where a text stands; the moves are those of the lifecycle `message.text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextState {
    /// Waits for its review.
    Submitted,
    /// May be used for real.
    Approved,
    /// Not approved, with the reason; it may be submitted anew.
    Returned,
    /// Taken back.
    Withdrawn,
}

macro_rules! stored {
    ($($name:ident: $($variant:ident = $text:literal),+;)+) => {
        $(impl $name {
            /// As it is stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// From storage.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        })+
    };
}

stored! {
    TextKind: Template = "template", Signature = "signature";
    Purpose: Verification = "verification", Notice = "notice", Marketing = "marketing";
    TextState: Submitted = "submitted", Approved = "approved", Returned = "returned", Withdrawn = "withdrawn";
}

/// A template or a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Id.
    pub id: Id,
    /// Whose it is.
    pub owner: Id,
    /// What it is.
    pub kind: TextKind,
    /// What it is for.
    pub purpose: Purpose,
    /// What its owner calls it.
    pub name: String,
    /// The text.
    pub body: String,
    /// Where it stands.
    pub state: TextState,
    /// Why it was returned.
    pub reason: String,
    /// Its case.
    pub case: Option<Id>,
    /// Submitted at.
    pub made_at: Instant,
    /// Decided at.
    pub decided_at: Option<Instant>,
}

/// A text to be submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextDraft {
    /// What it is.
    pub kind: TextKind,
    /// What it is for.
    pub purpose: Purpose,
    /// What its owner calls it.
    pub name: String,
    /// The text.
    pub body: String,
}

/// Longest template, characters.
pub const LONGEST: usize = 500;
/// Most parameters of a template, and longest value of one.
const PARAMETERS: usize = 10;
const VALUE: usize = 60;
/// Most parts of a message.
pub const PARTS: usize = 10;
/// One of these stands in a text that somebody may not want.
const OPT_OUT_HINTS: [&str; 4] = ["退订", "拒收", "TD", "STOP"];

impl TextDraft {
    /// Is it fit to be reviewed?
    pub fn admit(&self) -> Result<(), TextRefusal> {
        if self.name.trim().is_empty() {
            return Err(TextRefusal::NameNeeded);
        }
        let body = self.body.trim();
        let plain = !body.is_empty() && !body.chars().any(|c| c.is_control() && c != '\n') && !body.contains(['【', '】']);
        match self.kind {
            TextKind::Signature => {
                let fits = (2..=20).contains(&body.chars().count()) && !body.contains(['\n', '{', '}', '[', ']']);
                if plain && fits { Ok(()) } else { Err(TextRefusal::Signature) }
            }
            TextKind::Template => {
                if !plain || body.chars().count() > LONGEST {
                    return Err(TextRefusal::Body { most: LONGEST });
                }
                let names = parameters(body).ok_or(TextRefusal::Braces)?;
                if names.len() > PARAMETERS {
                    return Err(TextRefusal::Braces);
                }
                let unwanted = self.purpose == Purpose::Marketing && !OPT_OUT_HINTS.iter().any(|hint| body.contains(hint));
                if unwanted { Err(TextRefusal::OptOutHint) } else { Ok(()) }
            }
        }
    }
}

/// Pieces of a template: text, and names of parameters between. Nothing if its braces do not fit.
fn pieces(body: &str) -> Option<Vec<(&str, Option<&str>)>> {
    let (mut found, mut rest) = (Vec::new(), body);
    loop {
        let Some((text, after)) = rest.split_once('{') else {
            found.push((rest, None));
            break;
        };
        let (name, after) = after.split_once('}')?;
        let plain = (1..=20).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        plain.then_some(())?;
        found.push((text, Some(name)));
        rest = after;
    }
    found.iter().all(|(text, _)| !text.contains('}')).then_some(found)
}

/// Names of the parameters of a template; nothing if its braces do not fit.
pub fn parameters(body: &str) -> Option<BTreeSet<String>> {
    Some(pieces(body)?.into_iter().filter_map(|(_, name)| name.map(str::to_owned)).collect())
}

/// The text that goes out: signature, and template with its parameters.
pub fn filled(signature: &str, body: &str, values: &BTreeMap<String, String>) -> Result<String, SendRefusal> {
    let pieces = pieces(body).unwrap_or_default();
    let wanted: BTreeSet<&str> = pieces.iter().filter_map(|(_, name)| *name).collect();
    if let Some(missing) = wanted.iter().find(|name| values.get(**name).is_none_or(|value| value.trim().is_empty())) {
        return Err(SendRefusal::ParameterMissing { name: (*missing).to_owned() });
    }
    if let Some(other) = values.keys().find(|name| !wanted.contains(name.as_str())) {
        return Err(SendRefusal::ParameterUnknown { name: other.clone() });
    }
    let fine = |value: &str| value.chars().count() <= VALUE && !value.chars().any(char::is_control) && !value.contains(['【', '】', '[', ']']);
    if let Some((name, _)) = values.iter().find(|(_, value)| !fine(value)) {
        return Err(SendRefusal::ParameterShape { name: name.clone(), most: VALUE });
    }
    let mut text = signed(signature);
    for (piece, name) in pieces {
        text.push_str(piece);
        text.push_str(name.and_then(|name| values.get(name)).map_or("", String::as_str));
    }
    if parts(&text).count > PARTS { Err(SendRefusal::TooLong { most: PARTS }) } else { Ok(text) }
}

/// `【和创】`; in `[…]` if all of it is of the GSM alphabet, so that a Latin text stays one.
fn signed(signature: &str) -> String {
    if parts(signature).encoding == crate::parts::Encoding::Gsm7 { format!("[{signature}] ") } else { format!("【{signature}】") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(kind: TextKind, purpose: Purpose, body: &str) -> Result<(), TextRefusal> {
        TextDraft { kind, purpose, name: "模板".into(), body: body.into() }.admit()
    }

    #[test]
    fn texts_are_fit_to_be_reviewed_or_say_why_not() {
        use Purpose::{Marketing, Notice, Verification};
        use TextKind::{Signature, Template};
        for (kind, purpose, body, wanted) in [
            (Template, Verification, "验证码 {code}，{minutes} 分钟内有效。", Ok(())),
            (Template, Notice, "", Err(TextRefusal::Body { most: LONGEST })),
            (Template, Notice, "【假冒】您好", Err(TextRefusal::Body { most: LONGEST })),
            (Template, Notice, "你好 {Code}", Err(TextRefusal::Braces)),
            (Template, Notice, "你好 {code", Err(TextRefusal::Braces)),
            (Template, Notice, "你好 code}", Err(TextRefusal::Braces)),
            (Template, Notice, "{{code}}", Err(TextRefusal::Braces)),
            (Template, Marketing, "双创周开幕，欢迎参加。", Err(TextRefusal::OptOutHint)),
            (Template, Marketing, "双创周开幕，欢迎参加。退订回TD", Ok(())),
            (Signature, Notice, "和创", Ok(())),
            (Signature, Notice, "Hechuang", Ok(())),
            (Signature, Notice, "和", Err(TextRefusal::Signature)),
            (Signature, Notice, "和{a}创", Err(TextRefusal::Signature)),
        ] {
            assert_eq!(draft(kind, purpose, body), wanted, "{body}");
        }
    }

    #[test]
    fn a_template_is_filled_with_exactly_its_parameters() {
        let values = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>();
        let body = "验证码 {code}，{minutes} 分钟内有效，勿告诉他人 {code}。";
        assert_eq!(filled("和创", body, &values(&[("code", "4711"), ("minutes", "5")])).as_deref(), Ok("【和创】验证码 4711，5 分钟内有效，勿告诉他人 4711。"));
        assert_eq!(filled("Hechuang", "Code {code}", &values(&[("code", "4711")])).as_deref(), Ok("[Hechuang] Code 4711"));
        for (given, code) in [
            (values(&[("code", "1")]), "messages-parameter-missing"),
            (values(&[("code", "1"), ("minutes", " ")]), "messages-parameter-missing"),
            (values(&[("code", "1"), ("minutes", "5"), ("more", "x")]), "messages-parameter-unknown"),
            (values(&[("code", "【假冒】"), ("minutes", "5")]), "messages-parameter-shape"),
            (values(&[("code", "a\nb"), ("minutes", "5")]), "messages-parameter-shape"),
        ] {
            assert_eq!(filled("和创", body, &given).map_err(|refusal| words::Refusal::code(&refusal)), Err(code), "{given:?}");
        }
        let braces = values(&[("code", "{minutes}"), ("minutes", "5")]);
        assert!(filled("和创", body, &braces).is_ok_and(|text| text.contains("验证码 {minutes}，5 分钟")), "what is filled in is not filled again");
    }
}
