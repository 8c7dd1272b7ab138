#![doc = include_str!("../README.md")]

mod books;
mod care;
mod listing;
mod me;
mod positions;
mod public;
mod reviews;
mod rights;
mod sharing;
mod shell;
mod templates;
pub mod told;

pub use listing::{ListingForm, ListingRefusal, put_up};
pub use me::{Finder, Finders, Found};
pub use public::{Hosted, Registration};
pub use sharing::{COMPONENT, ComponentForm, RequestForm, SharingRefusal, add_document, lapse_requests, offer_component, request_component};
pub use shell::{Parts, Shell, Shell as Chrome, Site};
pub use templates::TEMPLATES;

/// All pages of this crate.
pub fn routes() -> webkit::Routes {
    public::routes()
        .merge(me::routes())
        .merge(reviews::routes())
        .merge(books::routes())
        .merge(care::routes())
        .merge(positions::routes())
        .merge(sharing::routes())
        .merge(listing::routes())
}

/// Sentences.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };
