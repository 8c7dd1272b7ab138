//! The last good root on disk: a base and a log of changes behind it, each with its checksum.
//!
//! It holds keyed hashes, never keys. Invariant: what is read is a root that once was in force; a torn or altered line ends the log there,
//! a torn base is no base. A new base is written beside what goes on: changes that come meanwhile are live, and in the log, as soon as ever.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Error, Read, Write};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use capabilities::Change;
use serde::{Deserialize, Serialize};

use super::{Root, base};

const BASE: &str = "snapshot.base";
const LOG: &str = "snapshot.log";
/// The log up to the base that is being written.
const BEFORE: &str = "snapshot.log.before";
/// So many lines of the log make a new base worth while.
const LONG: u64 = 20_000;
/// So many changes are taken in at a time.
const BATCH: usize = 10_000;

#[derive(Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(crate) enum Line {
    /// Of everything.
    One { change: Change },
    /// Everything ends: number of its newest change, and how many lines it has. Without it there is nothing.
    End { number: i64, lines: u64 },
    /// Of the log: changes in a row, and the number up to which they go.
    Step { number: i64, changes: Vec<Change> },
}

/// The folder with base and log.
pub(crate) struct Disk {
    folder: PathBuf,
    log: Option<File>,
    lines: u64,
    /// A base that is being written.
    writing: Option<JoinHandle<std::io::Result<()>>>,
}

