//! People from outside who registered themselves: which of the nine kinds they are (S-044), and whether their real name was checked. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant, Refusal};

use crate::Uscc;
use crate::mistakes::{Complaint, Mistakes, filled, needed};
use crate::person::{PersonDraft, is_id_number};

/// The nine kinds of actors from outside that the plan names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// 学生.
    Student,
    /// 个人开发者.
    Developer,
    /// 创业团队.
    Team,
    /// 初创公司.
    Startup,
    /// 小微企业.
    SmallFirm,
    /// 大中企业.
    LargeFirm,
    /// 孵化器、加速器.
    Incubator,
    /// 产业园区.
    Park,
    /// 投融资机构.
    Investor,
}

impl ActorKind {
    /// All of them, in the order of the plan.
    pub const ALL: [Self; 9] =
        [Self::Student, Self::Developer, Self::Team, Self::Startup, Self::SmallFirm, Self::LargeFirm, Self::Incubator, Self::Park, Self::Investor];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Developer => "developer",
            Self::Team => "team",
            Self::Startup => "startup",
            Self::SmallFirm => "small_firm",
            Self::LargeFirm => "large_firm",
            Self::Incubator => "incubator",
            Self::Park => "park",
            Self::Investor => "investor",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Does somebody of this kind act for an organisation?
    pub fn is_organisation(self) -> bool {
        !matches!(self, Self::Student | Self::Developer | Self::Team)
    }
}

/// Was the real name of an outsider checked?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RealName {
    /// Nothing was handed in.
    None,
    /// Handed in, not yet looked at.
    Asked,
    /// Somebody compared it with papers.
    Verified,
    /// It did not fit.
    Declined,
}

impl RealName {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Asked => "asked",
            Self::Verified => "verified",
            Self::Declined => "declined",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::Asked, Self::Verified, Self::Declined].into_iter().find(|state| state.as_str() == text)
    }
}

/// Somebody who registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationDraft {
    /// Which of the nine kinds.
    pub kind: ActorKind,
    /// Name and how to reach them.
    pub person: PersonDraft,
    /// The organisation they act for, if any.
    pub organisation: Option<String>,
}

impl RegistrationDraft {
    /// Reads the raw texts of a form: a name, and an address or a number to be reached at.
    pub fn parse(
        kind: ActorKind,
        name: &str,
        email: Option<&str>,
        phone: Option<&str>,
        organisation: Option<&str>,
        lang: words::Lang,
    ) -> Result<Self, Mistakes> {
        let person = PersonDraft::parse(name, phone, email, None, None, lang);
        let mut mistakes = person.as_ref().err().cloned().unwrap_or_default();
        let unreachable = person.as_ref().is_ok_and(|person| person.email.is_none() && person.phone.is_none());
        if unreachable {
            mistakes.add("email", "identity-contact-needed");
        }
        let organisation = mistakes.take("organisation", "identity-name-needed", filled(organisation, 120));
        let draft = || Some(Self { kind, person: person.ok()?, organisation: organisation? });
        let draft = draft();
        mistakes.draft(draft)
    }
}

/// What somebody hands in to have their real name checked. All of it is personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RealNameDraft {
    /// A person's 身份证号.
    Person {
        /// 18 characters, checked.
        id_number: String,
    },
    /// An organisation and its 统一社会信用代码.
    Organisation {
        /// Its name.
        name: String,
        /// Its code.
        uscc: Uscc,
    },
}

impl RealNameDraft {
    /// Reads the raw texts of a form; which are needed depends on the kind.
    pub fn parse(kind: ActorKind, id_number: Option<&str>, organisation: Option<&str>, uscc: Option<&str>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let draft = if kind.is_organisation() {
            let name = mistakes.take("organisation", "identity-name-needed", needed(organisation.unwrap_or_default(), 120));
            let uscc = mistakes.take("uscc", "identity-uscc-wrong", Uscc::parse(uscc.unwrap_or_default().trim()));
            name.zip(uscc).map(|(name, uscc)| Self::Organisation { name, uscc })
        } else {
            let text = id_number.unwrap_or_default().trim().to_ascii_uppercase();
            let number = if is_id_number(&text) { Ok(text) } else { Err(()) };
            mistakes.take("id_number", "identity-id-number-wrong", number).map(|id_number| Self::Person { id_number })
        };
        mistakes.draft(draft)
    }
}

/// An outsider, without personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutsiderView {
    /// Who.
    pub person: Id,
    /// Which of the nine kinds.
    pub kind: ActorKind,
    /// Was their real name checked?
    pub real_name: RealName,
    /// By whom.
    pub checked_by: Option<Id>,
    /// When.
    pub checked_at: Option<Instant>,
    /// Registered at.
    pub registered_at: Instant,
}

/// Why a real name is not asked for or not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RealNameRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// Whoever was added by their unit is known already.
    NotOutside,
    /// It was checked already.
    Verified,
    /// Nothing was handed in.
    NothingAsked,
    /// A reason of at least four characters is needed to decline.
    ReasonNeeded,
    /// Nobody checks themselves.
    Oneself,
}

impl Refusal for RealNameRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::NotOutside => "identity-not-outside",
            Self::Verified => "identity-real-name-verified",
            Self::NothingAsked => "identity-real-name-nothing",
            Self::ReasonNeeded => "identity-reason-needed",
            Self::Oneself => "identity-not-oneself",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::ReasonNeeded).then(|| "/reason".into())
    }

    fn status(&self) -> u16 {
        match self {
            Self::Fields(_) | Self::ReasonNeeded | Self::Oneself => 422,
            _ => 409,
        }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(mistakes) => mistakes.parts(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use words::Lang;

    use super::*;

    #[test]
    fn nine_kinds_come_back_from_storage() {
        let kinds: Vec<_> = ActorKind::ALL.iter().filter_map(|kind| ActorKind::parse(kind.as_str())).collect();
        assert_eq!(kinds, ActorKind::ALL);
        assert_eq!(ActorKind::ALL.iter().filter(|kind| kind.is_organisation()).count(), 6);
    }

    #[test]
    fn who_registers_can_be_reached() {
        let parse = |email, phone| RegistrationDraft::parse(ActorKind::Student, "林夏", email, phone, None, Lang::Zh).map(drop);
        assert_eq!(parse(Some("lin@example.cn"), None), Ok(()));
        assert_eq!(parse(None, Some("13800138000")), Ok(()));
        assert_eq!(parse(Some(""), Some(" ")).unwrap_err().all(), [("email", "identity-contact-needed")]);
        assert_eq!(parse(Some("lin"), None).unwrap_err().all(), [("email", "identity-email-wrong")]);
    }

    #[test]
    fn a_firm_hands_in_its_code_and_a_person_their_number() {
        let person = |number| RealNameDraft::parse(ActorKind::Student, Some(number), None, None);
        assert_eq!(person("11010519491231002x"), Ok(RealNameDraft::Person { id_number: "11010519491231002X".into() }));
        assert!(person("110105194912310021").is_err() && person("").is_err());
        let firm = |name, code| RealNameDraft::parse(ActorKind::Startup, None, Some(name), Some(code)).map(drop);
        assert_eq!(firm("青禾科技", "91330100799655058B"), Ok(()));
        assert_eq!(firm("", "91330100799655058C").unwrap_err().all(), [("organisation", "identity-name-needed"), ("uscc", "identity-uscc-wrong")]);
    }
}
