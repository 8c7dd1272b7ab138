//! Price books and bills: by hand, against a naive model, and with anything at all.

mod checker;
mod hand;
mod naive;
mod plan;
mod property;
