//! One use case's transaction: change rows, tell events, leave work for later.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use words::{Acting, Fault, Id, Instant, Node};

use crate::clock::Entropy;
use crate::conn::Conn;
use crate::db::Wiring;
use crate::event::{row_digest, row_name};
use crate::seal::Head;
use crate::{Event, Job, Read, Row, Tell, Value, dialect, params};

/// A transaction. Only it can change, tell and enqueue: signatures show who writes.
pub struct Tx {
    read: Read,
    entropy: Entropy,
    wiring: Arc<Wiring>,
    head: Option<Head>,
    told: Vec<Event>,
    touched: BTreeMap<String, Option<String>>,
    cause: Option<Id>,
    woken: bool,
    witness: Option<Id>,
    seen_version: Option<i64>,
}

impl Deref for Tx {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl Tx {
    pub(crate) fn new(read: Read, entropy: Entropy, wiring: Arc<Wiring>) -> Self {
        Self { read, entropy, wiring, head: None, told: Vec::new(), touched: BTreeMap::new(), cause: None, woken: false, witness: None, seen_version: None }
    }

    pub(crate) fn conn(&self) -> &Conn {
        &self.read.conn
    }

    pub(crate) fn wiring(&self) -> &Arc<Wiring> {
        &self.wiring
    }

    /// A new id, greater than all before: `tx.id("prj")`.
    pub fn id(&self, prefix: &str) -> Id {
        self.entropy.id(prefix, self.read.now())
    }

    /// 32 random bytes from the given entropy.
    pub fn random(&self) -> [u8; 32] {
        self.entropy.bytes()
    }

    /// Changes rows of a covered table: `insert`, `update` or `delete` without `returning`. Returns the rows as they are now (as they were, when deleted).
    pub fn change(&mut self, table: &'static str, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let key = self.wiring.key_of(table).ok_or_else(|| Fault::new(format!("{table} is not a covered table of any part")))?;
        let rows = self.read.conn.rows(&dialect::returning_all(sql)?, params)?;
        let gone = sql.trim_start().get(..6).is_some_and(|verb| verb.eq_ignore_ascii_case("delete"));
        for row in &rows {
            let digest = (!gone).then(|| row_digest(table, row));
            self.touched.insert(row_name(table, key, row)?, digest);
        }
        Ok(rows)
    }

    /// Inserts one row into a covered table.
    pub fn insert(&mut self, table: &'static str, columns: &[(&str, Value)]) -> Result<Row, Fault> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let sql = format!("insert into {table} ({}) values ({})", names.join(", "), marks.join(", "));
        let values: Vec<Value> = columns.iter().map(|(_, value)| value.clone()).collect();
        self.change(table, &sql, &values)?.pop().ok_or_else(|| Fault::new(format!("nothing inserted into {table}")))
    }

    /// Changes rows of a table that is not covered (the part says why). Returns how many.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        self.read.conn.execute(sql, params)
    }

    /// Appends an event; those who listen for its kind get a job in the same transaction.
    pub fn tell<T: Tell>(&mut self, who: &Acting, told: &T) -> Result<Id, Fault> {
        let node = told.node();
        let behalf = who.on_behalf_of(&node).cloned();
        let data = serde_json::to_string(told).map_err(Fault::new)?;
        self.append(T::KIND, who.person.clone(), behalf, node, told.subject(), data)
    }

    fn append(&mut self, kind: &str, actor: Id, on_behalf_of: Option<Id>, node: Node, subject: String, data: String) -> Result<Id, Fault> {
        let id = self.id("evt");
        let cause = self.cause.clone();
        let at = self.read.now();
        for reaction in self.wiring.clone().reactions_to(kind) {
            self.enqueue(&format!("reaction.{}", reaction.name), id.as_str(), at, "", Some(&id))?;
        }
        self.told.push(Event { id: id.clone(), seq: None, at, kind: kind.into(), actor, on_behalf_of, node, subject, data, rows: String::new(), cause });
        Ok(id)
    }

    /// Leaves work for later. A job of the same name and key that still waits is moved to the new moment and body.
    pub fn later(&mut self, job: Job) -> Result<(), Fault> {
        let at = job.at.unwrap_or_else(|| self.read.now());
        let cause = self.cause.clone();
        self.enqueue(&job.name, &job.key, at, &job.body, cause.as_ref())
    }

