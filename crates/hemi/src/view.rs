//! What rounds and wallets look like from outside, and the look-ups that make them.
//!
//! Invariant: totals are public; who backed is for those signed in; how much, only for the backer and the office (`hemi.run`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Failure, Fault, Id, Instant, Never, Node, Outcome};

use crate::round::{Bar, OnFailure, Round, RoundState};
use crate::stake::{Stake, StakeState};
use crate::{rights, sql, value};

/// Backers shown on a page of a round.
const BACKERS: i64 = 100;

/// A round as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoundCard {
    /// Id.
    pub id: Id,
    /// Project.
    pub project: Id,
    /// Number of the project.
    pub number: String,
    /// Title of the project.
    pub title: String,
    /// Where.
    pub node: Node,
    /// State.
    pub state: RoundState,
    /// Multiple of the stake that comes back on success, in all.
    pub multiplier: i64,
    /// What happens to stakes on failure.
    pub on_failure: OnFailure,
    /// Smallest stake, 和米.
    pub stake_min: i64,
    /// Largest sum of one person, 和米.
    pub stake_max: i64,
    /// Staked in all, 和米.
    pub total: i64,
    /// How many back it.
    pub backers: i64,
    /// First opened at.
    pub opened_at: Option<Instant>,
    /// Ended at.
    pub settled_at: Option<Instant>,
    /// All stakes have found their end at.
    pub paid_at: Option<Instant>,
}

impl From<&Round> for RoundCard {
    fn from(round: &Round) -> Self {
        Self {
            id: round.id.clone(),
            project: round.project.clone(),
            number: round.number.clone(),
            title: round.title.clone(),
            node: round.node.clone(),
            state: round.state,
            multiplier: round.multiplier,
            on_failure: round.on_failure,
            stake_min: round.stake_min,
            stake_max: round.stake_max,
            total: round.held,
            backers: round.backers,
            opened_at: round.opened_at,
            settled_at: round.settled_at,
            paid_at: round.paid_at,
        }
    }
}

/// A stake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StakeView {
    /// Id.
    pub id: Id,
    /// Round.
    pub round: Id,
    /// 和米.
    pub amount: i64,
    /// What became of it.
    pub state: StakeState,
    /// What went into the wallet at its end, 和米.
    pub payout: i64,
    /// Made at.
    pub made_at: Instant,
    /// Ended at.
    pub ended_at: Option<Instant>,
    /// May it be taken back now?
    pub may_withdraw: bool,
}

impl StakeView {
    /// A stake in a round of this state.
    pub fn of(stake: &Stake, round: RoundState) -> Self {
        Self {
            id: stake.id.clone(),
            round: stake.round.clone(),
            amount: stake.amount,
            state: stake.state,
            payout: stake.payout,
            made_at: stake.made_at,
            ended_at: stake.ended_at,
            may_withdraw: stake.state == StakeState::Held && round == RoundState::Open,
        }
    }
}

/// What the one who looks has to do with a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MyBacking {
    /// What is in their wallet, 和米.
    pub wallet: i64,
    /// Staked in this round, 和米.
    pub staked: i64,
    /// What may still be staked here, 和米; 0 if nothing.
    pub room: i64,
    /// Why they may not back it, if so.
    pub barred: Option<Bar>,
    /// Their stakes in this round.
    pub stakes: Vec<StakeView>,
}

/// Somebody who backs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BackerView {
    /// Who.
    pub person: Id,
    /// Name, if known.
    pub name: Option<String>,
    /// 和米; only for the backer and the office.
    pub amount: Option<i64>,
    /// When.
    pub made_at: Instant,
}

/// A round with what the one who looks may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoundView {
    /// The round.
    pub round: RoundCard,
    /// Why it ended.
    pub reason: String,
    /// Their own part, if they may back at all.
    pub mine: Option<MyBacking>,
    /// Who backs it, for those signed in.
    pub backed_by: Vec<BackerView>,
    /// Are the amounts of all backers shown?
    pub amounts_shown: bool,
}

/// Names of people, as the wiring gives them.
pub type Names<'a> = &'a dyn Fn(&Read, &[Id]) -> Result<BTreeMap<Id, String>, Fault>;

