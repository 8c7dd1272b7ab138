//! The way of a call to its upstream, as the document of its version says: which group of addresses it goes to, and what is changed of it. Compiled into the snapshot. Pure.
//!
//! Invariant: a version that says nothing of it costs a look; a group of which there is no address is that of the addresses without one.

use std::collections::HashMap;

use capabilities::{RouteRule, VersionLine};
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::fields::Fields;
use crate::rules;
use crate::upstream::Target;

/// What a version says of the way of its calls.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    routes: Vec<Route>,
    rewrites: HashMap<usize, Rewrite>,
}

#[derive(Debug)]
struct Route {
    place: Place,
    value: String,
    to: String,
}

#[derive(Debug)]
enum Place {
    Header(HeaderName),
    Query(String),
}

/// What is changed of the calls of an operation.
#[derive(Debug)]
pub(crate) struct Rewrite {
    path: Option<(String, String)>,
    set: Vec<(HeaderName, HeaderValue)>,
    remove: Vec<HeaderName>,
}

impl Ways {
    /// Compiles what the document says. What is no header is left out: the document was checked.
    pub(crate) fn of(line: &VersionLine) -> Self {
        let rewrites = line.rewrites.iter().map(|(operation, said)| (*operation, Rewrite::of(said)));
        Self { routes: line.routes.iter().filter_map(Route::of).collect(), rewrites: rewrites.collect() }
    }

    /// The targets that a call does not go to, a bit each.
    pub(crate) fn shut(&self, query: Option<&str>, fields: &impl Fields, targets: &[Target]) -> u32 {
        if self.routes.is_empty() {
            return 0;
        }
        let wanted = self.routes.iter().find(|route| route.fits(query, fields)).map_or("", |route| route.to.as_str());
        let outside = |group: &str| {
            let bits = targets.iter().enumerate().filter(|(_, target)| target.address.group != group).map(|(at, _)| 1 << at);
            bits.fold(0, |bits, bit: u32| bits | bit)
        };
        let all = (1u32 << targets.len().min(31)) - 1;
        [outside(wanted), outside("")].into_iter().find(|shut| *shut != all).unwrap_or(0)
    }

    /// What is changed of the calls of an operation.
    pub(crate) fn rewrite(&self, operation: usize) -> Option<&Rewrite> {
        self.rewrites.get(&operation)
    }
}

impl Route {
    fn of(rule: &RouteRule) -> Option<Self> {
        let place = match (&rule.header, &rule.query) {
            (Some(header), _) => Place::Header(header.parse().ok()?),
            (None, Some(query)) => Place::Query(query.clone()),
            (None, None) => return None,
        };
        Some(Self { place, value: rule.value.clone(), to: rule.to.clone() })
    }

    /// Whatever is said twice fits if one of them does.
    fn fits(&self, query: Option<&str>, fields: &impl Fields) -> bool {
        match &self.place {
            Place::Header(name) => fields.all(name.as_str()).any(|value| value == self.value.as_bytes()),
            Place::Query(name) => rules::query(query.unwrap_or_default(), name).contains(&self.value),
        }
    }
}

impl Rewrite {
    fn of(said: &capabilities::Rewrite) -> Self {
        let set = said.set.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
        Self {
            path: said.path.as_ref().map(|path| (path.from.trim_end_matches('/').to_owned(), path.to.trim_end_matches('/').to_owned())),
            set: set.collect(),
            remove: said.remove.iter().filter_map(|name| name.parse().ok()).collect(),
        }
    }

    /// Changes the headers of a call.
    pub(crate) fn headers(&self, headers: &mut HeaderMap) {
        for name in &self.remove {
            headers.remove(name);
        }
        for (name, value) in &self.set {
            headers.insert(name, value.clone());
        }
    }

    /// Does a field of this name stay behind, because it is removed or said anew?
    pub(crate) fn replaces(&self, name: &[u8]) -> bool {
        let set = self.set.iter().map(|(name, _)| name);
        self.remove.iter().chain(set).any(|other| other.as_str().as_bytes().eq_ignore_ascii_case(name))
    }

    /// Fields that are said anew.
    pub(crate) fn set(&self) -> &[(HeaderName, HeaderValue)] {
        &self.set
    }

    /// The path below the version as its upstream gets it.
    pub(crate) fn path(&self, rest: &str) -> Option<String> {
        let (from, to) = self.path.as_ref()?;
        let after = rest.strip_prefix(from.as_str()).filter(|after| after.is_empty() || after.starts_with('/'))?;
        Some(format!("{to}{after}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::Targets;

    fn ways(rules: &[(&str, &str, &str)]) -> Ways {
        let rule = |(place, value, to): &(&str, &str, &str)| {
            let (header, query) = place.strip_prefix('?').map_or((Some((*place).to_owned()), None), |query| (None, Some(query.to_owned())));
            Route::of(&RouteRule { header, query, value: (*value).into(), to: (*to).into() }).unwrap()
        };
        Ways { routes: rules.iter().map(rule).collect(), rewrites: HashMap::new() }
    }

    #[test]
    fn the_first_rule_that_fits_chooses_a_group_that_is_there() {
        let targets = Targets::parse("http://a.example\nhttp://b.example 1 beta\nhttp://c.example 5 beta\nhttp://d.example 1 north", None).unwrap();
        let ways = ways(&[("x-beta", "yes", "beta"), ("?region", "the north", "north"), ("?region", "south", "south")]);
        let shut = |query: &str, beta: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.extend(beta.map(|beta| (HeaderName::from_static("x-beta"), HeaderValue::from_static(beta))));
            ways.shut(query.strip_prefix('?'), &headers, targets.all())
        };
        assert_eq!(shut("", None), 0b1110, "those without a group");
        assert_eq!(shut("", Some("yes")), 0b1001);
        assert_eq!(shut("?region=the+north", Some("no")), 0b0111);
        assert_eq!(shut("?region=the%20north", Some("yes")), 0b1001, "the first that fits");
        assert_eq!(shut("?region=south", None), 0b1110, "there is no such group");
        let only = Targets::parse("http://b.example 1 beta", None).unwrap();
        assert_eq!(ways.shut(None, &HeaderMap::new(), only.all()), 0, "there is nothing else");
        assert_eq!(Ways::default().shut(None, &HeaderMap::new(), targets.all()), 0, "without rules a group means nothing");
    }

    #[test]
    fn whole_segments_of_a_path_are_changed() {
        let path = |from: &str, to: &str, rest: &str| {
            let said = capabilities::PathRewrite { from: from.into(), to: to.into() };
            Rewrite::of(&capabilities::Rewrite { path: Some(said), ..capabilities::Rewrite::default() }).path(rest)
        };
        assert_eq!(path("/orders", "/v3/orders", "/orders/7").as_deref(), Some("/v3/orders/7"));
        assert_eq!(path("/orders", "", "/orders").as_deref(), Some(""));
        assert_eq!(path("/", "/v3", "/orders").as_deref(), Some("/v3/orders"));
        assert_eq!(path("/orders", "/v3", "/orders-of-old"), None);
    }
}
