//! Somebody whose papers as one of an organisation were checked comes to its firm: the first becomes its manager, whoever comes later asks to join.
//!
//! Tells `OrgAdded`, `MemberBegan`, `MemberChanged`, `MemberAsked`. Invariant: knowing a code lets nobody in. While a firm has no manager, checked papers make one.

use store::Tx;
use words::{Acting, Fault, Id, Outcome};

use crate::firm::{FirmRefusal, FirmRole, Member, MemberState};
use crate::ops::is_managed;
use crate::outsider::RealName;
use crate::person::OrgDraft;
use crate::told::{MemberAsked, MemberBegan, MemberChanged, OrgAdded};
use crate::{Uscc, sql, sql_firms, sql_outsiders};

/// Comes to the firm of one's own papers: for those who were checked before there were firms, or who left and ask again.
pub fn enter_firm(tx: &mut Tx, who: &Acting) -> Outcome<Member, FirmRefusal> {
    let checked = sql_outsiders::outsider(tx, &who.person)?.is_some_and(|one| one.real_name == RealName::Verified);
    let entered = if checked { enter(tx, who, &who.person)? } else { None };
    Ok(entered.ok_or(FirmRefusal::NotChecked)?)
}

/// What follows from papers that fit; nothing, if they are those of a person.
pub(super) fn enter(tx: &mut Tx, who: &Acting, person: &Id) -> Result<Option<Member>, Fault> {
    let (name, code) = (tx.personal(person, "organisation")?, tx.personal(person, "uscc")?);
    let Some((name, code)) = name.zip(code.and_then(|code| Uscc::parse(&code).ok())) else { return Ok(None) };
    let firm = firm_of(tx, who, name, code)?;
    let (led, now) = (is_managed(tx, &firm)?, tx.now());
    let member = match sql_firms::open_of(tx, &firm, person)? {
        Some(member) if led => member,
        Some(mut member) => {
            let before = (member.role, member.state);
            (member.role, member.state) = (FirmRole::Manager, MemberState::Active);
            member.began_at = member.began_at.or(Some(now));
            sql_firms::put(tx, &member)?;
            match before {
                (role, MemberState::Active) => tx.tell(who, &MemberChanged::of(&member, role))?,
                _ => tx.tell(who, &MemberBegan::of(&member))?,
            };
            member
        }
        None => {
            let (role, state) = if led { (FirmRole::Developer, MemberState::Asked) } else { (FirmRole::Manager, MemberState::Active) };
            let began_at = (!led).then_some(now);
            let member = Member {
                id: tx.id("mem"),
                firm,
                person: person.clone(),
                role,
                state,
                made_by: person.clone(),
                made_at: now,
                began_at,
                ended_by: None,
                ended_at: None,
            };
            sql_firms::insert(tx, &member)?;
            if led {
                tx.tell(who, &MemberAsked::of(&member))?
            } else {
                tx.tell(who, &MemberBegan::of(&member))?
            };
            member
        }
    };
    Ok(Some(member))
}

/// The organisation with this code, which becomes known if it was not. Its name is public, as it stands in the papers.
fn firm_of(tx: &mut Tx, who: &Acting, name: String, code: Uscc) -> Result<Id, Fault> {
    if let Some(known) = sql::org_by_uscc(tx, code.as_str())? {
        return Ok(known);
    }
    let org = tx.id("org");
    sql::org_insert(tx, &org, &OrgDraft { zh: name.clone(), en: name, uscc: Some(code) })?;
    tx.tell(who, &OrgAdded { org: org.clone() })?;
    Ok(org)
}
