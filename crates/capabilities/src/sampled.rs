//! A sandbox that answers with the examples of the document, for a version that has no upstream yet; and says that it does.
//!
//! Invariant: it stands in for the sandbox of its own version only, never for live; what it answers is what the document shows, and nothing is done.

use serde_json::Value;
use store::Read;
use words::{Failure, Fault, Never, Outcome};

use crate::openapi::Spec;
use crate::openapi::reference::{AnswerView, reference};
use crate::sql;

/// What an owner writes in the place of an address.
pub(crate) const SAMPLE: &str = "builtin:sample";

/// How the addresses begin that the name of a version is put behind.
const OF_VERSIONS: &str = "builtin:samples/";

/// What calls of a sampled version are passed on to.
pub(crate) fn upstream(slug: &str, major: i64) -> String {
    format!("{OF_VERSIONS}{slug}-v{major}")
}

/// Does this sandbox answer with samples?
pub(crate) fn is_sampled(sandbox: &str) -> bool {
    sandbox.starts_with(OF_VERSIONS)
}

/// The address of a sandbox as it is kept: [`SAMPLE`] becomes that of this version; nobody names that of another.
pub(crate) fn kept(text: &str, slug: &str, major: i64) -> String {
    if text.trim() == SAMPLE { upstream(slug, major) } else { text.to_owned() }
}

/// An answer as the document shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    /// HTTP status.
    pub status: u16,
    /// Its body.
    pub body: Value,
}

/// The sample of a call; nothing if the version is not sampled, or its document has no such operation or shows no answer in JSON.
pub(crate) fn sample(read: &Read, name: &str, method: &str, path: &str) -> Outcome<Sample, Never> {
    let (slug, major) = name.rsplit_once("-v").ok_or(Failure::Absent)?;
    let major: i64 = major.parse().map_err(|_| Failure::Absent)?;
    let capability = sql::capability_by_slug(read, slug)?.ok_or(Failure::Absent)?;
    let version = sql::versions_of(read, &capability.id)?.into_iter().find(|one| one.major == major);
    let version = version.filter(|one| one.sandbox_upstream == upstream(slug, major)).ok_or(Failure::Absent)?;
    let spec = Spec::parse(&version.document).ok_or_else(|| Fault::new(format!("document of {}", version.id)))?;
    // A path without parameters is meant before one with them.
    let mut fits: Vec<_> = reference(&spec, "").into_iter().filter(|one| one.method == method && matches(&one.path, path)).collect();
    fits.sort_by_key(|one| one.path.matches('{').count());
    fits.first().and_then(|one| one.answers.iter().find_map(shown)).ok_or(Failure::Absent)
}

/// `/hydrants/{id}` fits `hydrants/XF-1`.
fn matches(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<&str>, Vec<&str>) = (template.trim_matches('/').split('/').collect(), path.trim_matches('/').split('/').collect());
    wanted.len() == given.len()
        && wanted.iter().zip(given).all(|(part, text)| *part == text || (part.starts_with('{') && part.ends_with('}') && !text.is_empty()))
}

/// The first answer that is none of a mistake.
fn shown(answer: &AnswerView) -> Option<Sample> {
    let status = match answer.status.as_str() {
        "2XX" | "default" => 200,
        text => text.parse().ok().filter(|status| (200..300).contains(status))?,
    };
    let json = answer.contents.iter().find(|one| one.media_type.contains("json"));
    let body = match json {
        Some(content) => serde_json::from_str(content.example.as_deref()?).ok()?,
        None => Value::Object(serde_json::Map::new()),
    };
    Some(Sample { status, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_its_template() {
        for (template, path, fits) in [
            ("/hydrants/{id}", "hydrants/XF-1", true),
            ("/hydrants/{id}", "hydrants", false),
            ("/hydrants/{id}", "hydrants/", false),
            ("/hydrants", "/hydrants", true),
            ("/hydrants/{id}/log", "hydrants/1/log", true),
            ("/hydrants/{id}/log", "hydrants/1/other", false),
        ] {
            assert_eq!(matches(template, path), fits, "{template} {path}");
        }
    }

    #[test]
    fn nobody_names_the_sample_of_another() {
        assert_eq!(kept(" builtin:sample ", "hydrant", 2), "builtin:samples/hydrant-v2");
        assert_eq!(kept("http://a.example", "hydrant", 2), "http://a.example");
    }
}
