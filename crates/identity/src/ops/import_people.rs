//! People come in from a sheet: all rows are checked first, and either all of them are taken or none.

use std::collections::BTreeSet;

use store::{Read, Tx};
use words::{Acting, Day, Failure, Fault, Id, Lang, Node, Outcome};

use crate::access::login_name;
use crate::import::{ImportRefusal, RowMistake};
use crate::membership::MembershipDraft;
use crate::mistakes::filled;
use crate::ops::{add_person, login};
use crate::person::{PersonDraft, found_terms};
use crate::secret::LoginSecret;
use crate::sheet::{Incoming, IncomingRow};
use crate::tree::parse_path;
use crate::{rights, sql, sql_access};

struct Newcomer {
    draft: PersonDraft,
    unit: Option<MembershipDraft>,
    login: Option<String>,
}

/// Dry run: everything that is wrong, row by row. Empty means that the sheet would be taken in.
pub fn check_people(read: &Read, who: &Acting, sheet: &Incoming) -> Result<Vec<RowMistake>, Fault> {
    Ok(newcomers(read, who, sheet)?.1)
}

/// Takes all rows in, in one transaction.
pub fn import_people(tx: &mut Tx, who: &Acting, sheet: &Incoming) -> Outcome<usize, ImportRefusal> {
    let (newcomers, mistakes) = newcomers(tx, who, sheet)?;
    if !mistakes.is_empty() {
        return Err(Failure::Refused(ImportRefusal::Rows(mistakes)));
    }
    for newcomer in &newcomers {
        let person = add_person(tx, who, &newcomer.draft, newcomer.unit.as_ref()).map_err(Failure::into_fault)?;
        give_login(tx, who, &person, newcomer)?;
    }
    Ok(newcomers.len())
}

fn give_login(tx: &mut Tx, who: &Acting, person: &Id, newcomer: &Newcomer) -> Result<(), Fault> {
    match &newcomer.login {
        Some(name) => login::put(tx, who, person, name, &LoginSecret::Later).map_err(Failure::into_fault),
        None => Ok(()),
    }
}

fn newcomers(read: &Read, who: &Acting, sheet: &Incoming) -> Result<(Vec<Newcomer>, Vec<RowMistake>), Fault> {
    let (mut newcomers, mut mistakes, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in sheet.rows() {
        let before = mistakes.len();
        let draft = person_of(&row, &mut mistakes);
        let unit = unit_of(read, who, &row, &mut mistakes)?;
        let login = login_of(read, &row, &mut mistakes)?;
        for (field, text) in [("staff_no", row.get("staff_no")), ("login", row.get("login"))] {
            if text.is_some_and(|text| !seen.insert((field, words::fold(text)))) {
                mistakes.push(RowMistake::new(row.number, field, "identity-row-doubled"));
            }
        }
        if staff_no_taken(read, &row)? {
            mistakes.push(RowMistake::new(row.number, "staff_no", "identity-staff-no-taken"));
        }
        if let (Some(draft), true) = (draft, mistakes.len() == before) {
            newcomers.push(Newcomer { draft, unit, login });
        }
    }
    Ok((newcomers, mistakes))
}

fn person_of(row: &IncomingRow<'_>, mistakes: &mut Vec<RowMistake>) -> Option<PersonDraft> {
    let draft = PersonDraft::parse(row.text("name"), row.get("phone"), row.get("email"), row.get("id_number"), row.get("staff_no"), Lang::Zh);
    draft.map_err(|wrong| mistakes.extend(wrong.all().iter().map(|(field, code)| RowMistake::new(row.number, field, code)))).ok()
}

/// Without a unit the person belongs to nobody, so whoever looks after the whole group must take them in.
fn unit_of(read: &Read, who: &Acting, row: &IncomingRow<'_>, mistakes: &mut Vec<RowMistake>) -> Result<Option<MembershipDraft>, Fault> {
    let mut wrong = |column: &str, code: &str| mistakes.push(RowMistake::new(row.number, column, code));
    let Some(text) = row.get("unit") else {
        if !who.can(rights::PEOPLE, &Node::group()) {
            wrong("unit", "identity-unit-needed");
        }
        return Ok(None);
    };
    let node = match parse_path(text) {
        Ok(path) => sql::node(read, &path)?,
        Err(()) => sql::node_titled(read, text)?,
    };
    let Some(node) = node.filter(|node| node.closed_on.is_none()) else {
        wrong("unit", "identity-node-unknown");
        return Ok(None);
    };
    if !who.can(rights::PEOPLE, &node.path) {
        wrong("unit", "identity-unit-not-yours");
    }
    let from_on = row.get("from_on").map_or_else(|| Ok(read.now().day()), Day::parse);
    let (grade, position) = (filled(row.get("grade"), 40), filled(row.get("position"), 60));
    for (column, bad) in [("from_on", from_on.is_err()), ("grade", grade.is_err()), ("position", position.is_err())] {
        if bad {
            wrong(column, if column == "from_on" { "identity-day-wrong" } else { "identity-text-long" });
        }
    }
    let draft = || Some(MembershipDraft { node: node.path, from_on: from_on.ok()?, to_on: None, grade: grade.ok()?, position: position.ok()? });
    Ok(draft())
}

fn login_of(read: &Read, row: &IncomingRow<'_>, mistakes: &mut Vec<RowMistake>) -> Result<Option<String>, Fault> {
    let Some(text) = row.get("login") else { return Ok(None) };
    let Ok(name) = login_name(text) else {
        mistakes.push(RowMistake::new(row.number, "login", "identity-login-wrong"));
        return Ok(None);
    };
    if sql_access::login_by_name(read, &name)?.is_some() {
        mistakes.push(RowMistake::new(row.number, "login", "identity-login-taken"));
    }
    Ok(Some(name))
}

fn staff_no_taken(read: &Read, row: &IncomingRow<'_>) -> Result<bool, Fault> {
    let Some(number) = row.get("staff_no") else { return Ok(false) };
    Ok(sql::found_by(read, &read.keyed_hash(&found_terms("staff_no", number).concat()))?.is_some())
}
