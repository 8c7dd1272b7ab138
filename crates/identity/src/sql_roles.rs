//! SQL on grants, deputies, absences and relations.

use std::collections::{BTreeMap, BTreeSet};

use store::{Read, Row, Tx, Value, params};
use words::{Bilingual, Day, Fault, Id, Instant, Node};

use crate::deputy::{AbsenceDraft, AbsenceKind, AbsenceView};
use crate::grant::{GrantDraft, GrantView, Roles};
use crate::relation::{RelationDraft, RelationKind, RelationView, Severity};
use crate::sql::marks;

/// A grant as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GrantRow {
    pub id: Id,
    pub person: Id,
    pub role: String,
    pub node: Node,
    pub from_at: Instant,
    pub to_at: Option<Instant>,
    pub granted_by: Id,
    pub reason: String,
    pub deputy_of: Option<Id>,
    pub ended_reason: Option<String>,
    pub node_title: Bilingual,
}

impl GrantRow {
    pub(crate) fn holds(&self, now: Instant) -> bool {
        self.from_at <= now && self.to_at.is_none_or(|to| now < to)
    }

    pub(crate) fn view(self, name: String, roles: &Roles, now: Instant) -> GrantView {
        let title = roles.get(&self.role).map_or_else(|| Bilingual::new(self.role.clone(), self.role.clone()), |role| role.title.clone());
        GrantView {
            holds: self.holds(now),
            from_on: self.from_at.day(),
            to_on: self.to_at.map(|to| to.plus_seconds(-1).day()),
            id: self.id,
            person: self.person,
            name,
            role_title: title,
            role: self.role,
            node: self.node,
            node_title: self.node_title,
            from_at: self.from_at,
            to_at: self.to_at,
            granted_by: self.granted_by,
            reason: self.reason,
            deputy_of: self.deputy_of,
            ended_reason: self.ended_reason,
        }
    }
}

const GRANT: &str = "select g.id, g.person, g.role, g.node, g.from_at, g.to_at, g.granted_by, g.reason, g.deputy_of, g.ended_reason,
    coalesce(n.zh, g.node) as zh, coalesce(n.en, g.node) as en from identity_grant g left join identity_node n on n.path = g.node";

fn grant_of(row: &Row) -> Result<GrantRow, Fault> {
    Ok(GrantRow {
        id: row.get("id")?,
        person: row.get("person")?,
        role: row.get("role")?,
        node: row.get("node")?,
        from_at: row.get("from_at")?,
        to_at: row.get("to_at")?,
        granted_by: row.get("granted_by")?,
        reason: row.get("reason")?,
        deputy_of: row.get("deputy_of")?,
        ended_reason: row.get("ended_reason")?,
        node_title: Bilingual::new(row.get::<String>("zh")?, row.get::<String>("en")?),
    })
}

pub(crate) fn grant(read: &Read, id: &Id) -> Result<Option<GrantRow>, Fault> {
    read.row(&format!("{GRANT} where g.id = $1"), &params![id])?.as_ref().map(grant_of).transpose()
}

pub(crate) fn grants_of(read: &Read, person: &Id) -> Result<Vec<GrantRow>, Fault> {
    read.rows(&format!("{GRANT} where g.person = $1 order by g.from_at desc, g.id desc limit 1000"), &params![person])?.iter().map(grant_of).collect()
}

