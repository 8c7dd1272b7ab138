//! Every SQL sentence of this crate; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Day, Fault, Id, Instant};

use crate::round::{Bar, OnFailure, Round, RoundState};
use crate::season::Season;
use crate::stake::{Stake, StakeState};

const SEASON: &str = "select * from hemi_season order by starts_on desc limit 100";
const SEASON_AT: &str = "select * from hemi_season where id = $1";
const GRANTED: &str = "select 1 as one from hemi_grant where season = $1 and person = $2";
const GRANTS_OF: &str = "select g.season, g.amount, g.granted_at, s.name_zh, s.name_en from hemi_grant g join hemi_season s on s.id = g.season where g.person = $1 order by g.granted_at limit 500";
const GRANT_COUNT: &str = "select cast(count(*) as bigint) as n from hemi_grant where season = $1";
const ROUND_AT: &str = "select * from hemi_round where id = $1";
const ROUND_LIVE: &str = "select * from hemi_round where project = $1 and state in ('draft', 'open', 'frozen') limit 1";
const ROUND_LATEST: &str = "select * from hemi_round where project = $1 order by made_at desc, id desc limit 1";
const ROUNDS_IN: &str = "select * from hemi_round where state = $1 and id > $2 order by id limit $3";
const POOL_DUE: &str = "select cast(coalesce(sum(held * (multiplier - 1)), 0) as bigint) as due from hemi_round where state in ('open', 'frozen')";
const POOL_UNPAID: &str = "select cast(coalesce(sum(k.amount * (r.multiplier - 1)), 0) as bigint) as due
     from hemi_round r join hemi_stake k on k.round = r.id where r.state = 'settled_success' and r.paid_at is null and k.state = 'held'";
const POSSIBLE: &str = "select cast(coalesce((select sum(amount) from hemi_grant), 0) + coalesce((select sum(case when state = 'held' then 0 else payout - amount end) from hemi_stake), 0) as bigint) as n";
const BAR: &str = "select why from hemi_barred where project = $1 and person = $2";
const STAKE_AT: &str = "select * from hemi_stake where id = $1";
const STAKED_BY: &str = "select cast(coalesce(sum(amount), 0) as bigint) as n from hemi_stake where round = $1 and person = $2 and state = 'held'";
const HOLDERS: &str = "select distinct person from hemi_stake where round = $1 and state = 'held' order by person limit $2";
const STAKES_BY: &str = "select * from hemi_stake where round = $1 and person = $2 order by id limit 200";
const STAKES_OF: &str = "select * from hemi_stake where round = $1 and state <> 'withdrawn' and id > $2 order by id limit $3";
const STAKES_BY_PERSON: &str =
    "select k.*, r.title, r.number from hemi_stake k join hemi_round r on r.id = k.round where k.person = $1 order by k.made_at, k.id limit 1000";
const ROUND_SUMS: &str = "select cast(coalesce(sum(amount), 0) as bigint) as staked, cast(coalesce(sum(payout), 0) as bigint) as paid from hemi_stake where round = $1 and state <> 'withdrawn'";
const CHECK_ROUNDS: &str =
    "select r.id, r.held, r.backers, cast(coalesce(sum(k.amount), 0) as bigint) as staked, cast(count(distinct k.person) as bigint) as people
     from hemi_round r left join hemi_stake k on k.round = r.id and k.state <> 'withdrawn' and (r.state not in ('draft', 'open', 'frozen') or k.state = 'held')
     group by r.id, r.held, r.backers order by r.id";
const CHECK_STAKES: &str = "select project, person, cast(sum(case when state = 'held' then amount else 0 end) as bigint) as held from hemi_stake group by project, person order by project, person";
const CHECK_WALLETS: &str = "select person, cast(sum(delta) as bigint) as balance from (
       select person, amount as delta from hemi_grant union all select person, payout - amount as delta from hemi_stake
     ) moved group by person order by person";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    SEASON,
    SEASON_AT,
    GRANTED,
    GRANTS_OF,
    GRANT_COUNT,
    ROUND_AT,
    ROUND_LIVE,
    ROUND_LATEST,
    ROUNDS_IN,
    POOL_DUE,
    POOL_UNPAID,
    POSSIBLE,
    BAR,
    STAKE_AT,
    STAKED_BY,
    HOLDERS,
    STAKES_BY,
    STAKES_OF,
    STAKES_BY_PERSON,
    ROUND_SUMS,
    CHECK_ROUNDS,
    CHECK_STAKES,
    CHECK_WALLETS,
];

