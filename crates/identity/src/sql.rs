//! SQL on people, organisations, the tree and memberships. Rows never leave the `sql` files.

use std::collections::BTreeMap;

use store::{Read, Row, Tx, Value, params};
use words::{Bilingual, Day, Fault, Id, Instant, Lang, Node};

use crate::membership::{MembershipDraft, MembershipView};
use crate::person::{OrgDraft, PersonState};
use crate::tree::{NodeDraft, NodeKind, NodeView};

/// A person without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub id: Id,
    pub handle: String,
    pub state: PersonState,
    pub lang: Lang,
    pub theme: String,
    pub left_on: Option<Day>,
    pub made_at: Instant,
}

const PERSON: &str = "select p.id, p.handle, p.state, p.made_at, q.lang, q.theme, q.left_on from identity_person q join identity_party p on p.id = q.id";

fn person_of(row: &Row) -> Result<Person, Fault> {
    let state: String = row.get("state")?;
    Ok(Person {
        id: row.get("id")?,
        handle: row.get("handle")?,
        state: PersonState::parse(&state).ok_or_else(|| Fault::new(format!("state {state}")))?,
        lang: Lang::parse(&row.get::<String>("lang")?).unwrap_or_default(),
        theme: row.get("theme")?,
        left_on: row.get("left_on")?,
        made_at: row.get("made_at")?,
    })
}

/// A list of parameters `$first, $first+1 …` for the values, repeated up to a few fixed lengths, so that few statements are prepared.
pub(crate) fn marks(values: &mut Vec<Value>, ids: &[Id]) -> String {
    let first = values.len() + 1;
    let length = [1, 8, 64, 400].into_iter().find(|&length| ids.len() <= length).unwrap_or(ids.len());
    let last = ids.last().cloned().unwrap_or_else(|| Id::fixed(""));
    values.extend((0..length).map(|at| Value::from(ids.get(at).unwrap_or(&last))));
    (first..first + length).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

pub(crate) fn person_insert(tx: &mut Tx, id: &Id, handle: &str, lang: Lang) -> Result<(), Fault> {
    let now = tx.now();
    let state = PersonState::Active.as_str();
    tx.insert("identity_party", &[("id", id.into()), ("kind", "person".into()), ("handle", handle.into()), ("state", state.into()), ("made_at", now.into())])?;
    tx.insert("identity_person", &[("id", id.into()), ("lang", lang.tag().into()), ("theme", "auto".into())]).map(drop)
}

pub(crate) fn org_insert(tx: &mut Tx, id: &Id, draft: &OrgDraft) -> Result<(), Fault> {
    let now = tx.now();
    let uscc = draft.uscc.as_ref().map(|code| code.as_str());
    let names: [(&str, Value); 3] = [("zh", (&draft.zh).into()), ("en", (&draft.en).into()), ("uscc", uscc.into())];
    let mut columns = vec![("id", id.into()), ("kind", "org".into()), ("handle", id.into()), ("state", "active".into()), ("made_at", now.into())];
    columns.extend(names);
    tx.insert("identity_party", &columns).map(drop)
}

pub(crate) fn org_by_uscc(read: &Read, code: &str) -> Result<Option<Id>, Fault> {
    read.row("select id from identity_party where uscc = $1", &params![code])?.map(|row| row.get("id")).transpose()
}

pub(crate) fn org_names(read: &Read, orgs: &[Id]) -> Result<BTreeMap<Id, Bilingual>, Fault> {
    let mut names = BTreeMap::new();
    for some in orgs.chunks(400) {
        let mut values = Vec::new();
        let sql = format!("select id, zh, en from identity_party where kind = 'org' and id in ({})", marks(&mut values, some));
        for row in read.rows(&sql, &values)? {
            names.insert(row.get("id")?, Bilingual::new(row.get::<String>("zh")?, row.get::<String>("en")?));
        }
    }
    Ok(names)
}

pub(crate) fn person(read: &Read, id: &Id) -> Result<Option<Person>, Fault> {
    read.row(&format!("{PERSON} where q.id = $1"), &params![id])?.as_ref().map(person_of).transpose()
}

pub(crate) fn handles(read: &Read, persons: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
    let mut found = BTreeMap::new();
    for some in persons.chunks(400) {
        let mut values = Vec::new();
        let sql = format!("select id, handle from identity_party where kind = 'person' and id in ({})", marks(&mut values, some));
        for row in read.rows(&sql, &values)? {
            found.insert(row.get("id")?, row.get("handle")?);
        }
    }
    Ok(found)
}

/// What a list of people is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct PeopleFilter<'a> {
    /// Keyed hashes that all must match.
    pub terms: &'a [String],
    /// A handle, found as it is.
    pub handle: Option<&'a str>,
    pub state: Option<&'a str>,
    pub node: Option<&'a Node>,
}

