//! Why positions and pay say no. Each code has two sentences in `locales/`. Amounts in arguments are yuan as people read them.

use words::Refusal;

/// Why a pay run is not made, confirmed or taken back; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayRefusal {
    /// Not a month, such as `2026-10`.
    MonthWrong,
    /// A month that has not begun.
    MonthFuture {
        /// `2026-10`
        month: String,
    },
    /// Everyone of this unit is paid for this month.
    NothingToPay {
        /// `2026-10`
        month: String,
    },
    /// The table has no minimum wage for the city.
    NoMinimum {
        /// City.
        city: String,
    },
    /// What is left of the base is below the local minimum wage.
    BelowMinimum {
        /// City.
        city: String,
        /// Base after the ratio, yuan.
        after: String,
        /// Minimum, yuan.
        minimum: String,
    },
    /// The run is not in the state that this needs.
    State {
        /// Its state.
        state: String,
    },
    /// Another person than the one before has to do this.
    SecondPerson,
    /// A secondment changed since the run was prepared.
    Outdated,
    /// The month is closed in the ledger.
    MonthClosed {
        /// `2026-10`
        month: String,
    },
    /// A reason is needed.
    ReasonNeeded,
    /// The share is not between 0 and 100 %.
    ShareWrong,
    /// The deferred pay of this run was made up or extinguished meanwhile; that has to be reversed first.
    SettledSince,
    /// The last day lies before the first day away, or after today.
    DayWrong,
    /// A sum does not fit.
    TooLarge,
}

impl Refusal for PayRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::MonthWrong => "people-month-wrong",
            Self::MonthFuture { .. } => "people-month-future",
            Self::NothingToPay { .. } => "people-nothing-to-pay",
            Self::NoMinimum { .. } => "people-no-minimum",
            Self::BelowMinimum { .. } => "people-below-minimum",
            Self::State { .. } => "people-run-state",
            Self::SecondPerson => "people-second-person",
            Self::Outdated => "people-run-outdated",
            Self::MonthClosed { .. } => "people-month-closed",
            Self::ReasonNeeded => "people-reason-needed",
            Self::ShareWrong => "people-share-wrong",
            Self::SettledSince => "people-settled-since",
            Self::DayWrong => "people-day-wrong",
            Self::TooLarge => "people-too-large",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::MonthWrong | Self::MonthFuture { .. } => "/month",
            Self::ReasonNeeded => "/reason",
            Self::ShareWrong => "/release_percent",
            Self::DayWrong => "/on",
            _ => return None,
        };
        Some(field.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::MonthFuture { month } | Self::NothingToPay { month } | Self::MonthClosed { month } => vec![("month", month.clone())],
            Self::NoMinimum { city } => vec![("city", city.clone())],
            Self::BelowMinimum { city, after, minimum } => vec![("city", city.clone()), ("after", after.clone()), ("minimum", minimum.clone())],
            Self::State { state } => vec![("state", state.clone())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NothingToPay { .. } | Self::State { .. } | Self::SecondPerson | Self::Outdated | Self::MonthClosed { .. } | Self::SettledSince => 409,
            _ => 422,
        }
    }
}

