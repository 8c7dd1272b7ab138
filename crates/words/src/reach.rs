//! Which addresses the program may call on somebody else's behalf (upstreams, callbacks): what is private to this machine or this house only if the operator allows it. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses may be called. A name says nothing: what counts is the address that is connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Private ranges too, this machine among them.
    pub private: bool,
}

impl Reach {
    /// May this address be called? Asked of the address that is connected to, not of a name.
    pub fn allows(self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(four) => (self.private && !four.is_unspecified()) || is_public(four),
            IpAddr::V6(six) => match embedded(six) {
                Some(four) => self.allows(IpAddr::V4(four)),
                None => (self.private && !six.is_unspecified()) || is_public_six(six),
            },
        }
    }
}

/// IPv4 inside IPv6: mapped, NAT64, 6to4.
fn embedded(six: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = six.segments();
    let four = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(four(high, low)),
        _ => six.to_ipv4_mapped(),
    }
}

fn is_public(four: Ipv4Addr) -> bool {
    let [a, b, c, _] = four.octets();
    let special = matches!((a, b, c), (0 | 127 | 240..=255, ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _));
    !(special || four.is_private() || four.is_link_local() || four.is_multicast() || four.is_documentation())
}

fn is_public_six(six: Ipv6Addr) -> bool {
    // Only global unicast is assigned to the public (2000::/3), less documentation.
    let first = six.segments()[0];
    (0x2000..=0x3fff).contains(&first) && !(first == 0x2001 && six.segments()[1] == 0xdb8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_called_only_if_allowed() {
        for (address, public) in [
            ("8.8.8.8", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.31.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("224.0.0.1", false),
            ("2400:3200::1", true),
            ("::1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::7f00:1", false),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(Reach { private: false }.allows(address), public, "{address}");
            assert!(Reach { private: true }.allows(address), "{address}");
        }
        for nowhere in ["0.0.0.0", "::", "::ffff:0.0.0.0"] {
            assert!(!Reach { private: true }.allows(nowhere.parse().unwrap()), "{nowhere}");
        }
    }
}
