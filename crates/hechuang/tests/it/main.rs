//! The whole program: what is lived is consistent, whatever is altered is noticed, and the side effects of the platform stand on one page.

mod api;
mod authorisation;
mod axe;
mod broken;
mod browser;
mod browser_failure;
mod browser_success;
mod cli;
mod definition_change;
mod full;
mod ground;
mod hands;
mod import;
mod kill;
mod lived;
mod luck;
mod pages;
mod passkey_browser;
mod places;
mod reactions;
mod releases;
mod schema;
mod served;
mod several;
mod simulate;
mod story;
