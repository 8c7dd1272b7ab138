//! Every SQL sentence of this crate.

use std::collections::BTreeMap;

use store::{Read, Row, Tx, Value, params};
use words::{Failure, Fault, Id, Instant};

use crate::case::{AnswerSheet, Case, CaseFact, Member, MoveMade, Obligation};

pub(crate) const CASE_COLUMNS: &str = "id, number, definition, version, title, summary, node, base, state, outcome, route, concluded, parent, lead, about, entered_at, opened_at, closed_at, due_at, revision";

fn case_or_absent<R>(row: Option<store::Row>) -> Result<Case, Failure<R>> {
    row.as_ref().map(Case::from_row).transpose()?.ok_or(Failure::Absent)
}

pub(crate) fn case<R>(read: &Read, id: &Id) -> Result<Case, Failure<R>> {
    case_or_absent(read.row(&format!("select {CASE_COLUMNS} from programme_case where id = $1"), &params![id])?)
}

pub(crate) fn case_by_number<R>(read: &Read, number: &str) -> Result<Case, Failure<R>> {
    case_or_absent(read.row(&format!("select {CASE_COLUMNS} from programme_case where number = $1"), &params![number])?)
}

/// Titles by id; of a draft without a title its number.
pub(crate) fn titles(read: &Read, ids: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(400) {
        let marks: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let values: Vec<Value> = some.iter().map(Value::from).collect();
        let sql = format!("select id, case when title = '' then number else title end as title from programme_case where id in ({})", marks.join(", "));
        for row in read.rows(&sql, &values)? {
            found.insert(row.get("id")?, row.get("title")?);
        }
    }
    Ok(found)
}

pub(crate) fn abouts(read: &Read, ids: &[Id]) -> Result<BTreeMap<Id, Id>, Fault> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(400) {
        let marks: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let values: Vec<Value> = some.iter().map(Value::from).collect();
        let sql = format!("select id, about from programme_case where about is not null and id in ({})", marks.join(", "));
        for row in read.rows(&sql, &values)? {
            found.insert(row.get("id")?, row.get("about")?);
        }
    }
    Ok(found)
}

/// Takes the case for this transaction: two moves of one case queue rather than race.
pub(crate) fn case_lock<R>(tx: &mut Tx, id: &Id) -> Result<Case, Failure<R>> {
    let rows = tx.change("programme_case", "update programme_case set revision = revision + 1 where id = $1", &params![id])?;
    case_or_absent(rows.into_iter().next())
}

/// The case is another than it was read: team, answers, facts or obligations changed.
fn case_touch(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    tx.change("programme_case", "update programme_case set revision = revision + 1 where id = $1", &params![id]).map(drop)
}

pub(crate) fn case_insert(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let columns: Vec<&str> = CASE_COLUMNS.split(", ").collect();
    let (outcome, route, parent, about) = (case.outcome.as_ref(), case.route.as_ref(), case.parent.as_ref(), case.about.as_ref());
    let values: [Value; 20] = params![
        &case.id,
        &case.number,
        &case.definition,
        case.version,
        &case.title,
        &case.summary,
        &case.node,
        &case.base,
        &case.state,
        outcome,
        route,
        case.concluded,
        parent,
        &case.lead,
        about,
        case.entered_at,
        case.opened_at,
        case.closed_at,
        case.due_at,
        case.revision
    ];
    let pairs: Vec<(&str, Value)> = columns.into_iter().zip(values).collect();
    tx.insert("programme_case", &pairs).map(drop)
}

pub(crate) fn case_put_state(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let sql = "update programme_case set state = $2, outcome = $3, route = $4, concluded = $5, entered_at = $6, closed_at = $7, due_at = $8 where id = $1";
    let values = params![&case.id, &case.state, case.outcome.as_ref(), case.route.as_ref(), case.concluded, case.entered_at, case.closed_at, case.due_at];
    tx.change("programme_case", sql, &values).map(drop)
}

pub(crate) fn case_put_title(tx: &mut Tx, id: &Id, title: &str, summary: &str) -> Result<(), Fault> {
    tx.change("programme_case", "update programme_case set title = $2, summary = $3 where id = $1", &params![id, title, summary]).map(drop)
}

