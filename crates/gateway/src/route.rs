//! Where a call goes: capability, version, operation. Pure.
//!
//! Invariant: only what the document of a version lists is found; fixed segments win over `{names}`.

use std::collections::HashMap;

use capabilities::{CapabilityLine, Environment, VersionLine};

use crate::rules::Checks;
use crate::upstream::{Target, Targets};
use crate::way::Ways;

/// A capability with its versions that can be called.
#[derive(Debug)]
pub(crate) struct Capability {
    pub line: CapabilityLine,
    /// What its calls are counted as: `echo.calls`.
    pub meter: String,
    versions: Vec<Version>,
}

/// A version, ready to be called.
#[derive(Debug)]
pub(crate) struct Version {
    pub line: VersionLine,
    pub sandbox: Option<Targets>,
    pub live: Option<Targets>,
    pub deprecation: Option<Deprecation>,
    /// What its calls have to keep to, if anything.
    pub checks: Option<Checks>,
    /// The way of its calls, if it says something of it.
    pub ways: Ways,
    /// `v1 GET /things/{id}`, one for each operation of the line.
    dims: Box<[String]>,
    operations: HashMap<usize, Vec<Template>>,
}

/// What a deprecated version says of itself (RFC 9745, RFC 8594).
#[derive(Debug)]
pub(crate) struct Deprecation {
    /// `@1767225600`
    pub since: String,
    /// An HTTP date.
    pub sunset: Option<String>,
}

#[derive(Debug)]
struct Template {
    segments: Vec<Option<String>>,
    /// Methods, and where their operations stand in the line.
    methods: Vec<(String, usize)>,
}

/// What was found below a version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The document lists it, at this place.
    Operation(usize),
    /// The path is there, not with this method; these are.
    OtherMethod(Vec<String>),
    /// Nothing.
    Nothing,
}

impl Capability {
    /// From its line; what was known of its targets before goes on.
    pub(crate) fn of(line: &CapabilityLine, before: Option<&Capability>) -> Self {
        let known = |version: &VersionLine| before.and_then(|before| before.versions.iter().find(|other| other.line.id == version.id));
        let versions = line.versions.iter().map(|version| Version::of(version, known(version))).collect();
        Self { line: line.clone(), meter: format!("{}.calls", line.slug), versions }
    }

    /// All targets of others, with the version and the environment whose calls go there.
    pub(crate) fn targets(&self) -> impl Iterator<Item = (&Version, Environment, &Target)> {
        let sides = |version| [(version, Environment::Sandbox), (version, Environment::Live)];
        let sides = self.versions.iter().flat_map(sides);
        sides.flat_map(|(version, environment)| {
            version.upstream(environment).into_iter().flat_map(Targets::all).map(move |target| (version, environment, target))
        })
    }

    /// `v1 GET /things/{id}`: an operation as it is counted.
    pub(crate) fn dims(&self, major: i64, operation: usize) -> &str {
        let version = self.versions.iter().find(|version| version.line.major == major);
        version.and_then(|version| version.dims.get(operation)).map_or("", String::as_str)
    }

    /// A version by its number.
    pub(crate) fn by_major(&self, major: i64) -> Option<&Version> {
        self.versions.iter().find(|version| version.line.major == major)
    }

    /// `v1`.
    pub(crate) fn version(&self, text: &str) -> Option<&Version> {
        let major: i64 = text.strip_prefix('v').filter(|digits| !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        self.versions.iter().find(|version| version.line.major == major)
    }
}

impl Version {
    fn of(line: &VersionLine, before: Option<&Version>) -> Self {
        let mut operations: HashMap<usize, Vec<Template>> = HashMap::new();
        for (at, (method, path)) in line.operations.iter().enumerate() {
            let segments: Vec<Option<String>> = segments(path).map(|part| (!part.starts_with('{')).then(|| part.to_owned())).collect();
            let same_length = operations.entry(segments.len()).or_default();
            match same_length.iter_mut().find(|template| template.segments == segments) {
                Some(template) => template.methods.push((method.clone(), at)),
                None => same_length.push(Template { segments, methods: vec![(method.clone(), at)] }),
            }
        }
        for templates in operations.values_mut() {
            // Where both fit, the one whose first difference is a fixed segment comes first.
            templates.sort_by_key(|template| template.segments.iter().map(Option::is_none).collect::<Vec<_>>());
        }
        let sunset = line.sunset_on.and_then(|day| http_date(day.end().micros() / 1_000_000 - 1));
        let deprecation = line.deprecated_at.map(|at| Deprecation { since: format!("@{}", at / 1_000_000), sunset });
        let dims = line.operations.iter().map(|(method, path)| format!("v{} {method} {path}", line.major)).collect();
        let sandbox = Targets::parse(&line.sandbox, before.and_then(|before| before.sandbox.as_ref()));
        let live = Targets::parse(&line.live, before.and_then(|before| before.live.as_ref()));
        let checks = line.rules.as_ref().map(|rules| Checks::of(rules, &line.operations));
        Self { dims, checks, ways: Ways::of(line), sandbox, live, deprecation, operations, line: line.clone() }
    }

