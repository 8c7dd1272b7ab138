//! Firms from outside: organisations whose people act for them, each in a role. Pure.
//!
//! A firm lies outside the tree of the group: no role of the group reaches it, and none of its roles reaches anything but the firm.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Grant, Id, Instant, Node, Refusal, Right};

use crate::rights;

/// Most members of a firm, with those who are invited or have asked.
pub const MEMBERS: i64 = 200;

/// What somebody does for a firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FirmRole {
    /// 管理员: everything, and who belongs to it.
    Manager,
    /// 财务: bills, wallet, limits.
    Finance,
    /// 开发: makes apps that the firm pays for.
    Developer,
}

impl FirmRole {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Manager, Self::Finance, Self::Developer];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Finance => "finance",
            Self::Developer => "developer",
        }
    }

    /// Reads what was stored.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// What it carries, on the firm alone.
    pub fn rights(self) -> &'static [Right] {
        match self {
            Self::Manager => &[rights::FIRM_MANAGE, rights::FIRM_DEVELOP, rights::FIRM_PAY],
            Self::Finance => &[rights::FIRM_PAY],
            Self::Developer => &[rights::FIRM_DEVELOP],
        }
    }
}

const FIRMS: &str = "firms";

/// Where roles of a firm hold.
pub fn firm_place(firm: &Id) -> Node {
    Node::at(FIRMS).below(firm.as_str())
}

/// The firms on which somebody holds a right, in the order in which they came to them.
pub fn firms_with(who: &words::Acting, right: Right) -> Vec<Id> {
    let held = who.grants.iter().filter(|grant| grant.node.above().is_some_and(|above| above.as_str() == FIRMS) && who.can(right, &grant.node));
    held.map(|grant| Id::fixed(grant.node.name())).collect()
}

/// How far a membership is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// The person asks to join; a manager decides.
    Asked,
    /// A manager invites; the person decides.
    Invited,
    /// Belongs to the firm.
    Active,
    /// Ended, withdrawn or declined.
    Over,
}

impl MemberState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Over => "over",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Asked, Self::Invited, Self::Active, Self::Over].into_iter().find(|state| state.as_str() == text)
    }
}

/// A membership of a person in a firm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Member {
    /// Id.
    pub id: Id,
    /// The firm.
    pub firm: Id,
    /// Who.
    pub person: Id,
    /// As what; of those who ask, as what they are let in unless the manager says otherwise.
    pub role: FirmRole,
    /// How far it is.
    pub state: MemberState,
    /// Who invited or asked.
    pub made_by: Id,
    /// When.
    pub made_at: Instant,
    /// Belongs to the firm since.
    pub began_at: Option<Instant>,
    /// Who ended it.
    pub ended_by: Option<Id>,
    /// When.
    pub ended_at: Option<Instant>,
}

impl Member {
    /// The grant that an active membership is worth.
    pub(crate) fn grant(&self) -> Grant {
        let rights = self.role.rights().iter().map(|right| (*right).to_owned()).collect();
        Grant { role: format!("firm.{}", self.role.as_str()), node: firm_place(&self.firm), rights, office: false, but: Default::default(), deputy_for: None }
    }
}

/// A firm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Firm {
    /// Id.
    pub id: Id,
    /// What people call it.
    pub name: Bilingual,
    /// 统一社会信用代码.
    pub uscc: Option<String>,
}

/// Why the people of a firm stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirmRefusal {
    /// Nobody has compared the caller's papers with an organisation.
    NotChecked,
    /// Nobody, or several, go by this login or e-mail address.
    Unknown,
    /// Belongs to it, was invited or has asked already.
    Doubled,
    /// More would be too many.
    TooMany,
    /// It is over, or not in the state that this asks for.
    Over,
    /// It would be without a manager.
    LastManager,
}

impl Refusal for FirmRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotChecked => "identity-firm-not-checked",
            Self::Unknown => "identity-firm-nobody",
            Self::Doubled => "identity-firm-doubled",
            Self::TooMany => "identity-firm-full",
            Self::Over => "identity-firm-over",
            Self::LastManager => "identity-firm-last-manager",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::Unknown | Self::Doubled).then(|| "/named".into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        if matches!(self, Self::TooMany) { vec![("most", MEMBERS.to_string())] } else { Vec::new() }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Unknown) { 422 } else { 409 }
    }
}

#[cfg(test)]
mod tests {
    use words::Acting;

    use super::*;

    fn acting(role: FirmRole) -> Acting {
        let id = Id::fixed;
        let (made_at, began_at) = (Instant::from_micros(0), None);
        let member = Member {
            id: id("mem_1"),
            firm: id("org_1"),
            person: id("psn_1"),
            role,
            state: MemberState::Active,
            made_by: id("psn_1"),
            made_at,
            began_at,
            ended_by: None,
            ended_at: None,
        };
        Acting { person: id("psn_1"), grants: vec![member.grant()], proved_at: None, scopes: None }
    }

    #[test]
    fn each_role_may_what_it_is_for_and_on_its_firm_alone() {
        let (own, other) = (firm_place(&Id::fixed("org_1")), firm_place(&Id::fixed("org_12")));
        let table = [(FirmRole::Manager, [true, true, true]), (FirmRole::Finance, [false, false, true]), (FirmRole::Developer, [false, true, false])];
        for (role, expected) in table {
            let who = acting(role);
            let rights = [rights::FIRM_MANAGE, rights::FIRM_DEVELOP, rights::FIRM_PAY];
            assert_eq!(rights.map(|right| who.can(right, &own)), expected, "{role:?}");
            assert!(rights.iter().all(|right| !who.can(right, &other) && !who.can(right, &Node::group())), "{role:?}");
            assert_eq!(firms_with(&who, rights::FIRM_PAY).len(), usize::from(expected[2]), "{role:?}");
            assert_eq!(FirmRole::parse(role.as_str()), Some(role));
        }
    }

    #[test]
    fn a_role_of_the_group_reaches_no_firm() {
        assert!(!Node::group().covers(&firm_place(&Id::fixed("org_1"))));
    }
}
