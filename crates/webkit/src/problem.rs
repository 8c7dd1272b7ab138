//! Why there is no view: a coded problem, with the fields that are to blame. RFC 9457 on the wire.
//!
//! Invariant: holds codes and arguments only; the sentences are in the `.ftl` files under `problem-<code>`.

use std::borrow::Cow;
use std::fmt;

use words::{Denied, Failure, Fault, Refusal, Trouble};

/// A mistake in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer: `/members/0/name`.
    pub pointer: String,
    /// Code; its sentence is `problem-<code>`.
    pub code: String,
    /// Arguments of the sentence.
    pub args: Vec<(String, String)>,
}

impl FieldError {
    /// A mistake without arguments.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), args: Vec::new() }
    }

    /// Adds an argument.
    pub fn arg(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }
}

/// Why there is no view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Code; its sentences are `problem-<code>` and `problem-<code>-detail`.
    pub code: Cow<'static, str>,
    /// Arguments of the sentences.
    pub args: Vec<(String, String)>,
    /// Fields to blame.
    pub errors: Vec<FieldError>,
    /// Seconds after which it may go better (429, 503).
    pub retry_after: Option<u32>,
    /// For the log only.
    pub(crate) log: Option<Box<str>>,
    /// Methods that would be allowed (405).
    pub(crate) allow: Option<Box<str>>,
}

impl Problem {
    /// A problem with a status and a code.
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code: code.into(), args: Vec::new(), errors: Vec::new(), retry_after: None, log: None, allow: None }
    }

    /// No such thing, or not for you (404).
    pub fn absent() -> Self {
        Self::new(404, "absent")
    }

    /// Nobody is signed in (401).
    pub fn unknown_caller() -> Self {
        Self::new(401, "sign-in-needed")
    }

    /// Something broke (500). The message goes to the log.
    pub fn broken(message: impl fmt::Display) -> Self {
        Self { log: Some(message.to_string().into()), ..Self::new(500, "broken") }
    }

    /// The input has mistakes (422).
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self { args: vec![("count".into(), errors.len().to_string())], errors, ..Self::new(422, "input-invalid") }
    }

    /// One field is to blame (422).
    pub fn field(pointer: impl Into<String>, code: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, code)])
    }

    /// Too often (429).
    pub fn too_often(seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(429, "too-often") }.arg("seconds", seconds)
    }

    /// Adds an argument of the sentences.
    pub fn arg(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// What the log says about it; for problems of 500 and above.
    pub fn logged(mut self, message: impl fmt::Display) -> Self {
        self.log = Some(message.to_string().into());
        self
    }

    /// Adds a field to blame.
    pub fn blame(mut self, error: FieldError) -> Self {
        self.errors.push(error);
        self
    }
}

impl<R: Refusal> From<Failure<R>> for Problem {
    fn from(failure: Failure<R>) -> Self {
        match failure {
            Failure::Refused(refusal) => refused(&refusal),
            Failure::Absent => Problem::absent(),
            Failure::Denied(denied) => denied.into(),
            Failure::Stale => Problem::new(409, "stale"),
            Failure::Broken(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let (code, seconds) = match fault.trouble {
            Trouble::Broken | Trouble::Misfit => return Problem::broken(fault),
            Trouble::Busy => ("busy", 2),
            Trouble::Away => ("database-away", 5),
            Trouble::Unsure => ("outcome-unknown", 5),
            Trouble::Full => ("storage-full", 60),
        };
        Problem { log: Some(fault.message.into()), retry_after: Some(seconds), ..Problem::new(503, code) }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        if denied.visible { Problem::new(403, "denied").arg("right", denied.right).arg("node", denied.node) } else { Problem::absent() }
    }
}

fn refused<R: Refusal>(refusal: &R) -> Problem {
    let mut problem = Problem::new(refusal.status(), refusal.code());
    problem.args = owned(refusal.args());
    if let Some(pointer) = refusal.field() {
        problem.errors.push(FieldError { pointer, code: refusal.code().to_owned(), args: problem.args.clone() });
    }
    for (pointer, code, args) in refusal.parts() {
        problem.errors.push(FieldError { pointer: pointer.unwrap_or_default(), code, args: owned(args) });
    }
    problem
}

fn owned(args: Vec<(&'static str, String)>) -> Vec<(String, String)> {
    args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
