//! All registers on one page.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Bilingual, Never};

use crate::record::PUBLIC;
use crate::{rights, sql};

/// A register.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct KindLine {
    /// Kind.
    kind: String,
    /// What people call it.
    name: Bilingual,
    /// A sentence about it.
    about: Option<Bilingual>,
    /// Records in use that whoever looks may read at least.
    count: i64,
}

/// All registers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct KindsView {
    /// In their order.
    kinds: Vec<KindLine>,
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<KindsView> {
    let keeps = call.who().is_some_and(|who| who.may_anywhere(rights::KEEP).is_ok());
    let view = call.read::<_, Never>(|read| {
        let counts = sql::counts(read)?;
        let mut kinds = sql::kinds(read)?;
        kinds.retain(|kind| keeps || kind.readers() == PUBLIC);
        kinds.sort_by_key(|kind| kind.order());
        let line = |kind: crate::Kind| {
            let count = counts.iter().find(|(name, ..)| *name == kind.kind).map_or(0, |(_, open, all)| if keeps { *all } else { *open });
            KindLine { about: kind.about(), count, name: kind.name, kind: kind.kind }
        };
        Ok(KindsView { kinds: kinds.into_iter().map(line).collect() })
    })?;
    Ok(Reply::page("register/kinds.html", view))
}
