//! Which cases a list shows to whom: what one may see in full, and the public face of the rest.
//!
//! One question a page; tells nothing. Invariant: whoever may not see a case sees at most title, base and state, and that only once it is public.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Bilingual, Fault, Id, Instant, Node};

use crate::CaseQuery;
use crate::case::Case;
use crate::definitions::Known;
use crate::sql_find::CaseFilter;
use crate::sql_sight::Sight;
use crate::view::{StateView, state_view};

/// A case of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ListRow {
    /// Id.
    pub id: Id,
    /// Number, for those who may see the case.
    pub number: Option<String>,
    /// Title.
    pub title: String,
    /// Definition.
    pub definition: String,
    /// Kind of programme.
    pub kind: Bilingual,
    /// State.
    pub state: StateView,
    /// Base.
    pub base: Node,
    /// Name of the base.
    pub base_name: Bilingual,
    /// Name of the lead, for those who may see the case.
    pub lead_name: Option<String>,
    /// Since when it is in this state, for those who may see the case.
    pub entered_at: Option<Instant>,
    /// When the state should be over, for those who may see the case.
    pub due_at: Option<Instant>,
    /// Is that past?
    pub overdue: bool,
    /// Where it is opened.
    pub href: String,
}

/// A page of what somebody may see, and where it goes on.
pub(super) fn page(read: &Read, sight: &Sight<'_>, query: &CaseQuery, length: usize) -> Result<(Vec<ListRow>, Option<String>), Fault> {
    let mut found = sight.page(read, &CaseFilter { limit: length as i64 + 1, ..query.filter() })?;
    let more = found.len() > length;
    found.truncate(length);
    let cursor = found.last().map(|(case, ..)| case.id.to_string()).filter(|_| more);
    Ok((rows(read, found)?, cursor))
}

fn rows(read: &Read, found: Vec<(Case, bool)>) -> Result<Vec<ListRow>, Fault> {
    let bases: Vec<Node> = found.iter().map(|(case, _)| case.base.clone()).collect();
    let leads: Vec<Id> = found.iter().filter(|(_, full)| *full).map(|(case, _)| case.lead.clone()).collect();
    let mut known = Known::default();
    let (places, names) = (identity::nodes(read, &bases)?, identity::person_names(read, &leads)?);
    let now = read.now();
    let row = |(case, full): (Case, bool)| {
        let definition = known.of(read, &case)?;
        Ok(ListRow {
            number: full.then_some(case.number),
            kind: definition.label.clone(),
            state: state_view(&definition, &case.state),
            base_name: places.get(&case.base).map(|node| node.title.clone()).unwrap_or_default(),
            lead_name: names.get(&case.lead).filter(|_| full).cloned(),
            entered_at: full.then_some(case.entered_at),
            due_at: case.due_at.filter(|_| full),
            overdue: full && case.due_at.is_some_and(|due| due < now),
            href: if full { format!("/cases/{}", case.id) } else { format!("/projects/{}", case.id) },
            title: case.title,
            definition: case.definition,
            base: case.base,
            id: case.id,
        })
    };
    found.into_iter().map(row).collect()
}
