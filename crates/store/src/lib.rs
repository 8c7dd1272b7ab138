#![doc = include_str!("../README.md")]

mod alone;
mod backup;
mod clock;
mod conn;
mod db;
mod dialect;
mod event;
mod job;
mod migrate;
mod part;
mod personal;
mod pg;
mod read;
mod seal;
mod seats;
mod secret;
mod sqlite;
pub mod testing;
mod told;
mod trip;
mod tx;
mod value;
mod verify;
mod worker;

pub use backup::{BackupReport, adopt_master_key, backup, restore};
pub use clock::{Clock, Entropy};
pub use db::{Db, Options, Place, has_database};
pub use event::{Event, Tell, sha256};
pub use job::{Job, JobRow, JobRun, OuterJob};
pub use part::{Check, Checked, Finding, JobKind, Migration, Part, Reaction, Table};
pub use read::Read;
pub use seal::Seal;
pub use secret::{Hasher, Sealer};
pub use tx::Tx;
pub use value::{FromValue, Row, Value};
pub use verify::{CheckReport, Report, verify};
