//! The folder of a gateway that runs alone: its lock, which house it belongs to, and what was handed over to it, sealed.
//!
//! Invariant: one process at a time; a folder belongs to one house for ever, so nothing of one is ever shown to, or metered at, another.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use store::{Hasher, SharedSecret, write_private};
use words::{Fault, Id, Trouble};

use super::Handed;

const LOCK: &str = "alone.lock";
const HOUSE: &str = "house";
const HANDED: &str = "handed.sealed";

/// The folder of a gateway that runs alone.
pub struct Home {
    folder: PathBuf,
    _lock: File,
}

impl Home {
    /// Opens it, made if missing, for this process alone.
    pub fn at(folder: &Path) -> Result<Self, Fault> {
        std::fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
        let file = folder.join(LOCK);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&file).map_err(|error| wrong(&file, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(misfit(format!("{}: another gateway runs on it", folder.display()))),
            Err(TryLockError::Error(error)) => Err(wrong(&file, &error)),
        }
    }

    /// Id of the gateway of this folder.
    pub fn id(&self) -> Result<Id, Fault> {
        crate::identity(&self.folder)
    }

    /// What was handed over before; nothing if nothing was, or the secret is another one now.
    pub fn handed(&self, secret: &SharedSecret) -> Result<Option<Handed>, Fault> {
        let file = self.folder.join(HANDED);
        match std::fs::read(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(wrong(&file, &error)),
            Ok(sealed) => Ok(Handed::open(secret, &sealed).inspect_err(|fault| tracing::warn!(%fault, "what the server handed over cannot be opened")).ok()),
        }
    }

    /// Keeps what was handed over, unless another house did.
    pub fn keep(&self, secret: &SharedSecret, handed: &Handed) -> Result<(), Fault> {
        self.belong_to(&handed.hasher(capabilities::HASHER)?)?;
        let (beside, file) = (self.folder.join(format!("{HANDED}.new")), self.folder.join(HANDED));
        write_private(&beside, &handed.seal(secret)?)?;
        std::fs::rename(&beside, &file).map_err(|error| wrong(&file, &error))
    }

    fn belong_to(&self, hasher: &Hasher) -> Result<(), Fault> {
        let (file, mark) = (self.folder.join(HOUSE), hasher.hex(b"house"));
        match std::fs::read_to_string(&file) {
            Ok(known) if known.trim() == mark => Ok(()),
            Ok(_) => Err(misfit(format!("{}: it belongs to a gateway of another server; give this one a folder of its own", self.folder.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound => write_private(&file, mark.as_bytes()),
            Err(error) => Err(wrong(&file, &error)),
        }
    }
}

fn wrong(file: &Path, error: &std::io::Error) -> Fault {
    Fault::new(format!("{}: {error}", file.display()))
}

fn misfit(message: String) -> Fault {
    Fault { message, trouble: Trouble::Misfit }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn handed(key: u8) -> Handed {
        let keys = BTreeMap::from([(capabilities::HASHER.to_owned(), hex::encode([key; 32]))]);
        Handed { keys, pass: "hcg_pass".into(), help: "http://localhost".into() }
    }

    #[test]
    fn what_was_handed_over_comes_back_under_the_same_secret_only() {
        let folder = std::env::temp_dir().join(format!("hechuang_home_{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let (ours, other) = (SharedSecret::of(&"a".repeat(40)).unwrap(), SharedSecret::of(&"b".repeat(40)).unwrap());
        let home = Home::at(&folder).unwrap();
        assert_eq!(home.handed(&ours).unwrap(), None);
        home.keep(&ours, &handed(1)).unwrap();
        assert_eq!((home.handed(&ours).unwrap(), home.handed(&other).unwrap()), (Some(handed(1)), None));
        let lying = std::fs::read(folder.join(HANDED)).unwrap();
        assert!(!lying.windows(8).any(|some| some == b"hcg_pass"), "it lies there sealed");
        assert!(Home::at(&folder).is_err_and(|fault| fault.trouble == Trouble::Misfit), "one at a time");
        assert!(home.keep(&ours, &handed(2)).is_err_and(|fault| fault.trouble == Trouble::Misfit), "one house for ever");
        let id = home.id().unwrap();
        drop(home);
        assert_eq!(Home::at(&folder).unwrap().id().unwrap(), id, "its id stays");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
