//! What this crate tells upstairs: ids and facts, never personal data. One struct a kind; fields are only ever added.

use store::told;
use words::{Day, Id, Instant, Node};

use crate::firm::{FirmRole, Member, MemberState};

told! {
    /// A person is known from now on.
    PersonAdded = "identity.person_added", person, |_| Node::group(), {
        /// Who.
        person: Id,
    };
    /// Somebody from outside registered themselves.
    OutsiderRegistered = "identity.outsider_registered", person, |_| Node::group(), {
        /// Who.
        person: Id,
        /// Which of the nine kinds: `student`.
        kind: String,
    };
    /// Somebody from outside handed in who they really are.
    RealNameAsked = "identity.real_name_asked", person, |_| Node::group(), {
        /// Who.
        person: Id,
    };
    /// What they handed in was compared with papers.
    RealNameChecked = "identity.real_name_checked", person, |_| Node::group(), {
        /// Who.
        person: Id,
        /// Does it fit?
        fits: bool,
        /// Why not.
        reason: String,
    };
    /// Personal data or settings of a person changed: only which, not what.
    PersonChanged = "identity.person_changed", person, |_| Node::group(), {
        /// Who.
        person: Id,
        /// Which fields.
        fields: Vec<String>,
    };
    /// A person left: every role and session has ended, so their to-dos move.
    PersonLeft = "identity.person_left", person, |told| told.home.clone(), {
        /// Who.
        person: Id,
        /// Last day.
        on: Day,
        /// Unit they belonged to, or the group.
        home: Node,
        /// Roles that ended: (role, node).
        roles: Vec<(String, Node)>,
    };
    /// Personal data of a person were destroyed.
    PersonErased = "identity.person_erased", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Why.
        reason: String,
    };
    /// Somebody saw personal data in the clear.
    DataRevealed = "identity.data_revealed", person, |told| told.node.clone(), {
        /// Whose.
        person: Id,
        /// Which fields.
        fields: Vec<String>,
        /// Why.
        reason: String,
        /// Unit of the person.
        node: Node,
    };
    /// An organisation is known from now on.
    OrgAdded = "identity.org_added", org, |_| Node::group(), {
        /// Which.
        org: Id,
    };
    /// Somebody asks to join a firm.
    MemberAsked = "identity.member_asked", firm, |_| Node::group(), {
        /// Which firm.
        firm: Id,
        /// Which membership.
        member: Id,
        /// Who.
        person: Id,
    };
    /// A manager invited somebody into a firm.
    MemberInvited = "identity.member_invited", firm, |_| Node::group(), {
        /// Which firm.
        firm: Id,
        /// Which membership.
        member: Id,
        /// Who.
        person: Id,
        /// As what: `finance`.
        role: String,
    };
    /// Somebody belongs to a firm.
    MemberBegan = "identity.member_began", firm, |_| Node::group(), {
        /// Which firm.
        firm: Id,
        /// Which membership.
        member: Id,
        /// Who.
        person: Id,
        /// As what.
        role: String,
    };
    /// A member has another role in the firm.
    MemberChanged = "identity.member_changed", firm, |_| Node::group(), {
        /// Which firm.
        firm: Id,
        /// Which membership.
        member: Id,
        /// Who.
        person: Id,
        /// As what now.
        role: String,
        /// As what before.
        before: String,
    };
    /// A membership in a firm ended, or never came about.
    MemberEnded = "identity.member_ended", firm, |_| Node::group(), {
        /// Which firm.
        firm: Id,
        /// Which membership.
        member: Id,
        /// Who.
        person: Id,
        /// As what.
        role: String,
        /// `active`, `invited` or `asked`.
        was: String,
        /// Who ended it.
        by: Id,
    };
    /// A node was added to the tree.
    NodeAdded = "identity.node_added", node, |told| told.node.clone(), {
        /// Where.
        node: Node,
        /// Kind.
        kind: String,
    };
    /// Names or city of a node changed.
    NodeChanged = "identity.node_changed", node, |told| told.node.clone(), {
        /// Where.
        node: Node,
    };
    /// A node and all below it lie elsewhere now.
    NodeMoved = "identity.node_moved", to, |told| told.to.clone(), {
        /// Where it lay.
        from: Node,
        /// Where it lies.
        to: Node,
    };
    /// A node was closed: nothing new happens there.
    NodeClosed = "identity.node_closed", node, |told| told.node.clone(), {
        /// Which.
        node: Node,
        /// Last day.
        on: Day,
    };
    /// A person belongs to a node.
    MembershipBegun = "identity.membership_begun", person, |told| told.node.clone(), {
        /// Which membership.
        membership: Id,
        /// Who.
        person: Id,
        /// Where.
        node: Node,
        /// First day.
        from_on: Day,
    };
    /// A membership has a last day now.
    MembershipEnded = "identity.membership_ended", person, |told| told.node.clone(), {
        /// Which membership.
        membership: Id,
        /// Who.
        person: Id,
        /// Where.
        node: Node,
        /// Last day.
        to_on: Day,
    };
    /// A role was given.
    RoleGranted = "identity.role_granted", person, |told| told.node.clone(), {
        /// Which grant.
        grant: Id,
        /// To whom.
        person: Id,
        /// Which role.
        role: String,
        /// Where.
        node: Node,
        /// From.
        from_at: Instant,
        /// Up to, not including.
        to_at: Option<Instant>,
        /// Why.
        reason: String,
    };
    /// A role ended before its time.
    RoleEnded = "identity.role_ended", person, |told| told.node.clone(), {
        /// Which grant.
        grant: Id,
        /// Whose.
        person: Id,
        /// Which role.
        role: String,
        /// Where.
        node: Node,
        /// Why.
        reason: String,
    };
    /// An official has a new line of deputies.
    DeputiesAppointed = "identity.deputies_appointed", official, |_| Node::group(), {
        /// Whose.
        official: Id,
        /// Who, first to last.
        deputies: Vec<Id>,
    };
    /// An official is absent, or in conflict with a case.
    AbsenceNoted = "identity.absence_noted", official, |told| told.node.clone().unwrap_or_else(Node::group), {
        /// Which absence.
        absence: Id,
        /// Who.
        official: Id,
        /// `away` or `conflict`.
        kind: String,
        /// The case, for a conflict.
        node: Option<Node>,
        /// First day.
        from_on: Day,
        /// Last day.
        to_on: Option<Day>,
    };
    /// An official is back, or the conflict is over.
    AbsenceEnded = "identity.absence_ended", official, |_| Node::group(), {
        /// Which absence.
        absence: Id,
        /// Who.
        official: Id,
    };
    /// A relation that may make a conflict was written down.
    RelationPut = "identity.relation_put", a, |_| Node::group(), {
        /// Which relation.
        relation: Id,
        /// Kind.
        kind: String,
        /// One side.
        a: Id,
        /// The other side.
        b: Id,
        /// Who or what says so.
        source: String,
    };
    /// A relation has a last day now.
    RelationEnded = "identity.relation_ended", relation, |_| Node::group(), {
        /// Which relation.
        relation: Id,
        /// Last day.
        to_on: Day,
    };
    /// A person has a login, or a new password.
    LoginSet = "identity.login_set", person, |_| Node::group(), {
        /// Whose.
        person: Id,
    };
    /// Somebody signed in.
    SignedIn = "identity.signed_in", person, |_| Node::group(), {
        /// Who.
        person: Id,
        /// The session.
        session: Id,
        /// `password`, `recovery`, `passkey`, `provider` or `demo`.
        way: String,
    };
    /// Sessions of a person ended.
    SessionsEnded = "identity.sessions_ended", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// How many.
        count: u64,
    };
    /// A personal token was made.
    TokenMade = "identity.token_made", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        token: Id,
        /// The only rights it carries; all if empty.
        scopes: Vec<String>,
    };
    /// A personal token was revoked.
    TokenRevoked = "identity.token_revoked", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        token: Id,
    };
    /// Two-step sign-in went on or off.
    TotpChanged = "identity.totp_changed", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// On?
        on: bool,
    };
    /// A passkey was added.
    PasskeyAdded = "identity.passkey_added", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        passkey: Id,
    };
    /// A passkey was removed by its owner.
    PasskeyRemoved = "identity.passkey_removed", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        passkey: Id,
    };
    /// A passkey signed: its owner came in or proved again who they are.
    PasskeyUsed = "identity.passkey_used", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        passkey: Id,
    };
    /// The counter of a passkey went back, so a copy seems to be about: it works no longer.
    PasskeyStopped = "identity.passkey_stopped", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        passkey: Id,
        /// The counter we had.
        had: i64,
        /// The counter that came.
        got: i64,
    };
    /// A person has linked an account at an identity provider, or was found by one.
    LinkMade = "identity.link_made", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        link: Id,
        /// Short name of the provider.
        provider: String,
    };
    /// A link to an account was ended by its owner.
    LinkRemoved = "identity.link_removed", person, |_| Node::group(), {
        /// Whose.
        person: Id,
        /// Which.
        link: Id,
    };
    /// New recovery codes; older ones no longer work.
    RecoveryMade = "identity.recovery_made", person, |_| Node::group(), {
        /// Whose.
        person: Id,
    };
    /// A one-time link was made: for the first administrator, or for a person's password.
    SetupOffered = "identity.setup_offered", ends_at, |_| Node::group(), {
        /// For whom; nobody if for the first administrator.
        person: Option<Id>,
        /// Until when.
        ends_at: Instant,
    };
    /// A person took a copy of the data kept on them.
    DataExported = "identity.data_exported", person, |_| Node::group(), {
        /// Who.
        person: Id,
    };
    /// A case is about somebody; offices of theirs and of those near to them do not reach into it.
    PersonConcerned = "identity.person_concerned", person, |told| told.node.clone(), {
        /// Where the case lies.
        node: Node,
        /// Who.
        person: Id,
        /// What makes it about them: `lead`, `team`, `about`.
        source: String,
    };
}

