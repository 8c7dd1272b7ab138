//! SQL on pay runs and their lines; rows never leave the `sql` files.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Node};

use crate::run::{Kind, Line, Run, RunState};
use crate::sql::below;

const RUN_AT: &str = "select * from people_run where id = $1";
const RUNS_UNDER: &str = "select * from people_run where (unit = $1 or (unit > $2 and unit < $3)) and (cast($4 as text) is null or state = $4) and (cast($5 as text) is null or month = $5)
     and id < $6 order by id desc limit $7";
const LINES_OF: &str = "select * from people_line where run = $1 order by id limit 1000";
const LINES_OF_POSITION: &str =
    "select l.* from people_line l join people_run r on r.id = l.run where l.position = $1 and r.state in ('confirmed', 'exported') order by l.id limit 500";
const CHECK_DEFERRED: &str =
    "select l.person, l.project, cast(sum(l.deferred_minor) as bigint) as deferred from people_line l join people_run r on r.id = l.run
     where r.state in ('confirmed', 'exported') group by l.person, l.project order by l.person, l.project";
const CHECK_RUNS: &str = "select r.id, r.due_minor, r.paid_minor, r.deferred_minor, r.line_count, cast(coalesce(sum(l.due_minor), 0) as bigint) as due,
         cast(coalesce(sum(l.paid_minor), 0) as bigint) as paid, cast(coalesce(sum(l.deferred_minor), 0) as bigint) as deferred, cast(count(l.id) as bigint) as n
     from people_run r left join people_line l on l.run = r.id group by r.id, r.due_minor, r.paid_minor, r.deferred_minor, r.line_count order by r.id";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[RUN_AT, RUNS_UNDER, LINES_OF, LINES_OF_POSITION, CHECK_DEFERRED, CHECK_RUNS];

fn run_of(row: &Row) -> Result<Run, Fault> {
    let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
    Ok(Run {
        id: row.get("id")?,
        kind: Kind::parse(&kind).ok_or_else(|| Fault::new(format!("run kind {kind}")))?,
        unit: row.get("unit")?,
        project: row.get("project")?,
        month: row.get("month")?,
        state: RunState::parse(&state).ok_or_else(|| Fault::new(format!("run state {state}")))?,
        line_count: row.get("line_count")?,
        due_minor: row.get("due_minor")?,
        paid_minor: row.get("paid_minor")?,
        deferred_minor: row.get("deferred_minor")?,
        reason: row.get("reason")?,
        prepared_by: row.get("prepared_by")?,
        prepared_at: row.get("prepared_at")?,
        confirmed_by: row.get("confirmed_by")?,
        confirmed_at: row.get("confirmed_at")?,
        exported_at: row.get("exported_at")?,
        reversed_by: row.get("reversed_by")?,
        reversed_at: row.get("reversed_at")?,
        hash: row.get("hash")?,
    })
}

fn line_of(row: &Row) -> Result<Line, Fault> {
    let kind: String = row.get("kind")?;
    Ok(Line {
        id: row.get("id")?,
        run: row.get("run")?,
        kind: Kind::parse(&kind).ok_or_else(|| Fault::new(format!("line kind {kind}")))?,
        position: row.get("position")?,
        person: row.get("person")?,
        project: row.get("project")?,
        home: row.get("home")?,
        month: row.get("month")?,
        from_on: row.get("from_on")?,
        to_on: row.get("to_on")?,
        days: row.get("days")?,
        month_days: row.get("month_days")?,
        base_minor: row.get("base_minor")?,
        due_minor: row.get("due_minor")?,
        paid_minor: row.get("paid_minor")?,
        deferred_minor: row.get("deferred_minor")?,
        posting: row.get("posting")?,
    })
}

pub(crate) fn run(read: &Read, id: &Id) -> Result<Option<Run>, Fault> {
    read.row(RUN_AT, &params![id])?.as_ref().map(run_of).transpose()
}

/// Runs of a node and below, newest first, before this id.
pub(crate) fn runs_under(read: &Read, node: &Node, state: Option<RunState>, month: Option<&str>, before: &str, limit: i64) -> Result<Vec<Run>, Fault> {
    let [here, from, to] = below(node);
    let values = params![here, from, to, state.map(RunState::as_str), month, before, limit];
    read.rows(RUNS_UNDER, &values)?.iter().map(run_of).collect()
}

pub(crate) fn lines_of(read: &Read, run: &Id) -> Result<Vec<Line>, Fault> {
    read.rows(LINES_OF, &params![run])?.iter().map(line_of).collect()
}

/// Posted lines of a position, oldest first.
pub(crate) fn lines_of_position(read: &Read, position: &Id) -> Result<Vec<Line>, Fault> {
    read.rows(LINES_OF_POSITION, &params![position])?.iter().map(line_of).collect()
}

