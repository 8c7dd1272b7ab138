//! Every SQL sentence about assignments and marks.

use std::collections::{BTreeMap, HashMap};

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::aggregate::{Ballot, Vote};
use crate::seat::{Mark, Seat, SeatState};
use crate::sql::{PIECE, marks};

fn vote_name(vote: Vote) -> &'static str {
    match vote {
        Vote::For => "for",
        Vote::Against => "against",
    }
}

fn seat_of(row: &Row) -> Result<Seat, Fault> {
    let state: String = row.get("state")?;
    let vote: Option<String> = row.get("vote")?;
    Ok(Seat {
        id: row.get("id")?,
        round: row.get("round")?,
        person: row.get("person")?,
        ticket: row.get("ticket")?,
        freeze_no: row.get("freeze_no")?,
        position: row.get("position")?,
        replaces: row.get("replaces")?,
        state: SeatState::of(&state).ok_or_else(|| Fault::new(format!("assignment state {state}")))?,
        invited_at: row.get("invited_at")?,
        vote: vote.map(|vote| if vote == "for" { Vote::For } else { Vote::Against }),
        dissent: row.get("dissent")?,
        abstain_reason: row.get("abstain_reason")?,
        asks_extension: row.get("asks_extension")?,
        signed_at: row.get("signed_at")?,
        signed_hash: row.get("signed_hash")?,
    })
}

pub(crate) fn seat(read: &Read, id: &Id) -> Result<Option<Seat>, Fault> {
    read.row("select * from review_assignment where id = $1", &params![id])?.as_ref().map(seat_of).transpose()
}

pub(crate) fn seat_of_person(read: &Read, round: &Id, person: &Id) -> Result<Option<Seat>, Fault> {
    read.row("select * from review_assignment where round = $1 and person = $2", &params![round, person])?.as_ref().map(seat_of).transpose()
}

/// All assignments of a round, in the order in which they were made.
pub(crate) fn seats(read: &Read, round: &Id) -> Result<Vec<Seat>, Fault> {
    read.rows("select * from review_assignment where round = $1 order by id limit 1000", &params![round])?.iter().map(seat_of).collect()
}

pub(crate) fn seats_of_rounds(read: &Read, rounds: &[Id]) -> Result<BTreeMap<Id, Vec<Seat>>, Fault> {
    let mut found: BTreeMap<Id, Vec<Seat>> = BTreeMap::new();
    for piece in rounds.chunks(PIECE) {
        let sql = format!("select * from review_assignment where round in ({}) order by id", marks(1, piece.len()));
        let values: Vec<Value> = piece.iter().map(Value::from).collect();
        for row in read.rows(&sql, &values)? {
            let seat = seat_of(&row)?;
            found.entry(seat.round.clone()).or_default().push(seat);
        }
    }
    Ok(found)
}

/// Which assignments of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Work is left.
    Open,
    /// Signed or abstained.
    Done,
    /// All, also declined, recused and lapsed ones.
    All,
}

/// Assignments of a person after a cursor, oldest first.
pub(crate) fn seats_of_person(read: &Read, person: &Id, which: Which, after: Option<&Id>, limit: i64) -> Result<Vec<Seat>, Fault> {
    let states = match which {
        Which::Open => "is_open = 1",
        Which::Done => "state in ('signed', 'abstained')",
        Which::All => "1 = 1",
    };
    let sql = format!("select * from review_assignment where person = $1 and id > $2 and {states} order by id limit $3");
    let after = after.map_or("", Id::as_str);
    read.rows(&sql, &params![person, after, limit])?.iter().map(seat_of).collect()
}

/// How many of a person's assignments are done, and how many of them still count (open or done).
pub(crate) fn progress_of_person(read: &Read, person: &Id) -> Result<(i64, i64), Fault> {
    let sql = "select state, count(*) as n from review_assignment where person = $1 group by state";
    let (mut done, mut all) = (0, 0);
    for row in read.rows(sql, &params![person])? {
        let state = SeatState::of(&row.get::<String>("state")?);
        let n: i64 = row.get("n")?;
        done += if state.is_some_and(SeatState::counts) { n } else { 0 };
        all += if state.is_some_and(SeatState::sits) { n } else { 0 };
    }
    Ok((done, all))
}

