//! Every SQL sentence of this crate; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Bilingual, Fault, Id};

use crate::award::{Award, AwardState, NoticeState, Share};

const AT: &str = "select * from awards_award where id = $1";
const LIVE: &str = "select * from awards_award where project = $1 and scheme = $2 and state in ('nominated', 'graded', 'paid') limit 1";
const OF_PROJECT: &str = "select * from awards_award where project = $1 order by id limit 100";
const LIST: &str = "select * from awards_award where (cast($1 as text) is null or state = $1) and id < $2 order by id desc limit $3";
const OF_PERSON: &str = "select award from awards_share where person = $1 order by award desc limit 500";
const SHARES: &str = "select * from awards_share where award = $1 order by person limit 1000";
const PENDING: &str = "select cast(coalesce(sum(amount_minor), 0) as bigint) as n from awards_award where project = $1 and id <> $2 and state = 'graded'";
const CHECK_SUMS: &str =
    "select a.id, a.amount_minor, cast(coalesce(sum(s.paid_minor), 0) as bigint) as paid, cast(coalesce(sum(s.basis_points), 0) as bigint) as points
     from awards_award a left join awards_share s on s.award = a.id where a.state = 'paid' group by a.id, a.amount_minor order by a.id";
const CHECK_PROJECTS: &str =
    "select project, cast(coalesce(sum(amount_minor), 0) as bigint) as paid from awards_award where state = 'paid' group by project order by project";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[AT, LIVE, OF_PROJECT, LIST, OF_PERSON, SHARES, PENDING, CHECK_SUMS, CHECK_PROJECTS];

fn award_of(row: &Row) -> Result<Award, Fault> {
    let (state, notice): (String, String) = (row.get("state")?, row.get("notice")?);
    Ok(Award {
        id: row.get("id")?,
        project: row.get("project")?,
        number: row.get("number")?,
        title: row.get("title")?,
        node: row.get("node")?,
        scheme: row.get("scheme")?,
        lead: row.get("lead")?,
        state: AwardState::parse(&state).ok_or_else(|| Fault::new(format!("award state {state}")))?,
        score: row.get("score")?,
        level: row.get("level")?,
        level_name: Bilingual::new(row.get::<String>("level_zh")?, row.get::<String>("level_en")?),
        amount_minor: row.get("amount_minor")?,
        statement: row.get("statement")?,
        graded_by: row.get("graded_by")?,
        graded_at: row.get("graded_at")?,
        proposal: row.get("proposal")?,
        notice: NoticeState::parse(&notice).ok_or_else(|| Fault::new(format!("notice {notice}")))?,
        notice_until: row.get("notice_until")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
        reason: row.get("reason")?,
        posting: row.get("posting")?,
        opened_at: row.get("opened_at")?,
    })
}

fn share_of(row: &Row) -> Result<Share, Fault> {
    Ok(Share { person: row.get("person")?, basis_points: row.get("basis_points")?, agreed_at: row.get("agreed_at")?, paid_minor: row.get("paid_minor")? })
}

pub(crate) fn award(read: &Read, id: &Id) -> Result<Option<Award>, Fault> {
    read.row(AT, &params![id])?.as_ref().map(award_of).transpose()
}

pub(crate) fn award_live(read: &Read, project: &Id, scheme: &str) -> Result<Option<Award>, Fault> {
    read.row(LIVE, &params![project, scheme])?.as_ref().map(award_of).transpose()
}

pub(crate) fn awards_of_project(read: &Read, project: &Id) -> Result<Vec<Award>, Fault> {
    read.rows(OF_PROJECT, &params![project])?.iter().map(award_of).collect()
}

/// Newest first, before this id.
pub(crate) fn awards(read: &Read, state: Option<AwardState>, before: &str, limit: i64) -> Result<Vec<Award>, Fault> {
    read.rows(LIST, &params![state.map(AwardState::as_str), before, limit])?.iter().map(award_of).collect()
}

pub(crate) fn awards_of_person(read: &Read, person: &Id) -> Result<Vec<Id>, Fault> {
    read.rows(OF_PERSON, &params![person])?.iter().map(|row| row.get("award")).collect()
}

pub(crate) fn shares(read: &Read, award: &Id) -> Result<Vec<Share>, Fault> {
    read.rows(SHARES, &params![award])?.iter().map(share_of).collect()
}

