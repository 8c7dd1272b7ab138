//! The whole program: what is lived is consistent, whatever is altered is noticed, and the side effects of the platform stand on one page.

mod api;
mod authorisation;
mod browser;
mod cli;
mod ground;
mod import;
mod kill;
mod lived;
mod pages;
mod places;
mod reactions;
mod schema;
mod simulate;
mod story;