/// A round. Drafts are seen by the office only.
pub fn round_view(read: &Read, who: Option<&Acting>, id: &Id, names: Names<'_>) -> Outcome<RoundView, Never> {
    let round = sql::round(read, id)?.ok_or(Failure::Absent)?;
    let office = who.is_some_and(|who| who.can(rights::RUN, &round.node));
    if round.state == RoundState::Draft && !office {
        return Err(Failure::Absent);
    }
    let mine = match who {
        Some(who) if rights::may_back(who, &round.node).is_ok() => Some(my_backing(read, &round, who)?),
        _ => None,
    };
    let backed_by = match who {
        Some(who) => backers(read, &round, who, office, names)?,
        None => Vec::new(),
    };
    Ok(RoundView { round: RoundCard::from(&round), reason: round.reason, mine, backed_by, amounts_shown: office })
}

fn my_backing(read: &Read, round: &Round, who: &Acting) -> Result<MyBacking, Fault> {
    let person = &who.person;
    let (staked, wallet) = (sql::staked_by(read, &round.id, person)?, value::balance(read, &value::wallet_path(person))?);
    let barred = rights::bar(read, who, round)?;
    let stakes = sql::stakes_by(read, &round.id, person)?.iter().map(|stake| StakeView::of(stake, round.state)).collect();
    let open = round.state == RoundState::Open && barred.is_none();
    let room = if open { (round.stake_max - staked).min(wallet).max(0) } else { 0 };
    Ok(MyBacking { wallet, staked, room, barred, stakes })
}

fn backers(read: &Read, round: &Round, who: &Acting, office: bool, names: Names<'_>) -> Result<Vec<BackerView>, Fault> {
    let stakes = sql::stakes_of(read, &round.id, "", BACKERS)?;
    let people: Vec<Id> = stakes.iter().map(|stake| stake.person.clone()).collect();
    let known = names(read, &people)?;
    let line = |stake: Stake| BackerView {
        name: known.get(&stake.person).cloned(),
        amount: (office || stake.person == who.person).then_some(stake.amount),
        person: stake.person,
        made_at: stake.made_at,
    };
    Ok(stakes.into_iter().map(line).collect())
}

/// Rounds in a state, in order, after this id; at most 50, with the cursor of the next page.
pub fn rounds(read: &Read, state: RoundState, after: Option<&str>) -> Outcome<(Vec<RoundCard>, Option<String>), Never> {
    let rounds = sql::rounds_in(read, state, after.unwrap_or(""), 51)?;
    let next = (rounds.len() > 50).then(|| rounds[49].id.to_string());
    Ok((rounds.iter().take(50).map(RoundCard::from).collect(), next))
}

/// The newest round of a project: the card that its page shows.
pub fn round_of_project(read: &Read, project: &Id) -> Outcome<Option<RoundCard>, Never> {
    Ok(sql::round_latest(read, project)?.filter(|round| round.state != RoundState::Draft).as_ref().map(RoundCard::from))
}

/// What moved the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Grant of a season.
    Grant,
    /// Put into a round.
    Stake,
    /// Taken back.
    Withdrawn,
    /// Paid back with the reward.
    Rewarded,
    /// Lost; nothing moved.
    Burned,
    /// Given back.
    Refunded,
}

/// A line of one's statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WalletLine {
    /// When.
    pub at: Instant,
    /// What.
    pub kind: LineKind,
    /// Name of the season, or title of the project.
    pub about: Bilingual,
    /// Round, unless it is a grant.
    pub round: Option<Id>,
    /// Change of the wallet, 和米.
    pub change: i64,
    /// What was in the wallet then, 和米.
    pub balance: i64,
}

/// One's record as a backer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct BackerRecord {
    /// Projects backed, those taken back left out.
    pub backed: i64,
    /// … of which succeeded.
    pub succeeded: i64,
    /// … of which failed.
    pub failed: i64,
    /// In rounds that have not ended, 和米.
    pub held: i64,
    /// Won beyond one's stakes, 和米.
    pub won: i64,
    /// Lost with projects, 和米.
    pub lost: i64,
}

/// One's own 和米.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WalletView {
    /// What is in the wallet, 和米.
    pub wallet: i64,
    /// Record.
    pub record: BackerRecord,
    /// Statement, newest first.
    pub lines: Vec<WalletLine>,
    /// Rounds that are open.
    pub open_rounds: Vec<RoundCard>,
}

/// The wallet of the one who looks.
pub fn wallet_view(read: &Read, person: &Id) -> Outcome<WalletView, Never> {
    let stakes = sql::stakes_by_person(read, person)?;
    let lines = statement(sql::grants_of(read, person)?, &stakes);
    let (open_rounds, _) = rounds(read, RoundState::Open, None)?;
    Ok(WalletView { wallet: value::balance(read, &value::wallet_path(person))?, record: record(&stakes), lines, open_rounds })
}

