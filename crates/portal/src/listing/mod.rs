//! Apps that developers show (S-141): put up for listing, reviewed by a lifecycle of the pack, shown to everybody with the capabilities that they use.
//!
//! A listing is a case of `app.listing`. Asks `programme`, `capabilities`, `identity`. Invariant: what is shown was agreed to and is of an app that is open; it uses what it subscribed.

mod listed;
mod put_up;

use webkit::{Access, Routes};

pub use put_up::{ListingForm, ListingRefusal, put_up};

const LISTING: &str = "app.listing";
const FORM: &str = "app_listing";

pub(crate) fn routes() -> Routes {
    Routes::new("portal")
        .get("/listed-apps", "portal.listing.list", Access::Public, listed::list)
        .template("portal/listed_apps.html")
        .get("/listed-apps/{id}", "portal.listing.show", Access::Public, listed::show)
        .template("portal/listed_app.html")
        .get("/apps/{id}/listing", "portal.listing.draft", Access::Person, put_up::draft)
        .template("portal/listing_new.html")
        .post("/apps/{id}/listing", "portal.listing.put_up", Access::Person, put_up::submit)
        .refusals(&["programme-fields", "portal-listing-unused", "portal-listing-there", "portal-listing-url", "too-often"])
}
