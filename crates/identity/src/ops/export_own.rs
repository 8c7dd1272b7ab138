//! A person takes a copy of everything that is kept on them here (个人信息保护法 §45).

use schemars::JsonSchema;
use serde::Serialize;
use store::Tx;
use words::{Acting, Id, Instant, Outcome};

use crate::access::{SESSION_IDLE_SECONDS, SessionView, TokenView};
use crate::firm::Member;
use crate::grant::{GrantView, RoleRights};
use crate::membership::MembershipView;
use crate::oidc::LinkView;
use crate::ops::known_person;
use crate::passkey::PasskeyView;
use crate::person::{FIELDS, PersonRefusal};
use crate::relation::RelationView;
use crate::told::DataExported;
use crate::{sql, sql_access, sql_firms, sql_links, sql_passkeys, sql_roles};

/// A field of personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonalField {
    /// Which.
    pub field: String,
    /// What is kept.
    pub text: String,
}

/// All that is kept on a person by this crate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MyData {
    /// Who.
    pub person: Id,
    /// Their handle.
    pub handle: String,
    /// Since when they are known.
    pub made_at: Instant,
    /// Login name.
    pub login: Option<String>,
    /// Personal data.
    pub personal: Vec<PersonalField>,
    /// Memberships, past ones too.
    pub memberships: Vec<MembershipView>,
    /// Roles, past ones too.
    pub grants: Vec<GrantView>,
    /// Firms they belong or belonged to.
    pub firms: Vec<Member>,
    /// Relations they stand in.
    pub relations: Vec<RelationView>,
    /// Sessions.
    pub sessions: Vec<SessionView>,
    /// Personal tokens.
    pub tokens: Vec<TokenView>,
    /// Passkeys.
    pub passkeys: Vec<PasskeyView>,
    /// Accounts at identity providers.
    pub links: Vec<LinkView>,
}

/// Collects it, and notes that it was taken.
pub fn export_own(tx: &mut Tx, who: &Acting, roles: &RoleRights) -> Outcome<MyData, PersonRefusal> {
    let known = known_person(tx, &who.person)?;
    let now = tx.now();
    let mut personal = Vec::new();
    for field in FIELDS.iter().chain(&["organisation", "uscc"]) {
        if let Some(text) = tx.personal(&who.person, field)? {
            personal.push(PersonalField { field: (*field).into(), text });
        }
    }
    let name = personal.first().map_or_else(|| known.handle.clone(), |field| field.text.clone());
    let grants = sql_roles::grants_of(tx, &who.person)?.into_iter().map(|grant| grant.view(name.clone(), &roles.all(), now)).collect();
    let data = MyData {
        person: known.id,
        handle: known.handle,
        made_at: known.made_at,
        login: sql_access::login_of_person(tx, &who.person)?.map(|login| login.name),
        personal,
        memberships: sql::memberships(tx, &who.person)?,
        grants,
        firms: sql_firms::all_of(tx, &who.person)?,
        relations: sql_roles::relations_of(tx, &who.person)?,
        sessions: sql_access::sessions(tx, &who.person, None, now.plus_seconds(-SESSION_IDLE_SECONDS))?,
        tokens: sql_access::tokens(tx, &who.person)?,
        passkeys: sql_passkeys::passkeys(tx, &who.person)?,
        links: sql_links::links(tx, &who.person)?,
    };
    tx.tell(who, &DataExported { person: who.person.clone() })?;
    Ok(data)
}
