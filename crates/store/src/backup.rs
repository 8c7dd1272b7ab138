//! Backup and restore: online, consistent, the same file for both databases.
//!
//! The file is JSON lines: a header, then each table with its rows, then the SHA-256 of all before it. Keys of persons and the master key go into a
//! second file beside it (`FILE.keys`, mode 0600), so that a copy of the data alone reveals nobody. Restoring applies the erasures known to the target.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use words::{Failure, Fault, Never};

use crate::{Db, Read, Value, params, secret};

const FORMAT: &str = "hechuang-backup-1";
const KEYS: [&str; 1] = ["store_personal_key"];
/// Work not done yet goes along; the schema's own record belongs to the target.
const LEFT_OUT: [&str; 2] = ["store_migration", "store_lock"];

/// What was written or read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// Tables.
    pub tables: usize,
    /// Rows.
    pub rows: u64,
    /// SHA-256 of the file (hex).
    pub sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Format(String),
    Table { name: String, columns: Vec<String> },
    Row(Vec<serde_json::Value>),
    Master(String),
    Sha256(String),
}

struct Out {
    file: BufWriter<File>,
    hash: Context,
    rows: u64,
}

impl Out {
    fn create(path: &Path) -> Result<Self, Fault> {
        secret::write_private(path, b"")?;
        let file = File::create(path).map_err(|error| at(path, error))?;
        let mut out = Self { file: BufWriter::new(file), hash: Context::new(&SHA256), rows: 0 };
        out.line(&Line::Format(FORMAT.into()))?;
        Ok(out)
    }

    fn line(&mut self, line: &Line) -> Result<(), Fault> {
        let mut text = serde_json::to_vec(line).map_err(Fault::new)?;
        text.push(b'\n');
        self.hash.update(&text);
        self.file.write_all(&text).map_err(Fault::new)
    }

    fn table(&mut self, read: &Read, name: &str) -> Result<(), Fault> {
        let columns: Vec<String> = match read.row(&format!("select * from {name} limit 1"), &[])? {
            Some(row) => row.pairs().map(|(column, _)| column.to_owned()).collect(),
            None => return Ok(()),
        };
        self.line(&Line::Table { name: name.to_owned(), columns: columns.clone() })?;
        let order = columns.join(", ");
        let mut offset = 0i64;
        loop {
            let page = read.rows(&format!("select * from {name} order by {order} limit 5000 offset $1"), &params![offset])?;
            for row in &page {
                self.line(&Line::Row(row.values.iter().map(to_json).collect()))?;
            }
            self.rows += page.len() as u64;
            offset += page.len() as i64;
            if page.len() < 5_000 {
                return Ok(());
            }
        }
    }

    fn finish(mut self) -> Result<String, Fault> {
        let hash = hex::encode(self.hash.clone().finish());
        self.line(&Line::Sha256(hash.clone()))?;
        let file = self.file.into_inner().map_err(|error| Fault::new(error.error()))?;
        file.sync_all().map_err(Fault::new)?;
        Ok(hash)
    }
}

fn at(path: &Path, error: impl std::fmt::Display) -> Fault {
    Fault::new(format!("{}: {error}", path.display()))
}

fn keys_beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".keys");
    PathBuf::from(name)
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Int(n) => (*n).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Blob(bytes) => serde_json::json!([STANDARD.encode(bytes)]),
    }
}

fn from_json(value: serde_json::Value) -> Result<Value, Fault> {
    Ok(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Number(n) => Value::Int(n.as_i64().ok_or_else(|| Fault::new("a number that is no integer"))?),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(one) => {
            let text = one.first().and_then(serde_json::Value::as_str).ok_or_else(|| Fault::new("a value of an unknown kind"))?;
            Value::Blob(STANDARD.decode(text).map_err(Fault::new)?)
        }
        _ => return Err(Fault::new("a value of an unknown kind")),
    })
}

/// Writes a backup of one consistent moment while use cases go on.
pub fn backup(db: &Db, path: &Path) -> Result<BackupReport, Fault> {
    let master = hex::encode(db.secrets().master());
    let written = db.read::<_, Never>(|read| {
        let (mut data, mut keys) = (Out::create(path)?, Out::create(&keys_beside(path))?);
        keys.line(&Line::Master(master))?;
        let tables = read.table_names()?;
        for name in tables.iter().filter(|name| !LEFT_OUT.contains(&name.as_str())) {
            if KEYS.contains(&name.as_str()) { keys.table(read, name)? } else { data.table(read, name)? }
        }
        let rows = data.rows + keys.rows;
        keys.finish()?;
        Ok(BackupReport { tables: tables.len() - LEFT_OUT.len(), rows, sha256: data.finish()? })
    });
    written.map_err(Failure::into_fault)
}

