//! Parties: people and organisations. A person's own data are kept apart under a key of their own; the row holds a handle that says nothing.

use serde::{Deserialize, Serialize};
use words::{Lang, Refusal};

use crate::Uscc;
use crate::mistakes::{Complaint, Mistakes, filled, needed};

/// Fields of personal data, in the order of forms and sheets.
pub const FIELDS: &[&str] = &["name", "phone", "email", "id_number", "staff_no"];

/// A person to be added. Everything here is personal data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonDraft {
    /// 姓名.
    pub name: String,
    /// Mobile phone: 11 digits.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// 身份证号 with its check character (GB 11643).
    pub id_number: Option<String>,
    /// Staff number of the home unit; unique.
    pub staff_no: Option<String>,
    /// Language of pages and letters.
    pub lang: Lang,
}

impl PersonDraft {
    /// A person of whom only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Field and text of what was filled in.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let optional = [("phone", &self.phone), ("email", &self.email), ("id_number", &self.id_number), ("staff_no", &self.staff_no)];
        std::iter::once(("name", self.name.as_str())).chain(optional.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?))))
    }

    /// Reads the raw texts of a form or of a row of a sheet.
    pub fn parse(name: &str, phone: Option<&str>, email: Option<&str>, id_number: Option<&str>, staff_no: Option<&str>, lang: Lang) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let name = mistakes.take("name", "identity-name-needed", needed(name, 60));
        let phone = mistakes.take("phone", "identity-phone-wrong", checked(phone, is_phone));
        let email = mistakes.take("email", "identity-email-wrong", checked(email, is_email));
        let id_number = mistakes.take("id_number", "identity-id-number-wrong", checked(id_number, is_id_number));
        let staff_no = mistakes.take("staff_no", "identity-staff-no-wrong", checked(staff_no, is_staff_no));
        let draft = || Some(Self { name: name?, phone: phone?, email: email?, id_number: id_number?, staff_no: staff_no?, lang });
        let draft = draft();
        mistakes.draft(draft)
    }
}

/// An organisation to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgDraft {
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
}

impl OrgDraft {
    /// Reads the raw texts of a form.
    pub fn parse(zh: &str, en: &str, uscc: Option<&str>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let zh = mistakes.take("zh", "identity-name-needed", needed(zh, 120));
        let en = mistakes.take("en", "identity-name-needed", needed(en, 120));
        let uscc = mistakes.take("uscc", "identity-uscc-wrong", optional_uscc(uscc));
        let draft = || Some(Self { zh: zh?, en: en?, uscc: uscc? });
        let draft = draft();
        mistakes.draft(draft)
    }
}

/// Is the person here, gone, or erased?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// Works here or is known here.
    Active,
    /// Left: all roles have ended.
    Left,
    /// Personal data destroyed; the handle stays.
    Erased,
}

impl PersonState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Left => "left",
            Self::Erased => "erased",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Left, Self::Erased].into_iter().find(|state| state.as_str() == text)
    }
}

/// Why a person or organisation is not added, changed, revealed or erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// Another person has this staff number.
    StaffNumberTaken,
    /// Another organisation has this code.
    UsccTaken,
    /// The person has left.
    Gone,
    /// Still holds roles: end them first.
    StillHolds(i64),
    /// A reason of at least four characters is needed.
    ReasonNeeded,
    /// Typed the wrong handle when asked to confirm.
    NotConfirmed,
    /// Nobody marks themselves as gone or erases themselves.
    Oneself,
}

impl Refusal for PersonRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::StaffNumberTaken => "identity-staff-no-taken",
            Self::UsccTaken => "identity-uscc-taken",
            Self::Gone => "identity-person-gone",
            Self::StillHolds(_) => "identity-still-holds",
            Self::ReasonNeeded => "identity-reason-needed",
            Self::NotConfirmed => "identity-not-confirmed",
            Self::Oneself => "identity-not-oneself",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::StaffNumberTaken => "/staff_no",
            Self::UsccTaken => "/uscc",
            Self::ReasonNeeded => "/reason",
            Self::NotConfirmed => "/handle",
            _ => return None,
        };
        Some(field.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::StillHolds(count) => vec![("count", count.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Gone | Self::StillHolds(_) => 409,
            _ => 422,
        }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(mistakes) => mistakes.parts(),
            _ => Vec::new(),
        }
    }
}

