//! Installing a pack version: its files go into the store and it is in force at once.
//!
//! Idempotent: the same content again changes nothing, or puts it back in force. A version number stands for one content for ever.

use schemars::JsonSchema;
use serde::Serialize;
use store::{Read, Tx};
use words::{Acting, Fault, Id, Instant, Node, Outcome, Refusal};

use crate::ops::current::stamp;
use crate::told::PackInstalled;
use crate::{Pack, rights, sql};

/// An installed version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Installed {
    /// Row of the version.
    pub id: Id,
    /// Id of the pack.
    pub pack: String,
    /// Version number.
    pub version: String,
    /// Content hash.
    pub hash: String,
    /// Why it was installed.
    pub note: String,
    /// By whom.
    pub installed_by: Id,
    /// When.
    pub installed_at: Instant,
}

/// Why a pack is not installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallRefusal {
    /// This number stands for another content already.
    VersionTaken {
        /// Id of the pack.
        pack: String,
        /// Number.
        version: String,
    },
    /// It depends on packs that are not installed.
    Depends(Vec<String>),
}

impl Refusal for InstallRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::VersionTaken { .. } => "packs-version-taken",
            Self::Depends(_) => "packs-depends",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::VersionTaken { pack, version } => vec![("pack", pack.clone()), ("version", version.clone())],
            Self::Depends(packs) => vec![("packs", packs.join(", "))],
        }
    }

    fn status(&self) -> u16 {
        409
    }
}

/// Installs a pack that was read (and so has no mistakes) and puts it in force.
pub fn install(tx: &mut Tx, who: &Acting, pack: &Pack, note: &str) -> Outcome<Installed, InstallRefusal> {
    who.may(rights::MANAGE, &Node::group())?;
    let installed = sql::versions(tx)?;
    let missing: Vec<String> = pack.about.depends.iter().filter(|needed| !installed.iter().any(|it| it.pack == **needed)).cloned().collect();
    if !missing.is_empty() {
        return Err(InstallRefusal::Depends(missing).into());
    }
    let version = match sql::version_named(tx, &pack.about.id, &pack.about.version)? {
        Some(same) if same.hash == pack.hash => same,
        Some(other) => return Err(InstallRefusal::VersionTaken { pack: other.pack, version: other.version }.into()),
        None => sql::version_insert(tx, who, pack, note)?,
    };
    if sql::head(tx)?.is_some_and(|head| head.version == version.id) {
        return Ok(version);
    }
    let stamp = stamp(&version.hash, &sql::confirmed(tx)?);
    sql::head_put(tx, &version.id, &stamp)?;
    let (pack, number, hash) = (version.pack.clone(), version.version.clone(), version.hash.clone());
    tx.tell(who, &PackInstalled { version: version.id.clone(), pack, number, hash })?;
    Ok(version)
}

/// Installed versions, newest first.
pub fn versions(read: &Read) -> Result<Vec<Installed>, Fault> {
    sql::versions(read)
}

/// A file of the pack in each installed version that has it, newest first.
pub fn file_history(read: &Read, path: &str) -> Result<Vec<(Id, String)>, Fault> {
    let found = sql::file_versions(read, path)?;
    Ok(found.into_iter().map(|(version, body)| (version, String::from_utf8_lossy(&body).into_owned())).collect())
}
