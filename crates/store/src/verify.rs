//! Proves that the database is what its log says, and names the first row that is not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use words::Fault;

use crate::event::{row_digest, row_name};
use crate::migrate::GROUND;
use crate::{Checked, Event, Finding, Part, Read, Seal, Table, params, seal};

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Name of the check.
    pub name: String,
    /// How many rows, events or sums it looked at.
    pub looked_at: u64,
    /// What is wrong; empty if all is well.
    pub findings: Vec<Finding>,
}

/// What all checks found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One entry a check.
    pub checks: Vec<CheckReport>,
}

impl Report {
    /// Is everything as the log says?
    pub fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| check.findings.is_empty())
    }

    /// The first thing that is wrong.
    pub fn first(&self) -> Option<&Finding> {
        self.checks.iter().find_map(|check| check.findings.first())
    }
}

/// Runs the log's checks and those of every part.
pub fn verify(read: &Read, parts: &[&'static Part]) -> Result<Report, Fault> {
    let (chain, digests) = check_chain(read)?;
    let mut checks = vec![chain, check_rows(read, parts, &digests)?, check_listed(read, parts)?];
    for check in parts.iter().flat_map(|part| part.checks) {
        // What a check cannot even read is a finding too; the rows before it have been named by then.
        let unreadable = |fault: Fault| Checked { looked_at: 0, findings: vec![Finding::new(check.name, "", fault.message)] };
        let Checked { looked_at, findings } = (check.run)(read).unwrap_or_else(unreadable);
        checks.push(CheckReport { name: check.name.into(), looked_at, findings });
    }
    Ok(Report { checks })
}

type Digests = HashMap<String, Option<String>>;

/// Recomputes every seal and gathers, for each row, the hash that the last event about it gives.
fn check_chain(read: &Read) -> Result<(CheckReport, Digests), Fault> {
    let mut findings = Vec::new();
    let mut digests = Digests::new();
    let mut seals = SealWalk::default();
    let mut last = 0;
    loop {
        let page = read.events_since(last, 2_000)?;
        if page.is_empty() {
            break;
        }
        for event in page {
            let seq = event.seq.unwrap_or(0);
            if seq != last + 1 {
                findings.push(Finding::new("store_event", seq.to_string(), format!("the log has a gap after {last}")));
            }
            last = seq;
            note_rows(&event, &mut digests, &mut findings);
            seals.walk(read, &event, &mut findings)?;
        }
    }
    seals.finish(read, last, &mut findings)?;
    // PostgreSQL seals within 250 ms: what is committed and not sealed yet tells of rows too.
    for row in read.rows("select * from store_event where seq is null order by id", &[])? {
        note_rows(&Event::from_row(&row)?, &mut digests, &mut findings);
    }
    findings.truncate(20);
    Ok((CheckReport { name: "event log".into(), looked_at: u64::try_from(last).unwrap_or(0), findings }, digests))
}

fn note_rows(event: &Event, digests: &mut Digests, findings: &mut Vec<Finding>) {
    if event.rows.is_empty() {
        return;
    }
    match serde_json::from_str::<BTreeMap<String, Option<String>>>(&event.rows) {
        Ok(rows) => digests.extend(rows),
        Err(mistake) => findings.push(Finding::new("store_event", event.id.as_str(), format!("row hashes: {mistake}"))),
    }
}

#[derive(Default)]
struct SealWalk {
    current: Option<(Seal, ring::digest::Context)>,
    batch: i64,
    hash: String,
}

impl SealWalk {
    fn walk(&mut self, read: &Read, event: &Event, findings: &mut Vec<Finding>) -> Result<(), Fault> {
        let seq = event.seq.unwrap_or(0);
        if self.current.is_none() {
            let next = read.row("select * from store_seal where batch = $1", &params![self.batch + 1])?;
            match next.as_ref().map(Seal::from_row).transpose()? {
                Some(seal) if seal.seq_from == seq && seal.prev_hash == self.hash => self.current = Some((seal, seal::begin(&self.hash))),
                Some(seal) => {
                    findings.push(Finding::new(
                        "store_seal",
                        seal.batch.to_string(),
                        format!("does not follow: begins at {} after {}", seal.seq_from, seq - 1),
                    ));
                    self.current = Some((seal, seal::begin(&self.hash)));
                }
                None => return Ok(()),
            }
        }
        if let Some((seal, hash)) = &mut self.current {
            event.digest_into(hash);
            if seq >= seal.seq_to {
                let found = hex::encode(hash.clone().finish());
                if found != seal.hash {
                    let place = format!("{}–{}", seal.seq_from, seal.seq_to);
                    findings.push(Finding::new("store_event", place, format!("events were altered: seal {} does not fit", seal.batch)));
                }
                self.batch = seal.batch;
                self.hash = seal.hash.clone();
                self.current = None;
            }
        }
        Ok(())
    }

    fn finish(&self, read: &Read, last: i64, findings: &mut Vec<Finding>) -> Result<(), Fault> {
        let head = read.head()?.map_or(0, |seal| seal.seq_to);
        if head != last || self.current.is_some() {
            findings.push(Finding::new("store_seal", head.to_string(), format!("the newest seal ends at {head}, the log at {last}")));
        }
        Ok(())
    }
}

/// Compares every row of every covered table with the hash in the log.
fn check_rows(read: &Read, parts: &[&'static Part], digests: &Digests) -> Result<CheckReport, Fault> {
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for table in parts.iter().flat_map(|part| part.tables) {
        looked_at += check_table(read, table, digests, &mut findings)?;
        if findings.len() > 20 {
            break;
        }
    }
    Ok(CheckReport { name: "covered rows".into(), looked_at, findings })
}

fn check_table(read: &Read, table: &Table, digests: &Digests, findings: &mut Vec<Finding>) -> Result<u64, Fault> {
    let prefix = format!("{}/", table.name);
    let mut missing: BTreeSet<&String> = digests.iter().filter(|(name, digest)| digest.is_some() && name.starts_with(&prefix)).map(|(name, _)| name).collect();
    let rows = read.rows(&format!("select * from {} order by {}", table.name, table.key.join(", ")), &[])?;
    for row in &rows {
        let name = row_name(table.name, table.key, row)?;
        match digests.get(&name) {
            Some(Some(digest)) if *digest == row_digest(table.name, row) => {}
            Some(Some(_)) => findings.push(Finding::new(table.name, &name[prefix.len()..], "was altered: it is not as the last event about it says")),
            Some(None) => findings.push(Finding::new(table.name, &name[prefix.len()..], "is here although the log says it was deleted")),
            None => findings.push(Finding::new(table.name, &name[prefix.len()..], "no event tells of it")),
        }
        missing.remove(&name);
    }
    for name in missing {
        findings.push(Finding::new(table.name, &name[prefix.len()..], "is gone although no event deleted it"));
    }
    Ok(rows.len() as u64)
}

/// Every table is covered, or stands on a list with its reason.
fn check_listed(read: &Read, parts: &[&'static Part]) -> Result<CheckReport, Fault> {
    let all = || std::iter::once(&&GROUND).chain(parts);
    let known: BTreeSet<&str> = all().flat_map(|part| part.tables.iter().map(|table| table.name).chain(part.free.iter().map(|(name, _)| *name))).collect();
    let tables = read.table_names()?;
    let unknown = tables.iter().filter(|name| !known.contains(name.as_str()));
    let findings = unknown.map(|name| Finding::new(name, "", "nothing covers this table and no list gives a reason")).collect();
    Ok(CheckReport { name: "tables listed".into(), looked_at: tables.len() as u64, findings })
}