impl MemberAsked {
    pub(crate) fn of(one: &Member) -> Self {
        Self { firm: one.firm.clone(), member: one.id.clone(), person: one.person.clone() }
    }
}

impl MemberInvited {
    pub(crate) fn of(one: &Member) -> Self {
        Self { firm: one.firm.clone(), member: one.id.clone(), person: one.person.clone(), role: one.role.as_str().into() }
    }
}

impl MemberBegan {
    pub(crate) fn of(one: &Member) -> Self {
        Self { firm: one.firm.clone(), member: one.id.clone(), person: one.person.clone(), role: one.role.as_str().into() }
    }
}

impl MemberChanged {
    pub(crate) fn of(one: &Member, before: FirmRole) -> Self {
        let (role, before) = (one.role.as_str().into(), before.as_str().into());
        Self { firm: one.firm.clone(), member: one.id.clone(), person: one.person.clone(), role, before }
    }
}

impl MemberEnded {
    pub(crate) fn of(one: &Member, was: MemberState) -> Self {
        let (role, was) = (one.role.as_str().into(), was.as_str().into());
        let by = one.ended_by.clone().unwrap_or_else(|| one.person.clone());
        Self { firm: one.firm.clone(), member: one.id.clone(), person: one.person.clone(), role, was, by }
    }
}
