//! SQL on firms and their members.

use store::{Read, Row, Tx, Value, params};
use words::{Bilingual, Fault, Id};

use crate::firm::{Firm, FirmRole, Member, MemberState};

const FIRM: &str = "select id, zh, en, uscc from identity_party where id = $1 and kind = 'org'";
const FIRMS_OF: &str = "select id, zh, en, uscc from identity_party where id in (select firm from identity_member where person = $1 and state <> 'over')";
const ONE: &str = "select * from identity_member where id = $1";
const OPEN_OF: &str = "select * from identity_member where firm = $1 and person = $2 and state <> 'over' order by id limit 1";
const OPEN: &str = "select * from identity_member where firm = $1 and state <> 'over' order by id limit 500";
const PAST: &str = "select * from identity_member where firm = $1 and state = 'over' order by id desc limit 100";
const OF_PERSON: &str = "select * from identity_member where person = $1 and state <> 'over' order by id limit 200";
const ALL_OF: &str = "select * from identity_member where person = $1 order by id limit 1000";

fn member_of(row: &Row) -> Result<Member, Fault> {
    let (role, state): (String, String) = (row.get("role")?, row.get("state")?);
    Ok(Member {
        id: row.get("id")?,
        firm: row.get("firm")?,
        person: row.get("person")?,
        role: FirmRole::parse(&role).ok_or_else(|| Fault::new(format!("role in a firm {role}")))?,
        state: MemberState::parse(&state).ok_or_else(|| Fault::new(format!("state of a member {state}")))?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
        began_at: row.get("began_at")?,
        ended_by: row.get("ended_by")?,
        ended_at: row.get("ended_at")?,
    })
}

fn all(read: &Read, sql: &str, values: &[Value]) -> Result<Vec<Member>, Fault> {
    read.rows(sql, values)?.iter().map(member_of).collect()
}

fn firm_of(row: &Row) -> Result<Firm, Fault> {
    let name = Bilingual::new(row.get::<String>("zh")?, row.get::<String>("en")?);
    Ok(Firm { id: row.get("id")?, name, uscc: row.get("uscc")? })
}

pub(crate) fn firm(read: &Read, id: &Id) -> Result<Option<Firm>, Fault> {
    read.row(FIRM, &params![id])?.as_ref().map(firm_of).transpose()
}

/// The firms of all memberships of a person that are not over.
pub(crate) fn firms_of(read: &Read, person: &Id) -> Result<Vec<Firm>, Fault> {
    read.rows(FIRMS_OF, &params![person])?.iter().map(firm_of).collect()
}

pub(crate) fn member(read: &Read, id: &Id) -> Result<Option<Member>, Fault> {
    read.row(ONE, &params![id])?.as_ref().map(member_of).transpose()
}

/// The membership of a person in a firm that is not over, if there is one.
pub(crate) fn open_of(read: &Read, firm: &Id, person: &Id) -> Result<Option<Member>, Fault> {
    read.row(OPEN_OF, &params![firm, person])?.as_ref().map(member_of).transpose()
}

/// All of a firm that are not over, in the order in which they came.
pub(crate) fn open(read: &Read, firm: &Id) -> Result<Vec<Member>, Fault> {
    all(read, OPEN, &params![firm])
}

/// Those that are over, the newest first.
pub(crate) fn past(read: &Read, firm: &Id) -> Result<Vec<Member>, Fault> {
    all(read, PAST, &params![firm])
}

/// All of a person that are not over.
pub(crate) fn of_person(read: &Read, person: &Id) -> Result<Vec<Member>, Fault> {
    all(read, OF_PERSON, &params![person])
}

/// Past ones too.
pub(crate) fn all_of(read: &Read, person: &Id) -> Result<Vec<Member>, Fault> {
    all(read, ALL_OF, &params![person])
}

pub(crate) fn insert(tx: &mut Tx, one: &Member) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("firm", (&one.firm).into()),
        ("person", (&one.person).into()),
        ("role", one.role.as_str().into()),
        ("state", one.state.as_str().into()),
        ("made_by", (&one.made_by).into()),
        ("made_at", one.made_at.into()),
        ("began_at", one.began_at.into()),
        ("ended_by", Value::Null),
        ("ended_at", Value::Null),
    ];
    tx.insert("identity_member", &columns).map(drop)
}

pub(crate) fn put(tx: &mut Tx, one: &Member) -> Result<(), Fault> {
    let sql = "update identity_member set role = $2, state = $3, began_at = $4, ended_by = $5, ended_at = $6 where id = $1";
    let values = params![&one.id, one.role.as_str(), one.state.as_str(), one.began_at, one.ended_by.as_ref(), one.ended_at];
    tx.change("identity_member", sql, &values).map(drop)
}