fn people_where(filter: &PeopleFilter<'_>, today: Day) -> (String, Vec<Value>) {
    let (mut parts, mut values): (Vec<String>, Vec<Value>) = (vec!["p.kind = 'person'".into()], Vec::new());
    let mut found = Vec::new();
    for term in filter.terms {
        values.push(term.into());
        found.push(format!("exists (select 1 from identity_found f where f.term = ${} and f.person = p.id)", values.len()));
    }
    let by_handle = filter.handle.map(|handle| {
        values.push(handle.into());
        format!("p.handle = ${}", values.len())
    });
    match (found.is_empty(), by_handle) {
        (false, Some(handle)) => parts.push(format!("({handle} or ({}))", found.join(" and "))),
        (false, None) => parts.push(found.join(" and ")),
        (true, Some(handle)) => parts.push(handle),
        (true, None) => {}
    }
    if let Some(state) = filter.state {
        values.push(state.into());
        parts.push(format!("p.state = ${}", values.len()));
    }
    if let Some(node) = filter.node.filter(|node| **node != Node::group()) {
        values.extend([node.into(), format!("{node}/").into(), format!("{node}0").into(), today.into()]);
        let n = values.len();
        parts.push(format!(
            "exists (select 1 from identity_membership m where m.person = p.id and (m.node = ${} or (m.node > ${} and m.node < ${})) and (m.to_on is null or m.to_on >= ${n}))",
            n - 3,
            n - 2,
            n - 1
        ));
    }
    (parts.join(" and "), values)
}

pub(crate) fn people(read: &Read, filter: &PeopleFilter<'_>, offset: i64, limit: i64) -> Result<Vec<Person>, Fault> {
    let (narrowed, mut values) = people_where(filter, read.now().day());
    values.extend([limit.into(), offset.into()]);
    let n = values.len();
    let sql = format!("{PERSON} where {narrowed} order by p.made_at desc, p.id desc limit ${} offset ${n}", n - 1);
    read.rows(&sql, &values)?.iter().map(person_of).collect()
}

