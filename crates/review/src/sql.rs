//! Every SQL sentence about rounds, draws, candidates and recusals. Rows never leave here; seats and marks are in `sql_seats.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::drawing::Drawing;
use crate::pool::{CandidateConflict, Conflict, Pool, Severity};
use crate::round::{Round, RoundDraft, RoundState};

/// Lists of ids are looked up in pieces of this length.
pub(crate) const PIECE: usize = 200;

pub(crate) fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(Fault::new)
}

/// `$1, $2, …` for a list, beginning with number `from`.
pub(crate) fn marks(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

fn round_of(row: &Row) -> Result<Round, Fault> {
    let state: String = row.get("state")?;
    let result: Option<String> = row.get("result")?;
    Ok(Round {
        id: row.get("id")?,
        subject: row.get("subject")?,
        gate: row.get("gate")?,
        node: row.get("node")?,
        rubric: row.json("rubric")?,
        terms: row.json("terms")?,
        state: RoundState::of(&state).ok_or_else(|| Fault::new(format!("round state {state}")))?,
        due_at: row.get("due_at")?,
        extensions: row.get("extensions")?,
        opened_by: row.get("opened_by")?,
        opened_at: row.get("opened_at")?,
        closed_at: row.get("closed_at")?,
        result: result.map(|text| serde_json::from_str(&text)).transpose().map_err(Fault::new)?,
        feedback_at: row.get("feedback_at")?,
    })
}

pub(crate) fn round(read: &Read, id: &Id) -> Result<Option<Round>, Fault> {
    read.row("select * from review_round where id = $1", &params![id])?.as_ref().map(round_of).transpose()
}

pub(crate) fn rounds(read: &Read, ids: &[Id]) -> Result<Vec<Round>, Fault> {
    let mut found = Vec::with_capacity(ids.len());
    for piece in ids.chunks(PIECE) {
        let sql = format!("select * from review_round where id in ({}) order by id", marks(1, piece.len()));
        let values: Vec<Value> = piece.iter().map(Value::from).collect();
        for row in read.rows(&sql, &values)? {
            found.push(round_of(&row)?);
        }
    }
    Ok(found)
}

/// Rounds of many subjects, oldest first within a subject.
pub(crate) fn rounds_of_subjects(read: &Read, subjects: &[String]) -> Result<Vec<Round>, Fault> {
    let mut found = Vec::new();
    for piece in subjects.chunks(PIECE) {
        let sql = format!("select * from review_round where subject in ({}) order by subject, id limit 5000", marks(1, piece.len()));
        let values: Vec<Value> = piece.iter().map(Value::from).collect();
        for row in read.rows(&sql, &values)? {
            found.push(round_of(&row)?);
        }
    }
    Ok(found)
}

pub(crate) fn newest_round(read: &Read, subject: &str, gate: &str) -> Result<Option<Round>, Fault> {
    let sql = "select * from review_round where subject = $1 and gate = $2 and state <> 'cancelled' order by id desc limit 1";
    read.row(sql, &params![subject, gate])?.as_ref().map(round_of).transpose()
}

pub(crate) fn round_insert(tx: &mut Tx, id: &Id, draft: &RoundDraft, state: RoundState, opened_by: &Id) -> Result<Round, Fault> {
    let now = tx.now();
    let columns = [
        ("id", id.into()),
        ("subject", draft.subject.as_str().into()),
        ("gate", draft.gate.as_str().into()),
        ("node", (&draft.node).into()),
        ("rubric", json(&draft.rubric)?.into()),
        ("terms", json(&draft.terms)?.into()),
        ("state", state.name().into()),
        ("due_at", draft.due_at.into()),
        ("extensions", 0i64.into()),
        ("opened_by", opened_by.into()),
        ("opened_at", now.into()),
    ];
    round_of(&tx.insert("review_round", &columns)?)
}

/// Writes what changes in the life of a round.
pub(crate) fn round_put(tx: &mut Tx, round: &Round, ended_reason: Option<&str>) -> Result<(), Fault> {
    let result = round.result.as_ref().map(json).transpose()?;
    let sql =
        "update review_round set state = $2, due_at = $3, extensions = $4, closed_at = $5, result = $6, feedback_at = $7, ended_reason = $8 where id = $1";
    let values = params![&round.id, round.state.name(), round.due_at, round.extensions, round.closed_at, result, round.feedback_at, ended_reason];
    tx.change("review_round", sql, &values).map(drop)
}

/// Keeps a pool; the same pool is kept once.
pub(crate) fn pool_keep(tx: &mut Tx, pool: &Pool) -> Result<(), Fault> {
    if tx.row("select id from review_pool where id = $1", &params![pool.id()])?.is_none() {
        tx.insert("review_pool", &[("id", pool.id().into()), ("members", json(&pool.members())?.into())])?;
    }
    Ok(())
}

pub(crate) fn pool(read: &Read, id: &str) -> Result<Pool, Fault> {
    let row = read.row("select members from review_pool where id = $1", &params![id])?.ok_or_else(|| Fault::new(format!("no pool {id}")))?;
    Ok(Pool::of(row.json::<Vec<Id>>("members")?))
}

fn drawing_of(row: &Row) -> Result<Drawing, Fault> {
    let seal = match (row.get::<Option<i64>>("seal_batch")?, row.get::<Option<String>>("seal_hash")?) {
        (Some(batch), Some(hash)) => Some((batch, hash)),
        _ => None,
    };
    Ok(Drawing {
        round: row.get("round")?,
        freeze_no: row.get("freeze_no")?,
        pool: row.get("pool")?,
        salt: row.get("salt")?,
        seats: row.get("seats")?,
        excluded: row.json("kept_out")?,
        excluded_counts: row.json("excluded_counts")?,
        excluded_hash: row.get("excluded_hash")?,
        eligible: row.get("eligible")?,
        eligible_hash: row.get("eligible_hash")?,
        frozen_at: row.get("frozen_at")?,
        frozen_event: row.get("frozen_event")?,
        seal,
        nonces: row.json("nonces")?,
        seed: row.get("seed")?,
        passed_over: row.json("passed_over")?,
        cursor: row.get("used")?,
        drawn_at: row.get("drawn_at")?,
    })
}

pub(crate) fn drawings(read: &Read, round: &Id) -> Result<Vec<Drawing>, Fault> {
    read.rows("select * from review_draw where round = $1 order by freeze_no limit 100", &params![round])?.iter().map(drawing_of).collect()
}

/// Writes a new drawing, or what changed in one.
pub(crate) fn drawing_put(tx: &mut Tx, drawing: &Drawing) -> Result<(), Fault> {
    let (batch, hash) = drawing.seal.clone().map_or((None, None), |(batch, hash)| (Some(batch), Some(hash)));
    let sql = "insert into review_draw (round, freeze_no, pool, salt, seats, kept_out, excluded_counts, excluded_hash, eligible, eligible_hash,
         frozen_at, frozen_event, seal_batch, seal_hash, nonces, seed, passed_over, used, drawn_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict (round, freeze_no) do update set seats = excluded.seats, kept_out = excluded.kept_out, excluded_counts = excluded.excluded_counts,
         excluded_hash = excluded.excluded_hash, eligible = excluded.eligible, eligible_hash = excluded.eligible_hash, frozen_at = excluded.frozen_at,
         frozen_event = excluded.frozen_event, seal_batch = excluded.seal_batch, seal_hash = excluded.seal_hash, nonces = excluded.nonces,
         seed = excluded.seed, passed_over = excluded.passed_over, used = excluded.used, drawn_at = excluded.drawn_at";
    let d = drawing;
    let values = params![
        &d.round,
        d.freeze_no,
        &d.pool,
        &d.salt,
        d.seats,
        json(&d.excluded)?,
        json(&d.excluded_counts)?,
        &d.excluded_hash,
        d.eligible,
        &d.eligible_hash,
        d.frozen_at,
        d.frozen_event.as_ref(),
        batch,
        hash,
        json(&d.nonces)?,
        d.seed.as_ref(),
        json(&d.passed_over)?,
        d.cursor,
        d.drawn_at,
    ];
    tx.change("review_draw", sql, &values).map(drop)
}

/// An observer of a draw.
#[derive(Debug, Clone)]
pub(crate) struct Observer {
    pub(crate) person: Id,
    pub(crate) commitment: Option<String>,
    pub(crate) nonce: Option<String>,
}

pub(crate) fn observer_insert(tx: &mut Tx, round: &Id, person: &Id, place: usize) -> Result<(), Fault> {
    tx.insert("review_observer", &[("round", round.into()), ("person", person.into()), ("place", place.into())]).map(drop)
}

pub(crate) fn observers(read: &Read, round: &Id) -> Result<Vec<Observer>, Fault> {
    let of = |row: &Row| Ok(Observer { person: row.get("person")?, commitment: row.get("commitment")?, nonce: row.get("nonce")? });
    read.rows("select * from review_observer where round = $1 order by place limit 20", &params![round])?.iter().map(of).collect()
}

pub(crate) fn observer_commit(tx: &mut Tx, round: &Id, person: &Id, commitment: &str) -> Result<(), Fault> {
    let sql = "update review_observer set commitment = $3, committed_at = $4 where round = $1 and person = $2";
    let values = params![round, person, commitment, tx.now()];
    tx.change("review_observer", sql, &values).map(drop)
}

pub(crate) fn observer_reveal(tx: &mut Tx, round: &Id, person: &Id, nonce: &str) -> Result<(), Fault> {
    let sql = "update review_observer set nonce = $3, revealed_at = $4 where round = $1 and person = $2";
    let values = params![round, person, nonce, tx.now()];
    tx.change("review_observer", sql, &values).map(drop)
}

pub(crate) fn candidate_put(tx: &mut Tx, round: &Id, freeze_no: i64, candidate: &CandidateConflict) -> Result<(), Fault> {
    let sql = "insert into review_candidate (round, person, kind, severity, source, reason, freeze_no, noted_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (round, person, kind, source) do update set severity = excluded.severity, reason = excluded.reason";
    let c = &candidate.conflict;
    let values = params![round, &candidate.person, &c.kind, c.severity.name(), &c.source, &c.reason, freeze_no, tx.now()];
    tx.change("review_candidate", sql, &values).map(drop)
}

fn candidate_of(row: &Row) -> Result<CandidateConflict, Fault> {
    let severity = Severity::of(&row.get::<String>("severity")?);
    let conflict = Conflict { kind: row.get("kind")?, severity, reason: row.get("reason")?, source: row.get("source")? };
    Ok(CandidateConflict { person: row.get("person")?, conflict })
}

/// Conflicts known in a round up to a freeze (later ones have number 0 and belong to no freeze).
pub(crate) fn conflicts(read: &Read, round: &Id, up_to_freeze: i64) -> Result<Vec<CandidateConflict>, Fault> {
    let sql = "select * from review_candidate where round = $1 and freeze_no between 1 and $2 order by person, kind, source limit 20000";
    read.rows(sql, &params![round, up_to_freeze])?.iter().map(candidate_of).collect()
}

pub(crate) fn conflicts_of(read: &Read, round: &Id, person: &Id) -> Result<Vec<CandidateConflict>, Fault> {
    let sql = "select * from review_candidate where round = $1 and person = $2 order by kind, source limit 100";
    read.rows(sql, &params![round, person])?.iter().map(candidate_of).collect()
}

/// Everyone who is blocked in a round by now.
pub(crate) fn blocked(read: &Read, round: &Id) -> Result<BTreeSet<Id>, Fault> {
    let sql = "select distinct person from review_candidate where round = $1 and severity = 'block' limit 20000";
    read.rows(sql, &params![round])?.iter().map(|row| row.get("person")).collect()
}

/// A request for recusal.
#[derive(Debug, Clone)]
pub(crate) struct Recusal {
    pub(crate) id: Id,
    pub(crate) round: Id,
    pub(crate) person: Id,
    pub(crate) asked_by: Id,
    pub(crate) asked_at: Instant,
    pub(crate) answer_by: Instant,
    pub(crate) state: String,
    pub(crate) answer: Option<String>,
}

fn recusal_of(row: &Row) -> Result<Recusal, Fault> {
    Ok(Recusal {
        id: row.get("id")?,
        round: row.get("round")?,
        person: row.get("person")?,
        asked_by: row.get("asked_by")?,
        asked_at: row.get("asked_at")?,
        answer_by: row.get("answer_by")?,
        state: row.get("state")?,
        answer: row.get("answer")?,
    })
}

pub(crate) fn recusal_insert(tx: &mut Tx, recusal: &Recusal) -> Result<(), Fault> {
    let r = recusal;
    let columns = [
        ("id", (&r.id).into()),
        ("round", (&r.round).into()),
        ("person", (&r.person).into()),
        ("asked_by", (&r.asked_by).into()),
        ("asked_at", r.asked_at.into()),
        ("answer_by", r.answer_by.into()),
        ("state", r.state.as_str().into()),
    ];
    tx.insert("review_recusal", &columns).map(drop)
}

pub(crate) fn recusal(read: &Read, id: &Id) -> Result<Option<Recusal>, Fault> {
    read.row("select * from review_recusal where id = $1", &params![id])?.as_ref().map(recusal_of).transpose()
}

pub(crate) fn recusal_answer(tx: &mut Tx, id: &Id, state: &str, by: &Id, answer: &str) -> Result<(), Fault> {
    let sql = "update review_recusal set state = $2, answered_by = $3, answered_at = $4, answer = $5 where id = $1";
    let values = params![id, state, by, tx.now(), answer];
    tx.change("review_recusal", sql, &values).map(drop)
}

/// Requests of a round, oldest first.
pub(crate) fn recusals(read: &Read, round: &Id) -> Result<Vec<Recusal>, Fault> {
    read.rows("select * from review_recusal where round = $1 order by id limit 500", &params![round])?.iter().map(recusal_of).collect()
}

/// Open requests by round.
pub(crate) fn recusals_pending(read: &Read, rounds: &[Id]) -> Result<BTreeMap<Id, i64>, Fault> {
    let mut pending = BTreeMap::new();
    for piece in rounds.chunks(PIECE) {
        let sql = format!("select round, count(*) as n from review_recusal where state = 'asked' and round in ({}) group by round", marks(1, piece.len()));
        let values: Vec<Value> = piece.iter().map(Value::from).collect();
        for row in read.rows(&sql, &values)? {
            pending.insert(row.get("round")?, row.get("n")?);
        }
    }
    Ok(pending)
}