    /// Where calls of this environment go.
    pub(crate) fn upstream(&self, environment: Environment) -> Option<&Targets> {
        match environment {
            Environment::Sandbox => self.sandbox.as_ref(),
            Environment::Live => self.live.as_ref(),
        }
    }

    /// The operation of a path below the version, still percent-encoded.
    pub(crate) fn find(&self, method: &str, path: &str) -> Found {
        let count = segments(path).count();
        let Some(template) = self.operations.get(&count).and_then(|same| same.iter().find(|template| template.fits(path))) else { return Found::Nothing };
        let wanted = |name: &str| template.methods.iter().find(|(other, _)| other == name);
        match wanted(method).or_else(|| wanted("GET").filter(|_| method == "HEAD")) {
            Some((_, at)) => Found::Operation(*at),
            None => Found::OtherMethod(template.methods.iter().map(|(name, _)| name.clone()).collect()),
        }
    }
}

impl Template {
    fn fits(&self, path: &str) -> bool {
        self.segments.iter().zip(segments(path)).all(|(wanted, part)| wanted.as_ref().map_or(!part.is_empty(), |wanted| wanted == part))
    }
}

fn segments(path: &str) -> std::str::Split<'_, char> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn http_date(seconds: i64) -> Option<String> {
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).ok()
}

#[cfg(test)]
mod tests {
    use capabilities::VersionState;
    use words::{Day, Id};

    use super::*;

    fn version(operations: &[(&str, &str)]) -> VersionLine {
        VersionLine {
            id: Id::fixed("ver_1"),
            major: 1,
            state: VersionState::Deprecated,
            sandbox: "http://127.0.0.1:9".into(),
            live: String::new(),
            operations: operations.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect(),
            timeout_ms: 1_000,
            body_limit: 1_000,
            durable: false,
            health: None,
            retries: 1,
            routes: Vec::new(),
            rewrites: Vec::new(),
            rules: None,
            sockets: Vec::new(),
            sunset_on: Day::parse("1994-11-06").ok(),
            deprecated_at: Some(1_767_225_600_000_000),
        }
    }

    #[test]
    fn only_what_the_document_lists_is_found() {
        let version = Version::of(&version(&[("GET", "/m/{id}"), ("POST", "/m"), ("GET", "/m/new"), ("DELETE", "/m/{id}"), ("GET", "/")]), None);
        let other = |methods: &[&str]| Found::OtherMethod(methods.iter().map(|one| (*one).to_owned()).collect());
        for (method, path, found) in [
            ("GET", "/m/new", Found::Operation(2)),
            ("GET", "/m/7", Found::Operation(0)),
            ("HEAD", "/m/7", Found::Operation(0)),
            ("DELETE", "/m/7", Found::Operation(3)),
            ("PUT", "/m/7", other(&["GET", "DELETE"])),
            ("GET", "/m", other(&["POST"])),
            ("GET", "/m/", Found::Nothing),
            ("GET", "/m/7/x", Found::Nothing),
            ("GET", "/", Found::Operation(4)),
            ("GET", "", Found::Operation(4)),
        ] {
            assert_eq!(version.find(method, path), found, "{method} {path}");
        }
    }

    #[test]
    fn versions_are_named_plainly() {
        let capability = Capability::of(&CapabilityLine { id: Id::fixed("cap_1"), slug: "m".into(), versions: vec![version(&[("GET", "/")])] }, None);
        for (text, there) in [("v1", true), ("v2", false), ("v01", false), ("1", false), ("v", false), ("v+1", false)] {
            assert_eq!(capability.version(text).is_some(), there, "{text}");
        }
        let said = capability.version("v1").and_then(|version| version.deprecation.as_ref()).unwrap();
        assert_eq!(
            (said.since.as_str(), said.sunset.as_deref()),
            ("@1767225600", Some("Sun, 06 Nov 1994 15:59:59 GMT")),
            "the last day, in Shanghai, included"
        );
        assert!(capability.version("v1").unwrap().upstream(Environment::Live).is_none());
    }
}
