//! Where people reach this installation: the public address, to which passkeys and the ways back from identity providers are bound. Pure.

/// The public address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `https://hechuang.example.cn`, as browsers write an origin.
    pub origin: String,
    /// Name of the host: what passkeys are made for.
    pub rp_id: String,
}

/// The address is none that browsers would accept for this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceMistake(pub String);

impl Place {
    /// Reads `https://host[:port]`; plain http is for this machine only. No path, no user, no query.
    pub fn of(address: &str) -> Result<Self, PlaceMistake> {
        let wrong = |why: &str| PlaceMistake(format!("{address}: {why}"));
        let text = address.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("an address such as https://hechuang.example.cn is needed"))?;
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| wrong("the port is no number"))?)),
            None => (rest, None),
        };
        let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        if !plain {
            return Err(wrong("the name of a host is needed, without a path"));
        }
        let usual = match scheme {
            "https" => 443,
            "http" if is_here(host) => 80,
            "http" => return Err(wrong("https is needed; http is for this machine only")),
            _ => return Err(wrong("https is needed")),
        };
        let port = port.filter(|port| *port != usual).map_or_else(String::new, |port| format!(":{port}"));
        Ok(Self { origin: format!("{scheme}://{host}{port}"), rp_id: host.to_owned() })
    }

    /// A page of this installation, for others to come back to.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// Is it a name of this machine?
pub(crate) fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_as_browsers_do() {
        let table = [
            ("https://Hechuang.Example.cn/", Some(("https://hechuang.example.cn", "hechuang.example.cn"))),
            ("https://a.cn:443", Some(("https://a.cn", "a.cn"))),
            ("https://a.cn:8443", Some(("https://a.cn:8443", "a.cn"))),
            ("http://localhost:8080", Some(("http://localhost:8080", "localhost"))),
            ("http://127.0.0.1:80", Some(("http://127.0.0.1", "127.0.0.1"))),
            ("http://a.cn", None),
            ("ftp://a.cn", None),
            ("a.cn", None),
            ("https://a.cn/path", None),
            ("https://u@a.cn", None),
            ("https://", None),
            ("https://a.cn:x", None),
        ];
        for (address, expected) in table {
            let found = Place::of(address).ok();
            assert_eq!(found.as_ref().map(|place| (place.origin.as_str(), place.rp_id.as_str())), expected, "{address}");
        }
    }
}
