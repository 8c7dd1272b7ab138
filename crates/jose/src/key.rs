//! Public keys of others (authenticators, identity providers, clients) and whether they signed a message. Pure; `ring` does the mathematics.
//!
//! Invariant: the kind of a key decides the algorithm, never the message; RSA keys have 2048 to 8192 bits.

use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

/// A public key, ready to verify with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// P-256 with SHA-256: the uncompressed point.
    Es256(Vec<u8>),
    /// Ed25519.
    EdDsa(Vec<u8>),
    /// RSA PKCS#1 1.5 with SHA-256.
    Rs256 {
        /// Modulus.
        n: Vec<u8>,
        /// Exponent.
        e: Vec<u8>,
    },
}

/// How an ECDSA signature is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// ASN.1, as authenticators do.
    Der,
    /// Two numbers of fixed length, as JOSE does.
    Fixed,
}

impl PublicKey {
    /// A point of P-256 from its coordinates.
    pub fn p256(x: &[u8], y: &[u8]) -> Option<Self> {
        let fine = x.len() == 32 && y.len() == 32;
        fine.then(|| Self::Es256([&[4], x, y].concat()))
    }

    /// A key of Ed25519.
    pub fn ed25519(x: &[u8]) -> Option<Self> {
        (x.len() == 32).then(|| Self::EdDsa(x.to_vec()))
    }

    /// An RSA key; leading zeros are taken away, as the mathematics wants it.
    pub fn rsa(n: &[u8], e: &[u8]) -> Option<Self> {
        let bare = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
        let (n, e) = (bare(n), bare(e));
        ((256..=1024).contains(&n.len()) && !e.is_empty()).then_some(Self::Rs256 { n, e })
    }

    /// Name of its algorithm in JOSE (RFC 7518 §3.1, RFC 8037 §3.1).
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Es256(_) => "ES256",
            Self::EdDsa(_) => "EdDSA",
            Self::Rs256 { .. } => "RS256",
        }
    }

    /// Did the holder of this key sign the message?
    pub fn signed(&self, message: &[u8], signed: &[u8], written: Written) -> bool {
        match (self, written) {
            (Self::Es256(point), Written::Der) => UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point).verify(message, signed).is_ok(),
            (Self::Es256(point), Written::Fixed) => UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).verify(message, signed).is_ok(),
            (Self::EdDsa(key), _) => UnparsedPublicKey::new(&signature::ED25519, key).verify(message, signed).is_ok(),
            (Self::Rs256 { n, e }, _) => RsaPublicKeyComponents { n, e }.verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signed).is_ok(),
        }
    }
}
