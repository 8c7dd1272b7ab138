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

const ORDER: &str = "order by case when due_at is null then 1 else 0 end, due_at, key";

pub(crate) fn todos_of_person(read: &Read, person: &Id, limit: i64) -> Result<Vec<Todo>, Fault> {
    let now = read.now();
    let sql = format!("select * from desk_todo where state = 'open' and owner_person = $1 {ORDER} limit $2");
    read.rows(&sql, &params![person, limit])?.iter().map(|row| todo_of(row, now)).collect()
}

/// Of a role on the node and all below it (`/` < what is below < `0`).
pub(crate) fn todos_of_role(read: &Read, role: &str, node: &Node, limit: i64) -> Result<Vec<Todo>, Fault> {
    let now = read.now();
    let sql = format!(
        "select * from desk_todo where state = 'open' and owner_role = $1 and (owner_node = $2 or (owner_node > $3 and owner_node < $4)) {ORDER} limit $5"
    );
    let (above, below) = (format!("{node}/"), format!("{node}0"));
    read.rows(&sql, &params![role, node, above, below, limit])?.iter().map(|row| todo_of(row, now)).collect()
}

/// Keys only, in no order.
pub(crate) fn todo_keys_of_person(read: &Read, person: &Id, limit: i64) -> Result<Vec<String>, Fault> {
    let sql = "select key from desk_todo where state = 'open' and owner_person = $1 limit $2";
    read.rows(sql, &params![person, limit])?.iter().map(|row| row.get("key")).collect()
}

/// Keys and places only, in no order.
pub(crate) fn todo_keys_of_role(read: &Read, role: &str, node: &Node, limit: i64) -> Result<Vec<(String, Node)>, Fault> {
    let sql = "select key, owner_node from desk_todo
        where state = 'open' and owner_role = $1 and (owner_node = $2 or (owner_node > $3 and owner_node < $4)) limit $5";
    let (above, below) = (format!("{node}/"), format!("{node}0"));
    read.rows(sql, &params![role, node, above, below, limit])?.iter().map(|row| Ok((row.get("key")?, row.get("owner_node")?))).collect()
}

pub(crate) fn todos_about(read: &Read, subject: &str) -> Result<Vec<Todo>, Fault> {
    let now = read.now();
    let sql = format!("select * from desk_todo where subject = $1 {ORDER} limit 500");
    read.rows(&sql, &params![subject])?.iter().map(|row| todo_of(row, now)).collect()
}
