#![doc = include_str!("../README.md")]

mod jwk;
mod jws;
mod key;

pub use jwk::{Key, Keys, read_keys};
pub use jws::{Compact, Head, Signer};
pub use key::{PublicKey, Written};