pub(crate) fn people_count(read: &Read, filter: &PeopleFilter<'_>) -> Result<i64, Fault> {
    let (narrowed, values) = people_where(filter, read.now().day());
    let row = read.row(&format!("select count(*) as n from identity_party p where {narrowed}"), &values)?;
    row.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn person_state(tx: &mut Tx, id: &Id, state: PersonState) -> Result<(), Fault> {
    tx.change("identity_party", "update identity_party set state = $2 where id = $1", &params![id, state.as_str()]).map(drop)
}

pub(crate) fn person_left(tx: &mut Tx, id: &Id, on: Day) -> Result<(), Fault> {
    tx.change("identity_person", "update identity_person set left_on = $2 where id = $1", &params![id, on])?;
    person_state(tx, id, PersonState::Left)
}

pub(crate) fn person_erased(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("identity_person", "update identity_person set erased_at = $2 where id = $1", &params![id, now])?;
    person_state(tx, id, PersonState::Erased)
}

pub(crate) fn person_settings(tx: &mut Tx, id: &Id, lang: Lang, theme: &str) -> Result<(), Fault> {
    tx.change("identity_person", "update identity_person set lang = $2, theme = $3 where id = $1", &params![id, lang.tag(), theme]).map(drop)
}

pub(crate) fn found_put(tx: &mut Tx, person: &Id, term: &str) -> Result<(), Fault> {
    tx.execute("insert into identity_found (term, person) values ($1, $2) on conflict (term, person) do nothing", &params![term, person]).map(drop)
}

pub(crate) fn found_clear(tx: &mut Tx, person: &Id) -> Result<(), Fault> {
    tx.execute("delete from identity_found where person = $1", &params![person]).map(drop)
}

/// Is this person found under the term?
pub(crate) fn finds(read: &Read, person: &Id, term: &str) -> Result<bool, Fault> {
    Ok(read.row("select 1 from identity_found where term = $1 and person = $2", &params![term, person])?.is_some())
}

pub(crate) fn found_by(read: &Read, term: &str) -> Result<Option<Id>, Fault> {
    read.row("select person from identity_found where term = $1 limit 1", &params![term])?.map(|row| row.get("person")).transpose()
}

fn node_of(row: &Row) -> Result<NodeView, Fault> {
    let kind: String = row.get("kind")?;
    Ok(NodeView {
        path: row.get("path")?,
        parent: row.get("parent")?,
        kind: NodeKind::parse(&kind).ok_or_else(|| Fault::new(format!("kind {kind}")))?,
        title: Bilingual::new(row.get::<String>("zh")?, row.get::<String>("en")?),
        city: row.get("city")?,
        closed_on: row.get("closed_on")?,
    })
}

const NODE: &str = "select path, parent, kind, zh, en, city, closed_on from identity_node";

pub(crate) fn node(read: &Read, path: &Node) -> Result<Option<NodeView>, Fault> {
    read.row(&format!("{NODE} where path = $1"), &params![path])?.as_ref().map(node_of).transpose()
}

pub(crate) fn children(read: &Read, path: &Node) -> Result<Vec<NodeView>, Fault> {
    read.rows(&format!("{NODE} where parent = $1 order by path limit 2000"), &params![path])?.iter().map(node_of).collect()
}

/// Everything that is not a case: a few hundred at most.
pub(crate) fn places(read: &Read) -> Result<Vec<NodeView>, Fault> {
    read.rows(&format!("{NODE} where kind in ('group', 'unit', 'base') order by path limit 5000"), &[])?.iter().map(node_of).collect()
}

/// Those of one kind that are open.
pub(crate) fn open_places(read: &Read, kind: NodeKind) -> Result<Vec<NodeView>, Fault> {
    read.rows(&format!("{NODE} where kind = $1 and closed_on is null order by path limit 5000"), &params![kind.as_str()])?.iter().map(node_of).collect()
}

pub(crate) fn nodes(read: &Read, paths: &[Node]) -> Result<BTreeMap<Node, NodeView>, Fault> {
    let ids: Vec<Id> = paths.iter().map(|path| Id::fixed(path.as_str())).collect();
    let mut found = BTreeMap::new();
    for some in ids.chunks(400) {
        let mut values = Vec::new();
        let sql = format!("{NODE} where path in ({})", marks(&mut values, some));
        for row in read.rows(&sql, &values)? {
            let view = node_of(&row)?;
            found.insert(view.path.clone(), view);
        }
    }
    Ok(found)
}

pub(crate) fn node_insert(tx: &mut Tx, path: &Node, draft: &NodeDraft) -> Result<(), Fault> {
    let now = tx.now();
    let parent = path.above();
    let mut columns = vec![("path", Value::from(path)), ("parent", parent.into()), ("kind", draft.kind.as_str().into()), ("made_at", now.into())];
    columns.extend([("zh", (&draft.title.zh).into()), ("en", (&draft.title.en).into()), ("city", draft.city.clone().into())]);
    tx.insert("identity_node", &columns).map(drop)
}

pub(crate) fn node_change(tx: &mut Tx, path: &Node, title: &Bilingual, city: Option<String>) -> Result<(), Fault> {
    let sql = "update identity_node set zh = $2, en = $3, city = $4 where path = $1";
    tx.change("identity_node", sql, &params![path, &title.zh, &title.en, city]).map(drop)
}

pub(crate) fn node_close(tx: &mut Tx, path: &Node, on: Day) -> Result<(), Fault> {
    tx.change("identity_node", "update identity_node set closed_on = $2 where path = $1", &params![path, on]).map(drop)
}

/// Nodes below: (not closed, cases).
pub(crate) fn below_counts(read: &Read, path: &Node) -> Result<(i64, i64), Fault> {
    let sql = "select cast(coalesce(sum(case when closed_on is null then 1 else 0 end), 0) as bigint) as live,
        cast(coalesce(sum(case when kind = 'case' then 1 else 0 end), 0) as bigint) as cases
        from identity_node where path > $1 and path < $2";
    let row = read.row(sql, &params![format!("{path}/"), format!("{path}0")])?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get("live")?, row.get("cases")?)))
}

/// The node and everything of this crate that lies on it or below gets its new path.
pub(crate) fn node_move(tx: &mut Tx, from: &Node, to: &Node) -> Result<(), Fault> {
    let below = params![from, to, i64::try_from(from.as_str().len()).unwrap_or(0) + 1, format!("{from}/"), format!("{from}0")];
    let moved = |column: &str| format!("{column} = $2 || substr({column}, cast(cast($3 as bigint) as integer))");
    let on = |column: &str| format!("({column} = $1 or ({column} > $4 and {column} < $5))");
    tx.change("identity_node", &format!("update identity_node set {} where {}", moved("parent"), on("parent")), &below)?;
    for (table, column) in [("identity_membership", "node"), ("identity_grant", "node"), ("identity_absence", "node")] {
        tx.change(table, &format!("update {table} set {} where {}", moved(column), on(column)), &below)?;
    }
    let rows = tx.rows(&format!("{NODE} where path = $1 or (path > $2 and path < $3)"), &params![from, format!("{from}/"), format!("{from}0")])?;
    for row in rows {
        node_rekey(tx, &row, from, to)?;
    }
    tx.change("identity_node", "update identity_node set parent = $2 where path = $1", &params![to, to.above()]).map(drop)
}