/// Open assignments by person, of everyone.
pub(crate) fn loads(read: &Read) -> Result<HashMap<Id, i64>, Fault> {
    let sql = "select person, count(*) as n from review_assignment where is_open = 1 group by person";
    read.rows(sql, &[])?.iter().map(|row| Ok((row.get("person")?, row.get("n")?))).collect()
}

pub(crate) fn load_of(read: &Read, person: &Id) -> Result<i64, Fault> {
    let row = read.row("select count(*) as n from review_assignment where is_open = 1 and person = $1", &params![person])?;
    row.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn seat_insert(tx: &mut Tx, seat: &Seat) -> Result<(), Fault> {
    let columns = [
        ("id", (&seat.id).into()),
        ("round", (&seat.round).into()),
        ("person", (&seat.person).into()),
        ("ticket", seat.ticket.as_ref().into()),
        ("freeze_no", seat.freeze_no.into()),
        ("position", seat.position.into()),
        ("replaces", seat.replaces.as_ref().into()),
        ("state", seat.state.name().into()),
        ("is_open", seat.state.open().into()),
        ("invited_at", seat.invited_at.into()),
        ("asks_extension", 0i64.into()),
    ];
    tx.insert("review_assignment", &columns).map(drop)
}

pub(crate) fn seat_accept(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let sql = "update review_assignment set state = 'accepted', answered_at = $2 where id = $1";
    let values = params![id, tx.now()];
    tx.change("review_assignment", sql, &values).map(drop)
}

pub(crate) fn seat_declare(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let sql = "update review_assignment set state = 'declared', declared_at = $2 where id = $1";
    let values = params![id, tx.now()];
    tx.change("review_assignment", sql, &values).map(drop)
}

pub(crate) fn seat_write(tx: &mut Tx, id: &Id, vote: Option<Vote>, dissent: Option<&str>) -> Result<(), Fault> {
    let sql = "update review_assignment set vote = $2, dissent = $3 where id = $1";
    tx.change("review_assignment", sql, &params![id, vote.map(vote_name), dissent]).map(drop)
}

pub(crate) fn seat_sign(tx: &mut Tx, id: &Id, hash: &str, on_time: bool) -> Result<(), Fault> {
    let sql = "update review_assignment set state = 'signed', is_open = 0, signed_at = $2, signed_hash = $3, on_time = $4 where id = $1";
    let values = params![id, tx.now(), hash, on_time];
    tx.change("review_assignment", sql, &values).map(drop)
}

pub(crate) fn seat_abstain(tx: &mut Tx, id: &Id, reason: &str) -> Result<(), Fault> {
    let sql = "update review_assignment set state = 'abstained', is_open = 0, abstain_reason = $2, ended_at = $3 where id = $1";
    let values = params![id, reason, tx.now()];
    tx.change("review_assignment", sql, &values).map(drop)
}

/// Ends an assignment without a review that counts.
pub(crate) fn seat_end(tx: &mut Tx, id: &Id, state: SeatState, reason: &str) -> Result<(), Fault> {
    let sql = "update review_assignment set state = $2, is_open = 0, ended_at = $3, ended_reason = $4 where id = $1";
    let values = params![id, state.name(), tx.now(), reason];
    tx.change("review_assignment", sql, &values).map(drop)
}

pub(crate) fn seat_asks(tx: &mut Tx, id: &Id, extension: i64) -> Result<(), Fault> {
    tx.change("review_assignment", "update review_assignment set asks_extension = $2 where id = $1", &params![id, extension]).map(drop)
}

pub(crate) fn seat_distance(tx: &mut Tx, id: &Id, distance: Option<i64>) -> Result<(), Fault> {
    tx.change("review_assignment", "update review_assignment set distance = $2 where id = $1", &params![id, distance]).map(drop)
}

pub(crate) fn seat_rate(tx: &mut Tx, id: &Id, quality: i64) -> Result<(), Fault> {
    tx.change("review_assignment", "update review_assignment set quality = $2 where id = $1", &params![id, quality]).map(drop)
}

pub(crate) fn mark_put(tx: &mut Tx, assignment: &Id, criterion: &str, mark: &Mark) -> Result<(), Fault> {
    let sql = "insert into review_score (assignment, criterion, points, comment, saved_at) values ($1, $2, $3, $4, $5)
         on conflict (assignment, criterion) do update set points = excluded.points, comment = excluded.comment, saved_at = excluded.saved_at";
    let values = params![assignment, criterion, mark.points, mark.comment.as_str(), tx.now()];
    tx.change("review_score", sql, &values).map(drop)
}

/// The marks of one assignment by criterion, and when the last was saved.
pub(crate) fn sheet(read: &Read, assignment: &Id) -> Result<(BTreeMap<String, Mark>, Option<Instant>), Fault> {
    let rows = read.rows("select * from review_score where assignment = $1 order by criterion limit 200", &params![assignment])?;
    let mut marks = BTreeMap::new();
    let mut saved_at: Option<Instant> = None;
    for row in &rows {
        marks.insert(row.get("criterion")?, Mark { points: row.get("points")?, comment: row.get("comment")? });
        saved_at = saved_at.max(row.get("saved_at")?);
    }
    Ok((marks, saved_at))
}

/// The marks of many assignments.
pub(crate) fn sheets(read: &Read, assignments: &[Id]) -> Result<BTreeMap<Id, BTreeMap<String, Mark>>, Fault> {
    let mut found: BTreeMap<Id, BTreeMap<String, Mark>> = BTreeMap::new();
    for piece in assignments.chunks(PIECE) {
        let sql = format!("select * from review_score where assignment in ({})", marks(1, piece.len()));
        let values: Vec<Value> = piece.iter().map(Value::from).collect();
        for row in read.rows(&sql, &values)? {
            let mark = Mark { points: row.get("points")?, comment: row.get("comment")? };
            found.entry(row.get("assignment")?).or_default().insert(row.get("criterion")?, mark);
        }
    }
    Ok(found)
}

/// A seat and its marks as a ballot.
pub(crate) fn ballot(seat: &Seat, marks: &BTreeMap<String, Mark>) -> Ballot {
    let points = marks.iter().filter_map(|(id, mark)| Some((id.clone(), mark.points?))).collect();
    Ballot { points, vote: seat.vote, abstained: seat.state == SeatState::Abstained }
}

/// What is counted of one person's assignments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) by_state: BTreeMap<String, i64>,
    pub(crate) accepted: i64,
    pub(crate) on_time: i64,
    pub(crate) late: i64,
    pub(crate) distance_sum: i64,
    pub(crate) distances: i64,
    pub(crate) quality_sum: i64,
    pub(crate) qualities: i64,
}

