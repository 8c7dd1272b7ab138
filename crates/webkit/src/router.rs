//! Finds the route of a path. Fixed segments win over `{names}`, names over `{*rest}`.
//!
//! Pure. Invariant: two routes with the same method and the same shape of path are refused when the table is built.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::{Method, RouteInfo};

#[derive(Debug, Default)]
struct Branch {
    fixed: BTreeMap<String, Branch>,
    named: Option<Box<Branch>>,
    rest: BTreeMap<Method, usize>,
    here: BTreeMap<Method, usize>,
}

/// Tree of the table's paths.
#[derive(Debug, Default)]
pub(crate) struct Router {
    root: Branch,
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Index into the table, and the values of the path.
    Route(usize, Vec<(String, String)>),
    /// The path exists, not with this method; these are allowed.
    OtherMethod(Vec<Method>),
    /// No such path.
    Nothing,
}

impl Router {
    /// Builds the tree, or names the route that is there twice.
    pub(crate) fn of(table: &[RouteInfo]) -> Result<Self, String> {
        let mut router = Self::default();
        for (index, route) in table.iter().enumerate() {
            router.insert(route.path, route.method, index).map_err(|()| format!("{route:?} is in the table twice"))?;
        }
        Ok(router)
    }

    fn insert(&mut self, path: &str, method: Method, index: usize) -> Result<(), ()> {
        let mut branch = &mut self.root;
        for segment in segments(path) {
            if segment.starts_with("{*") {
                return branch.rest.insert(method, index).map_or(Ok(()), |_| Err(()));
            }
            branch = if segment.starts_with('{') { branch.named.get_or_insert_with(Box::default) } else { branch.fixed.entry(segment.to_owned()).or_default() };
        }
        branch.here.insert(method, index).map_or(Ok(()), |_| Err(()))
    }

    /// Looks a decoded path up.
    pub(crate) fn find(&self, table: &[RouteInfo], path: &str, method: Option<Method>) -> Found {
        let parts: Vec<String> = segments(path).map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect();
        let Some(methods) = walk(&self.root, &parts) else { return Found::Nothing };
        match method.and_then(|method| methods.get(&method)) {
            Some(&index) => Found::Route(index, values(table.get(index).map_or("", |route| route.path), &parts)),
            None => Found::OtherMethod(methods.keys().copied().collect()),
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn walk<'a>(branch: &'a Branch, parts: &[String]) -> Option<&'a BTreeMap<Method, usize>> {
    let Some((first, rest)) = parts.split_first() else {
        return (!branch.here.is_empty()).then_some(&branch.here);
    };
    let fixed = branch.fixed.get(first).and_then(|below| walk(below, rest));
    let named = || branch.named.as_deref().and_then(|below| walk(below, rest));
    fixed.or_else(named).or_else(|| (!branch.rest.is_empty()).then_some(&branch.rest))
}

fn values(path: &str, parts: &[String]) -> Vec<(String, String)> {
    let mut values = Vec::new();
    for (at, segment) in segments(path).enumerate() {
        if let Some(name) = segment.strip_prefix("{*") {
            values.push((name.trim_end_matches('}').to_owned(), parts.get(at..).unwrap_or_default().join("/")));
        } else if let Some(name) = segment.strip_prefix('{') {
            values.push((name.trim_end_matches('}').to_owned(), parts.get(at).cloned().unwrap_or_default()));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(paths: &[(&str, Method)]) -> Result<Router, ()> {
        let mut router = Router::default();
        for (index, (path, method)) in paths.iter().enumerate() {
            router.insert(path, *method, index)?;
        }
        Ok(router)
    }

    #[test]
    fn fixed_segments_win_and_other_methods_are_named() {
        let router =
            router(&[("/a/{id}", Method::Get), ("/a/new", Method::Get), ("/a/{id}", Method::Post), ("/s/{*rest}", Method::Get), ("/", Method::Get)]).unwrap();
        let find = |path, method| router.find(&[], path, Some(method));
        assert_eq!(find("/a/new", Method::Get), Found::Route(1, vec![]));
        assert_eq!(find("/a/x", Method::Get), Found::Route(0, vec![]));
        assert_eq!(find("/s/x/y", Method::Get), Found::Route(3, vec![]));
        assert_eq!(find("/", Method::Get), Found::Route(4, vec![]));
        assert_eq!(find("/a/x", Method::Delete), Found::OtherMethod(vec![Method::Get, Method::Post]));
        assert_eq!(find("/b", Method::Get), Found::Nothing);
    }

    #[test]
    fn a_route_is_there_once() {
        assert!(router(&[("/a/{id}", Method::Get), ("/a/{name}", Method::Get)]).is_err());
    }

    #[test]
    fn values_are_named_by_the_path() {
        let parts: Vec<String> = ["a", "1", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(values("/a/{id}/{*rest}", &parts), vec![("id".to_owned(), "1".to_owned()), ("rest".to_owned(), "b/c".to_owned())]);
    }
}
