//! A pack that somebody sends: looked at (a dry run), proposed with a reason, put in force by a second person, or withdrawn.
//!
//! What is sent is kept with its hash, so that the second person judges the very files. Invariant: what has mistakes is never proposed.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Never, Node, Outcome, Refusal};

use crate::files::Files;
use crate::ops::{InstallRefusal, Installed, install};
use crate::told::{ImportApplied, ImportFacts, ImportProposed, ImportRehearsed, ImportWithdrawn};
use crate::{Pack, rights, sql_import as sql};

/// Uploads that wait at one time.
const MOST_WAITING: usize = 50;

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Only looked at.
    Rehearsed,
    /// Waits for a second person.
    Proposed,
    /// Was put in force.
    Applied,
    /// Given up.
    Withdrawn,
}

impl ImportState {
    /// Name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rehearsed => "rehearsed",
            Self::Proposed => "proposed",
            Self::Applied => "applied",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From the name in the store.
    pub fn read(name: &str) -> Option<Self> {
        [Self::Rehearsed, Self::Proposed, Self::Applied, Self::Withdrawn].into_iter().find(|state| state.as_str() == name)
    }
}

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PackImport {
    /// Id.
    pub id: Id,
    /// Id of the pack; empty if it does not say.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// Content hash.
    pub hash: String,
    /// Name of the file that was sent.
    pub name: String,
    /// Mistakes that were found when it was sent.
    pub mistakes: i64,
    /// Where it stands.
    pub state: ImportState,
    /// Why it should be put in force.
    pub reason: String,
    /// Who sent it.
    pub rehearsed_by: Id,
    /// When.
    pub rehearsed_at: Instant,
    /// Who proposed it.
    pub proposed_by: Option<Id>,
    /// When.
    pub proposed_at: Option<Instant>,
    /// Who put it in force or withdrew it.
    pub decided_by: Option<Id>,
    /// When.
    pub decided_at: Option<Instant>,
}

/// A pack that was read, ready to be kept.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Name of the file that was sent.
    pub name: String,
    /// Id of the pack.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// Content hash.
    pub hash: String,
    /// Mistakes that were found.
    pub mistakes: i64,
    /// Its files.
    pub files: Arc<Files>,
}

impl Upload {
    /// Of a pack that was looked at, with all its mistakes counted.
    pub fn of(name: &str, pack: &Pack, mistakes: usize) -> Self {
        Self {
            name: name.chars().take(200).collect(),
            pack: pack.about.id.clone(),
            version: pack.about.version.clone(),
            hash: pack.hash.clone(),
            mistakes: i64::try_from(mistakes).unwrap_or(i64::MAX),
            files: Arc::new(pack.files.clone()),
        }
    }
}

/// Why an upload is refused, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportRefusal {
    /// So many wait already.
    TooMany(usize),
    /// It has mistakes.
    Mistakes(i64),
    /// A reason is missing or too long.
    NoReason,
    /// It is not proposed, or was decided.
    NotOpen(ImportState),
    /// The second person must be another one.
    SamePerson,
    /// Only those who sent or proposed it may withdraw it.
    NotYours,
    /// It cannot be installed.
    Install(InstallRefusal),
}

impl Refusal for ImportRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::TooMany(_) => "packs-too-many-imports",
            Self::Mistakes(_) => "packs-import-mistakes",
            Self::NoReason => "packs-no-reason",
            Self::NotOpen(_) => "packs-import-not-open",
            Self::SamePerson => "packs-same-person",
            Self::NotYours => "packs-not-yours",
            Self::Install(refusal) => refusal.code(),
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::NoReason).then(|| "/reason".to_owned())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany(most) => vec![("most", most.to_string())],
            Self::Mistakes(count) => vec![("count", count.to_string())],
            Self::NotOpen(state) => vec![("state", state.as_str().to_owned())],
            Self::Install(refusal) => refusal.args(),
            Self::NoReason | Self::SamePerson | Self::NotYours => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Mistakes(_) | Self::NoReason => 422,
            _ => 409,
        }
    }
}