/// The records of many persons, counted from their assignments.
pub(crate) fn counts(read: &Read, persons: &[Id]) -> Result<BTreeMap<Id, Counts>, Fault> {
    let mut found: BTreeMap<Id, Counts> = BTreeMap::new();
    for piece in persons.chunks(PIECE) {
        let sql = format!(
            "select person, state, count(*) as n, count(answered_at) as accepted, cast(coalesce(sum(on_time), 0) as bigint) as on_time, count(on_time) as timed,
             cast(coalesce(sum(distance), 0) as bigint) as distance_sum, count(distance) as distances,
             cast(coalesce(sum(quality), 0) as bigint) as quality_sum, count(quality) as qualities
             from review_assignment where person in ({}) group by person, state",
            marks(1, piece.len())
        );
        let values: Vec<Value> = piece.iter().map(Value::from).collect();
        for row in read.rows(&sql, &values)? {
            let counts = found.entry(row.get("person")?).or_default();
            let (on_time, timed): (i64, i64) = (row.get("on_time")?, row.get("timed")?);
            counts.by_state.insert(row.get("state")?, row.get("n")?);
            counts.accepted += row.get::<i64>("accepted")?;
            counts.on_time += on_time;
            counts.late += timed - on_time;
            counts.distance_sum += row.get::<i64>("distance_sum")?;
            counts.distances += row.get::<i64>("distances")?;
            counts.quality_sum += row.get::<i64>("quality_sum")?;
            counts.qualities += row.get::<i64>("qualities")?;
        }
    }
    Ok(found)
}
