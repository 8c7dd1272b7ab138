//! PostgreSQL: connections, statements, and what its errors mean.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};
use words::{Fault, Trouble};

use crate::{Row, Value};

/// A statement and the names of its columns.
type Prepared = (Statement, Arc<[String]>);

/// A connection with its prepared statements.
pub(crate) struct Link {
    client: Client,
    prepared: HashMap<String, Prepared>,
}

impl Link {
    pub(crate) fn open(url: &str) -> Result<Self, Fault> {
        let mut config = Config::from_str(url).map_err(|error| Fault::new(format!("database url: {error}")))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        // A server that vanished without a word is noticed in half a minute, not in hours.
        config.keepalives_idle(Duration::from_secs(15)).tcp_user_timeout(Duration::from_secs(30));
        let client = match config.get_ssl_mode() {
            postgres::config::SslMode::Require => config.connect(tls()?),
            _ => config.connect(NoTls),
        };
        Ok(Self { client: client.map_err(fault)?, prepared: HashMap::new() })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    fn statement(&mut self, sql: &str) -> Result<Prepared, Fault> {
        if let Some(prepared) = self.prepared.get(sql) {
            return Ok(prepared.clone());
        }
        let statement = self.client.prepare(sql).map_err(|error| at(sql, error))?;
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let prepared = (statement, columns);
        if self.prepared.len() > 1_000 {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), prepared.clone());
        Ok(prepared)
    }

    pub(crate) fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let (statement, columns) = self.statement(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let found = self.client.query(&statement, &bound).map_err(|error| at(sql, error))?;
        let read = |row: &postgres::Row| {
            let values = (0..columns.len()).map(|n| row.try_get::<_, Cell>(n).map(|cell| cell.0).map_err(|error| at(sql, error)));
            Ok(Row { columns: columns.clone(), values: values.collect::<Result<_, Fault>>()? })
        };
        found.iter().map(read).collect()
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        let (statement, _) = self.statement(sql)?;
        let bound: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &bound).map_err(|error| at(sql, error))
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.client.batch_execute(sql).map_err(|error| at(sql, error))
    }

    /// Ends the session from its own side, as an administrator would.
    pub(crate) fn cut(&mut self) {
        let _ = self.client.batch_execute("select pg_terminate_backend(pg_backend_pid())");
    }

    pub(crate) fn prepare(&mut self, sql: &str) -> Result<(), Fault> {
        self.statement(sql).map(drop)
    }
}

/// TLS against the certificates of the system (`sslmode=require`).
fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect, Fault> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    let mut roots = rustls::RootCertStore::empty();
    let file = std::env::var("SSL_CERT_FILE").unwrap_or_else(|_| "/etc/ssl/certs/ca-certificates.crt".into());
    for certificate in CertificateDer::pem_file_iter(&file).map_err(|error| Fault::new(format!("{file}: {error}")))?.flatten() {
        let _ = roots.add(certificate);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(Fault::new)?;
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn fault(error: postgres::Error) -> Fault {
    let text = error.as_db_error().map_or_else(|| format!("{error}"), |db| format!("{} {}", db.code().code(), db.message()));
    Fault::of(trouble(&error), text)
}

/// What the code of PostgreSQL means for us. Without a code, what failed is the connection, unless a value did not fit.
fn trouble(error: &postgres::Error) -> Trouble {
    let code = error.code().map(|state| state.code());
    let connection = || error.is_closed() || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>());
    match code {
        Some("40001" | "40P01" | "53300" | "55P03") => Trouble::Busy,
        Some("57P01" | "57P02" | "57P03" | "57P05" | "25006" | "08000" | "08003" | "08006") => Trouble::Away,
        Some("53100") => Trouble::Full,
        None if connection() => Trouble::Away,
        _ => Trouble::Broken,
    }
}

fn at(sql: &str, error: postgres::Error) -> Fault {
    let broken = fault(error);
    Fault { message: format!("{} in: {sql}", broken.message), ..broken }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Value::Int(n) if *ty == Type::INT8 => n.to_sql(ty, out),
            Value::Text(text) if <&str as ToSql>::accepts(ty) => text.as_str().to_sql(ty, out),
            Value::Blob(bytes) if *ty == Type::BYTEA => bytes.as_slice().to_sql(ty, out),
            other => Err(format!("{other:?} does not fit a parameter of type {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

struct Cell(Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Cell(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Int(bool::from_sql(ty, raw)?.into()),
            Type::BYTEA => Value::Blob(raw.to_vec()),
            _ => Value::Text(String::from_sql(ty, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Cell(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::BYTEA) || <String as FromSql>::accepts(ty)
    }
}