/// The pseudonymous handle of a person: from the random end of the id, so it says nothing about them.
pub(crate) fn handle_of(random: &[u8; 5]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let number = random.iter().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
    (0..8).map(|at| LETTERS[(number >> (35 - 5 * at) & 31) as usize] as char).collect()
}

/// Texts under which personal data are found again: the terms of the name, and numbers whole. Kept only as keyed hashes.
pub(crate) fn found_terms(field: &str, text: &str) -> Vec<String> {
    match field {
        "name" => words::search_terms(text).into_iter().map(|term| format!("name:{term}")).collect(),
        _ => vec![format!("{field}:{}", words::fold(text))],
    }
}

/// How a query is looked for: a number, an address, or all terms of a name.
pub(crate) fn query_terms(query: &str) -> Vec<String> {
    let query = words::fold(query);
    if query.contains('@') {
        return vec![format!("email:{query}")];
    }
    if is_phone(&query) {
        return vec![format!("phone:{query}")];
    }
    if query.chars().any(|c| c.is_ascii_digit()) {
        return vec![format!("staff_no:{query}")];
    }
    found_terms("name", &query)
}

fn optional_uscc(text: Option<&str>) -> Result<Option<Uscc>, ()> {
    filled(text, 30)?.map(|text| Uscc::parse(&text).map_err(|_| ())).transpose()
}

fn checked(text: Option<&str>, fine: fn(&str) -> bool) -> Result<Option<String>, ()> {
    match filled(text, 120)? {
        Some(text) if !fine(&text) => Err(()),
        text => Ok(text.map(|text| if text.ends_with('x') && is_id_number(&text) { text.to_ascii_uppercase() } else { text })),
    }
}

fn is_phone(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.as_bytes()[1], b'3'..=b'9')
}

fn is_email(text: &str) -> bool {
    let Some((who, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@<>,;\"\\".contains(c));
    plain(who) && plain(domain) && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
}

fn is_staff_no(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && text.bytes().any(|b| b.is_ascii_digit())
}

/// 18 characters, the last computed from the others (GB 11643).
pub(crate) fn is_id_number(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(&byte, weight)| u32::from(byte - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize] == bytes[17].to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let mistakes = PersonDraft::parse(" ", Some("1380013800"), Some("a@b"), Some("330106199001011230"), Some("工号"), Lang::Zh).unwrap_err();
        let fields: Vec<_> = mistakes.all().iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, FIELDS);
        assert_eq!(fields, ["name", "phone", "email", "id_number", "staff_no"]);
    }

    #[test]
    fn right_fields_are_taken_and_empty_ones_left_out() {
        let draft = PersonDraft::parse(" 陈思远 ", Some("13800138000"), Some(""), Some("11010519491231002x"), None, Lang::Zh).unwrap();
        let fields: Vec<_> = draft.fields().collect();
        assert_eq!(fields, [("name", "陈思远"), ("phone", "13800138000"), ("id_number", "11010519491231002X")]);
    }

    #[test]
    fn a_query_is_a_number_an_address_or_a_name() {
        assert_eq!(query_terms("13800138000"), ["phone:13800138000"]);
        assert_eq!(query_terms("A@b.cn"), ["email:a@b.cn"]);
        assert_eq!(query_terms("ZJ-0012"), ["staff_no:zj-0012"]);
        assert!(query_terms("陈思").iter().all(|term| found_terms("name", "陈思远").contains(term)));
    }

    #[test]
    fn an_organisation_needs_both_names_and_a_right_code() {
        assert!(OrgDraft::parse("浙江公司", "Zhejiang", Some("91330100799655058B")).is_ok());
        let mistakes = OrgDraft::parse("", "Zhejiang", Some("91330100799655058C")).unwrap_err();
        assert_eq!(mistakes.all(), [("zh", "identity-name-needed"), ("uscc", "identity-uscc-wrong")]);
    }
}
