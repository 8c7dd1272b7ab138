//! Values that go into and come out of SQL, and rows read by column name.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use words::{Day, Fault, Id, Instant, Node};

/// One value of SQL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// `null`
    Null,
    /// `bigint`
    Int(i64),
    /// `text`
    Text(String),
    /// `blob` (`bytea` on PostgreSQL)
    Blob(Vec<u8>),
}

/// Parameters of a statement: `&params![id, 5, "open"]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] as [$crate::Value; _] };
}

macro_rules! value_from {
    ($($from:ty: $name:ident => $value:expr;)*) => {
        $(impl From<$from> for Value { fn from($name: $from) -> Self { $value } })*
    };
}

value_from! {
    i64: n => Value::Int(n);
    i32: n => Value::Int(i64::from(n));
    u32: n => Value::Int(i64::from(n));
    u8: n => Value::Int(i64::from(n));
    usize: n => Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    bool: b => Value::Int(i64::from(b));
    &str: s => Value::Text(s.to_owned());
    String: s => Value::Text(s);
    &String: s => Value::Text(s.clone());
    Id: id => Value::Text(id.into());
    &Id: id => Value::Text(id.as_str().to_owned());
    Node: node => Value::Text(node.as_str().to_owned());
    &Node: node => Value::Text(node.as_str().to_owned());
    Instant: at => Value::Int(at.micros());
    Day: day => Value::Text(day.to_string());
    Vec<u8>: bytes => Value::Blob(bytes);
    &[u8]: bytes => Value::Blob(bytes.to_vec());
    &Value: value => value.clone();
    serde_json::Value: json => Value::Text(json.to_string());
    &serde_json::Value: json => Value::Text(json.to_string());
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// A Rust type that a column can be read as.
pub trait FromValue: Sized {
    /// `None` if the value is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! read_as {
    ($($to:ty: $pattern:pat => $value:expr;)*) => {
        $(impl FromValue for $to {
            fn from_value(value: &Value) -> Option<Self> {
                match value { $pattern => $value, _ => None }
            }
        })*
    };
}

read_as! {
    i64: Value::Int(n) => Some(*n);
    bool: Value::Int(n) => Some(*n != 0);
    String: Value::Text(s) => Some(s.clone());
    Id: Value::Text(s) => Some(Id::fixed(s.clone()));
    Node: Value::Text(s) => Some(Node::at(s.clone()));
    Instant: Value::Int(n) => Some(Instant::from_micros(*n));
    Day: Value::Text(s) => Day::parse(s).ok();
    Vec<u8>: Value::Blob(bytes) => Some(bytes.clone());
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// A row that was read; its values are owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub(crate) columns: Arc<[String]>,
    pub(crate) values: Vec<Value>,
}

impl Row {
    /// The column as a Rust value; a fault if there is no such column or it holds another kind.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, Fault> {
        let value = self.value(column)?;
        T::from_value(value).ok_or_else(|| Fault::new(format!("column {column} cannot be read from {value:?}")))
    }

    /// A text column that holds JSON.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, Fault> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|mistake| Fault::new(format!("column {column}: {mistake}")))
    }

    /// The raw value of a column.
    pub fn value(&self, column: &str) -> Result<&Value, Fault> {
        let at = self.columns.iter().position(|name| name == column);
        at.and_then(|at| self.values.get(at)).ok_or_else(|| Fault::new(format!("no column {column}")))
    }

    /// Names and values in the order of the statement.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.columns.iter().map(String::as_str).zip(&self.values)
    }
}
