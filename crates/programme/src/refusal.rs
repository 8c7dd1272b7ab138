//! Why the programme says no.

pub use words::Complaint;
use words::Refusal;

/// Refusals of the work on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseRefusal {
    /// Fields of a form are wrong.
    Fields(Vec<Complaint>),
    /// No such form in the pack or in this case.
    NoForm(String),
    /// The form is closed to changes.
    Frozen(String),
    /// The person is no member or is one already.
    NotMember,
    /// The person takes part already.
    AlreadyMember,
    /// The person is not on the staff list, or has left.
    NoPerson,
    /// The team can change only while the case is a draft or returned.
    TeamClosed,
    /// The case is over.
    Ended,
    /// No such definition is installed.
    NoDefinition(String),
    /// The name is not one that the definition uses.
    UnknownName(String),
    /// The obligation is done or waived already.
    ObligationEnded,
    /// The obligation asks for a form: fill it in.
    FormFirst(String),
    /// Evidence is needed.
    EvidenceNeeded,
    /// A reason is needed.
    ReasonNeeded,
    /// No such unit or base, or it is closed.
    NoPlace,
    /// Nobody holds the role there that would have to act.
    NobodyThere,
    /// The value is not of the type that the definition declares.
    OddValue,
    /// The file was removed, or is not one that is taken.
    BadFile(String),
}

impl Refusal for CaseRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "programme-fields",
            Self::NoForm(_) => "programme-no-form",
            Self::Frozen(_) => "programme-frozen",
            Self::NotMember => "programme-not-member",
            Self::AlreadyMember => "programme-already-member",
            Self::NoPerson => "programme-no-person",
            Self::TeamClosed => "programme-team-closed",
            Self::Ended => "programme-ended",
            Self::NoDefinition(_) => "programme-no-definition",
            Self::UnknownName(_) => "programme-unknown-name",
            Self::ObligationEnded => "programme-obligation-ended",
            Self::FormFirst(_) => "programme-form-first",
            Self::EvidenceNeeded => "programme-evidence-needed",
            Self::ReasonNeeded => "programme-reason-needed",
            Self::NoPlace => "programme-no-place",
            Self::NobodyThere => "programme-nobody-there",
            Self::OddValue => "programme-odd-value",
            Self::BadFile(_) => "programme-bad-file",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoForm(name) | Self::Frozen(name) | Self::NoDefinition(name) | Self::UnknownName(name) | Self::FormFirst(name) | Self::BadFile(name) => {
                vec![("name", name.clone())]
            }
            Self::Fields(complaints) => vec![("count", complaints.len().to_string())],
            _ => Vec::new(),
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::NoPerson | Self::AlreadyMember => Some("/person".into()),
            Self::EvidenceNeeded => Some("/evidence".into()),
            Self::ReasonNeeded => Some("/reason".into()),
            Self::NoPlace | Self::NobodyThere => Some("/unit".into()),
            Self::OddValue => Some("/value".into()),
            _ => None,
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Frozen(_) | Self::TeamClosed | Self::Ended | Self::ObligationEnded => 409,
            _ => 422,
        }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(complaints) => complaints.clone(),
            _ => Vec::new(),
        }
    }
}

/// Why a move is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveRefusal {
    /// The definition has no such move.
    UnknownMove(String),
    /// The case is in another state.
    WrongState {
        /// State it is in.
        state: String,
    },
    /// Something is missing; each part is a sentence of its own.
    Blocked(Vec<Complaint>),
    /// An effect could not be carried out: code of the floor below, with its arguments.
    Effect {
        /// Code of the refusal below.
        code: String,
        /// Its arguments as one text.
        detail: String,
    },
    /// The move was taken back already, or it is not the last one.
    NotLast,
    /// The definition says that this move cannot be taken back.
    NotRectifiable,
    /// A second person must take it back: not the one who made it.
    SamePerson,
    /// The reason is needed.
    ReasonNeeded,
}

impl Refusal for MoveRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownMove(_) => "programme-unknown-move",
            Self::WrongState { .. } => "programme-wrong-state",
            Self::Blocked(_) => "programme-blocked",
            Self::Effect { .. } => "programme-effect-refused",
            Self::NotLast => "programme-not-last-move",
            Self::NotRectifiable => "programme-not-rectifiable",
            Self::SamePerson => "programme-same-person",
            Self::ReasonNeeded => "programme-reason-needed",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnknownMove(name) => vec![("name", name.clone())],
            Self::WrongState { state } => vec![("state", state.clone())],
            Self::Blocked(missing) => vec![("count", missing.len().to_string())],
            Self::Effect { code, detail } => vec![("code", code.clone()), ("detail", detail.clone())],
            _ => Vec::new(),
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::ReasonNeeded).then(|| "/reason".into())
    }

    fn status(&self) -> u16 {
        match self {
            Self::ReasonNeeded => 422,
            _ => 409,
        }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Blocked(missing) => missing.clone(),
            _ => Vec::new(),
        }
    }
}