fn season_of(row: &Row) -> Result<Season, Fault> {
    Ok(Season {
        id: row.get("id")?,
        zh: row.get("name_zh")?,
        en: row.get("name_en")?,
        starts_on: row.get("starts_on")?,
        ends_on: row.get("ends_on")?,
        grant_each: row.get("grant_each")?,
        pool_each: row.get("pool_each")?,
        opened_at: row.get("opened_at")?,
    })
}

fn round_of(row: &Row) -> Result<Round, Fault> {
    let (state, on_failure): (String, String) = (row.get("state")?, row.get("on_failure")?);
    Ok(Round {
        id: row.get("id")?,
        project: row.get("project")?,
        number: row.get("number")?,
        title: row.get("title")?,
        node: row.get("node")?,
        state: RoundState::parse(&state).ok_or_else(|| Fault::new(format!("round state {state}")))?,
        multiplier: row.get("multiplier")?,
        on_failure: OnFailure::parse(&on_failure).ok_or_else(|| Fault::new(format!("on_failure {on_failure}")))?,
        stake_min: row.get("stake_min")?,
        stake_max: row.get("stake_max")?,
        held: row.get("held")?,
        backers: row.get("backers")?,
        reason: row.get("reason")?,
        opened_at: row.get("opened_at")?,
        settled_at: row.get("settled_at")?,
        paid_at: row.get("paid_at")?,
    })
}

fn stake_of(row: &Row) -> Result<Stake, Fault> {
    let state: String = row.get("state")?;
    Ok(Stake {
        id: row.get("id")?,
        round: row.get("round")?,
        project: row.get("project")?,
        person: row.get("person")?,
        amount: row.get("amount")?,
        state: StakeState::parse(&state).ok_or_else(|| Fault::new(format!("stake state {state}")))?,
        payout: row.get("payout")?,
        made_at: row.get("made_at")?,
        ended_at: row.get("ended_at")?,
    })
}

fn number(read: &Read, sql: &str, values: &[store::Value], column: &str) -> Result<i64, Fault> {
    read.row(sql, values)?.map_or(Ok(0), |row| row.get(column))
}

pub(crate) fn seasons(read: &Read) -> Result<Vec<Season>, Fault> {
    read.rows(SEASON, &[])?.iter().map(season_of).collect()
}

pub(crate) fn season(read: &Read, id: &Id) -> Result<Option<Season>, Fault> {
    read.row(SEASON_AT, &params![id])?.as_ref().map(season_of).transpose()
}

pub(crate) fn season_insert(tx: &mut Tx, season: &Season, by: &Id) -> Result<(), Fault> {
    let columns = [
        ("id", (&season.id).into()),
        ("name_zh", (&season.zh).into()),
        ("name_en", (&season.en).into()),
        ("starts_on", season.starts_on.into()),
        ("ends_on", season.ends_on.into()),
        ("grant_each", season.grant_each.into()),
        ("pool_each", season.pool_each.into()),
        ("opened_by", by.into()),
        ("opened_at", season.opened_at.into()),
    ];
    tx.insert("hemi_season", &columns).map(drop)
}

pub(crate) fn is_granted(read: &Read, season: &Id, person: &Id) -> Result<bool, Fault> {
    Ok(read.row(GRANTED, &params![season, person])?.is_some())
}

pub(crate) fn grant_insert(tx: &mut Tx, season: &Id, person: &Id, amount: i64) -> Result<(), Fault> {
    let now = tx.now();
    tx.insert("hemi_grant", &[("season", season.into()), ("person", person.into()), ("amount", amount.into()), ("granted_at", now.into())]).map(drop)
}

pub(crate) fn grant_count(read: &Read, season: &Id) -> Result<i64, Fault> {
    number(read, GRANT_COUNT, &params![season], "n")
}

/// A grant in the statement of a person.
pub(crate) struct GrantLine {
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) amount: i64,
    pub(crate) at: Instant,
}

pub(crate) fn grants_of(read: &Read, person: &Id) -> Result<Vec<GrantLine>, Fault> {
    let line = |row: &Row| Ok(GrantLine { zh: row.get("name_zh")?, en: row.get("name_en")?, amount: row.get("amount")?, at: row.get("granted_at")? });
    read.rows(GRANTS_OF, &params![person])?.iter().map(line).collect()
}

pub(crate) fn round(read: &Read, id: &Id) -> Result<Option<Round>, Fault> {
    read.row(ROUND_AT, &params![id])?.as_ref().map(round_of).transpose()
}