/// Fills an empty, migrated database from a backup. The master key must have been put in place before the database was opened
/// (see [`master_key_of`]); persons erased in the target stay erased.
pub fn restore(db: &Db, path: &Path) -> Result<BackupReport, Fault> {
    let lines = read_lines(path)?;
    let keys = read_lines(&keys_beside(path))?;
    if master_key_of(path)? != *db.secrets().master() {
        return Err(Fault::new("the data folder has another master key than the backup"));
    }
    let empty = db.read::<_, Never>(|read| Ok(read.row("select id from store_event limit 1", &[])?.is_none())).map_err(Failure::into_fault)?;
    if !empty {
        return Err(Fault::new("the target is not empty: restore into an empty data folder or database"));
    }
    let sha256 = lines.1.clone();
    let mut all: Vec<TableRows> = tables_of(lines.0)?.into_iter().chain(tables_of(keys.0)?).collect();
    // Foreign keys point down: a part's tables come in the order in which it lists them, lower parts first.
    let order: Vec<&str> =
        db.wiring().parts().iter().flat_map(|part| part.tables.iter().map(|table| table.name).chain(part.free.iter().map(|(name, _)| *name))).collect();
    all.sort_by_key(|(name, _, _)| order.iter().position(|known| known == name));
    let (tables, rows) = (all.len(), all.iter().map(|(_, _, rows)| rows.len() as u64).sum());
    let filled = db.write::<_, Never>("store.restore", move |tx| {
        for (name, columns, rows) in &all {
            for some in rows.chunks((900 / columns.len().max(1)).max(1)) {
                fill(tx, name, columns, some)?;
            }
        }
        tx.execute("delete from store_personal where person in (select person from store_erasure)", &[])?;
        tx.execute("delete from store_personal_key where person in (select person from store_erasure)", &[])?;
        Ok(())
    });
    filled.map_err(Failure::into_fault)?;
    Ok(BackupReport { tables, rows, sha256 })
}

fn fill(tx: &mut crate::Tx, name: &str, columns: &[String], rows: &[Vec<Value>]) -> Result<(), Fault> {
    let width = columns.len();
    let group = |at: usize| format!("({})", (1..=width).map(|n| format!("${}", at * width + n)).collect::<Vec<_>>().join(", "));
    let groups: Vec<String> = (0..rows.len()).map(group).collect();
    let sql = format!("insert into {name} ({}) values {} on conflict do nothing", columns.join(", "), groups.join(", "));
    tx.execute(&sql, &rows.concat()).map(drop)
}

/// The master key that a backup belongs to.
pub(crate) fn master_key_of(path: &Path) -> Result<[u8; 32], Fault> {
    let (lines, _) = read_lines(&keys_beside(path))?;
    let text = lines.into_iter().find_map(|line| if let Line::Master(text) = line { Some(text) } else { None });
    let bytes = text.and_then(|text| hex::decode(text).ok()).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Fault::new("the keys of the backup hold no master key"))
}

/// Puts the master key of a backup into an empty data folder, before the database is opened there.
pub fn adopt_master_key(path: &Path, folder: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let file = folder.join("master.key");
    let key = hex::encode(master_key_of(path)?);
    match std::fs::read_to_string(&file) {
        Ok(text) if text.trim() == key => Ok(()),
        Ok(_) => Err(Fault::new("the data folder has another master key already")),
        Err(_) => secret::write_private(&file, key.as_bytes()),
    }
}

fn read_lines(path: &Path) -> Result<(Vec<Line>, String), Fault> {
    let mut lines = Vec::new();
    let mut hash = Context::new(&SHA256);
    for text in BufReader::new(File::open(path).map_err(|error| at(path, error))?).split(b'\n') {
        let mut text = text.map_err(|error| at(path, error))?;
        match serde_json::from_slice(&text).map_err(|error| at(path, error))? {
            Line::Sha256(said) => {
                let found = hex::encode(hash.finish());
                let fine = said == found && matches!(lines.first(), Some(Line::Format(format)) if format == FORMAT);
                return if fine { Ok((lines, found)) } else { Err(at(path, "damaged: its hash does not fit")) };
            }
            line => lines.push(line),
        }
        text.push(b'\n');
        hash.update(&text);
    }
    Err(at(path, "damaged: it ends too early"))
}

type TableRows = (String, Vec<String>, Vec<Vec<Value>>);

fn tables_of(lines: Vec<Line>) -> Result<Vec<TableRows>, Fault> {
    let mut tables: Vec<TableRows> = Vec::new();
    for line in lines {
        match line {
            Line::Table { name, columns } => {
                let plain = |text: &String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                if !plain(&name) || !columns.iter().all(plain) {
                    return Err(Fault::new(format!("not a table of ours: {name}")));
                }
                tables.push((name, columns, Vec::new()));
            }
            Line::Row(values) => {
                let values = values.into_iter().map(from_json).collect::<Result<Vec<_>, _>>()?;
                let table = tables.last_mut().filter(|table| table.1.len() == values.len());
                table.ok_or_else(|| Fault::new("a row that fits no table"))?.2.push(values);
            }
            _ => {}
        }
    }
    Ok(tables)
}