pub(crate) fn case_put_lead(tx: &mut Tx, id: &Id, lead: &Id) -> Result<(), Fault> {
    tx.change("programme_case", "update programme_case set lead = $2 where id = $1", &params![id, lead]).map(drop)
}

pub(crate) fn case_put_version(tx: &mut Tx, id: &Id, version: i64, state: &str) -> Result<(), Fault> {
    tx.change("programme_case", "update programme_case set version = $2, state = $3 where id = $1", &params![id, version, state]).map(drop)
}

pub(crate) fn children(read: &Read, parent: &Id, definition: Option<&str>) -> Result<Vec<Case>, Fault> {
    let sql = format!("select {CASE_COLUMNS} from programme_case where parent = $1 and (definition = $2 or $2 = '') order by id limit 500");
    read.rows(&sql, &params![parent, definition.unwrap_or("")])?.iter().map(Case::from_row).collect()
}

/// Takes the next number of a series: `HZ-2026` → 7.
pub(crate) fn number_next(tx: &mut Tx, prefix: &str) -> Result<i64, Fault> {
    let sql = "insert into programme_number (prefix, last) values ($1, 1) on conflict (prefix) do update set last = programme_number.last + 1";
    let rows = tx.change("programme_number", sql, &params![prefix])?;
    rows.first().ok_or_else(|| Fault::new("no number"))?.get("last")
}

pub(crate) fn members(read: &Read, case: &Id) -> Result<Vec<Member>, Fault> {
    let sql = "select * from programme_member where case_id = $1 order by role, joined_at, person limit 500";
    read.rows(sql, &params![case])?.iter().map(Member::from_row).collect()
}

pub(crate) fn member_put(tx: &mut Tx, case: &Id, member: &Member) -> Result<(), Fault> {
    let sql = "insert into programme_member (case_id, person, role, state, home, joined_at, left_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (case_id, person) do update set role = excluded.role, state = excluded.state, left_at = excluded.left_at,
         joined_at = case when excluded.state = 'invited' then excluded.joined_at else programme_member.joined_at end";
    let values = params![case, &member.person, &member.role, &member.state, &member.home, member.joined_at, member.left_at];
    tx.change("programme_member", sql, &values)?;
    case_touch(tx, case)
}

pub(crate) fn answers(read: &Read, case: &Id) -> Result<Vec<AnswerSheet>, Fault> {
    let sql = "select * from programme_answer where case_id = $1 order by form, ordinal limit 500";
    read.rows(sql, &params![case])?.iter().map(AnswerSheet::from_row).collect()
}

pub(crate) fn answer(read: &Read, case: &Id, form: &str, ordinal: i64) -> Result<Option<AnswerSheet>, Fault> {
    let sql = "select * from programme_answer where case_id = $1 and form = $2 and ordinal = $3";
    read.row(sql, &params![case, form, ordinal])?.as_ref().map(AnswerSheet::from_row).transpose()
}

pub(crate) fn answer_put(tx: &mut Tx, case: &Id, sheet: &AnswerSheet) -> Result<(), Fault> {
    let sql = "insert into programme_answer (id, case_id, form, ordinal, answers, complete, frozen, revision, saved_by, saved_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (case_id, form, ordinal) do update set answers = excluded.answers, complete = excluded.complete, frozen = excluded.frozen,
         revision = programme_answer.revision + 1, saved_by = excluded.saved_by, saved_at = excluded.saved_at";
    let answers = serde_json::to_string(&sheet.answers).map_err(Fault::new)?;
    let values = params![&sheet.id, case, &sheet.form, sheet.ordinal, answers, sheet.complete, sheet.frozen, sheet.revision, &sheet.saved_by, sheet.saved_at];
    tx.change("programme_answer", sql, &values)?;
    case_touch(tx, case)
}

pub(crate) fn answer_freeze(tx: &mut Tx, case: &Id, form: &str, frozen: bool) -> Result<(), Fault> {
    tx.change("programme_answer", "update programme_answer set frozen = $3 where case_id = $1 and form = $2", &params![case, form, frozen])?;
    case_touch(tx, case)
}

pub(crate) fn facts(read: &Read, case: &Id) -> Result<Vec<CaseFact>, Fault> {
    let sql = "select * from programme_fact where case_id = $1 order by name, about limit 2000";
    read.rows(sql, &params![case])?.iter().map(CaseFact::from_row).collect()
}

