//! Every SQL sentence of this crate; rows never leave this file.

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, fold};

use crate::question::{Answer, Question, Standing};

const QUESTION: &str = "select * from community_question where id = $1";
const ANSWER: &str = "select * from community_answer where id = $1";
const ANSWERS: &str = "select * from community_answer where question = $1 order by id limit $2";
const REPORTS: &str = "select * from community_report where state = 'open' order by id limit 200";
const REPORTED: &str = "select id from community_report where subject = $1 and person = $2";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[QUESTION, ANSWER, ANSWERS, REPORTS, REPORTED];

/// Most answers of a question.
pub(crate) const MOST: i64 = 200;

fn question_of(row: &Row) -> Result<Question, Fault> {
    let state: String = row.get("state")?;
    Ok(Question {
        id: row.get("id")?,
        capability: row.get("capability")?,
        person: row.get("person")?,
        title: row.get("title")?,
        body: row.get("body")?,
        state: Standing::parse(&state),
        reason: row.get("reason")?,
        accepted: row.get("accepted")?,
        answers: row.get("answers")?,
        made_at: row.get("made_at")?,
    })
}

fn answer_of(row: &Row) -> Result<Answer, Fault> {
    let state: String = row.get("state")?;
    Ok(Answer {
        id: row.get("id")?,
        question: row.get("question")?,
        person: row.get("person")?,
        body: row.get("body")?,
        state: Standing::parse(&state),
        reason: row.get("reason")?,
        made_at: row.get("made_at")?,
    })
}

pub(crate) fn question(read: &Read, id: &Id) -> Result<Option<Question>, Fault> {
    read.row(QUESTION, &params![id])?.as_ref().map(question_of).transpose()
}

pub(crate) fn answer(read: &Read, id: &Id) -> Result<Option<Answer>, Fault> {
    read.row(ANSWER, &params![id])?.as_ref().map(answer_of).transpose()
}

/// Oldest first.
pub(crate) fn answers(read: &Read, question: &Id) -> Result<Vec<Answer>, Fault> {
    read.rows(ANSWERS, &params![question, MOST])?.iter().map(answer_of).collect()
}

/// What a list is narrowed by; empty texts let everything through.
pub(crate) struct Wanted<'a> {
    pub capability: &'a str,
    /// `open`, `accepted`, `unanswered`.
    pub state: &'a str,
    pub words: &'a str,
    /// Somebody whose hidden questions are shown too; everybody's, if it is a moderator who looks.
    pub person: &'a str,
    pub moderator: bool,
    pub before: &'a str,
    pub limit: i64,
}

/// Newest first.
pub(crate) fn questions(read: &Read, wanted: &Wanted<'_>) -> Result<Vec<Question>, Fault> {
    let mut values: Vec<Value> = params![wanted.capability, wanted.person, i64::from(wanted.moderator), wanted.before, wanted.limit].to_vec();
    let mut sql = String::from(
        "select * from community_question where (capability = $1 or $1 = '') and (state = 'shown' or person = $2 or $3 = 1) and (id < $4 or $4 = '')",
    );
    sql.push_str(match wanted.state {
        "accepted" => " and accepted is not null",
        "open" => " and accepted is null",
        "unanswered" => " and answers = 0",
        _ => "",
    });
    for word in fold(wanted.words).split_whitespace().take(6) {
        values.push(format!("%{}%", word.replace(['%', '_'], "")).into());
        sql.push_str(&format!(" and folded like ${}", values.len()));
    }
    sql.push_str(" order by id desc limit $5");
    read.rows(&sql, &values)?.iter().map(question_of).collect()
}

pub(crate) fn question_insert(tx: &mut Tx, one: &Question, about: &str) -> Result<(), Fault> {
    let columns = [
        ("id", Value::from(&one.id)),
        ("capability", (&one.capability).into()),
        ("person", (&one.person).into()),
        ("title", (&one.title).into()),
        ("body", (&one.body).into()),
        ("folded", fold(&format!("{}\n{}\n{}\n{about}", one.title, one.body, one.capability)).into()),
        ("state", one.state.as_str().into()),
        ("reason", (&one.reason).into()),
        ("accepted", one.accepted.as_ref().into()),
        ("answers", one.answers.into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("community_question", &columns).map(drop)
}

pub(crate) fn answer_insert(tx: &mut Tx, one: &Answer) -> Result<(), Fault> {
    let columns = [
        ("id", Value::from(&one.id)),
        ("question", (&one.question).into()),
        ("person", (&one.person).into()),
        ("body", (&one.body).into()),
        ("state", one.state.as_str().into()),
        ("reason", (&one.reason).into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("community_answer", &columns).map(drop)
}

/// State, acceptance and the number of answers that are shown.
pub(crate) fn question_put(tx: &mut Tx, one: &Question) -> Result<(), Fault> {
    let sql = "update community_question set state = $2, reason = $3, accepted = $4, answers = $5 where id = $1";
    tx.change("community_question", sql, &params![&one.id, one.state.as_str(), &one.reason, one.accepted.as_ref(), one.answers]).map(drop)
}

pub(crate) fn answer_put(tx: &mut Tx, one: &Answer) -> Result<(), Fault> {
    let sql = "update community_answer set state = $2, reason = $3 where id = $1";
    tx.change("community_answer", sql, &params![&one.id, one.state.as_str(), &one.reason]).map(drop)
}

/// A report that waits.
pub(crate) struct ReportRow {
    pub subject: Id,
    pub question: Id,
    pub person: Id,
    pub reason: String,
    pub made_at: words::Instant,
}

/// Those that wait, oldest first.
pub(crate) fn reports(read: &Read) -> Result<Vec<ReportRow>, Fault> {
    let of = |row: &Row| -> Result<ReportRow, Fault> {
        Ok(ReportRow {
            subject: row.get("subject")?,
            question: row.get("question")?,
            person: row.get("person")?,
            reason: row.get("reason")?,
            made_at: row.get("made_at")?,
        })
    };
    read.rows(REPORTS, &[])?.iter().map(of).collect()
}

pub(crate) fn has_reported(read: &Read, subject: &Id, person: &Id) -> Result<bool, Fault> {
    Ok(read.row(REPORTED, &params![subject, person])?.is_some())
}

pub(crate) fn report_insert(tx: &mut Tx, subject: &Id, question: &Id, person: &Id, reason: &str) -> Result<(), Fault> {
    let (id, now) = (tx.id("rpt"), tx.now());
    let columns = [
        ("id", Value::from(&id)),
        ("subject", subject.into()),
        ("question", question.into()),
        ("person", person.into()),
        ("reason", reason.into()),
        ("state", "open".into()),
        ("made_at", now.into()),
    ];
    tx.insert("community_report", &columns).map(drop)
}

/// Reports of a thing are over: a moderator looked.
pub(crate) fn reports_over(tx: &mut Tx, subject: &Id) -> Result<(), Fault> {
    tx.change("community_report", "update community_report set state = 'done' where subject = $1 and state = 'open'", &params![subject]).map(drop)
}
