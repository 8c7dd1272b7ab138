//! What the search of the portal finds in domains that it does not know.

use portal::{Finders, Found};
use store::Read;
use words::{Acting, Bilingual, Fault};

use crate::ground::Ground;

/// Data sets and questions of the community.
pub(crate) fn finders() -> Finders {
    Finders(vec![("dataset", datasets), ("question", questions)])
}

fn datasets(read: &Read, who: Option<&Acting>, q: &str, most: usize) -> Result<Vec<Found>, Fault> {
    let hit = |one: ::datasets::DatasetCard| Found { title: one.name, href: format!("/datasets/{}", one.slug), text: one.about.unwrap_or(one.place) };
    Ok(::datasets::found::<Ground>(read, who, q)?.into_iter().take(most).map(hit).collect())
}

fn questions(read: &Read, who: Option<&Acting>, q: &str, most: usize) -> Result<Vec<Found>, Fault> {
    let hit = |one: community::QuestionCard| Found {
        title: Bilingual::new(&one.title, &one.title),
        href: format!("/questions/{}", one.id),
        text: one.capability_name.unwrap_or_else(|| Bilingual::new(&one.capability, &one.capability)),
    };
    Ok(community::found::<Ground>(read, who, q, i64::try_from(most).unwrap_or(i64::MAX))?.into_iter().map(hit).collect())
}