pub(crate) fn fact(read: &Read, case: &Id, name: &str, about: &str) -> Result<Option<CaseFact>, Fault> {
    let sql = "select * from programme_fact where case_id = $1 and name = $2 and about = $3";
    read.row(sql, &params![case, name, about])?.as_ref().map(CaseFact::from_row).transpose()
}

pub(crate) fn fact_put(tx: &mut Tx, case: &Id, fact: &CaseFact) -> Result<(), Fault> {
    let sql = "insert into programme_fact (case_id, name, about, value, evidence, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (case_id, name, about) do update set value = excluded.value, evidence = excluded.evidence, set_by = excluded.set_by, set_at = excluded.set_at";
    let values = params![case, &fact.name, &fact.about, &fact.value, &fact.evidence, &fact.set_by, fact.set_at];
    tx.change("programme_fact", sql, &values)?;
    case_touch(tx, case)
}

pub(crate) fn obligations(read: &Read, case: &Id) -> Result<Vec<Obligation>, Fault> {
    let sql = "select * from programme_obligation where case_id = $1 order by opened_at, id limit 500";
    read.rows(sql, &params![case])?.iter().map(Obligation::from_row).collect()
}

pub(crate) fn obligation<R>(read: &Read, id: &Id) -> Result<Obligation, Failure<R>> {
    let row = read.row("select * from programme_obligation where id = $1", &params![id])?;
    row.as_ref().map(Obligation::from_row).transpose()?.ok_or(Failure::Absent)
}

pub(crate) fn obligation_insert(tx: &mut Tx, obligation: &Obligation) -> Result<(), Fault> {
    let pairs: [(&str, Value); 15] = [
        ("id", (&obligation.id).into()),
        ("case_id", (&obligation.case_id).into()),
        ("obligation_key", (&obligation.key).into()),
        ("kind", (&obligation.kind).into()),
        ("zh", (&obligation.zh).into()),
        ("en", (&obligation.en).into()),
        ("owner_role", (&obligation.owner_role).into()),
        ("owner", obligation.owner.as_ref().into()),
        ("form", obligation.form.as_ref().into()),
        ("due_at", obligation.due_at.into()),
        ("state", (&obligation.state).into()),
        ("evidence", (&obligation.evidence).into()),
        ("opened_at", obligation.opened_at.into()),
        ("done_at", obligation.done_at.into()),
        ("done_by", obligation.done_by.as_ref().into()),
    ];
    tx.insert("programme_obligation", &pairs)?;
    case_touch(tx, &obligation.case_id)
}

pub(crate) fn obligation_end(tx: &mut Tx, one: &Obligation, state: &str, evidence: &str, by: &Id, at: Instant) -> Result<(), Fault> {
    let sql = "update programme_obligation set state = $2, evidence = $3, done_by = $4, done_at = $5 where id = $1";
    tx.change("programme_obligation", sql, &params![&one.id, state, evidence, by, at])?;
    case_touch(tx, &one.case_id)
}

/// It is open again, as it was before it was closed.
pub(crate) fn obligation_reopen(tx: &mut Tx, one: &Obligation) -> Result<(), Fault> {
    let sql = "update programme_obligation set state = 'open', evidence = '', done_by = null, done_at = null where id = $1";
    tx.change("programme_obligation", sql, &params![&one.id])?;
    case_touch(tx, &one.case_id)
}

pub(crate) fn moves(read: &Read, case: &Id) -> Result<Vec<MoveMade>, Fault> {
    let sql = "select * from programme_move where case_id = $1 order by at, id limit 1000";
    read.rows(sql, &params![case])?.iter().map(MoveMade::from_row).collect()
}

pub(crate) fn move_insert(tx: &mut Tx, case: &Id, made: &MoveMade, definition_hash: &str) -> Result<(), Fault> {
    let pairs: [(&str, Value); 12] = [
        ("id", (&made.id).into()),
        ("case_id", case.into()),
        ("move", (&made.name).into()),
        ("from_state", (&made.from).into()),
        ("to_state", (&made.to).into()),
        ("at", made.at.into()),
        ("actor", (&made.actor).into()),
        ("reason", (&made.reason).into()),
        ("definition_hash", definition_hash.into()),
        ("guards", (&made.guards).into()),
        ("effects", (&made.effects).into()),
        ("rectifies", made.rectifies.as_ref().into()),
    ];
    tx.insert("programme_move", &pairs).map(drop)
}

