//! A season is opened and granted: everyone gets the same, once; the pool gets what the worst case needs.
//!
//! Asks the ledger; tells `SeasonOpened`, `SeasonGranted`. Invariant: one grant a person and season, whatever is repeated.

use serde::{Deserialize, Serialize};
use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id, Never, Node, Outcome};

use crate::asks::Asks;
use crate::refusal::SeasonRefusal;
use crate::rights;
use crate::round::Terms;
use crate::season::{Season, SeasonDraft};
use crate::told::{SeasonGranted, SeasonOpened};
use crate::{sql, value};

/// Grants written in one closure.
const CHUNK: usize = 200;
/// Name of the job.
pub(crate) const JOB: &str = "hemi.grant_season";

#[derive(Serialize, Deserialize)]
struct Chunk {
    season: Id,
    people: Vec<Id>,
}

/// Opens a season with the numbers of the pack as they stand.
pub fn open_season(tx: &mut Tx, who: &Acting, terms: &Terms, draft: SeasonDraft) -> Outcome<Season, SeasonRefusal> {
    who.may(rights::RUN, &Node::group())?;
    draft.admit(terms)?;
    if let Some(other) = sql::season_overlapping(tx, draft.starts_on, draft.ends_on)? {
        return Err(SeasonRefusal::Overlaps { season: other.zh }.into());
    }
    let season = Season {
        id: tx.id("sea"),
        zh: draft.zh.trim().to_owned(),
        en: draft.en.trim().to_owned(),
        starts_on: draft.starts_on,
        ends_on: draft.ends_on,
        grant_each: terms.grant_each,
        pool_each: terms.pool_each(),
        opened_at: tx.now(),
    };
    sql::season_insert(tx, &season, &who.person)?;
    tx.tell(who, &SeasonOpened { season: season.id.clone(), grant_each: season.grant_each })?;
    Ok(season)
}

/// Leaves the grant of a season to these people as jobs of 200. Who has it already gets nothing again; newcomers may be granted later.
pub fn grant_season(tx: &mut Tx, who: &Acting, season: &Id, people: &[Id]) -> Outcome<(), Never> {
    who.may(rights::RUN, &Node::group())?;
    sql::season(tx, season)?.ok_or(Failure::Absent)?;
    for some in people.chunks(CHUNK) {
        let key = tx.id("grj").to_string();
        tx.later(Job::new(JOB, key).body(&Chunk { season: season.clone(), people: some.to_vec() }))?;
    }
    Ok(())
}

/// Grants to some people now; returns how many got it.
pub fn grant_now(tx: &mut Tx, book: &ledger::Book, who: &Acting, season: &Id, people: &[Id]) -> Outcome<usize, ledger::LedgerRefusal> {
    let season = sql::season(tx, season)?.ok_or(Failure::Absent)?;
    let mut granted = Vec::new();
    for person in people {
        if sql::is_granted(tx, &season.id, person)? {
            continue;
        }
        value::grant(tx, book, who, &season.id, person, season.grant_each)?;
        sql::grant_insert(tx, &season.id, person, season.grant_each)?;
        granted.push(person.clone());
    }
    let count = granted.len();
    if count > 0 {
        tx.tell(who, &SeasonGranted { season: season.id, people: granted, amount: season.grant_each })?;
    }
    Ok(count)
}

pub(crate) fn run<A: Asks>(tx: &mut Tx, job: &JobRun) -> Result<(), Fault> {
    let chunk: Chunk = job.body()?;
    let book = A::book(tx)?;
    grant_now(tx, &book, &Acting::system("hemi"), &chunk.season, &chunk.people).map(drop).map_err(Failure::into_fault)
}
