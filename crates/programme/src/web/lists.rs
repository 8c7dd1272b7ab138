//! Which cases a list shows to whom: what one may see in full, and the public face of the rest.
//!
//! Asks the cases page by page; tells nothing. Invariant: whoever may not see a case sees at most title, base and state, and that only once it is public.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lifecycle::Definition;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Fault, Id, Instant, Node};

use crate::case::Case;
use crate::find::is_public;
use crate::view::{StateView, state_view};
use crate::{CaseQuery, definitions, find_cases, rights};

/// So many cases are looked at for one page at most.
const LOOKED_AT: usize = 10_000;

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

/// Who looks, with the cases of their own.
pub(super) struct Sight<'a> {
    who: Option<&'a Acting>,
    own: BTreeSet<Id>,
    definitions: BTreeMap<(String, i64), Arc<Definition>>,
}

impl<'a> Sight<'a> {
    pub fn of(read: &Read, who: Option<&'a Acting>) -> Result<Self, Fault> {
        let own = match who {
            Some(who) => find_cases(read, &CaseQuery { person: Some(who.person.clone()), limit: 1_000, ..CaseQuery::default() })?
                .into_iter()
                .map(|case| case.id)
                .collect(),
            None => BTreeSet::new(),
        };
        Ok(Self { who, own, definitions: BTreeMap::new() })
    }

    fn definition(&mut self, read: &Read, case: &Case) -> Result<Arc<Definition>, Fault> {
        let key = (case.definition.clone(), case.version);
        if let Some(known) = self.definitions.get(&key) {
            return Ok(known.clone());
        }
        let found = definitions::definition(read, &case.definition, case.version)?;
        self.definitions.insert(key, found.clone());
        Ok(found)
    }

    /// May they see all of it? The same rule as `access::may_see`, without a question for each case.
    fn sees(&self, case: &Case) -> bool {
        let Some(who) = self.who else { return false };
        let office = who.is_system() || rights::SEEING.iter().any(|right| who.can(right, &case.node));
        let by_case = case.lead == who.person
            || case.about.as_ref() == Some(&who.person)
            || who.grants.iter().any(|grant| grant.node == case.node && grant.reaches(&case.node));
        office || by_case || self.own.contains(&case.id) || case.parent.as_ref().is_some_and(|parent| self.own.contains(parent))
    }

    /// A page of what they may see, and where it goes on.
    pub fn page(&mut self, read: &Read, query: &CaseQuery, length: usize) -> Result<(Vec<ListRow>, Option<String>), Fault> {
        let mut query = CaseQuery { limit: 200, ..query.clone() };
        let (mut found, mut seen) = (Vec::new(), 0);
        'pages: while seen < LOOKED_AT {
            let batch = find_cases(read, &query)?;
            let Some(last) = batch.last().map(|case| case.id.to_string()) else { break };
            query.after = last;
            seen += batch.len();
            let short = batch.len() < 200;
            for case in batch {
                let (full, definition) = (self.sees(&case), self.definition(read, &case)?);
                if full || is_public(&definition, &case) {
                    found.push((case, full, definition));
                }
                if found.len() > length {
                    break 'pages;
                }
            }
            if short {
                break;
            }
        }
        let more = found.len() > length;
        found.truncate(length);
        let cursor = found.last().map(|(case, ..)| case.id.to_string()).filter(|_| more);
        Ok((rows(read, found)?, cursor))
    }
}

fn rows(read: &Read, found: Vec<(Case, bool, Arc<Definition>)>) -> Result<Vec<ListRow>, Fault> {
    let bases: Vec<Node> = found.iter().map(|(case, ..)| case.base.clone()).collect();
    let leads: Vec<Id> = found.iter().filter(|(_, full, _)| *full).map(|(case, ..)| case.lead.clone()).collect();
    let (places, names) = (identity::nodes(read, &bases)?, identity::person_names(read, &leads)?);
    let now = read.now();
    let row = |(case, full, definition): (Case, bool, Arc<Definition>)| ListRow {
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
    };
    Ok(found.into_iter().map(row).collect())
}
