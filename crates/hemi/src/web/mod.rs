//! Pages and API of backing. Parse, do, show.

mod form;
mod pages;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights;

pub(crate) fn routes<A: Asks>() -> Routes {
    let stake = &[
        "hemi-round-not-open",
        "hemi-own-project",
        "hemi-reviewer",
        "hemi-mentor",
        "hemi-official",
        "hemi-stake-too-small",
        "hemi-stake-too-large",
        "hemi-short",
        "hemi-pool-short",
    ];
    let season = &["hemi-season-name-needed", "hemi-season-period", "hemi-season-overlaps", "hemi-terms"];
    Routes::new("hemi")
        .get("/hemi", "hemi.wallet.show", Access::Right(rights::BACK), pages::wallet)
        .template("hemi/wallet.html")
        .get("/hemi/rounds", "hemi.round.list", Access::Public, pages::rounds)
        .template("hemi/rounds.html")
        .get("/hemi/rounds/{id}", "hemi.round.show", Access::Public, pages::round::<A>)
        .template("hemi/round.html")
        .post("/hemi/rounds/{id}/stakes", "hemi.stake.make", Access::Right(rights::BACK), pages::stake::<A>)
        .refusals(stake)
        .post("/hemi/stakes/{id}/withdrawal", "hemi.stake.withdraw", Access::Right(rights::BACK), pages::withdraw::<A>)
        .refusals(&["hemi-round-not-open", "hemi-stake-ended"])
        .get("/hemi/seasons", "hemi.season.list", Access::Right(rights::RUN), pages::seasons)
        .template("hemi/seasons.html")
        .post("/hemi/seasons", "hemi.season.open", Access::Right(rights::RUN), pages::open_season::<A>)
        .refusals(season)
}