pub(crate) fn move_rectified(tx: &mut Tx, id: &Id, by: &Id) -> Result<(), Fault> {
    tx.change("programme_move", "update programme_move set rectified_by = $2 where id = $1", &params![id, by]).map(drop)
}

/// When the case last came into a state from another one.
pub(crate) fn entered(read: &Read, case: &Id, state: &str) -> Result<Option<Instant>, Fault> {
    let sql =
        "select at from programme_move where case_id = $1 and to_state = $2 and from_state <> $2 and rectified_by is null order by at desc, id desc limit 1";
    read.row(sql, &params![case, state])?.map(|row| row.get("at")).transpose()
}

pub(crate) fn definition_hash(read: &Read, id: &str, version: i64) -> Result<Option<String>, Fault> {
    let row = read.row("select hash from programme_definition where id = $1 and version = $2", &params![id, version])?;
    row.map(|row| row.get("hash")).transpose()
}

pub(crate) fn definition_body(read: &Read, id: &str, version: i64) -> Result<Option<(String, String)>, Fault> {
    let row = read.row("select hash, body from programme_definition where id = $1 and version = $2", &params![id, version])?;
    row.map(|row| Ok((row.get("hash")?, row.get("body")?))).transpose()
}

/// A version of a definition with its cases: running, ended.
pub(crate) struct VersionCount {
    pub version: i64,
    pub hash: String,
    pub installed_at: Instant,
    pub running: i64,
    pub ended: i64,
}

/// Versions of a definition, newest first, at most 50.
pub(crate) fn definition_versions(read: &Read, id: &str) -> Result<Vec<VersionCount>, Fault> {
    let sql = "select d.version, d.hash, d.installed_at, \
        (select count(*) from programme_case c where c.definition = d.id and c.version = d.version and c.closed_at is null) as running, \
        (select count(*) from programme_case c where c.definition = d.id and c.version = d.version and c.closed_at is not null) as ended \
        from programme_definition d where d.id = $1 order by d.version desc limit 50";
    let count = |row: &Row| {
        Ok(VersionCount {
            version: row.get("version")?,
            hash: row.get("hash")?,
            installed_at: row.get("installed_at")?,
            running: row.get("running")?,
            ended: row.get("ended")?,
        })
    };
    read.rows(sql, &params![id])?.iter().map(count).collect()
}

pub(crate) fn definition_installed_at(read: &Read, id: &str, version: i64) -> Result<Option<Instant>, Fault> {
    let row = read.row("select installed_at from programme_definition where id = $1 and version = $2", &params![id, version])?;
    row.map(|row| row.get("installed_at")).transpose()
}

pub(crate) fn definition_newest(read: &Read, id: &str) -> Result<Option<(i64, String)>, Fault> {
    let row = read.row("select version, hash from programme_definition where id = $1 order by version desc limit 1", &params![id])?;
    row.map(|row| Ok((row.get("version")?, row.get("hash")?))).transpose()
}

/// The newest version of each definition: id, version and hash.
pub(crate) fn definitions_newest(read: &Read) -> Result<Vec<(String, i64, String)>, Fault> {
    let sql = "select id, version, hash from programme_definition d
         where version = (select max(version) from programme_definition o where o.id = d.id) order by id";
    read.rows(sql, &[])?.iter().map(|row| Ok((row.get("id")?, row.get("version")?, row.get("hash")?))).collect()
}

pub(crate) fn definition_insert(tx: &mut Tx, id: &str, version: i64, hash: &str, body: &str) -> Result<(), Fault> {
    let now = tx.now();
    let pairs: [(&str, Value); 5] =
        [("id", id.into()), ("version", version.into()), ("hash", hash.into()), ("body", body.into()), ("installed_at", now.into())];
    tx.insert("programme_definition", &pairs).map(drop)
}

/// How many cases of a definition are in each state.
pub(crate) fn count_by_state(read: &Read, definition: &str) -> Result<Vec<(String, i64)>, Fault> {
    let sql = "select state, count(*) as n from programme_case where definition = $1 group by state order by state";
    read.rows(sql, &params![definition])?.iter().map(|row| Ok((row.get("state")?, row.get("n")?))).collect()
}
