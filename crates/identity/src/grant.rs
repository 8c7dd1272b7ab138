//! Roles on nodes, from–to. What a role may do is pack data, handed in as [`RoleRights`]; this crate only knows who holds which role where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use words::{Acting, Bilingual, Day, Id, Instant, Node, Refusal};

use crate::mistakes::{Complaint, Mistakes, needed};
use crate::tree::{NodeKind, parse_path};

/// A role as the packs describe it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Role {
    /// What people call it.
    pub title: Bilingual,
    /// Rights it carries.
    pub rights: BTreeSet<String>,
    /// Kinds of nodes it is given on; any if empty.
    pub kinds: BTreeSet<String>,
    /// Do those who hold it act for themselves? Otherwise it is an office.
    pub personal: bool,
}

/// Roles by name.
pub type Roles = BTreeMap<String, Role>;

/// The roles in force, as the packs say now.
#[derive(Clone)]
pub struct RoleRights(Arc<dyn Fn() -> Arc<Roles> + Send + Sync>);

impl RoleRights {
    /// Asks the closure each time, so that a new version of a pack holds at once.
    pub fn new(now: impl Fn() -> Arc<Roles> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Roles that never change.
    pub fn fixed(roles: Roles) -> Self {
        let roles = Arc::new(roles);
        Self::new(move || roles.clone())
    }

    /// All roles in force.
    pub fn all(&self) -> Arc<Roles> {
        (self.0)()
    }

    /// Rights of a role; none if no pack knows it.
    pub fn rights_of(&self, role: &str) -> BTreeSet<String> {
        self.all().get(role).map(|role| role.rights.clone()).unwrap_or_default()
    }
}

/// A role to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantDraft {
    /// To whom.
    pub person: Id,
    /// Which.
    pub role: String,
    /// Where, and for all below.
    pub node: Node,
    /// From this moment.
    pub from_at: Instant,
    /// Up to, not including, this moment; open if none.
    pub to_at: Option<Instant>,
    /// Why.
    pub reason: String,
    /// The official in whose place, if so.
    pub deputy_of: Option<Id>,
}

impl GrantDraft {
    /// Reads the raw texts of a form; days are those of Shanghai, the last one included.
    pub fn parse(person: &str, role: &str, node: &str, from_on: &str, to_on: Option<&str>, reason: &str) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let person = mistakes.take("person", "identity-person-unknown", Id::parse(person.trim()));
        let role = mistakes.take("role", "identity-role-unknown", needed(role, 80));
        let node = mistakes.take("node", "identity-node-unknown", parse_path(node));
        let from_on = mistakes.take("from_on", "identity-day-wrong", Day::parse(from_on.trim()));
        let to_on = mistakes.take("to_on", "identity-day-wrong", optional_day(to_on));
        let reason = mistakes.take("reason", "identity-reason-needed", needed(reason, 300));
        let draft = || {
            let (from_at, to_at) = (from_on?.start(), to_on?.map(Day::end));
            Some(Self { person: person?, role: role?, node: node?, from_at, to_at, reason: reason?, deputy_of: None })
        };
        let draft = draft();
        mistakes.draft(draft)
    }
}

/// A role held now: directly, or in the place of an official.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Held {
    /// Name of the role as in the packs.
    pub role: String,
    /// Where.
    pub node: Node,
    /// The official whose place is taken.
    pub deputy_for: Option<Id>,
}

/// A grant as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GrantView {
    /// Id.
    pub id: Id,
    /// Who holds it.
    pub person: Id,
    /// Their name, or their handle once erased.
    pub name: String,
    /// Role as in the packs.
    pub role: String,
    /// What people call the role.
    pub role_title: Bilingual,
    /// Where.
    pub node: Node,
    /// What people call the place.
    pub node_title: Bilingual,
    /// From this moment.
    pub from_at: Instant,
    /// Up to, not including.
    pub to_at: Option<Instant>,
    /// First day as people read it.
    pub from_on: Day,
    /// Last day as people read it.
    pub to_on: Option<Day>,
    /// Does it hold now?
    pub holds: bool,
    /// Who gave it: a person or the system.
    pub granted_by: Id,
    /// Why.
    pub reason: String,
    /// The official in whose place.
    pub deputy_of: Option<Id>,
    /// Why it ended before its time.
    pub ended_reason: Option<String>,
}

/// Why a role is not given or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// Nobody gives a role to themselves.
    SelfGrant,
    /// No pack knows the role.
    UnknownRole,
    /// The role is not given on nodes of this kind.
    Misplaced,
    /// The role may do in this crate what the giver may not.
    AboveOneself,
    /// No such node, or it is closed.
    NodeGone,
    /// The person has left or is unknown.
    PersonGone,
    /// Ends before it begins.
    Period,
    /// Holds the role there in that time already.
    Doubled,
    /// Has ended already.
    Ended,
}

