//! A folder for the databases of a run, gone with it; and what the disk under it can do at most.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use words::Fault;

use crate::Done;

/// A folder of this run.
pub struct Ground(PathBuf);

impl Ground {
    /// Makes it below `data`.
    pub fn below(data: &Path) -> Done<Self> {
        let folder = data.join(format!("run-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| Fault::new(format!("{}: {error}", folder.display())))?;
        Ok(Self(folder))
    }

    /// A folder inside.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Time of processors that this program has used so far, in all its threads; beside it, the clock on the wall shows how much others took.
pub fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10) // 100 ticks a second, on Linux everywhere
}

/// How often 4 KiB can be appended and forced to the disk: about what one commit at a time costs. (A write-ahead log that is written over again does not grow, so it can be a little faster.)
pub fn syncs_a_second(ground: &Ground) -> Done<f64> {
    let mut file = fs::File::create(ground.folder("syncs")).map_err(Fault::new)?;
    let (begun, mut count) = (Instant::now(), 0u32);
    while begun.elapsed() < Duration::from_secs(1) {
        file.write_all(&[7u8; 4096]).map_err(Fault::new)?;
        file.sync_data().map_err(Fault::new)?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}
