//! Handlers of backing.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply, Sheet};
use words::Never;

use super::form::{PublicState, RoundsQuery, SeasonForm, StakeForm};
use crate::asks::Asks;
use crate::refusal::SeasonRefusal;
use crate::round::RoundState;
use crate::view::{self, RoundCard, RoundView, SeasonsView, StakeView, WalletView};

/// A page of rounds.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RoundsView {
    /// The state that is listed.
    pub state: PublicState,
    /// Rounds.
    pub rounds: Vec<RoundCard>,
}

/// A season that was opened.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SeasonOpenedView {
    /// Id.
    pub id: words::Id,
    /// To how many the grant is on its way.
    pub people: usize,
}

pub(crate) fn wallet(call: &Call, _: Nothing) -> Answer<WalletView> {
    let who = call.acting()?;
    let view = call.read(|read| view::wallet_view(read, &who.person))?;
    Ok(Reply::page("hemi/wallet.html", view))
}

pub(crate) fn rounds(call: &Call, query: RoundsQuery) -> Answer<RoundsView> {
    let state = query.state.unwrap_or(PublicState::Open);
    let (rounds, next) = call.read(|read| view::rounds(read, state.into(), query.cursor.as_deref()))?;
    let row = |round: &RoundCard| vec![(&round.number).into(), (&round.title).into(), round.total.into(), round.backers.into()];
    let sheet = Sheet::new("hemi-rounds", &["hemi-col-number", "hemi-col-project", "hemi-col-total", "hemi-col-backers"]).rows(rounds.iter().map(row));
    Ok(Reply::page("hemi/rounds.html", RoundsView { state, rounds }).next(next).sheet(sheet))
}

pub(crate) fn round<A: Asks>(call: &Call, _: Nothing) -> Answer<RoundView> {
    let id = call.id("id")?;
    let view = call.read(|read| view::round_view(read, call.who(), &id, &A::names))?;
    Ok(Reply::page("hemi/round.html", view))
}

pub(crate) fn stake<A: Asks>(call: &Call, form: StakeForm) -> Answer<StakeView> {
    let (who, round) = (call.acting()?, call.id("id")?);
    call.write("hemi.make_stake", move |tx| {
        let book = A::book(tx)?;
        let stake = crate::make_stake(tx, &book, &who, &round, form.amount)?;
        Ok(Reply::created(format!("/hemi/rounds/{round}"), StakeView::of(&stake, RoundState::Open)).say("hemi-said-staked"))
    })
}

pub(crate) fn withdraw<A: Asks>(call: &Call, _: Nothing) -> Answer<StakeView> {
    let (who, stake) = (call.acting()?, call.id("id")?);
    call.write("hemi.withdraw_stake", move |tx| {
        let book = A::book(tx)?;
        let stake = crate::withdraw_stake(tx, &book, &who, &stake)?;
        Ok(Reply::done(format!("/hemi/rounds/{}", stake.round), StakeView::of(&stake, RoundState::Open)).say("hemi-said-withdrawn"))
    })
}

pub(crate) fn seasons(call: &Call, _: Nothing) -> Answer<SeasonsView> {
    let who = call.acting()?;
    let view = call.read(|read| view::seasons_view(read, &who))?;
    Ok(Reply::page("hemi/seasons.html", view))
}

pub(crate) fn open_season<A: Asks>(call: &Call, form: SeasonForm) -> Answer<SeasonOpenedView> {
    let who = call.acting()?;
    call.write("hemi.open_season", move |tx| {
        let terms = A::terms(tx)?;
        let season = crate::open_season(tx, &who, &terms, form.clone().draft())?;
        let people = A::staff(tx)?;
        crate::grant_season(tx, &who, &season.id, &people).map_err(|failure| failure.map(|never: Never| -> SeasonRefusal { match never {} }))?;
        Ok(Reply::created("/hemi/seasons", SeasonOpenedView { id: season.id, people: people.len() }).say("hemi-said-season-opened"))
    })
}