/// Grants of several people that hold at the moment.
pub(crate) fn grants_now(read: &Read, persons: &[Id], now: Instant) -> Result<Vec<GrantRow>, Fault> {
    let mut found = Vec::new();
    for some in persons.chunks(400) {
        let mut values = params![now].to_vec();
        let sql = format!("{GRANT} where g.from_at <= $1 and (g.to_at is null or g.to_at > $1) and g.person in ({}) order by g.id", marks(&mut values, some));
        found.extend(read.rows(&sql, &values)?.iter().map(grant_of).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

/// At most 10,000: all experts of a pool must be among them.
pub(crate) fn holders_at(read: &Read, role: &str, node: &Node, now: Instant) -> Result<Vec<Id>, Fault> {
    let sql = "select distinct person from identity_grant where role = $1 and node = $2 and from_at <= $3 and (to_at is null or to_at > $3) order by person limit 10000";
    read.rows(sql, &params![role, node, now])?.iter().map(|row| row.get("person")).collect()
}

pub(crate) fn holders_below(read: &Read, role: &str, node: &Node, now: Instant) -> Result<Vec<Id>, Fault> {
    let sql = "select distinct person from identity_grant
         where role = $1 and (node = $2 or (node >= $3 and node < $4)) and from_at <= $5 and (to_at is null or to_at > $5) order by person";
    let (first, last) = (format!("{node}/"), format!("{node}0"));
    read.rows(sql, &params![role, node, first, last, now])?.iter().map(|row| row.get("person")).collect()
}

/// What a list of grants is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct GrantFilter<'a> {
    pub role: Option<&'a str>,
    pub node: Option<&'a Node>,
    pub holding_at: Option<Instant>,
}

pub(crate) fn grants(read: &Read, filter: &GrantFilter<'_>, offset: i64, limit: i64) -> Result<(Vec<GrantRow>, i64), Fault> {
    let (mut parts, mut values): (Vec<String>, Vec<Value>) = (vec!["1 = 1".into()], Vec::new());
    if let Some(role) = filter.role {
        values.push(role.into());
        parts.push(format!("g.role = ${}", values.len()));
    }
    if let Some(node) = filter.node {
        values.extend([node.into(), format!("{node}/").into(), format!("{node}0").into()]);
        let n = values.len();
        parts.push(format!("(g.node = ${} or (g.node > ${} and g.node < ${n}))", n - 2, n - 1));
    }
    if let Some(now) = filter.holding_at {
        values.push(now.into());
        let n = values.len();
        parts.push(format!("g.from_at <= ${n} and (g.to_at is null or g.to_at > ${n})"));
    }
    let narrowed = parts.join(" and ");
    let count = read.row(&format!("select count(*) as n from identity_grant g where {narrowed}"), &values)?.map_or(Ok(0), |row| row.get("n"))?;
    values.extend([limit.into(), offset.into()]);
    let n = values.len();
    let sql = format!("{GRANT} where {narrowed} order by g.made_at desc, g.id desc limit ${} offset ${n}", n - 1);
    Ok((read.rows(&sql, &values)?.iter().map(grant_of).collect::<Result<_, _>>()?, count))
}

pub(crate) fn grant_overlaps(read: &Read, draft: &GrantDraft) -> Result<bool, Fault> {
    let sql = "select id from identity_grant where person = $1 and role = $2 and node = $3 and (to_at is null or to_at > $4) and from_at < $5 limit 1";
    let last = draft.to_at.map_or(i64::MAX, Instant::micros);
    Ok(read.row(sql, &params![&draft.person, &draft.role, &draft.node, draft.from_at, last])?.is_some())
}

pub(crate) fn grant_insert(tx: &mut Tx, id: &Id, by: &Id, draft: &GrantDraft) -> Result<(), Fault> {
    let now = tx.now();
    let mut columns = vec![("id", Value::from(id)), ("person", (&draft.person).into()), ("role", (&draft.role).into()), ("node", (&draft.node).into())];
    columns.extend([("from_at", draft.from_at.into()), ("to_at", draft.to_at.into()), ("granted_by", by.into()), ("made_at", now.into())]);
    columns.extend([("reason", (&draft.reason).into()), ("deputy_of", draft.deputy_of.clone().into())]);
    tx.insert("identity_grant", &columns).map(drop)
}

/// Ends a grant now; one that had not begun never holds.
pub(crate) fn grant_end(tx: &mut Tx, id: &Id, by: &Id, reason: &str) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "update identity_grant set to_at = case when from_at > $2 then from_at else $2 end, ended_by = $3, ended_reason = $4 where id = $1";
    tx.change("identity_grant", sql, &params![id, now, by, reason]).map(drop)
}

/// The line of an official, first deputy first.
pub(crate) fn line_of(read: &Read, official: &Id) -> Result<Vec<Id>, Fault> {
    let sql = "select deputy from identity_deputy where official = $1 and ended_at is null order by rank limit 20";
    read.rows(sql, &params![official])?.iter().map(|row| row.get("deputy")).collect()
}

pub(crate) fn officials_of(read: &Read, deputy: &Id) -> Result<Vec<Id>, Fault> {
    let sql = "select official from identity_deputy where deputy = $1 and ended_at is null order by official limit 200";
    read.rows(sql, &params![deputy])?.iter().map(|row| row.get("official")).collect()
}

pub(crate) fn line_set(tx: &mut Tx, official: &Id, line: &[Id]) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("identity_deputy", "update identity_deputy set ended_at = $2 where official = $1 and ended_at is null", &params![official, now])?;
    for (rank, deputy) in line.iter().enumerate() {
        let id = tx.id("dep");
        tx.insert(
            "identity_deputy",
            &[("id", id.into()), ("official", official.into()), ("rank", (rank + 1).into()), ("deputy", deputy.into()), ("made_at", now.into())],
        )?;
    }
    Ok(())
}

