#![doc = include_str!("../README.md")]

mod asks;
mod checks;
mod ops;
mod refusal;
pub mod rights;
mod round;
mod season;
mod sql;
mod stake;
pub mod told;
mod value;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Check, JobKind, Migration, Part, Table};

pub use asks::Asks;
pub use ops::bar::{bar_person, lift_bar};
pub use ops::grant_season::{grant_now, grant_season, open_season};
pub use ops::make_stake::{make_stake, wallet};
pub use ops::open_round::{RoundDraft, freeze_round, make_round, open_round};
pub use ops::settle_round::{RoundEnd, settle_chunk, settle_round};
pub use ops::withdraw_stake::withdraw_stake;
pub use refusal::{RoundRefusal, SeasonRefusal, StakeRefusal};
pub use round::{Bar, OnFailure, Round, RoundState, Standing, Terms};
pub use season::{Season, SeasonDraft};
pub use stake::{Ending, Stake, StakeState};
pub use view::{
    BackerRecord, BackerView, LineKind, MyBacking, PoolView, RoundCard, RoundView, SeasonView, SeasonsView, StakeView, WalletLine, WalletView, pool, record_of,
    round_of_project, round_view, rounds, seasons_view, wallet_view,
};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("hemi/wallet.html", include_str!("../templates/wallet.html")),
    ("hemi/rounds.html", include_str!("../templates/rounds.html")),
    ("hemi/round.html", include_str!("../templates/round.html")),
    ("hemi/seasons.html", include_str!("../templates/seasons.html")),
];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// The crate wired to what it asks: `Hemi::<Ground>::PART`, `Hemi::<Ground>::routes()`.
pub struct Hemi<A>(PhantomData<fn() -> A>);

impl<A: Asks> Hemi<A> {
    /// What this crate brings to the store.
    pub const PART: Part = Part {
        migrations: &[Migration { name: "20261122_hemi", sql: include_str!("../migrations/20261122_hemi.sql") }],
        tables: &[
            Table { name: "hemi_season", key: &["id"] },
            Table { name: "hemi_grant", key: &["season", "person"] },
            Table { name: "hemi_round", key: &["id"] },
            Table { name: "hemi_barred", key: &["project", "person"] },
            Table { name: "hemi_stake", key: &["id"] },
        ],
        jobs: &[
            JobKind { name: ops::grant_season::JOB, run: ops::grant_season::run::<A> },
            JobKind { name: ops::settle_round::JOB, run: ops::settle_round::run::<A> },
        ],
        checks: &[
            Check { name: "hemi rounds", run: checks::rounds },
            Check { name: "hemi stakes", run: checks::stakes },
            Check { name: "hemi wallets", run: checks::wallets },
            Check { name: "hemi pool", run: checks::pool },
        ],
        ..Part::named("hemi")
    };

    /// Pages and API.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}
