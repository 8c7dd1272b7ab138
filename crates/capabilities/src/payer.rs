//! Who pays for an app, and what members of a firm may do with the apps that it pays for. Pure.
//!
//! Its developers and managers see such an app, with its usage and calls. Its owner and the managers run it: keys, plans, subscriptions, closing. So a developer
//! answers for the keys of their own apps alone, and a manager can always step in.

use words::{Acting, Id, Node, Right};

use crate::App;

/// See the apps of a firm, and make more. The register of people gives it to members, on their firm alone.
pub const DEVELOP: Right = "firm.develop";
/// Do everything for a firm. Likewise.
pub const MANAGE: Right = "firm.manage";

/// Pay the bills of a firm, and so see what stands behind each line. Likewise.
pub const PAY: Right = "firm.pay";

/// Where rights of members hold: beside the tree of the group, so that no role of the group reaches a firm.
pub fn firm_place(firm: &Id) -> Node {
    Node::at("firms").below(firm.as_str())
}

/// Firms that somebody develops for.
pub(crate) fn firms_of(who: &Acting) -> Vec<Id> {
    let firms = who.grants.iter().filter(|grant| grant.node.above().is_some_and(|above| above.as_str() == "firms"));
    firms.filter(|grant| who.can(DEVELOP, &grant.node)).map(|grant| Id::fixed(grant.node.name())).collect()
}

impl App {
    /// Who pays for it: its firm, or its owner.
    pub fn customer(&self) -> &Id {
        self.payer.as_ref().unwrap_or(&self.owner)
    }

    /// May they change it as one of their own?
    pub(crate) fn is_run_by(&self, who: &Acting) -> bool {
        self.owner == who.person || self.payer.as_ref().is_some_and(|firm| who.can(MANAGE, &firm_place(firm)))
    }

    /// May they see what is billed of it?
    pub(crate) fn is_paid_by(&self, who: &Acting) -> bool {
        self.payer.as_ref().is_some_and(|firm| who.can(PAY, &firm_place(firm)))
    }

    /// May they see it as one of their own?
    pub(crate) fn is_seen_by(&self, who: &Acting) -> bool {
        self.is_run_by(who) || self.payer.as_ref().is_some_and(|firm| who.can(DEVELOP, &firm_place(firm)))
    }
}
