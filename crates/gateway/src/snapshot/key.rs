//! A key as the gateway knows it: what nearly all keys have, and in a piece of its own what few have.

use capabilities::{KeyLine, Net, Proof};

use super::bits::{Bits, put_number, put_text};
use super::name::Name;

/// A key.
#[derive(Debug)]
pub(crate) struct Key {
    /// What it is looked up by.
    pub(super) hash: [u8; 32],
    pub id: Name,
    pub app: Name,
    /// Nothing: it may be used for anything from anywhere, has no end, and is shown by its text.
    more: Option<Box<More>>,
}

#[derive(Debug)]
struct More {
    capabilities: Box<[Box<str>]>,
    nets: Box<[Net]>,
    ends_at: Option<i64>,
    proof: Proof,
}

/// How a call shows a key of which nothing is said.
static TEXT: Proof = Proof::Text;

const BY_TEXT: u8 = 0;
const BY_SIGNATURE: u8 = 1;
const BY_TOKEN: u8 = 2;
const BY_CERTIFICATE: u8 = 3;

impl Key {
    /// What a key is looked up by, from its line.
    pub(crate) fn hash_of(hex: &str) -> Option<[u8; 32]> {
        let mut hash = [0; 32];
        hex::decode_to_slice(hex, &mut hash).ok().map(|()| hash)
    }

    /// From its line; nothing if it has no hash.
    pub(crate) fn of(line: KeyLine) -> Option<Self> {
        let capabilities = line.capabilities.into_iter().map(String::into_boxed_str).collect();
        let more = More { capabilities, nets: line.nets.into(), ends_at: line.ends_at, proof: line.proof };
        Some(Self { hash: Self::hash_of(&line.hash)?, id: Name::of(&line.id), app: Name::of(&line.app), more: more.kept() })
    }

    /// The only capabilities it may call; all if none.
    pub(crate) fn capabilities(&self) -> &[Box<str>] {
        self.more.as_ref().map_or(&[], |more| &more.capabilities)
    }

    /// The only addresses it may be used from; all if none.
    pub(crate) fn nets(&self) -> &[Net] {
        self.more.as_ref().map_or(&[], |more| &more.nets)
    }

    /// Does not work from then on (microseconds UTC).
    pub(crate) fn ends_at(&self) -> Option<i64> {
        self.more.as_ref().and_then(|more| more.ends_at)
    }

    /// How a call shows it.
    pub(crate) fn proof(&self) -> &Proof {
        self.more.as_ref().map_or(&TEXT, |more| &more.proof)
    }

    /// As it lies on the disk.
    pub(super) fn put(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.hash);
        self.id.put(to);
        self.app.put(to);
        to.push(u8::from(self.more.is_some()));
        if let Some(more) = &self.more {
            more.put(to);
        }
    }

    /// From there.
    pub(super) fn take(from: &mut Bits<'_>) -> Option<Self> {
        let (hash, id, app) = (*from.array()?, Name::take(from)?, Name::take(from)?);
        let more = if from.byte()? == 0 { None } else { Some(Box::new(More::take(from)?)) };
        Some(Self { hash, id, app, more })
    }
}

impl More {
    fn kept(self) -> Option<Box<Self>> {
        let usual = self.capabilities.is_empty() && self.nets.is_empty() && self.ends_at.is_none() && self.proof == Proof::Text;
        (!usual).then(|| Box::new(self))
    }

    fn put(&self, to: &mut Vec<u8>) {
        put_number(to, self.capabilities.len() as u64);
        self.capabilities.iter().for_each(|one| put_text(to, one));
        put_number(to, self.nets.len() as u64);
        self.nets.iter().for_each(|net| put_text(to, &net.to_string()));
        to.push(u8::from(self.ends_at.is_some()));
        to.extend(self.ends_at.map(i64::to_le_bytes).into_iter().flatten());
        match &self.proof {
            Proof::Text => to.push(BY_TEXT),
            Proof::Token => to.push(BY_TOKEN),
            Proof::Certificate { begins_at } => {
                to.push(BY_CERTIFICATE);
                to.extend(begins_at.to_le_bytes());
            }
            Proof::Signature { secret } => {
                to.push(BY_SIGNATURE);
                put_text(to, secret);
            }
        }
    }

    fn take(from: &mut Bits<'_>) -> Option<Self> {
        let capabilities = from.list(1, |from| from.text().map(Into::into))?;
        let nets = from.list(1, |from| Net::parse(from.text()?))?;
        let ends_at = if from.byte()? == 0 { None } else { Some(i64::from_le_bytes(*from.array()?)) };
        let proof = match from.byte()? {
            BY_TEXT => Proof::Text,
            BY_TOKEN => Proof::Token,
            BY_CERTIFICATE => Proof::Certificate { begins_at: i64::from_le_bytes(*from.array()?) },
            BY_SIGNATURE => Proof::Signature { secret: from.text()?.to_owned() },
            _ => return None,
        };
        Some(Self { capabilities, nets, ends_at, proof })
    }
}
