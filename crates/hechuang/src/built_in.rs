//! The pack that is built into this program, where the data folder holds another: it waits for two people, or in the demo is put in force at once.
//!
//! Invariant: what people put in force stays so until people say otherwise; the same content is offered once.

use packs::{ImportState, Upload};
use store::Db;
use words::{Acting, Failure, Fault, Never};

use crate::wiring;

/// What became of the built-in pack at a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuiltIn {
    /// It is in force, or was, and people chose another.
    Known,
    /// It waits on the page of packs, to be put in force by two people.
    Waits {
        /// Its number.
        version: String,
    },
    /// It was put in force now (in the demo).
    InForce {
        /// Its number.
        version: String,
    },
    /// Another content has its number, so it cannot be installed.
    NumberTaken {
        /// The number.
        version: String,
    },
}

/// Looks whether the built-in pack is new here, and offers it through the ordinary door.
pub fn offer(db: &Db, demo: bool) -> Result<BuiltIn, Fault> {
    let pack = packs::embedded().map_err(|mistakes| Fault::new(format!("the built-in pack: {mistakes}")))?;
    let version = pack.about.version.clone();
    let (installed, sent) = db.read::<_, Never>(|read| Ok((packs::versions(read)?, packs::imports(read, None)?))).map_err(Failure::into_fault)?;
    if installed.iter().any(|one| one.hash == pack.hash) || !installed.iter().any(|one| one.pack == pack.about.id) {
        return Ok(BuiltIn::Known);
    }
    if installed.iter().any(|one| one.pack == pack.about.id && one.version == version) {
        return Ok(BuiltIn::NumberTaken { version });
    }
    if demo {
        wiring::install_pack(db, &Acting::system("setup"), &pack)?;
        return Ok(BuiltIn::InForce { version });
    }
    match sent.iter().find(|one| one.hash == pack.hash).map(|one| one.state) {
        Some(ImportState::Withdrawn) => return Ok(BuiltIn::Known),
        Some(_) => return Ok(BuiltIn::Waits { version }),
        None => {}
    }
    let upload = Upload::of(&format!("{} {version}", pack.about.id), &pack, 0);
    let kept = db.write("packs.rehearse_import", move |tx| packs::rehearse_import(tx, &Acting::system("setup"), &upload));
    kept.map_err(Failure::into_fault)?;
    Ok(BuiltIn::Waits { version })
}