pub(crate) fn run_insert(tx: &mut Tx, run: &Run) -> Result<(), Fault> {
    let columns = [
        ("id", (&run.id).into()),
        ("kind", run.kind.as_str().into()),
        ("unit", (&run.unit).into()),
        ("project", run.project.clone().into()),
        ("month", (&run.month).into()),
        ("state", run.state.as_str().into()),
        ("line_count", run.line_count.into()),
        ("due_minor", run.due_minor.into()),
        ("paid_minor", run.paid_minor.into()),
        ("deferred_minor", run.deferred_minor.into()),
        ("reason", (&run.reason).into()),
        ("prepared_by", (&run.prepared_by).into()),
        ("prepared_at", run.prepared_at.into()),
        ("confirmed_by", run.confirmed_by.clone().into()),
        ("confirmed_at", run.confirmed_at.into()),
        ("hash", "".into()),
    ];
    tx.insert("people_run", &columns).map(drop)
}

/// Writes what of a run moves.
pub(crate) fn run_write(tx: &mut Tx, run: &Run) -> Result<(), Fault> {
    let sql = "update people_run set state = $2, line_count = $3, due_minor = $4, paid_minor = $5, deferred_minor = $6, reason = $7, confirmed_by = $8, confirmed_at = $9,
         exported_at = $10, reversed_by = $11, reversed_at = $12, hash = $13 where id = $1";
    let values = params![
        &run.id,
        run.state.as_str(),
        run.line_count,
        run.due_minor,
        run.paid_minor,
        run.deferred_minor,
        &run.reason,
        run.confirmed_by.clone(),
        run.confirmed_at,
        run.exported_at,
        run.reversed_by.clone(),
        run.reversed_at,
        &run.hash,
    ];
    tx.change("people_run", sql, &values).map(drop)
}

pub(crate) fn line_insert(tx: &mut Tx, line: &Line) -> Result<(), Fault> {
    let columns = [
        ("id", (&line.id).into()),
        ("run", (&line.run).into()),
        ("kind", line.kind.as_str().into()),
        ("position", (&line.position).into()),
        ("person", (&line.person).into()),
        ("project", (&line.project).into()),
        ("home", (&line.home).into()),
        ("month", (&line.month).into()),
        ("from_on", line.from_on.into()),
        ("to_on", line.to_on.into()),
        ("days", line.days.into()),
        ("month_days", line.month_days.into()),
        ("base_minor", line.base_minor.into()),
        ("due_minor", line.due_minor.into()),
        ("paid_minor", line.paid_minor.into()),
        ("deferred_minor", line.deferred_minor.into()),
        ("posting", line.posting.clone().into()),
    ];
    tx.insert("people_line", &columns).map(drop)
}

pub(crate) fn line_posted(tx: &mut Tx, line: &Id, posting: Option<&Id>) -> Result<(), Fault> {
    tx.change("people_line", "update people_line set posting = $2 where id = $1", &params![line, posting]).map(drop)
}

/// Deferred pay of each person and project by the posted lines, fen.
pub(crate) fn check_deferred(read: &Read) -> Result<Vec<(Id, Id, i64)>, Fault> {
    read.rows(CHECK_DEFERRED, &[])?.iter().map(|row| Ok((row.get("person")?, row.get("project")?, row.get("deferred")?))).collect()
}

/// Runs, and whether their sums are those of their lines.
pub(crate) fn check_runs(read: &Read) -> Result<Vec<(Id, bool)>, Fault> {
    const PAIRS: [(&str, &str); 4] = [("due_minor", "due"), ("paid_minor", "paid"), ("deferred_minor", "deferred"), ("line_count", "n")];
    let fits = |row: &Row| -> Result<_, Fault> {
        let mut fits = true;
        for (own, sum) in PAIRS {
            fits &= row.get::<i64>(own)? == row.get::<i64>(sum)?;
        }
        Ok((row.get("id")?, fits))
    };
    read.rows(CHECK_RUNS, &[])?.iter().map(fits).collect()
}

#[cfg(test)]
mod tests {
    use store::testing::temp;
    use store::{Migration, Part};

    #[test]
    fn every_sentence_compiles() {
        static PART: Part = Part {
            migrations: &[Migration { name: "20261122_people", sql: include_str!("../migrations/20261122_people.sql") }],
            free: &[("people_position", "a test"), ("people_run", "a test"), ("people_line", "a test")],
            ..Part::named("people")
        };
        let world = temp(&[&PART]);
        world.prepares(super::ALL);
        world.prepares(crate::sql::ALL);
    }
}
