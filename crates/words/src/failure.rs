//! How a use case ends when it does not succeed: refused, absent, denied or broken.

use std::fmt;

use crate::{Node, Right};

/// What a use case returns: its value, or why there is none.
pub type Outcome<T, R> = Result<T, Failure<R>>;

/// A use case that cannot refuse still may find nothing, lack the right, or break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {}

/// One of several complaints: the field to blame (a JSON pointer), its code, the arguments of its sentence.
pub type Complaint = (Option<String>, String, Vec<(&'static str, String)>);

/// The domain says no: typed, coded, translated, tested.
///
/// The sentences live in the crate's `.ftl` files under `problem-<code>` with the arguments given here.
pub trait Refusal: fmt::Debug + Send + 'static {
    /// Stable machine code in kebab case, prefixed with the crate: `hemi-short-of-hemi`.
    fn code(&self) -> &'static str;
    /// Name of the field of the input that is to blame, as a JSON pointer (`/amount`), if one is.
    fn field(&self) -> Option<String> {
        None
    }
    /// Arguments of the sentence.
    fn args(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    /// HTTP status of the refusal; 422 unless the state is in the way (409).
    fn status(&self) -> u16 {
        422
    }
    /// Several complaints at once (a form, a guard).
    fn parts(&self) -> Vec<Complaint> {
        Vec::new()
    }
}

impl Refusal for Never {
    fn code(&self) -> &'static str {
        match *self {}
    }
}

/// Which trouble a fault is: what can be done about it, and what the user is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// We are wrong, or a row cannot be read: running it again will not mend it.
    Broken,
    /// Others were in the way (serialization failure, busy database): the same closure may succeed if it is run again.
    Busy,
    /// The database cannot be reached. Nothing was done.
    Away,
    /// The connection broke while committing, and whether it was done could not be found out.
    Unsure,
    /// There is no room on the disk of the database. Nothing was done.
    Full,
    /// This program and this data folder or database do not belong together.
    Misfit,
}

/// Something broke below us (disk, connection, a row we cannot read). Logged once at the boundary.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    /// For the log, never for the user.
    pub message: String,
    /// Which trouble it is.
    pub trouble: Trouble,
}

impl Fault {
    /// A fault that running again will not mend.
    pub fn new(message: impl fmt::Display) -> Self {
        Self::of(Trouble::Broken, message)
    }

    /// A fault that running again may mend.
    pub fn transient(message: impl fmt::Display) -> Self {
        Self::of(Trouble::Busy, message)
    }

    /// A fault of a certain kind.
    pub fn of(trouble: Trouble, message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), trouble }
    }

    /// Nothing was done, and it may go well if it is run again at once.
    pub fn may_run_again(&self) -> bool {
        matches!(self.trouble, Trouble::Busy | Trouble::Away)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({})", self.message)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// Who acts lacks a right on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// The right that is missing.
    pub right: Right,
    /// Where it is missing.
    pub node: Node,
    /// May they know that the thing exists? If not, the answer is 404.
    pub visible: bool,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<R> {
    /// The domain says no.
    Refused(R),
    /// There is no such thing, or not for you.
    Absent,
    /// You may see it and may not do this.
    Denied(Denied),
    /// It was changed since you read it (`If-Match`).
    Stale,
    /// Something broke.
    Broken(Fault),
}

impl<R: Refusal> From<R> for Failure<R> {
    fn from(refusal: R) -> Self {
        Failure::Refused(refusal)
    }
}

impl<R> From<Fault> for Failure<R> {
    fn from(fault: Fault) -> Self {
        Failure::Broken(fault)
    }
}

impl<R> From<Denied> for Failure<R> {
    fn from(denied: Denied) -> Self {
        if denied.visible { Failure::Denied(denied) } else { Failure::Absent }
    }
}

/// What need not be there: not found, or not for you, is `None`; what broke stays broken.
pub trait IfAny<T> {
    /// The value if there is one.
    fn if_any(self) -> Result<Option<T>, Fault>;
}

impl<T, R: Refusal> IfAny<T> for Outcome<T, R> {
    fn if_any(self) -> Result<Option<T>, Fault> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Absent | Failure::Denied(_)) => Ok(None),
            Err(other) => Err(other.into_fault()),
        }
    }
}

impl<R> Failure<R> {
    /// The same failure with the refusal put in the caller's words.
    pub fn map<S>(self, words: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Failure::Refused(refusal) => Failure::Refused(words(refusal)),
            Failure::Absent => Failure::Absent,
            Failure::Denied(denied) => Failure::Denied(denied),
            Failure::Stale => Failure::Stale,
            Failure::Broken(fault) => Failure::Broken(fault),
        }
    }

    /// The same as a fault, for jobs and reactions: there is nobody to refuse to.
    pub fn into_fault(self) -> Fault
    where
        R: Refusal,
    {
        match self {
            Failure::Refused(refusal) => Fault::new(format!("refused: {} {refusal:?}", refusal.code())),
            Failure::Absent => Fault::new("absent"),
            Failure::Denied(denied) => Fault::new(format!("denied: {} on {}", denied.right, denied.node)),
            Failure::Stale => Fault::new("stale"),
            Failure::Broken(fault) => fault,
        }
    }

    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&R> {
        match self {
            Failure::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// Puts the refusal of a lower floor in the caller's words.
pub trait RefusedAs<T, R> {
    /// `ledger::post(…).refused_as(|_| StakeRefusal::ShortOfHemi)?`
    fn refused_as<S>(self, words: impl FnOnce(R) -> S) -> Outcome<T, S>;
}

impl<T, R> RefusedAs<T, R> for Outcome<T, R> {
    fn refused_as<S>(self, words: impl FnOnce(R) -> S) -> Outcome<T, S> {
        self.map_err(|failure| failure.map(words))
    }
}
