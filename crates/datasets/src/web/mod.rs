//! Pages and API of data sets, and what is served to gateways. Parse, do, show.

mod pages;
mod served;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights::OWN;

/// What a file may be refused for.
const FILE: &[&str] = &[
    "datasets-large",
    "datasets-unreadable",
    "datasets-empty",
    "datasets-rows",
    "datasets-missing",
    "datasets-unknown-column",
    "datasets-cell",
    "datasets-personal",
    "too-often",
];
/// The same, and what is said of it.
const HOST: &[&str] = &[
    "datasets-needed",
    "datasets-column",
    "datasets-column-twice",
    "datasets-columns",
    "datasets-slug",
    "datasets-place",
    "datasets-large",
    "datasets-unreadable",
    "datasets-empty",
    "datasets-rows",
    "datasets-missing",
    "datasets-unknown-column",
    "datasets-cell",
    "datasets-personal",
    "too-often",
];

pub(crate) fn routes<A: Asks>() -> Routes {
    served::add::<A>(Routes::new("datasets"))
        .get("/datasets", "datasets.list", Access::Public, pages::list::<A>)
        .template("datasets/list.html")
        .get("/datasets/new", "datasets.draft", Access::Right(OWN), pages::draft::<A>)
        .template("datasets/new.html")
        .post("/datasets", "datasets.host", Access::Right(OWN), pages::host::<A>)
        .refusals(HOST)
        .get("/datasets/{slug}", "datasets.show", Access::Public, pages::show::<A>)
        .template("datasets/show.html")
        .post("/datasets/{slug}/files", "datasets.replace", Access::Right(OWN), pages::replace)
        .refusals(FILE)
}
