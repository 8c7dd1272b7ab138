//! Who acts: a person with the roles they hold now, or the system itself.

use std::collections::BTreeSet;

use crate::{Denied, Id, Instant, Node};

/// A right is a constant of the crate that asks for it, such as `hemi.back`. Which role carries it is pack data.
pub type Right = &'static str;

/// A role held on a node, with the rights that the packs give to the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Name of the role as in the packs: `programme.office`.
    pub role: String,
    /// Where it holds, and for all below.
    pub node: Node,
    /// Rights of the role.
    pub rights: BTreeSet<String>,
    /// Is it an office, with a say over others' matters? Staff, experts and mentors act for themselves.
    pub office: bool,
    /// Where it does not hold although it lies below: cases that its holder is too near to. Filled in where the grants are looked up.
    pub but: BTreeSet<Node>,
    /// The official whose absence or conflict put this person in their place.
    pub deputy_for: Option<Id>,
}

impl Grant {
    /// Does it hold on this node: on its own or below, and not in a case that its holder is too near to?
    pub fn reaches(&self, node: &Node) -> bool {
        self.node.covers(node) && !self.but.iter().any(|barred| barred.covers(node))
    }
}

/// Who acts. Built at the door from the session or token, passed by reference to every use case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The person, or `sys_clock` / `sys_reaction` / `sys_setup`.
    pub person: Id,
    /// Grants that hold at this moment.
    pub grants: Vec<Grant>,
    /// When they last proved who they are, for signatures (five minutes).
    pub proved_at: Option<Instant>,
    /// A token may be narrower than its owner: only these rights, if set.
    pub scopes: Option<BTreeSet<String>>,
}

impl Acting {
    /// The system itself: the clock, a reaction, the set-up. It may do everything and owns nothing.
    pub fn system(name: &str) -> Self {
        Self { person: Id::fixed(format!("sys_{name}")), grants: Vec::new(), proved_at: None, scopes: None }
    }

    /// Is it the system that acts?
    pub fn is_system(&self) -> bool {
        self.person.as_str().starts_with("sys_")
    }

    /// Does a grant carry this right here?
    pub fn can(&self, right: &str, node: &Node) -> bool {
        self.is_system()
            || (self.scopes.as_ref().is_none_or(|scopes| scopes.contains(right))
                && self.grants.iter().any(|grant| grant.reaches(node) && grant.rights.contains(right)))
    }

    /// The same as a guard: missing → 403 for what may be seen.
    pub fn may(&self, right: Right, node: &Node) -> Result<(), Denied> {
        if self.can(right, node) { Ok(()) } else { Err(Denied { right, node: node.clone(), visible: true }) }
    }

    /// The same, where not being allowed means not even seeing: missing → 404.
    pub fn may_see(&self, right: Right, node: &Node) -> Result<(), Denied> {
        if self.can(right, node) { Ok(()) } else { Err(Denied { right, node: node.clone(), visible: false }) }
    }

    /// Holds the right on any node: for what everybody who has it may do everywhere (declare at any base, R-01).
    pub fn may_anywhere(&self, right: Right) -> Result<(), Denied> {
        let held = self.grants.iter().map(|grant| &grant.node).find(|node| self.can(right, node));
        if self.is_system() || held.is_some() { Ok(()) } else { Err(Denied { right, node: Node::group(), visible: true }) }
    }

    /// Does this person hold the role here (on the node or above it)?
    pub fn holds(&self, role: &str, node: &Node) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.reaches(node))
    }

    /// The official in whose place they act here: nobody if they hold an office here themselves.
    pub fn on_behalf_of(&self, node: &Node) -> Option<&Id> {
        let offices = || self.grants.iter().filter(|grant| grant.office && grant.reaches(node));
        if offices().any(|grant| grant.deputy_for.is_none()) { None } else { offices().find_map(|grant| grant.deputy_for.as_ref()) }
    }

    /// Do they hold an office over this node?
    pub fn in_office(&self, node: &Node) -> bool {
        self.grants.iter().any(|grant| grant.office && grant.reaches(node))
    }

    /// Did they prove who they are within the last five minutes, as a signature asks?
    pub fn proved_recently(&self, now: Instant) -> bool {
        self.is_system() || self.proved_at.is_some_and(|at| now.micros() - at.micros() <= 5 * 60 * 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_does_not_reach_into_a_case_that_its_holder_is_too_near_to() {
        let (case, other) = (Node::at("group/zj/case_1"), Node::at("group/zj/case_2"));
        let grant = Grant {
            role: "office".into(),
            node: Node::group(),
            rights: ["x.decide".to_owned()].into(),
            office: true,
            but: [case.clone()].into(),
            deputy_for: None,
        };
        let who = Acting { person: Id::fixed("psn_a"), grants: vec![grant], proved_at: None, scopes: None };
        for (node, held) in [(&case, false), (&case.below("part"), false), (&other, true), (&Node::group(), true)] {
            assert_eq!((who.can("x.decide", node), who.holds("office", node), who.in_office(node)), (held, held, held), "{node}");
        }
    }
}