pub(crate) fn deputy_gone(tx: &mut Tx, deputy: &Id) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "update identity_deputy set ended_at = $2 where (deputy = $1 or official = $1) and ended_at is null";
    tx.change("identity_deputy", sql, &params![deputy, now]).map(drop)
}

/// An absence on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Away {
    pub official: Id,
    pub kind: AbsenceKind,
    pub node: Option<Node>,
}

impl Away {
    /// Does it keep the official from acting on this node?
    pub(crate) fn keeps_from(&self, node: &Node) -> bool {
        self.kind == AbsenceKind::Away || self.node.as_ref().is_some_and(|case| case.covers(node))
    }
}

pub(crate) fn away_on(read: &Read, officials: &[Id], day: Day) -> Result<Vec<Away>, Fault> {
    let mut found = Vec::new();
    for some in officials.chunks(400) {
        let mut values = params![day].to_vec();
        let sql = format!(
            "select official, kind, node from identity_absence where from_on <= $1 and (to_on is null or to_on >= $1) and official in ({}) order by id",
            marks(&mut values, some)
        );
        for row in read.rows(&sql, &values)? {
            let kind: String = row.get("kind")?;
            let kind = AbsenceKind::parse(&kind).ok_or_else(|| Fault::new(format!("absence {kind}")))?;
            found.push(Away { official: row.get("official")?, kind, node: row.get("node")? });
        }
    }
    Ok(found)
}

/// Those of the people who have left or were erased.
pub(crate) fn gone(read: &Read, persons: &[Id]) -> Result<BTreeSet<Id>, Fault> {
    let mut found = BTreeSet::new();
    for some in persons.chunks(400) {
        let mut values = Vec::new();
        let sql = format!("select id from identity_party where state <> 'active' and id in ({})", marks(&mut values, some));
        for row in read.rows(&sql, &values)? {
            found.insert(row.get("id")?);
        }
    }
    Ok(found)
}

pub(crate) fn absence_insert(tx: &mut Tx, id: &Id, official: &Id, by: &Id, draft: &AbsenceDraft) -> Result<(), Fault> {
    let now = tx.now();
    let mut columns = vec![("id", Value::from(id)), ("official", official.into()), ("kind", draft.kind.as_str().into()), ("node", draft.node.clone().into())];
    columns.extend([("from_on", draft.from_on.into()), ("to_on", draft.to_on.into()), ("reason", (&draft.reason).into())]);
    columns.extend([("made_by", by.into()), ("made_at", now.into())]);
    tx.insert("identity_absence", &columns).map(drop)
}

fn absence_of(row: &Row) -> Result<(Id, AbsenceView), Fault> {
    let kind: String = row.get("kind")?;
    let kind = AbsenceKind::parse(&kind).ok_or_else(|| Fault::new(format!("absence {kind}")))?;
    let view =
        AbsenceView { id: row.get("id")?, kind, node: row.get("node")?, from_on: row.get("from_on")?, to_on: row.get("to_on")?, reason: row.get("reason")? };
    Ok((row.get("official")?, view))
}

pub(crate) fn absences(read: &Read, official: &Id) -> Result<Vec<AbsenceView>, Fault> {
    let sql = "select id, official, kind, node, from_on, to_on, reason from identity_absence where official = $1 order by from_on desc, id desc limit 100";
    read.rows(sql, &params![official])?.iter().map(|row| Ok(absence_of(row)?.1)).collect()
}

pub(crate) fn absence(read: &Read, id: &Id) -> Result<Option<(Id, AbsenceView)>, Fault> {
    read.row("select id, official, kind, node, from_on, to_on, reason from identity_absence where id = $1", &params![id])?.as_ref().map(absence_of).transpose()
}

pub(crate) fn absence_end(tx: &mut Tx, id: &Id, to_on: Day) -> Result<(), Fault> {
    tx.change("identity_absence", "update identity_absence set to_on = $2 where id = $1", &params![id, to_on]).map(drop)
}

/// Notes that a case is about a person; `false` if that is known.
pub(crate) fn concern_insert(tx: &mut Tx, node: &Node, person: &Id, source: &str) -> Result<bool, Fault> {
    let now = tx.now();
    let sql = "insert into identity_concerned (node, person, source, made_at) values ($1, $2, $3, $4) on conflict (node, person) do nothing";
    Ok(!tx.change("identity_concerned", sql, &params![node, person, source, now])?.is_empty())
}

