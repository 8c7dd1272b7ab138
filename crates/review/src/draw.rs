//! The draw that anyone can recompute with `sha256sum`.
//!
//! Pure. What is drawn are *tickets*: `sha256("<salt>:<person>")`, so the list can be published before names may be. The list is frozen and its hash
//! told; only then comes the seed, from a seal of the log that did not exist yet and from nonces that observers had committed to before.
//!
//! Algorithm, all texts in ASCII, all hashes in lower-case hex:
//! 1. `ticket = sha256("<salt>:<person id>")`; the salt is published with the names.
//! 2. `eligible hash = sha256(tickets sorted bytewise, each followed by a line feed)`.
//! 3. `seed = sha256("<seal hash>\n" then "<nonce>\n" for each observer in order, then "<draw name>\n")`, draw name = `<round id>#<freeze number>`.
//! 4. Order the tickets by `sha256("<seed>:<ticket>")`; the panel is the first ones, passing over those published as passed over.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ring::digest::{Context, SHA256};
use words::Id;

/// What the seed is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedParts {
    /// Hash of the first seal of the log after the freeze, hex.
    pub seal: String,
    /// Nonces that observers revealed, in the order in which they were named.
    pub nonces: Vec<String>,
    /// `<round id>#<freeze number>`.
    pub draw: String,
}

pub(crate) use store::sha256;

/// The ticket under which a person takes part in one draw.
pub fn ticket(salt: &str, person: &Id) -> String {
    text_of(&ticket_digits(salt, person))
}

/// The same as 64 digits in place: thousands of draws among a thousand persons make millions of them.
pub(crate) fn ticket_digits(salt: &str, person: &Id) -> Digits {
    digits(&digest_of(&[salt, ":", person.as_str()]))
}

/// What an observer publishes before the freeze, to be bound by the nonce.
pub fn commitment(nonce: &str, observer: &Id, round: &Id) -> String {
    hash_of(&[nonce, ":", observer.as_str(), ":", round.as_str()])
}

/// `<round id>#<freeze number>`.
pub fn draw_name(round: &Id, freeze: i64) -> String {
    format!("{round}#{freeze}")
}

/// Hash of a list of lines: sorted bytewise, each followed by a line feed.
pub fn list_hash(lines: &[String]) -> String {
    let mut sorted: Vec<&str> = lines.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let text: String = sorted.into_iter().flat_map(|line| [line, "\n"]).collect();
    sha256(&text)
}

/// The seed of a draw.
pub fn seed(parts: &SeedParts) -> String {
    let mut text = format!("{}\n", parts.seal);
    for line in parts.nonces.iter().chain([&parts.draw]) {
        let _ = writeln!(text, "{line}");
    }
    sha256(&text)
}

/// All tickets in the order of the draw.
pub fn permutation(seed: &str, tickets: &[String]) -> Vec<String> {
    let mut keyed: Vec<([u8; 32], &String)> = tickets.iter().map(|ticket| (digest_of(&[seed, ":", ticket]), ticket)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, ticket)| ticket.clone()).collect()
}

/// The same from inside, where persons are known: tickets with their persons in the order of the draw.
pub(crate) fn order<'a>(seed: &str, salt: &str, eligible: &[&'a Id]) -> impl Iterator<Item = (String, &'a Id)> {
    let keyed = |person: &&'a Id| {
        let ticket = ticket_digits(salt, person);
        (digest_of(&[seed.as_bytes(), b":".as_slice(), ticket.as_slice()]), ticket, *person)
    };
    let mut keyed: Vec<([u8; 32], Digits, &'a Id)> = eligible.iter().map(keyed).collect();
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    keyed.into_iter().map(|(_, ticket, person)| (text_of(&ticket), person))
}

/// Hash of a list of tickets, as [`list_hash`] makes it.
pub(crate) fn digits_hash(mut tickets: Vec<Digits>) -> String {
    tickets.sort_unstable();
    let mut text = Vec::with_capacity(tickets.len() * 65);
    for ticket in &tickets {
        text.extend_from_slice(ticket);
        text.push(b'\n');
    }
    hash_of(&[text])
}

/// What a third party does: from the published parts to the panel.
///
/// `passed_over` are the tickets that the record lists as passed over (their load cap was reached between freeze and draw); usually none.
pub fn recompute(parts: &SeedParts, eligible: &[String], passed_over: &BTreeSet<String>, seats: usize) -> Vec<String> {
    let order = permutation(&seed(parts), eligible);
    order.into_iter().filter(|ticket| !passed_over.contains(ticket)).take(seats).collect()
}

/// A hash as 64 lower-case hex digits.
pub(crate) type Digits = [u8; 64];

fn digits(bytes: &[u8; 32]) -> Digits {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
    text
}

fn text_of(digits: &Digits) -> String {
    digits.iter().map(|&digit| char::from(digit)).collect()
}

fn hash_of(parts: &[impl AsRef<[u8]>]) -> String {
    text_of(&digits(&digest_of(parts)))
}

fn digest_of(parts: &[impl AsRef<[u8]>]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part.as_ref());
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> SeedParts {
        SeedParts { seal: sha256("seal"), nonces: vec!["rain".into(), "snow".into()], draw: "rnd_1#1".into() }
    }

    #[test]
    fn hashes_are_those_of_sha256sum() {
        // printf 'abc' | sha256sum
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        // printf 'a\nb\n' | sha256sum
        assert_eq!(list_hash(&["b".into(), "a".into()]), sha256("a\nb\n"));
        assert_eq!(seed(&parts()), sha256(&format!("{}\nrain\nsnow\nrnd_1#1\n", sha256("seal"))));
    }

    #[test]
    fn the_order_depends_on_nothing_but_the_published_parts() {
        let tickets: Vec<String> = (0..20).map(|n| sha256(&n.to_string())).collect();
        let mut reversed = tickets.clone();
        reversed.reverse();
        let panel = recompute(&parts(), &tickets, &BTreeSet::new(), 5);
        assert_eq!(panel, recompute(&parts(), &reversed, &BTreeSet::new(), 5));
        assert_eq!(panel, permutation(&seed(&parts()), &tickets)[..5]);
        let over: BTreeSet<String> = panel[..1].iter().cloned().collect();
        assert_eq!(recompute(&parts(), &tickets, &over, 4), panel[1..]);
        let other = SeedParts { nonces: vec!["rain".into(), "hail".into()], ..parts() };
        assert_ne!(panel, recompute(&other, &tickets, &BTreeSet::new(), 5));
    }

    #[test]
    fn a_person_has_another_ticket_in_each_draw() {
        let person = Id::fixed("per_a");
        assert_ne!(ticket("salt1", &person), ticket("salt2", &person));
        assert_eq!(ticket("salt1", &person), sha256("salt1:per_a"));
    }
}