impl Refusal for GrantRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::SelfGrant => "identity-self-grant",
            Self::UnknownRole => "identity-role-unknown",
            Self::Misplaced => "identity-role-misplaced",
            Self::AboveOneself => "identity-above-oneself",
            Self::NodeGone => "identity-node-gone",
            Self::PersonGone => "identity-person-gone",
            Self::Period => "identity-period",
            Self::Doubled => "identity-grant-doubled",
            Self::Ended => "identity-grant-ended",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::SelfGrant | Self::PersonGone => "/person",
            Self::UnknownRole | Self::AboveOneself | Self::Doubled => "/role",
            Self::Misplaced | Self::NodeGone => "/node",
            Self::Period => "/to_on",
            Self::Fields(_) | Self::Ended => return None,
        };
        Some(field.into())
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Ended | Self::Doubled) { 409 } else { 422 }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(mistakes) => mistakes.parts(),
            _ => Vec::new(),
        }
    }
}

/// May this role be given by this person on a node of this kind? Nobody hands out rights over people and roles that they lack there.
pub(crate) fn admit(who: &Acting, role: Option<&Role>, kind: NodeKind, draft: &GrantDraft) -> Result<(), GrantRefusal> {
    let role = role.ok_or(GrantRefusal::UnknownRole)?;
    if who.person == draft.person {
        return Err(GrantRefusal::SelfGrant);
    }
    if !role.kinds.is_empty() && !role.kinds.contains(kind.as_str()) {
        return Err(GrantRefusal::Misplaced);
    }
    if above(who, role, &draft.node) {
        return Err(GrantRefusal::AboveOneself);
    }
    if draft.to_at.is_some_and(|to| to <= draft.from_at) { Err(GrantRefusal::Period) } else { Ok(()) }
}

/// Does the role carry rights over people and roles that the person lacks there?
pub(crate) fn above(who: &Acting, role: &Role, node: &Node) -> bool {
    role.rights.iter().any(|right| right.starts_with("identity.") && !who.can(right, node))
}

/// The first of a line who can act: not absent, not gone, not in the conflict.
pub(crate) fn first_free<'a>(line: &'a [Id], away: &BTreeSet<Id>) -> Option<&'a Id> {
    line.iter().find(|deputy| !away.contains(deputy))
}

pub(crate) fn optional_day(text: Option<&str>) -> Result<Option<Day>, ()> {
    let text = text.unwrap_or_default().trim();
    if text.is_empty() { Ok(None) } else { Day::parse(text).map(Some).map_err(|_| ()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn giver(rights: &[&str], node: &str) -> Acting {
        let rights = rights.iter().map(|right| (*right).to_owned()).collect();
        let grants = vec![words::Grant { role: "r".into(), node: Node::at(node), rights, deputy_for: None, office: false, but: Default::default() }];
        Acting { person: Id::fixed("psn_giver"), grants, proved_at: None, scopes: None }
    }

    fn draft(person: &str) -> GrantDraft {
        let from_at = Instant::from_micros(0);
        GrantDraft { person: Id::fixed(person), role: "r".into(), node: Node::at("group/zj"), from_at, to_at: None, reason: "because".into(), deputy_of: None }
    }

    #[test]
    fn nobody_gives_to_themselves_or_above_themselves() {
        let powerful = Role { rights: ["identity.erase".to_owned()].into(), ..Role::default() };
        let plain = Role { rights: ["hemi.back".to_owned()].into(), kinds: ["unit".to_owned()].into(), ..Role::default() };
        let who = giver(&["identity.grant"], "group");
        let table = [
            (Some(&plain), NodeKind::Unit, "psn_a", Ok(())),
            (Some(&plain), NodeKind::Base, "psn_a", Err(GrantRefusal::Misplaced)),
            (Some(&plain), NodeKind::Unit, "psn_giver", Err(GrantRefusal::SelfGrant)),
            (Some(&powerful), NodeKind::Unit, "psn_a", Err(GrantRefusal::AboveOneself)),
            (None, NodeKind::Unit, "psn_a", Err(GrantRefusal::UnknownRole)),
        ];
        for (role, kind, person, expected) in table {
            assert_eq!(admit(&who, role, kind, &draft(person)), expected);
        }
        let who = giver(&["identity.grant", "identity.erase"], "group/zj");
        assert_eq!(admit(&who, Some(&powerful), NodeKind::Unit, &draft("psn_a")), Ok(()));
        let backwards = GrantDraft { to_at: Some(Instant::from_micros(0)), ..draft("psn_a") };
        assert_eq!(admit(&who, Some(&plain), NodeKind::Unit, &backwards), Err(GrantRefusal::Period));
    }

    #[test]
    fn the_first_deputy_who_is_there_acts() {
        let line = ["a", "b", "c"].map(Id::fixed);
        assert_eq!(first_free(&line, &BTreeSet::new()), Some(&line[0]));
        assert_eq!(first_free(&line, &[line[0].clone()].into()), Some(&line[1]));
        assert_eq!(first_free(&line, &line.iter().cloned().collect()), None);
    }
}
