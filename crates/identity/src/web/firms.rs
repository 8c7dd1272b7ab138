//! Firms from outside: one's own, their members, inviting and letting in, removing and leaving.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Acting, Failure, Fault, Id, Instant, Never, Node, Outcome};

use crate::firm::{Firm, FirmRole, Member, MemberState, firm_place};
use crate::outsider::RealName;
use crate::web::DoneView;
use crate::{asks, mask, ops, rights, sql_firms};

/// Invitations of one person a minute: nobody tries who has an account.
const PER_MINUTE: u32 = 20;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/firms", "identity.firm.list", Access::Person, list)
        .template("identity/firms.html")
        .post("/firms", "identity.firm.enter", Access::Person, enter)
        .refusals(&["identity-firm-not-checked"])
        .get("/firms/{id}", "identity.firm.show", Access::Person, show)
        .template("identity/firm.html")
        .post("/firms/{id}/members", "identity.member.invite", Access::Person, invite)
        .refusals(&["identity-firm-nobody", "identity-firm-doubled", "identity-firm-full", "too-often"])
        .put("/firm-members/{id}", "identity.member.change", Access::Person, change)
        .refusals(&["identity-firm-over", "identity-firm-last-manager"])
        .delete("/firm-members/{id}", "identity.member.end", Access::Person, end)
        .refusals(&["identity-firm-over", "identity-firm-last-manager"])
        .post("/firm-members/{id}/acceptance", "identity.member.accept", Access::Person, accept)
        .refusals(&["identity-firm-over"])
        .post("/firm-members/{id}/admission", "identity.member.admit", Access::Person, admit)
        .refusals(&["identity-firm-over"])
}

/// A firm of one's own, or one that invites.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OwnFirm {
    /// The firm.
    firm: Firm,
    /// One's membership.
    member: Member,
}

/// One's firms.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FirmsView {
    /// In the order in which one came to them.
    firms: Vec<OwnFirm>,
    /// Were one's papers as one of an organisation checked, without belonging to it or having asked?
    may_enter: bool,
}

/// A member, with the name to show.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MemberRow {
    /// The membership.
    member: Member,
    /// Name; masked until who was invited agrees.
    name: String,
    /// Is it oneself?
    oneself: bool,
    /// Is it the only manager?
    last_manager: bool,
}

/// A firm and its members.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FirmView {
    /// The firm.
    firm: Firm,
    /// One's own role; nothing for who looks after the register of people.
    role: Option<FirmRole>,
    /// May one say who belongs to it?
    manages: bool,
    /// May one see and pay its bills?
    pays: bool,
    /// Members, and who is invited or asks.
    members: Vec<MemberRow>,
    /// Who no longer belongs to it, the newest first; for its managers.
    past: Vec<MemberRow>,
    /// Roles to choose from.
    roles: Vec<FirmRole>,
    /// Since when it has members here.
    since: Option<Instant>,
}

/// Who is invited.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct InviteForm {
    /// Login or e-mail address.
    #[schemars(length(min = 1, max = 120))]
    named: String,
    /// As what.
    role: FirmRole,
}

/// A role in the firm.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(super) struct RoleForm {
    /// Which.
    role: FirmRole,
}

fn list(call: &Call, _: Nothing) -> Answer<FirmsView> {
    let who = call.acting()?;
    let view = call.read(|read| own(read, &who))?;
    Ok(Reply::page("identity/firms.html", view))
}

fn own(read: &Read, who: &Acting) -> Outcome<FirmsView, Never> {
    let known: BTreeMap<Id, Firm> = sql_firms::firms_of(read, &who.person)?.into_iter().map(|firm| (firm.id.clone(), firm)).collect();
    let own = |member: Member| Some(OwnFirm { firm: known.get(&member.firm)?.clone(), member });
    let firms: Vec<OwnFirm> = sql_firms::of_person(read, &who.person)?.into_iter().filter_map(own).collect();
    let checked = ops::outsider(read, &who.person)?.is_some_and(|one| one.kind.is_organisation() && one.real_name == RealName::Verified);
    let code = if checked { read.personal(&who.person, "uscc")? } else { None };
    let may_enter = code.is_some_and(|code| !firms.iter().any(|own| own.firm.uscc.as_deref() == Some(code.as_str())));
    Ok(FirmsView { firms, may_enter })
}