    fn enqueue(&mut self, name: &str, key: &str, at: Instant, body: &str, cause: Option<&Id>) -> Result<(), Fault> {
        let sql = "insert into store_job (id, name, job_key, due_at, body, cause, state, attempts, last_error, made_at)
             values ($1, $2, $3, $4, $5, $6, 'due', 0, '', $7)
             on conflict (name, job_key) do update set due_at = excluded.due_at, body = excluded.body, state = 'due', attempts = 0, last_error = ''";
        let (id, now) = (self.id("job"), self.read.now());
        self.read.conn.execute(sql, &params![id, name, key, at, body, cause, now])?;
        self.woken = true;
        Ok(())
    }

    /// Takes a waiting job off the queue; nothing happens if there is none.
    pub fn cancel_job(&mut self, name: &str, key: &str) -> Result<(), Fault> {
        self.read.conn.execute("delete from store_job where name = $1 and job_key = $2", &params![name, key]).map(drop)
    }

    pub(crate) fn set_cause(&mut self, cause: Option<Id>) {
        self.cause = cause;
    }

    /// Begins a use case: nothing told, nothing touched.
    pub(crate) fn open_case(&mut self) {
        self.told.clear();
        self.touched.clear();
        self.cause = None;
        self.witness = None;
    }

    /// Ends a use case that succeeded: writes its events, the last of them with the hashes of the changed rows.
    pub(crate) fn close_case(&mut self) -> Result<(), Fault> {
        if self.told.is_empty() && !self.touched.is_empty() {
            self.append("store.rows_changed", Id::fixed("sys_store"), None, Node::group(), String::new(), "{}".into())?;
        }
        let rows = std::mem::take(&mut self.touched);
        let mut told = std::mem::take(&mut self.told);
        if let (Some(last), false) = (told.last_mut(), rows.is_empty()) {
            last.rows = serde_json::to_string(&rows).map_err(Fault::new)?;
        }
        self.witness = told.last().map(|event| event.id.clone());
        // A use case that breaks here is undone alone; the chain of its group goes on from where it was.
        let before = self.head.clone();
        let written = told.into_iter().try_for_each(|event| self.append_to_log(event));
        if written.is_err() {
            self.head = before;
        }
        written
    }

    fn append_to_log(&mut self, mut event: Event) -> Result<(), Fault> {
        event.seq = self.head.as_mut().map(Head::next_seq);
        self.write_event(&event)?;
        if let Some(head) = &mut self.head {
            head.add(&event);
        }
        Ok(())
    }

    fn write_event(&self, event: &Event) -> Result<(), Fault> {
        let sql = "insert into store_event (id, seq, at, kind, actor, on_behalf_of, node, subject, data, rows, cause)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let (behalf, cause) = (event.on_behalf_of.as_ref(), event.cause.as_ref());
        let (kind, data, rows, subject) = (&event.kind, &event.data, &event.rows, &event.subject);
        let values = params![&event.id, event.seq, event.at, kind, &event.actor, behalf, &event.node, subject, data, rows, cause];
        self.read.conn.execute(sql, &values).map(drop)
    }

    /// SQLite: whoever writes also seals: it numbers events as they come and seals the group before it commits. The head of the chain is kept in memory
    /// as long as no other process (a command beside the server) has written.
    pub(crate) fn open_group(&mut self) -> Result<(), Fault> {
        let version = self.read.row("pragma data_version", &[])?.map(|row| row.get::<i64>("data_version")).transpose()?;
        if self.head.is_none() || version != self.seen_version {
            self.seen_version = version;
            self.head = Some(Head::load(&self.read)?);
        }
        Ok(())
    }

    pub(crate) fn seal_group(&mut self) -> Result<(), Fault> {
        let now = self.read.now();
        match &mut self.head {
            Some(head) => head.close(&self.read.conn, now),
            None => Ok(()),
        }
    }

    /// After the commit; after a failed one the head in memory is of no use any more.
    pub(crate) fn close_group(&mut self, committed: bool) {
        if !committed {
            self.head = None;
        }
        if std::mem::take(&mut self.woken) && committed {
            self.wiring.wake();
        }
    }
}

impl Tx {
    /// An event of this use case, once it has ended: whoever finds it in the log knows that the transaction was committed.
    pub(crate) fn witness(&self) -> Option<&Id> {
        self.witness.as_ref()
    }

    pub(crate) fn into_conn(self) -> Conn {
        self.read.conn
    }
}