pub(crate) fn round_live(read: &Read, project: &Id) -> Result<Option<Round>, Fault> {
    read.row(ROUND_LIVE, &params![project])?.as_ref().map(round_of).transpose()
}

pub(crate) fn round_latest(read: &Read, project: &Id) -> Result<Option<Round>, Fault> {
    read.row(ROUND_LATEST, &params![project])?.as_ref().map(round_of).transpose()
}

pub(crate) fn rounds_in(read: &Read, state: RoundState, after: &str, limit: i64) -> Result<Vec<Round>, Fault> {
    read.rows(ROUNDS_IN, &params![state.as_str(), after, limit])?.iter().map(round_of).collect()
}

pub(crate) fn round_insert(tx: &mut Tx, round: &Round) -> Result<(), Fault> {
    let now = tx.now();
    let columns = [
        ("id", (&round.id).into()),
        ("project", (&round.project).into()),
        ("number", (&round.number).into()),
        ("title", (&round.title).into()),
        ("node", (&round.node).into()),
        ("state", round.state.as_str().into()),
        ("multiplier", round.multiplier.into()),
        ("on_failure", round.on_failure.as_str().into()),
        ("stake_min", round.stake_min.into()),
        ("stake_max", round.stake_max.into()),
        ("held", 0i64.into()),
        ("backers", 0i64.into()),
        ("reason", "".into()),
        ("made_at", now.into()),
    ];
    tx.insert("hemi_round", &columns).map(drop)
}

pub(crate) fn round_move(tx: &mut Tx, id: &Id, state: RoundState, reason: &str) -> Result<(), Fault> {
    let now = tx.now();
    let opened = (state == RoundState::Open).then_some(now);
    let settled = state.is_end().then_some(now);
    let sql = "update hemi_round set state = $2, reason = $3, opened_at = coalesce(opened_at, $4), settled_at = $5 where id = $1";
    tx.change("hemi_round", sql, &params![id, state.as_str(), reason, opened, settled]).map(drop)
}

pub(crate) fn round_add(tx: &mut Tx, id: &Id, held: i64, backers: i64) -> Result<(), Fault> {
    tx.change("hemi_round", "update hemi_round set held = held + $2, backers = backers + $3 where id = $1", &params![id, held, backers]).map(drop)
}

pub(crate) fn round_paid(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("hemi_round", "update hemi_round set paid_at = $2 where id = $1", &params![id, now]).map(drop)
}

/// What the pool may have to pay for rounds that have not ended, and what it still owes to those that have.
pub(crate) fn pool_due(read: &Read) -> Result<i64, Fault> {
    Ok(number(read, POOL_DUE, &[], "due")?.saturating_add(number(read, POOL_UNPAID, &[], "due")?))
}

/// Wallets and held stakes together: grants and what stakes that ended added or took.
pub(crate) fn possible_stakes(read: &Read) -> Result<i64, Fault> {
    number(read, POSSIBLE, &[], "n")
}

pub(crate) fn bar(read: &Read, project: &Id, person: &Id) -> Result<Option<Bar>, Fault> {
    let why: Option<String> = read.row(BAR, &params![project, person])?.map(|row| row.get("why")).transpose()?;
    Ok(why.as_deref().and_then(Bar::parse))
}

pub(crate) fn bar_put(tx: &mut Tx, project: &Id, person: &Id, why: Bar) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "insert into hemi_barred (project, person, why, since_at) values ($1, $2, $3, $4)
         on conflict (project, person) do update set why = excluded.why";
    tx.change("hemi_barred", sql, &params![project, person, why.as_str(), now]).map(drop)
}

pub(crate) fn bar_lift(tx: &mut Tx, project: &Id, person: &Id, why: Bar) -> Result<bool, Fault> {
    let sql = "delete from hemi_barred where project = $1 and person = $2 and why = $3";
    Ok(!tx.change("hemi_barred", sql, &params![project, person, why.as_str()])?.is_empty())
}

pub(crate) fn stake(read: &Read, id: &Id) -> Result<Option<Stake>, Fault> {
    read.row(STAKE_AT, &params![id])?.as_ref().map(stake_of).transpose()
}

pub(crate) fn staked_by(read: &Read, round: &Id, person: &Id) -> Result<i64, Fault> {
    number(read, STAKED_BY, &params![round, person], "n")
}

/// People who have a stake in the round that has not ended, at most `limit`.
pub(crate) fn holders(read: &Read, round: &Id, limit: i64) -> Result<Vec<Id>, Fault> {
    read.rows(HOLDERS, &params![round, limit])?.iter().map(|row| row.get("person")).collect()
}