/// Keeps what was sent. It is in force nowhere.
pub fn rehearse_import(tx: &mut Tx, who: &Acting, upload: &Upload) -> Outcome<PackImport, ImportRefusal> {
    who.may(rights::MANAGE, &Node::group())?;
    let waiting = sql::imports(tx, Some(ImportState::Rehearsed))?.len() + sql::imports(tx, Some(ImportState::Proposed))?.len();
    if waiting >= MOST_WAITING {
        return Err(ImportRefusal::TooMany(MOST_WAITING).into());
    }
    let kept = sql::import_insert(tx, who, upload)?;
    tx.tell(who, &ImportRehearsed(facts(&kept)))?;
    Ok(kept)
}

/// Proposes what was sent, with a reason. `mistakes`: those that it has today.
pub fn propose_import(tx: &mut Tx, who: &Acting, id: &Id, reason: &str, mistakes: usize) -> Outcome<PackImport, ImportRefusal> {
    let (kept, reason) = (open(tx, who, id)?, reason.trim());
    if kept.state != ImportState::Rehearsed {
        return Err(ImportRefusal::NotOpen(kept.state).into());
    }
    if mistakes > 0 {
        return Err(ImportRefusal::Mistakes(i64::try_from(mistakes).unwrap_or(i64::MAX)).into());
    }
    if !(4..=500).contains(&reason.chars().count()) {
        return Err(ImportRefusal::NoReason.into());
    }
    let kept = sql::import_propose(tx, who, id, reason)?.ok_or(Failure::Refused(ImportRefusal::NotOpen(kept.state)))?;
    tx.tell(who, &ImportProposed(facts(&kept)))?;
    Ok(kept)
}

/// Puts somebody else's proposal in force. `pack` was read from its files, without mistakes.
pub fn apply_import(tx: &mut Tx, who: &Acting, id: &Id, pack: &Pack) -> Outcome<(PackImport, Installed), ImportRefusal> {
    let kept = open(tx, who, id)?;
    if kept.state != ImportState::Proposed {
        return Err(ImportRefusal::NotOpen(kept.state).into());
    }
    if kept.proposed_by.as_ref() == Some(&who.person) {
        return Err(ImportRefusal::SamePerson.into());
    }
    if pack.hash != kept.hash {
        return Err(Fault::new(format!("{id}: another pack was read than the one that was sent")).into());
    }
    let installed = install(tx, who, pack, &kept.reason).map_err(|failure| failure.map(ImportRefusal::Install))?;
    let kept = sql::import_decide(tx, who, id, ImportState::Applied)?.ok_or(Failure::Refused(ImportRefusal::NotOpen(kept.state)))?;
    tx.tell(who, &ImportApplied(facts(&kept)))?;
    Ok((kept, installed))
}

/// Gives it up: by whoever sent or proposed it.
pub fn withdraw_import(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<PackImport, ImportRefusal> {
    let kept = open(tx, who, id)?;
    if kept.rehearsed_by != who.person && kept.proposed_by.as_ref() != Some(&who.person) {
        return Err(ImportRefusal::NotYours.into());
    }
    let kept = sql::import_decide(tx, who, id, ImportState::Withdrawn)?.ok_or(Failure::Refused(ImportRefusal::NotOpen(kept.state)))?;
    tx.tell(who, &ImportWithdrawn(facts(&kept)))?;
    Ok(kept)
}

/// Uploads, newest first, at most 200.
pub fn imports(read: &Read, state: Option<ImportState>) -> Result<Vec<PackImport>, Fault> {
    sql::imports(read, state)
}

/// An upload with its files.
pub fn import(read: &Read, id: &Id) -> Outcome<(PackImport, Files), Never> {
    let kept = sql::import(read, id)?.ok_or(Failure::Absent)?;
    let files = sql::import_files(read, id)?;
    Ok((kept, files))
}

fn open(tx: &Tx, who: &Acting, id: &Id) -> Outcome<PackImport, ImportRefusal> {
    who.may(rights::MANAGE, &Node::group())?;
    let kept = sql::import(tx, id)?.ok_or(Failure::Absent)?;
    match kept.state {
        ImportState::Rehearsed | ImportState::Proposed => Ok(kept),
        decided => Err(ImportRefusal::NotOpen(decided).into()),
    }
}

fn facts(kept: &PackImport) -> ImportFacts {
    ImportFacts { import: kept.id.clone(), pack: kept.pack.clone(), version: kept.version.clone(), hash: kept.hash.clone() }
}
