//! SQL on positions; rows never leave the `sql` files.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Node};

use crate::position::{Choice, Outcome, Position, PositionState};

const AT: &str = "select * from people_position where id = $1";
const OF_PERSON: &str = "select * from people_position where person = $1 order by id desc limit 50";
const OF_PROJECT: &str = "select * from people_position where project = $1 order by id limit 500";
const LIVE: &str = "select * from people_position where person = $1 and project = $2 and closed_at is null limit 1";
const UNDER: &str = "select * from people_position where (home = $1 or (home > $2 and home < $3)) and id > $4 order by id limit $5";
const TO_PAY: &str =
    "select p.* from people_position p where (p.home = $1 or (p.home > $2 and p.home < $3)) and p.seconded_on is not null and p.seconded_on <= $5
     and (p.ended_on is null or p.ended_on >= $4) and (cast($6 as text) is null or p.project = $6)
     and not exists (select 1 from people_line l join people_run r on r.id = l.run
         where l.position = p.id and l.month = $7 and l.kind = 'withhold' and r.state in ('draft', 'confirmed', 'exported'))
     order by p.id limit $8";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[AT, OF_PERSON, OF_PROJECT, LIVE, UNDER, TO_PAY];

fn position_of(row: &Row) -> Result<Position, Fault> {
    let state: String = row.get("state")?;
    let (outcome, choice): (Option<String>, Option<String>) = (row.get("outcome")?, row.get("choice")?);
    Ok(Position {
        id: row.get("id")?,
        person: row.get("person")?,
        project: row.get("project")?,
        number: row.get("number")?,
        title: row.get("title")?,
        project_node: row.get("project_node")?,
        home: row.get("home")?,
        city: row.get("city")?,
        grade: row.get("grade")?,
        base_minor: row.get("base_minor")?,
        space: row.get("space")?,
        retention_ends_on: row.get("retention_ends_on")?,
        state: PositionState::parse(&state).ok_or_else(|| Fault::new(format!("position state {state}")))?,
        seconded_on: row.get("seconded_on")?,
        ended_on: row.get("ended_on")?,
        outcome: outcome.as_deref().and_then(Outcome::parse),
        release_bp: row.get("release_bp")?,
        choose_by: row.get("choose_by")?,
        choice: choice.as_deref().and_then(Choice::parse),
        choice_by_default: row.get("choice_by_default")?,
        left_on: row.get("left_on")?,
        return_ends_on: row.get("return_ends_on")?,
        return_asked_on: row.get("return_asked_on")?,
        new_grade: row.get("new_grade")?,
        new_unit: row.get("new_unit")?,
        frozen_at: row.get("frozen_at")?,
        closed_at: row.get("closed_at")?,
    })
}

fn many(read: &Read, sql: &str, values: &[Value]) -> Result<Vec<Position>, Fault> {
    read.rows(sql, values)?.iter().map(position_of).collect()
}

pub(crate) fn position(read: &Read, id: &Id) -> Result<Option<Position>, Fault> {
    read.row(AT, &params![id])?.as_ref().map(position_of).transpose()
}

pub(crate) fn positions_of_person(read: &Read, person: &Id) -> Result<Vec<Position>, Fault> {
    many(read, OF_PERSON, &params![person])
}

pub(crate) fn positions_of_project(read: &Read, project: &Id) -> Result<Vec<Position>, Fault> {
    many(read, OF_PROJECT, &params![project])
}

pub(crate) fn position_live(read: &Read, person: &Id, project: &Id) -> Result<Option<Position>, Fault> {
    read.row(LIVE, &params![person, project])?.as_ref().map(position_of).transpose()
}

/// Below a node: `node`, or between `node/` and `node0`.
pub(crate) fn below(node: &Node) -> [String; 3] {
    [node.as_str().to_owned(), format!("{node}/"), format!("{node}0")]
}

pub(crate) fn positions_under(read: &Read, node: &Node, after: &str, limit: i64) -> Result<Vec<Position>, Fault> {
    let [here, from, to] = below(node);
    many(read, UNDER, &params![here, from, to, after, limit])
}

/// Positions of a unit with days in a month that no run pays yet.
pub(crate) fn positions_to_pay(read: &Read, unit: &Node, project: Option<&Id>, month: crate::pay::Month, limit: i64) -> Result<Vec<Position>, Fault> {
    let [here, from, to] = below(unit);
    many(read, TO_PAY, &params![here, from, to, month.first(), month.last(), project, month.to_string(), limit])
}

pub(crate) fn position_insert(tx: &mut Tx, position: &Position) -> Result<(), Fault> {
    let columns = [
        ("id", (&position.id).into()),
        ("person", (&position.person).into()),
        ("project", (&position.project).into()),
        ("number", (&position.number).into()),
        ("title", (&position.title).into()),
        ("project_node", (&position.project_node).into()),
        ("home", (&position.home).into()),
        ("city", (&position.city).into()),
        ("grade", (&position.grade).into()),
        ("base_minor", position.base_minor.into()),
        ("space", position.space.clone().into()),
        ("retention_ends_on", position.retention_ends_on.into()),
        ("state", position.state.as_str().into()),
        ("choice_by_default", false.into()),
        ("frozen_at", position.frozen_at.into()),
    ];
    tx.insert("people_position", &columns).map(drop)
}

/// The frozen facts, put right before anybody was paid by them.
pub(crate) fn position_correct(tx: &mut Tx, position: &Position) -> Result<(), Fault> {
    let sql = "update people_position set grade = $2, base_minor = $3 where id = $1";
    tx.change("people_position", sql, &params![&position.id, &position.grade, position.base_minor]).map(drop)
}

/// Writes all of a position that moves after it was frozen; the frozen facts stay as they are.
pub(crate) fn position_write(tx: &mut Tx, position: &Position) -> Result<(), Fault> {
    let sql = "update people_position set space = $2, retention_ends_on = $3, state = $4, seconded_on = $5, ended_on = $6, outcome = $7, release_bp = $8, choose_by = $9,
         choice = $10, choice_by_default = $11, left_on = $12, return_ends_on = $13, return_asked_on = $14, new_grade = $15, new_unit = $16, closed_at = $17 where id = $1";
    let values = params![
        &position.id,
        position.space.clone(),
        position.retention_ends_on,
        position.state.as_str(),
        position.seconded_on,
        position.ended_on,
        position.outcome.map(Outcome::as_str),
        position.release_bp,
        position.choose_by,
        position.choice.map(Choice::as_str),
        position.choice_by_default,
        position.left_on,
        position.return_ends_on,
        position.return_asked_on,
        position.new_grade.clone(),
        position.new_unit.clone(),
        position.closed_at,
    ];
    tx.change("people_position", sql, &values).map(drop)
}