/// Graded and not paid yet, other than this award, fen.
pub(crate) fn pending(read: &Read, project: &Id, but: &Id) -> Result<i64, Fault> {
    read.row(PENDING, &params![project, but])?.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn award_insert(tx: &mut Tx, award: &Award) -> Result<(), Fault> {
    let columns = [
        ("id", (&award.id).into()),
        ("project", (&award.project).into()),
        ("number", (&award.number).into()),
        ("title", (&award.title).into()),
        ("node", (&award.node).into()),
        ("scheme", (&award.scheme).into()),
        ("lead", (&award.lead).into()),
        ("state", award.state.as_str().into()),
        ("level_zh", "".into()),
        ("level_en", "".into()),
        ("statement", "".into()),
        ("proposal", 0i64.into()),
        ("notice", award.notice.as_str().into()),
        ("reason", "".into()),
        ("opened_at", award.opened_at.into()),
    ];
    tx.insert("awards_award", &columns).map(drop)
}

pub(crate) fn award_put_scheme(tx: &mut Tx, award: &Award) -> Result<(), Fault> {
    tx.change("awards_award", "update awards_award set scheme = $2 where id = $1", &params![&award.id, &award.scheme]).map(drop)
}

/// Writes all of an award that moves.
pub(crate) fn award_write(tx: &mut Tx, award: &Award) -> Result<(), Fault> {
    let sql = "update awards_award set state = $2, score = $3, level = $4, level_zh = $5, level_en = $6, amount_minor = $7, statement = $8, graded_by = $9, graded_at = $10,
         proposal = $11, notice = $12, notice_until = $13, decided_by = $14, decided_at = $15, reason = $16, posting = $17 where id = $1";
    let values = params![
        &award.id,
        award.state.as_str(),
        award.score,
        award.level.clone(),
        &award.level_name.zh,
        &award.level_name.en,
        award.amount_minor,
        &award.statement,
        award.graded_by.clone(),
        award.graded_at,
        award.proposal,
        award.notice.as_str(),
        award.notice_until,
        award.decided_by.clone(),
        award.decided_at,
        &award.reason,
        award.posting.clone(),
    ];
    tx.change("awards_award", sql, &values).map(drop)
}

pub(crate) fn share_insert(tx: &mut Tx, award: &Id, person: &Id) -> Result<(), Fault> {
    tx.insert("awards_share", &[("award", award.into()), ("person", person.into())]).map(drop)
}

pub(crate) fn share_write(tx: &mut Tx, award: &Id, share: &Share) -> Result<(), Fault> {
    let sql = "update awards_share set basis_points = $3, agreed_at = $4, paid_minor = $5 where award = $1 and person = $2";
    tx.change("awards_share", sql, &params![award, &share.person, share.basis_points, share.agreed_at, share.paid_minor]).map(drop)
}

/// Paid awards, and whether their parts and shares sum up.
pub(crate) fn check_sums(read: &Read) -> Result<Vec<(Id, bool)>, Fault> {
    let fits = |row: &Row| -> Result<_, Fault> {
        let (amount, paid, points): (Option<i64>, i64, i64) = (row.get("amount_minor")?, row.get("paid")?, row.get("points")?);
        Ok((row.get("id")?, amount == Some(paid) && points == crate::award::WHOLE))
    };
    read.rows(CHECK_SUMS, &[])?.iter().map(fits).collect()
}

/// Paid to each project by the awards of this crate, fen.
pub(crate) fn check_projects(read: &Read) -> Result<Vec<(Id, i64)>, Fault> {
    read.rows(CHECK_PROJECTS, &[])?.iter().map(|row| Ok((row.get("project")?, row.get("paid")?))).collect()
}

#[cfg(test)]
mod tests {
    use store::testing::temp;
    use store::{Migration, Part};

    #[test]
    fn every_sentence_compiles() {
        static PART: Part = Part {
            migrations: &[Migration { name: "20261122_awards", sql: include_str!("../migrations/20261122_awards.sql") }],
            free: &[("awards_award", "a test"), ("awards_share", "a test")],
            ..Part::named("awards")
        };
        temp(&[&PART]).prepares(super::ALL);
    }
}
