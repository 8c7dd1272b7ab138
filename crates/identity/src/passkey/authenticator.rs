//! What an authenticator says: for whom, was somebody there, were they verified, how often it signed, which key it made. Pure.

use ring::digest::{SHA256, digest};

use super::PasskeyRefusal;
use super::cbor::Cbor;
use jose::PublicKey;

/// Longest id of a credential (WebAuthn).
const ID_MAX: usize = 1023;

/// The authenticator data of either ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said<'a> {
    site: &'a [u8],
    flags: u8,
    /// How often it signed; zero if it does not count.
    pub counter: i64,
    /// The key it made: id of the credential, COSE key.
    pub made: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> Said<'a> {
    /// Reads all of it; anything left over is wrong.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (site, rest) = bytes.split_at_checked(32)?;
        let (&flags, rest) = rest.split_first()?;
        let (counter, mut rest) = rest.split_first_chunk::<4>()?;
        let mut made = None;
        if flags & 0x40 != 0 {
            let (_model, after) = rest.split_at_checked(16)?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (id, after) = after.split_at_checked(length).filter(|_| (1..=ID_MAX).contains(&length))?;
            let (_, left) = Cbor::read(after)?;
            made = Some((id, &after[..after.len() - left.len()]));
            rest = left;
        }
        if flags & 0x80 != 0 {
            let (extensions, left) = Cbor::read(rest)?;
            rest = left;
            matches!(extensions, Cbor::Map(_)).then_some(())?;
        }
        rest.is_empty().then_some(Self { site, flags, counter: i64::from(u32::from_be_bytes(*counter)), made })
    }

    /// Is it for this site, was somebody there, and did they show a finger, a face, a code?
    pub(super) fn check(&self, rp_id: &str) -> Result<(), PasskeyRefusal> {
        let (present, verified) = (self.flags & 0x01 != 0, self.flags & 0x04 != 0);
        let (may_be_copied, is_copied) = (self.flags & 0x08 != 0, self.flags & 0x10 != 0);
        if self.site != digest(&SHA256, rp_id.as_bytes()).as_ref() {
            return Err(PasskeyRefusal::Elsewhere);
        }
        if !present || !verified {
            return Err(PasskeyRefusal::Unverified);
        }
        if is_copied && !may_be_copied { Err(PasskeyRefusal::Unreadable) } else { Ok(()) }
    }
}

/// The public key in a COSE key: ES256, EdDSA or RS256, the algorithms that we offer.
pub(super) fn public_key(cose: &[u8]) -> Option<PublicKey> {
    let (key, rest) = Cbor::read(cose)?;
    let number = |label: i64| key.numbered(label).and_then(Cbor::number);
    let bytes = |label: i64| key.numbered(label).and_then(Cbor::bytes);
    let found = match (number(1)?, number(3)?) {
        (2, -7) if number(-1)? == 1 => PublicKey::p256(bytes(-2)?, bytes(-3)?),
        (1, -8) if number(-1)? == 6 => PublicKey::ed25519(bytes(-2)?),
        (3, -257) => PublicKey::rsa(bytes(-1)?, bytes(-2)?),
        _ => None,
    };
    found.filter(|_| rest.is_empty())
}

/// The authenticator data inside of an attestation object. We ask for no attestation and believe none: the statement is not looked at.
pub(super) fn attested(object: &[u8]) -> Option<&[u8]> {
    let (object, rest) = Cbor::read(object)?;
    matches!(object.named("fmt")?, Cbor::Text(_)).then_some(())?;
    matches!(object.named("attStmt")?, Cbor::Map(_)).then_some(())?;
    object.named("authData")?.bytes().filter(|_| rest.is_empty())
}