pub(crate) fn stakes_by(read: &Read, round: &Id, person: &Id) -> Result<Vec<Stake>, Fault> {
    read.rows(STAKES_BY, &params![round, person])?.iter().map(stake_of).collect()
}

pub(crate) fn stakes_of(read: &Read, round: &Id, after: &str, limit: i64) -> Result<Vec<Stake>, Fault> {
    read.rows(STAKES_OF, &params![round, after, limit])?.iter().map(stake_of).collect()
}

/// Stakes of a person with number and title of the project.
pub(crate) fn stakes_by_person(read: &Read, person: &Id) -> Result<Vec<(Stake, String, String)>, Fault> {
    let line = |row: &Row| Ok((stake_of(row)?, row.get("number")?, row.get("title")?));
    read.rows(STAKES_BY_PERSON, &params![person])?.iter().map(line).collect()
}

pub(crate) fn stake_insert(tx: &mut Tx, stake: &Stake) -> Result<(), Fault> {
    let columns = [
        ("id", (&stake.id).into()),
        ("round", (&stake.round).into()),
        ("project", (&stake.project).into()),
        ("person", (&stake.person).into()),
        ("amount", stake.amount.into()),
        ("state", stake.state.as_str().into()),
        ("payout", 0i64.into()),
        ("made_at", stake.made_at.into()),
    ];
    tx.insert("hemi_stake", &columns).map(drop)
}

pub(crate) fn stake_end(tx: &mut Tx, id: &Id, state: StakeState, payout: i64) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("hemi_stake", "update hemi_stake set state = $2, payout = $3, ended_at = $4 where id = $1", &params![id, state.as_str(), payout, now]).map(drop)
}

/// Staked and paid out in a round, withdrawn stakes left out.
pub(crate) fn round_sums(read: &Read, round: &Id) -> Result<(i64, i64), Fault> {
    let row = read.row(ROUND_SUMS, &params![round])?.ok_or_else(|| Fault::new("no sum"))?;
    Ok((row.get("staked")?, row.get("paid")?))
}

/// A round's own numbers beside those of its stakes.
pub(crate) struct RoundSums {
    pub(crate) round: Id,
    /// 和米 and people, as the round says.
    pub(crate) own: (i64, i64),
    /// The same, as its stakes say.
    pub(crate) stakes: (i64, i64),
}

pub(crate) fn check_rounds(read: &Read) -> Result<Vec<RoundSums>, Fault> {
    let line =
        |row: &Row| Ok(RoundSums { round: row.get("id")?, own: (row.get("held")?, row.get("backers")?), stakes: (row.get("staked")?, row.get("people")?) });
    read.rows(CHECK_ROUNDS, &[])?.iter().map(line).collect()
}

/// What each person has staked in each project.
pub(crate) fn check_stakes(read: &Read) -> Result<Vec<(Id, Id, i64)>, Fault> {
    read.rows(CHECK_STAKES, &[])?.iter().map(|row| Ok((row.get("project")?, row.get("person")?, row.get("held")?))).collect()
}

/// What each wallet must hold by grants and stakes.
pub(crate) fn check_wallets(read: &Read) -> Result<Vec<(Id, i64)>, Fault> {
    read.rows(CHECK_WALLETS, &[])?.iter().map(|row| Ok((row.get("person")?, row.get("balance")?))).collect()
}

/// The day texts sort as days do, so seasons are compared here as in `Season`.
pub(crate) fn season_overlapping(read: &Read, starts_on: Day, ends_on: Day) -> Result<Option<Season>, Fault> {
    let sql = "select * from hemi_season where starts_on <= $2 and ends_on >= $1 limit 1";
    read.row(sql, &params![starts_on, ends_on])?.as_ref().map(season_of).transpose()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use store::Part;
    use store::testing::temp;

    use super::*;
    use crate::{Asks, Hemi, Terms};

    struct Nobody;

    impl Asks for Nobody {
        fn book(_: &Read) -> Result<Arc<ledger::Book>, Fault> {
            Ok(Arc::default())
        }
        fn terms(_: &Read) -> Result<Terms, Fault> {
            Err(Fault::new("no terms"))
        }
        fn names(_: &Read, _: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
            Ok(BTreeMap::new())
        }
        fn staff(_: &Read) -> Result<Vec<Id>, Fault> {
            Ok(Vec::new())
        }
    }

    static PART: Part = Hemi::<Nobody>::PART;

    #[test]
    fn every_sentence_compiles() {
        temp(&[&PART]).prepares(ALL);
    }
}
