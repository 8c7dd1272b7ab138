//! The whole program: what is lived is consistent, whatever is altered is noticed, and the side effects of the platform stand on one page.

mod api;
mod authorisation;
mod ground;
mod lived;
mod pages;
mod places;
mod reactions;
mod schema;
mod story;
