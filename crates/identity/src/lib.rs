#![doc = include_str!("../README.md")]

mod access;
mod asks;
mod conflict;
mod deputy;
mod firm;
mod gate;
mod grant;
mod import;
pub mod mask;
mod membership;
mod mistakes;
mod oidc;
mod ops;
mod outsider;
mod passkey;
mod person;
mod relation;
pub mod rights;
mod secret;
mod sheet;
mod sql;
mod sql_access;
mod sql_firms;
mod sql_links;
mod sql_outsiders;
mod sql_passkeys;
mod sql_roles;
pub mod told;
pub mod totp;
mod tree;
mod uscc;
mod web;

pub use access::{AccessRefusal, NewSession, SessionView, TokenDraft, TokenView};
pub use asks::*;
pub use conflict::RELATION_DAYS;
pub use deputy::{AbsenceDraft, AbsenceKind, AbsenceView, DeputyRefusal};
pub use firm::{Firm, FirmRefusal, FirmRole, MEMBERS, Member, MemberState, firm_place, firms_with};
pub use gate::Gate;
pub use grant::{GrantDraft, GrantRefusal, GrantView, Held, Role, RoleRights, Roles};
pub use import::{ImportRefusal, PEOPLE_COLUMNS, RowMistake, UNIT_COLUMNS};
pub use membership::{MembershipDraft, MembershipRefusal, MembershipView};
pub use mistakes::Mistakes;
pub use oidc::{Find, LinkView, Provider, ProviderDraft, ProviderRefusal, Providers};
pub use ops::*;
pub use outsider::{ActorKind, OutsiderView, RealName, RealNameDraft, RealNameRefusal, RegistrationDraft};
pub use passkey::{Made, PasskeyRefusal, PasskeyView, Place, PlaceMistake, Used};
pub use person::{OrgDraft, PersonDraft, PersonRefusal, PersonState};
pub use relation::{RelationDraft, RelationKind, RelationRefusal, RelationView, Severity};
pub use secret::{LoginSecret, fresh_salt, password_mistake};
pub use sheet::{Incoming, IncomingRow, SheetMistake};
pub use tree::{NodeDraft, NodeKind, NodeRefusal, NodeView};
pub use uscc::{Uscc, UsccMistake};
pub use web::{DemoPersona, DemoPersonas, FirstRole, TEMPLATES, TEXTS, routes};

use store::{JobKind, Migration, Part, Table};

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[
        Migration { name: "20261122_identity", sql: include_str!("../migrations/20261122_identity.sql") },
        Migration { name: "20261129_concerned", sql: include_str!("../migrations/20261129_concerned.sql") },
        Migration { name: "20261129_passkey", sql: include_str!("../migrations/20261129_passkey.sql") },
        Migration { name: "20261129_provider", sql: include_str!("../migrations/20261129_provider.sql") },
        Migration { name: "20261130_outsider", sql: include_str!("../migrations/20261130_outsider.sql") },
        Migration { name: "20261202_place", sql: include_str!("../migrations/20261202_place.sql") },
        Migration { name: "20261209_member", sql: include_str!("../migrations/20261209_member.sql") },
    ],
    tables: &[
        Table { name: "identity_party", key: &["id"] },
        Table { name: "identity_person", key: &["id"] },
        Table { name: "identity_node", key: &["path"] },
        Table { name: "identity_outsider", key: &["person"] },
        Table { name: "identity_membership", key: &["id"] },
        Table { name: "identity_member", key: &["id"] },
        Table { name: "identity_grant", key: &["id"] },
        Table { name: "identity_deputy", key: &["id"] },
        Table { name: "identity_absence", key: &["id"] },
        Table { name: "identity_relation", key: &["id"] },
        Table { name: "identity_concerned", key: &["node", "person"] },
        Table { name: "identity_login", key: &["person"] },
        Table { name: "identity_token", key: &["id"] },
        Table { name: "identity_passkey", key: &["id"] },
        Table { name: "identity_link", key: &["id"] },
        Table { name: "identity_totp", key: &["person"] },
        Table { name: "identity_recovery", key: &["id"] },
        Table { name: "identity_setup", key: &["hash"] },
    ],
    free: &[
        ("identity_found", "keyed hashes made from personal data, rebuilt from them, gone when a person is erased"),
        ("identity_session", "touched while pages are read and short-lived; beginning and end are events"),
        ("identity_ceremony", "a challenge that waits some minutes for its answer, as keyed hashes; what comes of it is an event"),
        ("identity_proof", "when the holder of a token last typed their password; good for five minutes"),
    ],
    jobs: &[JobKind { name: "identity.leave", run: ops::run_leave }, JobKind { name: "identity.sweep_sessions", run: ops::sweep_sessions }],
    ..Part::named("identity")
};