/// The path is the key, so the row is written anew: its old name is gone and its new one is there.
fn node_rekey(tx: &mut Tx, row: &Row, from: &Node, to: &Node) -> Result<(), Fault> {
    let path: String = row.get("path")?;
    let fresh = format!("{to}{}", &path[from.as_str().len()..]);
    let gone = tx.change("identity_node", "delete from identity_node where path = $1", &params![path])?;
    for old in gone {
        let columns: Vec<(&str, Value)> = old.pairs().map(|(name, value)| (name, if name == "path" { fresh.as_str().into() } else { value.clone() })).collect();
        tx.insert("identity_node", &columns)?;
    }
    Ok(())
}

const MEMBERSHIP: &str = "select m.id, m.person, m.node, m.from_on, m.to_on, m.grade, m.position, coalesce(n.zh, m.node) as zh, coalesce(n.en, m.node) as en
     from identity_membership m left join identity_node n on n.path = m.node";

fn membership_of(row: &Row) -> Result<MembershipView, Fault> {
    Ok(MembershipView {
        id: row.get("id")?,
        person: row.get("person")?,
        node: row.get("node")?,
        node_title: Bilingual::new(row.get::<String>("zh")?, row.get::<String>("en")?),
        from_on: row.get("from_on")?,
        to_on: row.get("to_on")?,
        grade: row.get("grade")?,
        position: row.get("position")?,
    })
}

pub(crate) fn membership(read: &Read, id: &Id) -> Result<Option<MembershipView>, Fault> {
    read.row(&format!("{MEMBERSHIP} where m.id = $1"), &params![id])?.as_ref().map(membership_of).transpose()
}

pub(crate) fn memberships(read: &Read, person: &Id) -> Result<Vec<MembershipView>, Fault> {
    read.rows(&format!("{MEMBERSHIP} where m.person = $1 order by m.from_on desc, m.id desc limit 200"), &params![person])?.iter().map(membership_of).collect()
}

/// Memberships on a day of several people, oldest first: the first in a unit is the home unit.
pub(crate) fn memberships_on(read: &Read, persons: &[Id], day: Day) -> Result<Vec<(Id, Node, Option<NodeKind>)>, Fault> {
    let mut found = Vec::new();
    for some in persons.chunks(400) {
        let mut values = params![day].to_vec();
        let sql = format!(
            "select m.person, m.node, n.kind from identity_membership m left join identity_node n on n.path = m.node
             where m.from_on <= $1 and (m.to_on is null or m.to_on >= $1) and m.person in ({}) order by m.from_on, m.id",
            marks(&mut values, some)
        );
        for row in read.rows(&sql, &values)? {
            let kind: Option<String> = row.get("kind")?;
            found.push((row.get("person")?, row.get("node")?, kind.as_deref().and_then(NodeKind::parse)));
        }
    }
    Ok(found)
}

pub(crate) fn members_of(read: &Read, node: &Node, day: Day) -> Result<Vec<Id>, Fault> {
    let sql =
        "select distinct person from identity_membership where node = $1 and from_on <= $2 and (to_on is null or to_on >= $2) order by person limit 50000";
    read.rows(sql, &params![node, day])?.iter().map(|row| row.get("person")).collect()
}

/// Does a membership of the person there share a day with the period?
pub(crate) fn membership_overlaps(read: &Read, person: &Id, draft: &MembershipDraft) -> Result<bool, Fault> {
    let sql = "select id from identity_membership where person = $1 and node = $2 and (to_on is null or to_on >= $3) and from_on <= $4 limit 1";
    let last = draft.to_on.map_or_else(|| "9999-12-31".to_owned(), |day| day.to_string());
    Ok(read.row(sql, &params![person, &draft.node, draft.from_on, last])?.is_some())
}

pub(crate) fn membership_insert(tx: &mut Tx, id: &Id, person: &Id, draft: &MembershipDraft) -> Result<(), Fault> {
    let now = tx.now();
    let mut columns = vec![("id", Value::from(id)), ("person", person.into()), ("node", (&draft.node).into()), ("made_at", now.into())];
    columns.extend([
        ("from_on", draft.from_on.into()),
        ("to_on", draft.to_on.into()),
        ("grade", draft.grade.clone().into()),
        ("position", draft.position.clone().into()),
    ]);
    tx.insert("identity_membership", &columns).map(drop)
}

pub(crate) fn membership_end(tx: &mut Tx, id: &Id, to_on: Day) -> Result<(), Fault> {
    tx.change("identity_membership", "update identity_membership set to_on = $2 where id = $1", &params![id, to_on]).map(drop)
}

/// An open unit or base by what people call it, if exactly one is called that.
pub(crate) fn node_titled(read: &Read, title: &str) -> Result<Option<NodeView>, Fault> {
    let sql = format!("{NODE} where kind <> 'case' and closed_on is null and (zh = $1 or en = $1) limit 2");
    match read.rows(&sql, &params![title])?.as_slice() {
        [only] => node_of(only).map(Some),
        _ => Ok(None),
    }
}
