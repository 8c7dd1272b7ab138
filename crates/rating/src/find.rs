//! Finding fast: the destination of a number by its longest prefix, the entries of a meter, the row of a destination.

use std::collections::{BTreeMap, HashMap};

use words::Instant;

use crate::book::{Version, Written};
use crate::model::Model;

/// Nodes of ten digits each.
#[derive(Debug, Clone, Default)]
struct Digits {
    next: Vec<[u32; 10]>,
    there: Vec<Option<usize>>,
}

impl Digits {
    fn put(&mut self, prefix: &str, what: usize) {
        let mut at = self.root();
        for digit in prefix.bytes().filter(u8::is_ascii_digit).map(|b| usize::from(b - b'0')) {
            if self.next[at][digit] == 0 {
                let fresh = self.node();
                self.next[at][digit] = u32::try_from(fresh).unwrap_or(0);
            }
            at = self.next[at][digit] as usize;
        }
        self.there[at] = Some(what);
    }

    fn root(&mut self) -> usize {
        if self.next.is_empty() { self.node() } else { 0 }
    }

    fn node(&mut self) -> usize {
        self.next.push([0; 10]);
        self.there.push(None);
        self.next.len() - 1
    }

    fn longest(&self, digits: impl Iterator<Item = u8>) -> Option<usize> {
        let (mut at, mut found) = (0usize, None);
        for digit in digits {
            match self.next.get(at).map(|node| node[usize::from(digit)]) {
                None | Some(0) => break,
                Some(next) => at = next as usize,
            }
            found = self.there[at].or(found);
        }
        found
    }
}

/// Everything that is looked up for each usage.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    keys: HashMap<String, usize>,
    prefixes: Digits,
    /// First moment, end, and the entries of each meter, by version.
    versions: Vec<Found>,
}

#[derive(Debug, Clone)]
struct Found {
    from: Instant,
    until: Option<Instant>,
    meters: HashMap<String, Vec<usize>>,
    rows: Vec<Vec<Option<usize>>>,
}

impl Index {
    pub(crate) fn of(written: &Written) -> Self {
        let mut index = Self::default();
        for (at, destination) in written.destination.iter().enumerate() {
            index.keys.insert(destination.key.clone(), at);
            destination.prefixes.iter().for_each(|prefix| index.prefixes.put(prefix, at));
        }
        index.versions = written.version.iter().map(|version| found(written, version)).collect();
        index
    }

    /// A key of a destination, or a number: digits with blanks, hyphens and brackets; a leading + is 00.
    pub(crate) fn target(&self, target: &str) -> Option<usize> {
        if let Some(at) = self.keys.get(target) {
            return Some(*at);
        }
        let bytes = target.as_bytes();
        let (zeros, rest) = if bytes.first() == Some(&b'+') { (2, &bytes[1..]) } else { (0, bytes) };
        let number = rest.iter().all(|b| b.is_ascii_digit() || b" -()".contains(b)) && rest.iter().any(u8::is_ascii_digit);
        number.then(|| self.prefixes.longest(std::iter::repeat_n(0, zeros).chain(rest.iter().filter(|b| b.is_ascii_digit()).map(|b| b - b'0')))).flatten()
    }

    pub(crate) fn version_at(&self, at: Instant) -> Option<usize> {
        self.versions.iter().rposition(|found| found.from <= at && found.until.is_none_or(|until| at < until))
    }

    pub(crate) fn entries(&self, version: usize, meter: &str) -> &[usize] {
        self.versions.get(version).and_then(|found| found.meters.get(meter)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn row(&self, version: usize, entry: usize, destination: usize) -> Option<usize> {
        self.versions.get(version)?.rows.get(entry)?.get(destination).copied().flatten()
    }
}

fn found(written: &Written, version: &Version) -> Found {
    let mut meters: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, entry) in version.entries.iter().enumerate().filter(|(_, entry)| !entry.meter.is_empty()) {
        meters.entry(entry.meter.clone()).or_default().push(at);
    }
    let rows = version.entries.iter().map(|entry| rows_of(written, &entry.charge)).collect();
    Found { from: version.from.start(), until: version.until.map(|day| day.start()), meters, rows }
}

/// Row of each destination.
fn rows_of(written: &Written, model: &Model) -> Vec<Option<usize>> {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, row) in model.rows().iter().enumerate() {
        named.extend(row.to.iter().map(|name| (name.as_str(), at)));
    }
    let of = |destination: &crate::book::Destination| {
        let by_group = || destination.groups.iter().find_map(|group| named.get(group.as_str()).copied());
        named.get(destination.key.as_str()).copied().or_else(by_group)
    };
    written.destination.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins() {
        let mut digits = Digits::default();
        for (at, prefix) in ["001", "0012", "00123456"].into_iter().enumerate() {
            digits.put(prefix, at);
        }
        let find = |text: &str| digits.longest(text.bytes().map(|b| b - b'0'));
        assert_eq!([find("0019"), find("0012345"), find("001234567"), find("00"), find("")], [Some(0), Some(1), Some(2), None, None]);
        assert_eq!(Digits::default().longest([1, 2].into_iter()), None);
    }
}
