//! Use cases, one a file.

mod absence;
mod add_node;
mod add_org;
mod add_person;
mod admit_member;
mod appoint_deputies;
mod ceremony;
mod change_member;
mod change_node;
mod change_person;
mod close_node;
mod concern;
mod end_grant;
mod end_member;
mod enter_firm;
mod erase_person;
mod export_own;
mod grant_role;
mod import_people;
mod import_units;
mod invite_member;
mod join;
mod leave;
mod links;
mod login;
mod move_node;
mod passkeys;
mod person_leaves;
mod real_name;
mod recovery;
mod register_outside;
mod relate;
mod reveal;
mod sessions;
mod setup;
mod sign_in;
mod tokens;
mod totp;

pub use absence::{end_absence, note_absence};
pub use add_node::{add_node, ensure_node};
pub use add_org::add_org;
pub use add_person::{add_person, add_person_system};
pub use admit_member::admit_member;
pub use appoint_deputies::appoint_deputies;
pub use ceremony::Challenge;
pub use change_member::change_member;
pub use change_node::change_node;
pub use change_person::{OwnDraft, change_own, change_person};
pub use close_node::close_node;
pub use concern::concern;
pub use end_grant::end_grant;
pub use end_member::end_member;
pub use enter_firm::enter_firm;
pub use erase_person::erase_person;
pub use export_own::{MyData, PersonalField, export_own};
pub use grant_role::{grant_role, grant_system};
pub use import_people::{check_people, import_people};
pub use import_units::{check_units, import_units};
pub use invite_member::{accept_invitation, invite_member};
pub use join::{join, join_system};
pub use leave::leave;
pub use links::unlink;
pub(crate) use links::{come_back, link_account, prove_by_provider, set_out, sign_in_by_provider};
pub use login::{register_login, set_password};
pub use move_node::move_node;
pub use passkeys::{add_passkey, ask_own_passkey, ask_passkey, offer_passkey, prove_with_passkey, remove_passkey, sign_in_with_passkey};
pub use person_leaves::{person_leaves, run_leave};
pub use real_name::{acting_for_organisations, ask_real_name, check_real_name, outsider, really_known};
pub use recovery::make_recovery;
pub use register_outside::register_outside;
pub use relate::{end_relation, put_relation, relate};
pub use reveal::{Revealed, reveal};
pub use sessions::{end_other_sessions, end_session, sign_out, start_sweeping, sweep_sessions};
pub use setup::{AlsoGone, FirstDraft, PasswordDraft, begin_first_setup, ensure_group, finish_first_setup, finish_setup, offer_setup, setup_for};
pub use sign_in::{Attempt, Proven, attempt, attempt_of, prove, sign_in, sign_in_as};
pub use tokens::{make_token, revoke_token};
pub use totp::{begin_totp, confirm_totp, end_totp};

use store::Read;
use words::{Acting, Failure, Fault, Id, Node, Refusal};

use crate::firm::{FirmRole, Member, MemberState, firm_place};
use crate::grant::{self, RoleRights};
use crate::person::PersonState;
use crate::{rights, sql, sql_firms, sql_roles};

/// Unit whose administrators look after a person: the home unit, or the group.
pub(crate) fn home_node(read: &Read, person: &Id) -> Result<Node, Fault> {
    let today = read.now().day();
    let places = sql::memberships_on(read, std::slice::from_ref(person), today)?;
    Ok(crate::asks::home_among(&places, person).unwrap_or_else(Node::group))
}

/// The person, who may have left.
pub(crate) fn known_person<R>(read: &Read, id: &Id) -> Result<sql::Person, Failure<R>> {
    sql::person(read, id).map_err(Failure::Broken)?.ok_or(Failure::Absent)
}

/// The person, who is still here.
pub(crate) fn here<R: Refusal>(read: &Read, id: &Id, gone: R) -> Result<sql::Person, Failure<R>> {
    match sql::person(read, id)? {
        Some(person) if person.state == PersonState::Active => Ok(person),
        _ => Err(Failure::Refused(gone)),
    }
}

/// Could this person have given the other all the roles that the other holds now? Only then may they act on the other's ways in or deputies:
/// otherwise an administrator of one unit would reach what a member of that unit holds elsewhere.
pub(crate) fn reaches(read: &Read, who: &Acting, roles: &RoleRights, person: &Id) -> Result<bool, Fault> {
    let (held, known) = (sql_roles::grants_now(read, std::slice::from_ref(person), read.now())?, roles.all());
    let within =
        |grant: &sql_roles::GrantRow| who.can(rights::GRANT, &grant.node) && known.get(&grant.role).is_none_or(|role| !grant::above(who, role, &grant.node));
    Ok(who.is_system() || held.iter().all(within))
}

/// May they say who belongs to the firm: its managers, and whoever looks after the register of people? To others than its members it does not exist.
pub(crate) fn managed<R>(read: &Read, who: &Acting, firm: &Id) -> Result<(), Failure<R>> {
    if who.can(rights::FIRM_MANAGE, &firm_place(firm)) || who.can(rights::PEOPLE, &Node::group()) {
        return Ok(());
    }
    let belongs = sql_firms::open_of(read, firm, &who.person)?.is_some_and(|member| member.state == MemberState::Active);
    if belongs { who.may(rights::FIRM_MANAGE, &firm_place(firm)).map_err(Failure::Denied) } else { Err(Failure::Absent) }
}

/// Has the firm a manager?
pub(crate) fn is_managed(read: &Read, firm: &Id) -> Result<bool, Fault> {
    Ok(sql_firms::open(read, firm)?.iter().any(is_manager))
}

/// Is this the only manager that the firm has?
pub(crate) fn is_last_manager(read: &Read, member: &Member) -> Result<bool, Fault> {
    Ok(is_manager(member) && is_last_among(&sql_firms::open(read, &member.firm)?, member))
}

/// Is this the only manager among all members of a firm?
pub(crate) fn is_last_among(all: &[Member], member: &Member) -> bool {
    is_manager(member) && !all.iter().any(|other| other.id != member.id && is_manager(other))
}

fn is_manager(member: &Member) -> bool {
    member.role == FirmRole::Manager && member.state == MemberState::Active
}

/// The system, for reactions and effects that name nobody.
pub(crate) fn system() -> Acting {
    Acting::system("reaction")
}