fn enter(call: &Call, _: Nothing) -> Answer<Member> {
    let who = call.acting()?;
    call.write("identity.enter_firm", move |tx| {
        let member = ops::enter_firm(tx, &who)?;
        let said = if member.state == MemberState::Asked { "identity-said-firm-asked" } else { "identity-said-firm-entered" };
        Ok(Reply::created("/firms", member).say(said))
    })
}

fn show(call: &Call, _: Nothing) -> Answer<FirmView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| look(read, &who, &id))?;
    Ok(Reply::page("identity/firm.html", view))
}

/// For its members and whoever looks after the register of people; to others it does not exist.
fn look(read: &Read, who: &Acting, id: &Id) -> Outcome<FirmView, Never> {
    let firm = sql_firms::firm(read, id)?.ok_or(Failure::Absent)?;
    let open = sql_firms::open(read, id)?;
    let role = open.iter().find(|one| one.person == who.person && one.state == MemberState::Active).map(|one| one.role);
    if role.is_none() && !who.can(rights::PEOPLE, &Node::group()) {
        return Err(Failure::Absent);
    }
    let (manages, pays) = (ops::managed::<Never>(read, who, id).is_ok(), who.can(rights::FIRM_PAY, &firm_place(id)));
    let past = if manages { sql_firms::past(read, id)? } else { Vec::new() };
    let shown = open.into_iter().filter(|one| manages || one.state == MemberState::Active || one.person == who.person).collect();
    let members = rows(read, who, shown)?;
    Ok(FirmView {
        since: members.iter().filter_map(|row| row.member.began_at).min(),
        role,
        manages,
        pays,
        members,
        past: rows(read, who, past)?,
        roles: FirmRole::ALL.into(),
        firm,
    })
}

fn rows(read: &Read, who: &Acting, all: Vec<Member>) -> Result<Vec<MemberRow>, Fault> {
    let ids: Vec<Id> = all.iter().map(|one| one.person.clone()).collect();
    let names = asks::person_names(read, &ids)?;
    let row = |member: &Member| {
        let name = names.get(&member.person).cloned().unwrap_or_default();
        // Whoever did not agree yet is not named to people who may only have guessed a login.
        let name = if member.began_at.is_none() && member.made_by != member.person { mask::name(&name) } else { name };
        MemberRow { name, oneself: member.person == who.person, last_manager: ops::is_last_among(&all, member), member: member.clone() }
    };
    Ok(all.iter().map(row).collect())
}

fn page(firm: &Id) -> String {
    format!("/firms/{firm}")
}

fn invite(call: &Call, form: InviteForm) -> Answer<Member> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.rate(&format!("identity.invite.{}", who.person), PER_MINUTE)?;
    call.write("identity.invite_member", move |tx| {
        let member = ops::invite_member(tx, &who, &id, &form.named, form.role)?;
        Ok(Reply::created(page(&id), member).say("identity-said-member-invited"))
    })
}

fn change(call: &Call, form: RoleForm) -> Answer<Member> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("identity.change_member", move |tx| {
        let member = ops::change_member(tx, &who, &id, form.role)?;
        Ok(Reply::done(page(&member.firm), member).say("identity-said-member-changed"))
    })
}

fn admit(call: &Call, form: RoleForm) -> Answer<Member> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("identity.admit_member", move |tx| {
        let member = ops::admit_member(tx, &who, &id, form.role)?;
        Ok(Reply::done(page(&member.firm), member).say("identity-said-member-admitted"))
    })
}

fn accept(call: &Call, _: Nothing) -> Answer<Member> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("identity.accept_invitation", move |tx| {
        let member = ops::accept_invitation(tx, &who, &id)?;
        Ok(Reply::done(page(&member.firm), member).say("identity-said-member-accepted"))
    })
}

fn end(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("identity.end_member", move |tx| {
        let member = ops::end_member(tx, &who, &id)?;
        let there = if member.person == who.person { "/firms".to_owned() } else { page(&member.firm) };
        Ok(Reply::done(there, DoneView::yes()).say("identity-said-member-ended"))
    })
}