/// Why a position does not move; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostRefusal {
    /// The position is not in the state that this needs.
    State {
        /// Its state.
        state: String,
    },
    /// The holder has another position that is kept for this project.
    Exists,
    /// The holder is kept a position for another project: nobody is away, and paid, for two at once.
    Elsewhere {
        /// Number of that project.
        number: String,
    },
    /// The frozen base must be more than nothing.
    BaseWrong,
    /// Agreements are not signed.
    NotSigned {
        /// Which, as document kinds, with commas.
        documents: String,
    },
    /// No space is assigned.
    NoSpace,
    /// The end of the retention is missing, past, or further away than the limit.
    Retention {
        /// Latest day it may be.
        latest: String,
    },
    /// Pay says no: minimum wage.
    Pay(PayRefusal),
    /// The day to choose by is over.
    ChoiceLate {
        /// Last day.
        by: String,
        /// Days past it.
        days: i64,
    },
    /// Not offered after this outcome.
    NotOffered {
        /// What was chosen.
        choice: String,
    },
    /// The holder chose something else.
    NotChosen,
    /// The grade is not in the table.
    GradeUnknown {
        /// Grade.
        grade: String,
    },
    /// The grade is below the frozen one.
    GradeBelow {
        /// Offered.
        offered: String,
        /// Frozen.
        frozen: String,
    },
    /// The window is over.
    ReturnLate {
        /// Day of leaving.
        left: String,
        /// Last day.
        last: String,
        /// Days since leaving.
        days: i64,
        /// Days of the window.
        window: i64,
    },
    /// The packs ask for both, and the venture has not failed.
    VentureNotFailed,
    /// They did not ask to come back.
    NotAsked,
    /// The right to return does not lapse yet.
    NotLapsed {
        /// `window`, `asked`, `venture`, `warnings`.
        why: String,
    },
    /// A day lies before the first day away, or after today.
    DayWrong,
    /// The reason is needed.
    ReasonNeeded,
    /// Another person than the one who froze it has to do this.
    SecondPerson,
    /// Somebody was paid by these figures already.
    PaidBy,
}

impl Refusal for PostRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::State { .. } => "people-position-state",
            Self::Exists => "people-position-exists",
            Self::Elsewhere { .. } => "people-position-elsewhere",
            Self::BaseWrong => "people-base-wrong",
            Self::NotSigned { .. } => "people-not-signed",
            Self::NoSpace => "people-no-space",
            Self::Retention { .. } => "people-retention",
            Self::Pay(why) => why.code(),
            Self::ChoiceLate { .. } => "people-choice-late",
            Self::NotOffered { .. } => "people-not-offered",
            Self::NotChosen => "people-not-chosen",
            Self::GradeUnknown { .. } => "people-grade-unknown",
            Self::GradeBelow { .. } => "people-grade-below",
            Self::ReturnLate { .. } => "people-return-late",
            Self::VentureNotFailed => "people-venture-not-failed",
            Self::NotAsked => "people-not-asked",
            Self::NotLapsed { .. } => "people-not-lapsed",
            Self::DayWrong => "people-day-wrong",
            Self::ReasonNeeded => "people-reason-needed",
            Self::SecondPerson => "people-second-person",
            Self::PaidBy => "people-paid-by",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::NotOffered { .. } => "/choice",
            Self::GradeUnknown { .. } | Self::GradeBelow { .. } => "/grade",
            Self::DayWrong => "/on",
            Self::ReasonNeeded => "/reason",
            Self::BaseWrong => "/base_yuan",
            Self::Pay(why) => return why.field(),
            _ => return None,
        };
        Some(field.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::State { state } => vec![("state", state.clone())],
            Self::Elsewhere { number } => vec![("number", number.clone())],
            Self::NotSigned { documents } => vec![("documents", documents.clone())],
            Self::Retention { latest } => vec![("latest", latest.clone())],
            Self::Pay(why) => why.args(),
            Self::ChoiceLate { by, days } => vec![("by", by.clone()), ("days", days.to_string())],
            Self::NotOffered { choice } => vec![("choice", choice.clone())],
            Self::GradeUnknown { grade } => vec![("grade", grade.clone())],
            Self::GradeBelow { offered, frozen } => vec![("offered", offered.clone()), ("frozen", frozen.clone())],
            Self::ReturnLate { left, last, days, window } => {
                vec![("left", left.clone()), ("last", last.clone()), ("days", days.to_string()), ("window", window.to_string())]
            }
            Self::NotLapsed { why } => vec![("why", why.clone())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Pay(why) => why.status(),
            Self::BaseWrong | Self::NotOffered { .. } | Self::GradeUnknown { .. } | Self::GradeBelow { .. } | Self::DayWrong | Self::ReasonNeeded => 422,
            _ => 409,
        }
    }
}
