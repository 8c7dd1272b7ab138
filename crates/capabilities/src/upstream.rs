//! Where calls are passed on to: one address or several with weights, or what the program itself brings. Pure.
//!
//! Invariant: an address has no credentials, query or fragment and climbs nowhere.

/// Most addresses of one upstream.
const MOST: usize = 8;
/// Largest weight.
const HEAVIEST: u32 = 1_000;

/// What calls are passed on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// The gateway itself, or the program: `builtin:echo`.
    Builtin(String),
    /// Addresses, one a line, each with its weight behind it if it is not 1, and its group behind that if it is in one.
    Http(Vec<Address>),
}

/// An address: `http://host:port/base`, or `https://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Over TLS, its certificate verified?
    pub tls: bool,
    /// Host name or address, as in the text.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Path before that of the call; empty or `/base`, no slash at the end.
    pub base: String,
    /// How many calls it gets beside the others; 0: only while no other can be called.
    pub weight: u32,
    /// The group that rules of the document send calls to (`x-hechuang-route`); usually empty.
    pub group: String,
}

impl Upstream {
    /// Reads it; `None` is what no call may be passed on to.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("builtin:") {
            return is_served(name).then(|| Self::Builtin(name.to_owned()));
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let addresses: Vec<Address> = lines.map(Address::parse).collect::<Option<_>>()?;
        let apart = addresses.iter().enumerate().all(|(at, one)| addresses[..at].iter().all(|other| other.origin() != one.origin()));
        ((1..=MOST).contains(&addresses.len()) && apart).then_some(Self::Http(addresses))
    }
}

impl Address {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (url, weight, group) = (words.next()?, words.next().map_or(Some(1), |weight| weight.parse().ok()), words.next().unwrap_or_default());
        if words.next().is_some() || !(group.is_empty() || is_group(group)) {
            return None;
        }
        let (tls, rest) = url.strip_prefix("https://").map(|rest| (true, rest)).or_else(|| Some((false, url.strip_prefix("http://")?)))?;
        let (authority, base) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let fine = |c: char| c.is_ascii_alphanumeric() || "-._~/%:[]".contains(c);
        if url.len() > 500 || !rest.chars().all(fine) || base.split('/').any(|part| matches!(part, "." | "..")) {
            return None;
        }
        let (host, port) = split_port(authority, if tls { "443" } else { "80" })?;
        let weight = weight.filter(|weight| *weight <= HEAVIEST)?;
        Some(Self { tls, host, port, base: base.trim_end_matches('/').to_owned(), weight, group: group.to_owned() })
    }

    /// `https://host:port`.
    pub fn origin(&self) -> String {
        let (scheme, port) = (if self.tls { "https" } else { "http" }, self.port);
        if self.host.contains(':') { format!("{scheme}://[{}]:{port}", self.host) } else { format!("{scheme}://{}:{port}", self.host) }
    }

    /// `host:port`, as a request names it: a port that goes without saying is not said.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == if self.tls { 443 } else { 80 } { host } else { format!("{host}:{}", self.port) }
    }
}

/// What the program serves: `echo`, or one of many of a kind: `datasets/sz-parking`.
fn is_served(name: &str) -> bool {
    let (kind, one) = name.split_once('/').unwrap_or((name, "one"));
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase()) && (1..=60).contains(&one.len()) && one.bytes().all(plain)
}

/// The name of a group, a letter first: `beta`.
pub(crate) fn is_group(text: &str) -> bool {
    text.len() <= 40 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `host`, `host:port`, `[v6]:port`.
fn split_port(authority: &str, usual: &str) -> Option<(String, u16)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, if after.is_empty() { usual } else { after.strip_prefix(':')? })
        }
        None => authority.split_once(':').unwrap_or((authority, usual)),
    };
    let named = host.contains(':') || host.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    (named && !host.is_empty()).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tls: bool, host: &str, port: u16, base: &str, weight: u32) -> Address {
        Address { tls, host: host.into(), port, base: base.into(), weight, group: String::new() }
    }

    #[test]
    fn an_upstream_is_one_or_more_plain_addresses() {
        let one = |address| Some(Upstream::Http(vec![address]));
        let nine: String = (1..10).map(|n| format!("http://10.0.0.{n}\n")).collect();
        for (text, wanted) in [
            ("http://127.0.0.1:9000", one(at(false, "127.0.0.1", 9000, "", 1))),
            ("http://api.example.cn/v1/", one(at(false, "api.example.cn", 80, "/v1", 1))),
            ("http://[::1]:8080/x", one(at(false, "::1", 8080, "/x", 1))),
            ("https://api.example.cn", one(at(true, "api.example.cn", 443, "", 1))),
            ("https://[::1]/x", one(at(true, "::1", 443, "/x", 1))),
            (
                "http://a.example 9\r\n\n https://b.example/v2 1 ",
                Some(Upstream::Http(vec![at(false, "a.example", 80, "", 9), at(true, "b.example", 443, "/v2", 1)])),
            ),
            ("http://a.example 0", one(at(false, "a.example", 80, "", 0))),
            ("http://a.example 1001", None),
            ("http://a.example -1", None),
            ("http://a.example 1 2", None),
            ("http://a.example 1 beta", one(Address { group: "beta".into(), ..at(false, "a.example", 80, "", 1) })),
            ("http://a.example beta", None),
            ("http://a.example 1 beta 2", None),
            ("http://a.example\nhttp://a.example/other", None),
            (nine.as_str(), None),
            ("builtin:echo", Some(Upstream::Builtin("echo".into()))),
            ("https://user:secret@api.example.cn", None),
            ("http://user:secret@api.example.cn", None),
            ("http://api.example.cn/?a=b", None),
            ("http://api.example.cn/a/../b", None),
            ("http://api.example.cn:0", None),
            ("http://[::1]8080", None),
            ("http://", None),
            ("http://a b/", None),
            ("ftp://api.example.cn", None),
            ("file:///etc/passwd", None),
            ("builtin:datasets/sz-parking", Some(Upstream::Builtin("datasets/sz-parking".into()))),
            ("builtin:datasets/../messages", None),
            ("builtin:datasets/", None),
            ("builtin:", None),
            ("", None),
        ] {
            assert_eq!(Upstream::parse(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_port_that_goes_without_saying_is_not_said() {
        for (address, origin, authority) in [
            (at(true, "a.example", 443, "", 1), "https://a.example:443", "a.example"),
            (at(false, "a.example", 443, "", 1), "http://a.example:443", "a.example:443"),
            (at(false, "::1", 80, "", 1), "http://[::1]:80", "[::1]"),
        ] {
            assert_eq!((address.origin().as_str(), address.authority().as_str()), (origin, authority));
        }
    }
}
