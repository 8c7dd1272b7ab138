//! The folder of the log: who this gateway is, which of its starts this is, and which segments lie there.
//!
//! Invariant: no two processes write in one epoch: its marker is made by one of them and locked while that one lives.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use words::Id;

const NAME: &str = "gateway";
const MARKER: &str = "epoch-";
const SEGMENT: &str = ".log";

/// An epoch that is ours as long as this value lives.
#[derive(Debug)]
pub(crate) struct Epoch {
    pub number: i64,
    _marker: File,
}

/// Id of the gateway of this folder; made if it has none.
pub(crate) fn gateway(folder: &Path, fresh: &Id) -> Result<Id> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join(NAME);
    // Whoever is first has named it: written beside, then put in place whole unless another was faster.
    if !file.exists() {
        let beside = folder.join(format!("{NAME}.{}", std::process::id()));
        std::fs::write(&beside, fresh.as_str())?;
        File::open(&beside)?.sync_all()?;
        let linked = std::fs::hard_link(&beside, &file);
        let _ = std::fs::remove_file(&beside);
        if let Err(error) = linked
            && error.kind() != ErrorKind::AlreadyExists
        {
            return Err(error);
        }
    }
    let text = std::fs::read_to_string(&file)?;
    Id::parse(text.trim()).map_err(|_| Error::other(format!("{}: no id of a gateway", file.display())))
}

/// Begins the next epoch.
pub(crate) fn begin(folder: &Path) -> Result<Epoch> {
    let mut number = epochs(folder)?.last().copied().unwrap_or(0) + 1;
    loop {
        match OpenOptions::new().write(true).create_new(true).open(marker(folder, number)) {
            // Another process that ships what is left over may just have taken it: it finds nothing there, and the next number is ours.
            Ok(marker) if marker.try_lock().is_err() => number += 1,
            Ok(marker) => {
                File::open(folder)?.sync_all()?;
                return Ok(Epoch { number, _marker: marker });
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Takes the marker of an epoch whose process has ended; nothing while it lives.
pub(crate) fn take_over(folder: &Path, number: i64) -> Option<Epoch> {
    let marker = OpenOptions::new().write(true).create(true).truncate(false).open(marker(folder, number)).ok()?;
    marker.try_lock().ok().map(|()| Epoch { number, _marker: marker })
}

/// Forgets an epoch, unless it is the newest: its number must not come again.
pub(crate) fn forget(folder: &Path, number: i64) -> Result<()> {
    match epochs(folder)?.last() {
        Some(newest) if *newest > number => std::fs::remove_file(marker(folder, number)),
        _ => Ok(()),
    }
}

/// All epochs that have a marker, oldest first.
pub(crate) fn epochs(folder: &Path) -> Result<Vec<i64>> {
    let mut found: Vec<i64> = names(folder)?.iter().filter_map(|name| name.strip_prefix(MARKER)?.parse().ok()).collect();
    found.sort_unstable();
    Ok(found)
}

fn marker(folder: &Path, number: i64) -> PathBuf {
    folder.join(format!("{MARKER}{number:08}"))
}

/// Where a segment lies.
pub(crate) fn segment(folder: &Path, epoch: i64, lane: i64, first: i64) -> PathBuf {
    folder.join(format!("{epoch:08}-{lane:03}-{first:016}{SEGMENT}"))
}

/// Numbers of the first entries of all segments, by epoch and lane.
pub(crate) fn segments(folder: &Path) -> Result<BTreeMap<(i64, i64), Vec<i64>>> {
    let mut found: BTreeMap<(i64, i64), Vec<i64>> = BTreeMap::new();
    for name in names(folder)? {
        let mut parts = name.strip_suffix(SEGMENT).unwrap_or_default().split('-').map(|part| part.parse::<i64>().ok());
        if let (Some(Some(epoch)), Some(Some(lane)), Some(Some(first)), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
            found.entry((epoch, lane)).or_default().push(first);
        }
    }
    found.values_mut().for_each(|firsts| firsts.sort_unstable());
    Ok(found)
}

fn names(folder: &Path) -> Result<Vec<String>> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}
