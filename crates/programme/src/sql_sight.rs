//! Which cases somebody sees, as a condition of SQL, so that lists and boards ask once and not for each case.
//!
//! The rule of `access::may_see`, but for one thing: whoever signs for a unit finds the position through the to-do, not in a list.
//! Invariant: nothing is listed in full that `may_see` would not show; a test compares the two for everybody and every case.

use std::sync::Arc;

use lifecycle::{Definition, StateKind};
use store::{Read, Row};
use words::{Acting, Fault, Grant, Node};

use crate::access::SAME_AS;
use crate::case::Case;
use crate::find::SHOWN;
use crate::rights;
use crate::sql::CASE_COLUMNS;
use crate::sql_find::{CaseFilter, Values, narrowed, own};

/// Who looks, and the definitions in force.
pub(crate) struct Sight<'a> {
    pub who: Option<&'a Acting>,
    pub definitions: Vec<Arc<Definition>>,
}

/// A state with how many cases somebody sees in it, and those that are due first.
#[derive(Debug, Clone)]
pub struct Lane {
    /// State.
    pub state: String,
    /// How many.
    pub count: i64,
    /// The first ones, soonest due first, those without a date last.
    pub cases: Vec<Case>,
}

impl Sight<'_> {
    /// A page of what they see in full and of what is public, newest first; with each whether it is seen in full.
    pub fn page(&self, read: &Read, filter: &CaseFilter<'_>) -> Result<Vec<(Case, bool)>, Fault> {
        let mut values = Values::default();
        let (narrowed, public, limit) = (narrowed(filter, &mut values), self.public(&mut values), values.mark(filter.limit));
        let sql = match self.few(&mut values) {
            Some(few) => format!(
                "select * from (select {CASE_COLUMNS}, 1 as in_full from ({few}) seen cross join programme_case c where c.id = seen.seen_id and {narrowed}
                 union all select * from (select {CASE_COLUMNS}, 0 as in_full from programme_case c
                 where {narrowed} and {public} and c.id not in ({few}) order by id desc limit {limit}) others) cases order by id desc limit {limit}"
            ),
            None => {
                let full = self.full(&mut values);
                format!(
                    "select {CASE_COLUMNS}, case when {full} then 1 else 0 end as in_full from programme_case c
                     where {narrowed} and ({full} or {public}) order by id desc limit {limit}"
                )
            }
        };
        let seen = |row: &Row| Ok((Case::from_row(row)?, row.get("in_full")?));
        read.rows(&sql, &values.0)?.iter().map(seen).collect()
    }

    /// States with cases that they see in full, each with its first `cards`.
    pub fn lanes(&self, read: &Read, filter: &CaseFilter<'_>, cards: i64) -> Result<Vec<Lane>, Fault> {
        let mut values = Values::default();
        let (narrowed, seen) = (narrowed(filter, &mut values), self.seen(&mut values));
        let sql = format!("select state, count(*) as n from {seen} and {narrowed} group by state order by state");
        let mut lanes = Vec::new();
        for row in read.rows(&sql, &values.0)? {
            let (state, count): (String, i64) = (row.get("state")?, row.get("n")?);
            let cases = self.first_due(read, &CaseFilter { state: &state, limit: cards, ..*filter })?;
            lanes.push(Lane { state, count, cases });
        }
        Ok(lanes)
    }

    fn first_due(&self, read: &Read, filter: &CaseFilter<'_>) -> Result<Vec<Case>, Fault> {
        let mut cases = Vec::new();
        for (due, order) in [("is not null", "due_at, id"), ("is null", "id desc")] {
            let mut values = Values::default();
            let (narrowed, seen) = (narrowed(filter, &mut values), self.seen(&mut values));
            let limit = values.mark(filter.limit - cases.len() as i64);
            let sql = format!("select {CASE_COLUMNS} from {seen} and {narrowed} and due_at {due} order by {order} limit {limit}");
            for row in read.rows(&sql, &values.0)? {
                cases.push(Case::from_row(&row)?);
            }
            if cases.len() as i64 >= filter.limit {
                break;
            }
        }
        Ok(cases)
    }

    /// What they see in full, as the tables with the beginning of the condition.
    fn seen(&self, values: &mut Values) -> String {
        match self.few(values) {
            Some(few) => format!("({few}) seen cross join programme_case c where c.id = seen.seen_id"),
            None => format!("programme_case c where {}", self.full(values)),
        }
    }

    /// The cases that they see in full, if they are few: those of somebody without an office, each found by an index. Whoever
    /// has one sees so many that a walk along the cases finds a page sooner.
    fn few(&self, values: &mut Values) -> Option<String> {
        let who = self.who.filter(|who| !who.is_system())?;
        let office = |grant: &Grant| lets_see(who, grant) || !self.used_by(grant).is_empty();
        if who.grants.iter().any(office) {
            return None;
        }
        let me = values.mark(&who.person);
        let mut ways = near(&me).to_vec();
        ways.extend(who.grants.iter().filter(|grant| grant.reaches(&grant.node)).map(|grant| format!("c.node = {}", values.mark(&grant.node))));
        let others: String = ways.iter().map(|way| format!(" union select c.id from programme_case c where {way}")).collect();
        Some(format!("select case_id as seen_id from ({}) own{others}", own(&me)))
    }

    /// What they see in full, as a condition.
    fn full(&self, values: &mut Values) -> String {
        let Some(who) = self.who else { return "1 = 0".into() };
        // Said shortly, so that the database counts and sorts along an index without looking at a row.
        if who.is_system() || who.grants.iter().any(|grant| grant.node == Node::group() && grant.but.is_empty() && lets_see(who, grant)) {
            return "1 = 1".into();
        }
        let me = values.mark(&who.person);
        let mut ways = near(&me).to_vec();
        ways.push(format!("c.id in ({})", own(&me)));
        ways.extend(who.grants.iter().map(|grant| self.by_grant(who, grant, values)));
        format!("({})", ways.join(" or "))
    }

    /// By an office over the place, by a part in the definition there, or by a grant on the case itself.
    fn by_grant(&self, who: &Acting, grant: &Grant, values: &mut Values) -> String {
        if lets_see(who, grant) {
            return reached(grant, values);
        }
        let definitions = self.used_by(grant);
        let reached = reached(grant, values);
        let mut ways = vec![format!("c.node = {}", values.mark(&grant.node))];
        if !definitions.is_empty() {
            ways.push(format!("c.definition in ({})", values.marks(&definitions)));
        }
        format!("({reached} and ({}))", ways.join(" or "))
    }

    /// Definitions in which the role of a grant has a part.
    fn used_by(&self, grant: &Grant) -> Vec<&str> {
        let roles = || SAME_AS.iter().filter(|(_, same)| *same == grant.role).map(|(role, _)| *role).chain([grant.role.as_str()]);
        let uses = |definition: &&Arc<Definition>| roles().any(|role| definition.schema.uses.roles.iter().any(|used| used == role));
        self.definitions.iter().filter(uses).map(|definition| definition.id.as_str()).collect()
    }

    /// What everybody sees of a list: `find::is_public`.
    fn public(&self, values: &mut Values) -> String {
        let mut ways = vec!["1 = 0".to_owned()];
        for definition in self.definitions.iter().filter(|definition| SHOWN.contains(&definition.subject.as_str())) {
            let gate = definition.states.iter().position(|state| state.kind == StateKind::Gate).map_or(usize::MAX, |gate| gate + 1);
            let after: Vec<&str> = definition.states.iter().skip(gate).map(|state| state.id.as_str()).collect();
            let id = values.mark(definition.id.as_str());
            let admitted = if after.is_empty() { "1 = 0".to_owned() } else { format!("c.outcome is null and c.state in ({})", values.marks(&after)) };
            ways.push(format!("(c.definition = {id} and (c.outcome = 'success' or ({admitted})))"));
        }
        format!("({})", ways.join(" or "))
    }
}

/// Cases that are somebody's without an office or a part in them. What is about one person (a position with its pay and grade) is not for the rest of the team.
fn near(me: &str) -> [String; 3] {
    [format!("c.lead = {me}"), format!("c.about = {me}"), format!("(c.about is null and c.parent in ({}))", own(me))]
}

/// Does the grant let its holder see whatever it reaches?
fn lets_see(who: &Acting, grant: &Grant) -> bool {
    let scoped = |right: &str| who.scopes.as_ref().is_none_or(|scopes| scopes.contains(right));
    rights::SEEING.iter().any(|right| grant.rights.contains(*right) && scoped(right))
}

/// Cases that a grant reaches: on its node and below, but not where its holder is too near.
fn reached(grant: &Grant, values: &mut Values) -> String {
    let mut parts = vec![if grant.node == Node::group() { "1 = 1".into() } else { values.within("c.node", &grant.node) }];
    parts.extend(grant.but.iter().map(|barred| format!("not {}", values.within("c.node", barred))));
    format!("({})", parts.join(" and "))
}
