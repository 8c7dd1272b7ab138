//! Why a component is not offered, or not asked for.

use words::Refusal;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharingRefusal {
    /// The fields are not as the form of the pack wants them.
    Case(programme::CaseRefusal),
    /// The lifecycle says no.
    Move(programme::MoveRefusal),
    /// No such unit.
    Unit,
    /// It takes no requests.
    Closed,
    /// Nobody asks for their own.
    Own,
    /// They asked already, and that is not over.
    Asked,
    /// The file is none that is taken.
    File,
    /// There are so many documents already.
    Files {
        /// Most.
        most: usize,
    },
}

impl Refusal for SharingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Case(refusal) => refusal.code(),
            Self::Move(refusal) => refusal.code(),
            Self::Unit => "portal-technology-unit",
            Self::Closed => "portal-technology-closed",
            Self::Own => "portal-technology-own",
            Self::Asked => "portal-technology-asked",
            Self::File => "portal-technology-file",
            Self::Files { .. } => "portal-technology-files",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Case(refusal) => refusal.args(),
            Self::Move(refusal) => refusal.args(),
            Self::Files { most } => vec![("most", most.to_string())],
            _ => Vec::new(),
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Case(refusal) => refusal.field(),
            Self::Move(refusal) => refusal.field(),
            Self::Unit => Some("/unit".into()),
            Self::File => Some("/file".into()),
            _ => None,
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Case(refusal) => refusal.status(),
            Self::Move(refusal) => refusal.status(),
            Self::Unit | Self::File => 422,
            Self::Closed | Self::Own | Self::Asked | Self::Files { .. } => 409,
        }
    }

    fn parts(&self) -> Vec<words::Complaint> {
        match self {
            Self::Case(refusal) => refusal.parts(),
            Self::Move(refusal) => refusal.parts(),
            _ => Vec::new(),
        }
    }
}