/// Nodes of the cases that are about any of the people.
pub(crate) fn concerning(read: &Read, persons: &[Id]) -> Result<BTreeSet<Node>, Fault> {
    let mut found = BTreeSet::new();
    for some in persons.chunks(400) {
        let mut values = Vec::new();
        let sql = format!("select distinct node from identity_concerned where person in ({})", marks(&mut values, some));
        for row in read.rows(&sql, &values)? {
            found.insert(row.get("node")?);
        }
    }
    Ok(found)
}

/// Whom the case on this node (or one above it) is about.
pub(crate) fn concerned_on(read: &Read, node: &Node) -> Result<Vec<Id>, Fault> {
    let places: Vec<Node> = node.upwards().collect();
    let mut values: Vec<Value> = Vec::new();
    let marks: Vec<String> = places
        .iter()
        .map(|place| {
            values.push(place.into());
            format!("${}", values.len())
        })
        .collect();
    let sql = format!("select distinct person from identity_concerned where node in ({}) order by person limit 2000", marks.join(", "));
    read.rows(&sql, &values)?.iter().map(|row| row.get("person")).collect()
}

const RELATION: &str = "select id, kind, a, b, from_on, to_on, source, severity from identity_relation";

fn relation_of(row: &Row) -> Result<RelationView, Fault> {
    let (kind, severity): (String, String) = (row.get("kind")?, row.get("severity")?);
    Ok(RelationView {
        id: row.get("id")?,
        kind: RelationKind::parse(&kind).ok_or_else(|| Fault::new(format!("relation {kind}")))?,
        a: row.get("a")?,
        b: row.get("b")?,
        from_on: row.get("from_on")?,
        to_on: row.get("to_on")?,
        source: row.get("source")?,
        severity: Severity::parse(&severity).ok_or_else(|| Fault::new(format!("severity {severity}")))?,
    })
}

pub(crate) fn relation(read: &Read, id: &Id) -> Result<Option<RelationView>, Fault> {
    read.row(&format!("{RELATION} where id = $1"), &params![id])?.as_ref().map(relation_of).transpose()
}

/// The open relation of the same kind, sides and source, if there is one.
pub(crate) fn relation_like(read: &Read, draft: &RelationDraft) -> Result<Option<RelationView>, Fault> {
    let sql = format!("{RELATION} where kind = $1 and a = $2 and b = $3 and source = $4 and to_on is null limit 1");
    read.row(&sql, &params![draft.kind.as_str(), &draft.a, &draft.b, &draft.source])?.as_ref().map(relation_of).transpose()
}

pub(crate) fn relations_of(read: &Read, party: &Id) -> Result<Vec<RelationView>, Fault> {
    let sql = format!("{RELATION} where a = $1 or b = $1 order by from_on desc, id desc limit 500");
    read.rows(&sql, &params![party])?.iter().map(relation_of).collect()
}

/// All relations of the parties on either side that were in force on the day or later.
pub(crate) fn relations_touching(read: &Read, parties: &[Id], since: Day) -> Result<Vec<RelationView>, Fault> {
    let mut found = BTreeMap::new();
    for some in parties.chunks(400) {
        for side in ["a", "b"] {
            let mut values = params![since].to_vec();
            let sql = format!("{RELATION} where (to_on is null or to_on >= $1) and {side} in ({})", marks(&mut values, some));
            for row in read.rows(&sql, &values)? {
                let view = relation_of(&row)?;
                found.insert(view.id.clone(), view);
            }
        }
    }
    Ok(found.into_values().collect())
}

pub(crate) fn relation_insert(tx: &mut Tx, id: &Id, by: &Id, draft: &RelationDraft) -> Result<(), Fault> {
    let now = tx.now();
    let mut columns = vec![("id", Value::from(id)), ("kind", draft.kind.as_str().into()), ("a", (&draft.a).into()), ("b", (&draft.b).into())];
    columns.extend([("from_on", draft.from_on.into()), ("to_on", draft.to_on.into()), ("source", (&draft.source).into())]);
    columns.extend([("severity", draft.severity.as_str().into()), ("made_by", by.into()), ("made_at", now.into())]);
    tx.insert("identity_relation", &columns).map(drop)
}

pub(crate) fn relation_end(tx: &mut Tx, id: &Id, to_on: Day) -> Result<(), Fault> {
    tx.change("identity_relation", "update identity_relation set to_on = $2 where id = $1", &params![id, to_on]).map(drop)
}
