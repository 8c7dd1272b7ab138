//! The last good root on disk: a base and a log of changes behind it, each line with its checksum.
//!
//! It holds keyed hashes, never keys. Invariant: what is read is a root that once was in force; a torn or altered line ends the log there,
//! a torn base is no base.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Error, Write};
use std::path::{Path, PathBuf};

use capabilities::Change;
use serde::{Deserialize, Serialize};

use super::Root;

const BASE: &str = "snapshot.base";
const LOG: &str = "snapshot.log";
/// So many lines of the log make a new base worth while.
const LONG: u64 = 20_000;
/// So many changes are taken in at a time.
const BATCH: usize = 10_000;

#[derive(Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(crate) enum Line {
    /// Of the base.
    One { change: Change },
    /// The base ends: number of its newest change, and how many lines it has. Without it there is no base.
    End { number: i64, lines: u64 },
    /// Of the log: changes in a row, and the number up to which they go.
    Step { number: i64, changes: Vec<Change> },
}

/// The folder with base and log.
pub(crate) struct Disk {
    folder: PathBuf,
    log: Option<File>,
    lines: u64,
}

impl Disk {
    /// Opens the folder; made if missing.
    pub(crate) fn at(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), log: None, lines: 0 })
    }

    /// The last good root, if there is one.
    pub(crate) fn load(&mut self) -> std::io::Result<Option<Root>> {
        let Some(mut root) = self.base()? else { return Ok(None) };
        let mut good = 0;
        for line in lines(&self.folder.join(LOG))? {
            let (Some(Line::Step { number, changes }), bytes) = line else { break };
            if number > root.number {
                root = root.and(number, changes);
            }
            (good, self.lines) = (good + bytes, self.lines + 1);
        }
        // What comes after the last good line was never in force for whoever reads it now.
        let log = OpenOptions::new().create(true).append(true).open(self.folder.join(LOG))?;
        log.set_len(good)?;
        self.log = Some(log);
        Ok(Some(root))
    }

    fn base(&self) -> std::io::Result<Option<Root>> {
        let (mut root, mut batch, mut count) = (Root::empty(), Vec::new(), 0);
        for line in lines(&self.folder.join(BASE))? {
            match line.0 {
                Some(Line::One { change }) => {
                    batch.push(change);
                    count += 1;
                }
                Some(Line::End { number, lines }) if lines == count => return Ok(Some(root.and(number, batch))),
                _ => return Ok(None),
            }
            if batch.len() >= BATCH {
                root = root.and(0, std::mem::take(&mut batch));
            }
        }
        Ok(None)
    }

    /// Notes a change that is in force now.
    pub(crate) fn note(&mut self, root: &Root, changes: &[Change]) -> std::io::Result<()> {
        let Some(log) = self.log.as_mut().filter(|_| self.lines < LONG) else { return self.rebase(root) };
        log.write_all(&encode(&Line::Step { number: root.number, changes: changes.to_vec() })?)?;
        self.lines += 1;
        log.sync_data()
    }

    /// Writes a new base beside the old one, puts it in its place and begins a new log.
    pub(crate) fn rebase(&mut self, root: &Root) -> std::io::Result<()> {
        let beside = self.folder.join("snapshot.new");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&beside)?);
        let mut count = 0;
        root.dump(|change| {
            count += 1;
            out.write_all(&encode(&Line::One { change })?)
        })?;
        out.write_all(&encode(&Line::End { number: root.number, lines: count })?)?;
        out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        std::fs::rename(&beside, self.folder.join(BASE))?;
        // The old log is older than the base, so its lines change nothing if the program ends between these two steps.
        self.log = Some(OpenOptions::new().create(true).append(true).open(self.folder.join(LOG))?);
        self.lines = 0;
        self.log.as_ref().map_or(Ok(()), |log| log.set_len(0))?;
        File::open(&self.folder)?.sync_all()
    }
}

/// `crc32 json\n`
pub(crate) fn encode(line: &Line) -> std::io::Result<Vec<u8>> {
    let json = serde_json::to_string(line).map_err(Error::other)?;
    Ok(format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())).into_bytes())
}

/// Each line and its length; `None` for what is torn or altered.
fn lines(file: &Path) -> std::io::Result<impl Iterator<Item = (Option<Line>, u64)>> {
    let reader = match File::open(file) {
        Ok(file) => Some(BufReader::with_capacity(1 << 20, file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(reader.into_iter().flat_map(|reader| reader.split(b'\n')).map(|line| line.map_or((None, 0), |line| (decode(&line), line.len() as u64 + 1))))
}

pub(crate) fn decode(line: &[u8]) -> Option<Line> {
    let (sum, json) = line.split_at_checked(9)?;
    let sum = u32::from_str_radix(std::str::from_utf8(&sum[..8]).ok()?, 16).ok()?;
    (sum == crc32fast::hash(json)).then(|| serde_json::from_slice(json).ok())?
}

#[cfg(test)]
mod tests {
    use super::super::tests::{app, key};
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hechuang_snapshot_{}_{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn the_last_good_root_comes_back() {
        let folder = folder("good");
        let mut disk = Disk::at(&folder).unwrap();
        assert!(disk.load().unwrap().is_none());
        let first = Root::empty().with(3, vec![app("app_a"), key(&[1; 32], "app_a")]);
        disk.note(&first, &[]).unwrap();
        let changes = vec![key(&[2; 32], "app_a")];
        let second = first.with(4, changes.clone());
        disk.note(&second, &changes).unwrap();
        let back = Disk::at(&folder).unwrap().load().unwrap().unwrap();
        assert_eq!((back.number, back.keys(), back.app("app_a").is_some()), (4, 2, true));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_torn_line_ends_the_log_and_an_altered_base_is_none() {
        let folder = folder("torn");
        let mut disk = Disk::at(&folder).unwrap();
        let root = Root::empty().with(1, vec![app("app_a"), key(&[1; 32], "app_a")]);
        disk.rebase(&root).unwrap();
        for (number, hash) in [(2, [2; 32]), (3, [3; 32])] {
            let changes = vec![key(&hash, "app_a")];
            disk.note(&root.with(number, changes.clone()), &changes).unwrap();
        }
        let log = std::fs::read(folder.join(LOG)).unwrap();
        std::fs::write(folder.join(LOG), &log[..log.len() - 5]).unwrap();
        let mut again = Disk::at(&folder).unwrap();
        let back = again.load().unwrap().unwrap();
        assert_eq!((back.number, back.keys()), (2, 2), "the torn change was not in force");
        let changes = vec![key(&[4; 32], "app_a")];
        again.note(&back.with(5, changes.clone()), &changes).unwrap();
        assert_eq!(Disk::at(&folder).unwrap().load().unwrap().unwrap().keys(), 3, "the log goes on behind the last good line");
        let base = std::fs::read_to_string(folder.join(BASE)).unwrap().replace("app_a", "app_b");
        std::fs::write(folder.join(BASE), base).unwrap();
        assert!(Disk::at(&folder).unwrap().load().unwrap().is_none());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
