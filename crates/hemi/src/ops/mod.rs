//! The use cases, one a file.

pub(crate) mod bar;
pub(crate) mod grant_season;
pub(crate) mod make_stake;
pub(crate) mod open_round;
pub(crate) mod settle_round;
pub(crate) mod withdraw_stake;
