//! The free upgrade of leased lines: who may have it, and asking for it.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Reply};
use words::{Amount, Asset, Day, Id, Never, Outcome, Refusal};

use super::form::{CheckQuery, UpgradeForm};
use crate::asks::Asks;
use crate::benefit::LINE;
use crate::ops::apply_upgrade::saved;
use crate::upgrade::{LineTerms, UpgradeState, step_up};

/// Is a line upgraded?
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CheckView {
    /// What the pack says of leased lines.
    pub terms: LineTerms,
    /// Mbit/s asked about.
    pub mbps: Option<i64>,
    /// Last day of the contract.
    pub contract_until: Option<Day>,
    /// Was everything given that is needed to say?
    pub asked: bool,
    /// Mbit/s afterwards, if it is upgraded.
    pub to_mbps: Option<i64>,
    /// What the faster line costs more a month without the measure.
    pub saved: Option<Amount>,
    /// Code of the reason, if it is not.
    pub reason: Option<String>,
    /// The reason in words.
    pub detail: Option<String>,
}

/// An upgrade that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UpgradeAsked {
    /// Id.
    pub id: Id,
    /// State.
    pub state: UpgradeState,
    /// Mbit/s afterwards.
    pub to_mbps: i64,
}

pub(crate) fn check<A: Asks>(call: &Call, query: CheckQuery) -> Answer<CheckView> {
    let view = call.read(|read| checked::<A>(read, call, &query))?;
    Ok(Reply::page("tariffs/upgrade.html", view))
}

fn checked<A: Asks>(read: &Read, call: &Call, query: &CheckQuery) -> Outcome<CheckView, Never> {
    let (terms, today) = (A::line(read)?, read.now().day());
    let answer = query.mbps.zip(query.contract_until).map(|(mbps, until)| step_up(&terms, mbps, until, today));
    let refusal = answer.as_ref().and_then(|answer| answer.as_ref().err());
    let detail = refusal.map(|refusal| {
        let args = refusal.args();
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        call.text_with(&format!("problem-{}-detail", refusal.code()), &args)
    });
    let to_mbps = answer.as_ref().and_then(|answer| answer.as_ref().ok()).copied();
    let books = A::books(read)?;
    let minor = query.mbps.zip(to_mbps).zip(books.get(LINE)).and_then(|((mbps, to), book)| saved(book, mbps, to, today));
    Ok(CheckView {
        asked: answer.is_some(),
        mbps: query.mbps,
        contract_until: query.contract_until,
        to_mbps,
        saved: minor.map(|minor| Amount { minor, asset: Asset::cny() }),
        reason: refusal.map(|refusal| refusal.code().to_owned()),
        detail,
        terms,
    })
}

pub(crate) fn apply<A: Asks>(call: &Call, form: UpgradeForm) -> Answer<UpgradeAsked> {
    let (who, draft) = (call.acting()?, form.draft());
    call.write("tariffs.apply_upgrade", move |tx| {
        let (terms, books) = (A::line(tx)?, A::books(tx)?);
        let upgrade = crate::apply_upgrade(tx, &who, &terms, books.get(LINE), &draft)?;
        let view = UpgradeAsked { id: upgrade.id, state: upgrade.state, to_mbps: upgrade.to_mbps };
        Ok(Reply::created("/tariffs/mine", view).say("tariffs-said-applied"))
    })
}
