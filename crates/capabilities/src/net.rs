//! A range of addresses: `203.0.113.0/24`, `2001:db8::/32`, `192.0.2.7`. Pure.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// A range of addresses. IPv4 is kept as mapped IPv6, so there is one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Net {
    bits: u128,
    len: u8,
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => four.to_ipv6_mapped().to_bits(),
        IpAddr::V6(six) => six.to_bits(),
    }
}

fn mask(len: u8) -> u128 {
    if len == 0 { 0 } else { u128::MAX << (128 - u32::from(len)) }
}

impl Net {
    /// Reads a range; bits beyond its length must be zero.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, len) = text.split_once('/').map_or((text, None), |(address, len)| (address, Some(len)));
        let address: IpAddr = address.parse().ok()?;
        let (offset, most) = if address.is_ipv4() { (96, 32) } else { (0, 128) };
        let len: u8 = match len {
            Some(len) if len.bytes().all(|b| b.is_ascii_digit()) => len.parse().ok()?,
            Some(_) => return None,
            None => most,
        };
        let net = Self { bits: bits(address), len: offset + len.min(most) };
        (len <= most && net.bits & !mask(net.len) == 0).then_some(net)
    }

    /// Is this address in it?
    pub fn holds(&self, address: IpAddr) -> bool {
        bits(address) & mask(self.len) == self.bits
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let six = Ipv6Addr::from_bits(self.bits);
        match six.to_ipv4_mapped().filter(|_| self.len >= 96) {
            Some(four) => write!(f, "{four}/{}", self.len - 96),
            None => write!(f, "{six}/{}", self.len),
        }
    }
}

impl TryFrom<String> for Net {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or(text)
    }
}

impl From<Net> for String {
    fn from(net: Net) -> Self {
        net.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_is_in_them() {
        for (net, address, inside) in [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::5", true),
            ("::/0", "127.0.0.1", true),
            ("127.0.0.0/8", "::ffff:127.0.0.1", true),
        ] {
            let range = Net::parse(net).unwrap_or_else(|| panic!("{net}"));
            assert_eq!(range.holds(address.parse().unwrap()), inside, "{net} {address}");
            assert_eq!(Net::parse(&range.to_string()), Some(range), "{net}");
        }
        for text in ["203.0.113.1/24", "10.0.0.0/33", "10.0.0.0/+8", "x", "", "10.0.0.0/", "2001:db8::1/32"] {
            assert_eq!(Net::parse(text), None, "{text}");
        }
    }
}