/// The record of a backer.
pub fn record_of(read: &Read, person: &Id) -> Outcome<BackerRecord, Never> {
    Ok(record(&sql::stakes_by_person(read, person)?))
}

fn record(stakes: &[(Stake, String, String)]) -> BackerRecord {
    let mut projects: BTreeMap<&Id, StakeState> = BTreeMap::new();
    let mut record = BackerRecord::default();
    for (stake, ..) in stakes.iter().filter(|(stake, ..)| stake.state != StakeState::Withdrawn) {
        projects.insert(&stake.round, stake.state);
        match stake.state {
            StakeState::Held => record.held += stake.amount,
            StakeState::Rewarded => record.won += stake.payout - stake.amount,
            StakeState::Burned => record.lost += stake.amount,
            StakeState::Withdrawn | StakeState::Refunded => {}
        }
    }
    let count = |wanted: StakeState| i64::try_from(projects.values().filter(|state| **state == wanted).count()).unwrap_or(i64::MAX);
    record.backed = i64::try_from(projects.len()).unwrap_or(i64::MAX);
    (record.succeeded, record.failed) = (count(StakeState::Rewarded), count(StakeState::Burned));
    record
}

fn statement(grants: Vec<sql::GrantLine>, stakes: &[(Stake, String, String)]) -> Vec<WalletLine> {
    let line = |at, kind, about, round, change| WalletLine { at, kind, about, round, change, balance: 0 };
    let mut lines: Vec<WalletLine> =
        grants.into_iter().map(|grant| line(grant.at, LineKind::Grant, Bilingual::new(grant.zh, grant.en), None, grant.amount)).collect();
    for (stake, number, title) in stakes {
        let about = Bilingual::new(format!("{number} {title}"), format!("{number} {title}"));
        lines.push(line(stake.made_at, LineKind::Stake, about.clone(), Some(stake.round.clone()), -stake.amount));
        let kind = match stake.state {
            StakeState::Held => continue,
            StakeState::Withdrawn => LineKind::Withdrawn,
            StakeState::Rewarded => LineKind::Rewarded,
            StakeState::Burned => LineKind::Burned,
            StakeState::Refunded => LineKind::Refunded,
        };
        lines.push(line(stake.ended_at.unwrap_or(stake.made_at), kind, about, Some(stake.round.clone()), stake.payout));
    }
    lines.sort_by_key(|line| (line.at, line.kind));
    let mut balance = 0;
    for line in &mut lines {
        balance += line.change;
        line.balance = balance;
    }
    lines.reverse();
    lines
}

/// A season with how many have their grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeasonView {
    /// Id.
    pub id: Id,
    /// Name.
    pub name: Bilingual,
    /// First day.
    pub starts_on: words::Day,
    /// Last day, included.
    pub ends_on: words::Day,
    /// For each person, 和米.
    pub grant_each: i64,
    /// For the pool with each grant, 和米.
    pub pool_each: i64,
    /// How many have their grant.
    pub granted: i64,
}

/// Seasons, newest first, and what the reward pool holds beyond what it may have to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeasonsView {
    /// Seasons.
    pub seasons: Vec<SeasonView>,
    /// In the reward pool, 和米.
    pub pool: i64,
    /// What it may have to pay for stakes there are now, 和米.
    pub pool_due: i64,
}

/// How the reward pool stands, for the guard of the move that opens a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PoolView {
    /// In the pool, 和米.
    pub pool: i64,
    /// What it may have to pay for the stakes there are, 和米.
    pub due: i64,
    /// All that could be staked: every wallet and every stake in rounds that have not ended, 和米.
    pub possible_stakes: i64,
}

/// The reward pool.
pub fn pool(read: &Read) -> Outcome<PoolView, Never> {
    Ok(PoolView { pool: value::balance(read, value::POOL)?, due: sql::pool_due(read)?, possible_stakes: sql::possible_stakes(read)? })
}

/// Seasons and the pool, for the office.
pub fn seasons_view(read: &Read, who: &Acting) -> Outcome<SeasonsView, Never> {
    who.may(rights::RUN, &Node::group())?;
    let mut seasons = Vec::new();
    for season in sql::seasons(read)? {
        seasons.push(SeasonView {
            granted: sql::grant_count(read, &season.id)?,
            id: season.id,
            name: Bilingual::new(season.zh, season.en),
            starts_on: season.starts_on,
            ends_on: season.ends_on,
            grant_each: season.grant_each,
            pool_each: season.pool_each,
        });
    }
    Ok(SeasonsView { seasons, pool: value::balance(read, value::POOL)?, pool_due: sql::pool_due(read)? })
}
