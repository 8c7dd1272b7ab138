//! SQL on to-dos. Rows never leave the `sql` files.

use store::{Read, Row, Tx, Value, params};
use words::{Bilingual, Fault, Id, Instant, Node};

use crate::todo::{Owner, Todo, TodoDraft};

fn todo_of(row: &Row, now: Instant) -> Result<Todo, Fault> {
    let owner = match row.get::<Option<Id>>("owner_person")? {
        Some(person) => Owner::Person(person),
        None => Owner::Role { role: row.get("owner_role")?, node: row.get("owner_node")? },
    };
    let (due_at, state): (Option<Instant>, String) = (row.get("due_at")?, row.get("state")?);
    Ok(Todo {
        key: row.get("key")?,
        owner,
        title: Bilingual::new(row.get::<String>("title_zh")?, row.get::<String>("title_en")?),
        link: row.get("link")?,
        due_at,
        overdue: state == "open" && due_at.is_some_and(|due| due < now),
        subject: row.get("subject")?,
        node: row.get("node")?,
        state,
        made_at: row.get("made_at")?,
        ended_at: row.get("ended_at")?,
        moved_from: row.get("moved_from")?,
    })
}

/// Person, role and node of an owner, as columns.
fn owner_columns(owner: &Owner) -> [Value; 3] {
    match owner {
        Owner::Person(person) => [person.into(), Value::Null, Value::Null],
        Owner::Role { role, node } => [Value::Null, role.into(), node.into()],
    }
}

pub(crate) fn todo(read: &Read, key: &str) -> Result<Option<Todo>, Fault> {
    let now = read.now();
    read.row("select * from desk_todo where key = $1", &params![key])?.map(|row| todo_of(&row, now)).transpose()
}

pub(crate) fn todo_put(tx: &mut Tx, draft: &TodoDraft) -> Result<(), Fault> {
    let now = tx.now();
    let [person, role, node] = owner_columns(&draft.owner);
    let sql = "insert into desk_todo (key, owner_person, owner_role, owner_node, node, subject, title_zh, title_en, link, due_at, state, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11) on conflict (key) do update set owner_person = excluded.owner_person,
        owner_role = excluded.owner_role, owner_node = excluded.owner_node, node = excluded.node, subject = excluded.subject, title_zh = excluded.title_zh,
        title_en = excluded.title_en, link = excluded.link, due_at = excluded.due_at, state = 'open', ended_at = null";
    let title = &draft.title;
    let values = params![&draft.key, person, role, node, &draft.node, &draft.subject, &title.zh, &title.en, &draft.link, draft.due_at, now];
    tx.change("desk_todo", sql, &values).map(drop)
}

pub(crate) fn todo_end(tx: &mut Tx, key: &str, state: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("desk_todo", "update desk_todo set state = $2, ended_at = $3 where key = $1", &params![key, state, now]).map(drop)
}

pub(crate) fn todo_move(tx: &mut Tx, key: &str, to: &Owner, from: &str) -> Result<(), Fault> {
    let [person, role, node] = owner_columns(to);
    let sql = "update desk_todo set owner_person = $2, owner_role = $3, owner_node = $4, moved_from = $5 where key = $1";
    tx.change("desk_todo", sql, &params![key, person, role, node, from]).map(drop)
}

/// What the order of to-dos is made of. All of it stands in the indexes, so that no row is looked at for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    /// Those without a date come last.
    pub undated: bool,
    pub due_at: Option<Instant>,
    pub key: String,
    /// Of whose office it is owed; nothing if a person owes it.
    pub node: Option<Node>,
}

/// Of a person, most urgent first.
pub(crate) fn lines_of_person(read: &Read, person: &Id, limit: i64) -> Result<Vec<Line>, Fault> {
    lines(read, "owner_person = $1", params![person].into(), limit)
}

/// Of a role on the node and all below it (`/` < what is below < `0`), most urgent first.
pub(crate) fn lines_of_role(read: &Read, role: &str, node: &Node, limit: i64) -> Result<Vec<Line>, Fault> {
    let (above, below) = (format!("{node}/"), format!("{node}0"));
    lines(read, "owner_role = $1 and (owner_node = $2 or (owner_node > $3 and owner_node < $4))", params![role, node, above, below].into(), limit)
}

/// First those with a date, then the others: each is a walk along an index, and both databases put nothing in the same place then.
fn lines(read: &Read, owned: &str, mut params: Vec<Value>, limit: i64) -> Result<Vec<Line>, Fault> {
    let limit_at = params.len() + 1;
    let mut found = Vec::new();
    for which in ["is not null order by due_at, key", "is null order by key"] {
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        params.truncate(limit_at - 1);
        params.push(left.into());
        let sql = format!("select due_at, key, owner_node from desk_todo where state = 'open' and {owned} and due_at {which} limit ${limit_at}");
        for row in read.rows(&sql, &params)? {
            let due_at: Option<Instant> = row.get("due_at")?;
            found.push(Line { undated: due_at.is_none(), due_at, key: row.get("key")?, node: row.get("owner_node")? });
        }
    }
    Ok(found)
}

/// These to-dos, in this order.
pub(crate) fn todos(read: &Read, keys: &[String]) -> Result<Vec<Todo>, Fault> {
    let now = read.now();
    let mut found = std::collections::BTreeMap::new();
    for some in keys.chunks(100) {
        let marks: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let sql = format!("select * from desk_todo where key in ({})", marks.join(", "));
        let values: Vec<Value> = some.iter().map(Value::from).collect();
        for row in read.rows(&sql, &values)? {
            let todo = todo_of(&row, now)?;
            found.insert(todo.key.clone(), todo);
        }
    }
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

pub(crate) fn todos_about(read: &Read, subject: &str) -> Result<Vec<Todo>, Fault> {
    let now = read.now();
    let sql = "select * from desk_todo where subject = $1 order by case when due_at is null then 1 else 0 end, due_at, key limit 500";
    read.rows(sql, &params![subject])?.iter().map(|row| todo_of(row, now)).collect()
}