impl Disk {
    /// Opens the folder; made if missing.
    pub(crate) fn at(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), log: None, lines: 0, writing: None })
    }

    /// The last good root, if there is one.
    pub(crate) fn load(&mut self) -> std::io::Result<Option<Root>> {
        let Some(root) = self.base()? else { return Ok(None) };
        let (root, _) = self.go_on(root, BEFORE)?;
        let (root, good) = self.go_on(root, LOG)?;
        // What comes after the last good line was never in force for whoever reads it now.
        let log = self.open_log()?;
        log.set_len(good)?;
        self.log = Some(log);
        Ok(Some(root))
    }

    /// The root after the good lines of a log, and how many bytes these are.
    fn go_on(&mut self, mut root: Root, log: &str) -> std::io::Result<(Root, u64)> {
        let mut good = 0;
        for line in lines(&self.folder.join(log))? {
            let (Some(Line::Step { number, changes }), bytes) = line else { break };
            if number > root.number {
                root = root.and(number, changes);
            }
            (good, self.lines) = (good + bytes, self.lines + 1);
        }
        Ok((root, good))
    }

    fn base(&self) -> std::io::Result<Option<Root>> {
        let path = self.folder.join(BASE);
        let mut file = match File::open(&path) {
            Ok(file) => BufReader::with_capacity(1 << 20, file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !file.fill_buf()?.starts_with(base::MAGIC) {
            return before_frames(&path);
        }
        file.read_exact(&mut [0; base::MAGIC.len()])?;
        Ok(base::read(file))
    }

    fn open_log(&self) -> std::io::Result<File> {
        OpenOptions::new().create(true).append(true).open(self.folder.join(LOG))
    }

    /// Notes a change that is in force now.
    pub(crate) fn note(&mut self, root: &Root, changes: &[Change]) -> std::io::Result<()> {
        let Some(log) = self.log.as_mut() else { return self.rebase(root) };
        log.write_all(&encode(&Line::Step { number: root.number, changes: changes.to_vec() })?)?;
        log.sync_data()?;
        self.lines += 1;
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished) {
            return self.written();
        }
        if self.lines > LONG && self.writing.is_none() { self.write_beside(root.clone()) } else { Ok(()) }
    }

    /// Writes a new base in a thread of its own; a new log begins, and the one before it stays until the base is there.
    fn write_beside(&mut self, root: Root) -> std::io::Result<()> {
        let before = self.folder.join(BEFORE);
        // One is left where a base could not be written: this one covers both.
        if !before.try_exists()? {
            std::fs::rename(self.folder.join(LOG), before)?;
            self.log = Some(self.open_log()?);
        }
        self.lines = 0;
        let folder = self.folder.clone();
        self.writing = Some(std::thread::Builder::new().name("gateway-base".into()).spawn(move || write_base(&folder, &root))?);
        Ok(())
    }

    /// The base that was being written is there.
    fn written(&mut self) -> std::io::Result<()> {
        let Some(writing) = self.writing.take() else { return Ok(()) };
        writing.join().map_err(|_| Error::other("a base was not written to its end"))??;
        self.forget_before()
    }

    fn forget_before(&self) -> std::io::Result<()> {
        match std::fs::remove_file(self.folder.join(BEFORE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Writes a new base beside the old one, puts it in its place and begins a new log.
    pub(crate) fn rebase(&mut self, root: &Root) -> std::io::Result<()> {
        // What was being written is older.
        self.written()?;
        write_base(&self.folder, root)?;
        // The old logs are older than the base, so their lines change nothing if the program ends between these steps.
        let log = self.open_log()?;
        log.set_len(0)?;
        (self.log, self.lines) = (Some(log), 0);
        self.forget_before()?;
        File::open(&self.folder)?.sync_all()
    }
}

impl Drop for Disk {
    /// Whoever comes next finds a folder in which nobody writes.
    fn drop(&mut self) {
        if let Err(error) = self.written() {
            tracing::warn!(%error, "the snapshot could not be kept on disk");
        }
    }
}

fn write_base(folder: &Path, root: &Root) -> std::io::Result<()> {
    let beside = folder.join("snapshot.new");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&beside)?);
    base::write(root, &mut out)?;
    out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    std::fs::rename(&beside, folder.join(BASE))?;
    File::open(folder)?.sync_all()
}

/// A base of lines, as they were before there were frames.
fn before_frames(path: &Path) -> std::io::Result<Option<Root>> {
    let (mut root, mut batch, mut count) = (Root::empty(), Vec::new(), 0);
    for line in lines(path)? {
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
    use super::super::tests::{app, key, name};
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
        assert_eq!((back.number, back.keys(), back.app(&name("app_a")).is_some()), (4, 2, true));
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
        let mut base = std::fs::read(folder.join(BASE)).unwrap();
        *base.last_mut().unwrap() ^= 1;
        std::fs::write(folder.join(BASE), base).unwrap();
        assert!(Disk::at(&folder).unwrap().load().unwrap().is_none());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_base_is_written_beside_and_what_comes_meanwhile_is_kept() {
        let folder = folder("beside");
        let mut disk = Disk::at(&folder).unwrap();
        let mut root = Root::empty().with(1, vec![app("app_a")]);
        disk.rebase(&root).unwrap();
        let more = |disk: &mut Disk, root: &mut Root, byte: u8| {
            let changes = vec![key(&[byte; 32], "app_a")];
            *root = root.with(root.number + 1, changes.clone());
            disk.note(root, &changes).unwrap();
        };
        let back = || Disk::at(&folder).unwrap().load().unwrap().map(|root| (root.number, root.keys()));
        more(&mut disk, &mut root, 1);
        disk.lines = LONG;
        more(&mut disk, &mut root, 2);
        assert!(disk.writing.is_some() && folder.join(BEFORE).exists());
        more(&mut disk, &mut root, 3);
        assert_eq!(back(), Some((4, 3)), "whether the new base is there yet or not");
        disk.written().unwrap();
        assert!(!folder.join(BEFORE).exists() && std::fs::read(folder.join(LOG)).unwrap().len() < 500);
        assert_eq!(back(), Some((4, 3)));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_base_of_lines_is_still_read() {
        let folder = folder("lines");
        let lines = [Line::One { change: app("app_a") }, Line::One { change: key(&[1; 32], "app_a") }, Line::End { number: 7, lines: 2 }];
        std::fs::create_dir_all(&folder).unwrap();
        let bytes: Vec<u8> = lines.iter().flat_map(|line| encode(line).unwrap()).collect();
        let write = |bytes: &[u8]| std::fs::write(folder.join(BASE), bytes).unwrap();
        let back = || Disk::at(&folder).unwrap().load().unwrap().map(|root| (root.number, root.keys()));
        write(&bytes);
        assert_eq!(back(), Some((7, 1)));
        write(&bytes[..bytes.len() - 3]);
        assert_eq!(back(), None);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
