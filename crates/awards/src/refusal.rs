//! Why awards say no. Each code has two sentences in `locales/`. Amounts in arguments are yuan as people read them.

use words::Refusal;

/// Why an award is not opened, graded, shared, paid or taken back; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwardRefusal {
    /// Awards follow a success.
    NotSuccessful {
        /// How the project stands.
        outcome: String,
    },
    /// The project has an award of this scheme.
    Exists {
        /// Scheme.
        scheme: String,
    },
    /// Nobody to give it to.
    NoMembers,
    /// The award is not in the state that this needs.
    State {
        /// Its state.
        state: String,
    },
    /// A statement of reasons is needed.
    StatementNeeded,
    /// The score is not between 0 and 100, or has no level.
    ScoreWrong,
    /// The amount is not an amount above nothing.
    AmountWrong,
    /// More than the level allows.
    OverLevel {
        /// Level.
        level: words::Bilingual,
        /// Largest amount, yuan.
        max: String,
        /// Asked, yuan.
        asked: String,
    },
    /// More than all awards of the project may come to.
    OverCap {
        /// Ceiling, yuan.
        cap: String,
        /// Awarded already or on its way, yuan.
        already: String,
        /// Asked, yuan.
        asked: String,
    },
    /// Somebody is not a member.
    NotAMember,
    /// A share is below zero, named twice, or no number.
    ShareWrong,
    /// The shares do not sum to 100.00 %.
    ShareSum {
        /// Their sum, percent.
        sum: String,
    },
    /// Nothing is proposed to agree to.
    NothingProposed,
    /// Who graded does not decide.
    SecondPerson,
    /// Who gets a share does not decide.
    Conflicted,
    /// Members have not agreed.
    NotAgreed {
        /// How many.
        missing: usize,
    },
    /// The public notice is not over, or an objection is open.
    NoticeNotClear {
        /// How it stands.
        notice: String,
    },
    /// The incentive fund is short.
    FundShort {
        /// Asked, yuan.
        asked: String,
        /// There, yuan.
        available: String,
    },
    /// A reason is needed.
    ReasonNeeded,
    /// Finance has paid it out; it cannot be taken back here.
    PaidOut,
}

impl Refusal for AwardRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotSuccessful { .. } => "awards-not-successful",
            Self::Exists { .. } => "awards-exists",
            Self::NoMembers => "awards-no-members",
            Self::State { .. } => "awards-state",
            Self::StatementNeeded => "awards-statement-needed",
            Self::ScoreWrong => "awards-score-wrong",
            Self::AmountWrong => "awards-amount-wrong",
            Self::OverLevel { .. } => "awards-over-level",
            Self::OverCap { .. } => "awards-over-cap",
            Self::NotAMember => "awards-not-a-member",
            Self::ShareWrong => "awards-share-wrong",
            Self::ShareSum { .. } => "awards-share-sum",
            Self::NothingProposed => "awards-nothing-proposed",
            Self::SecondPerson => "awards-second-person",
            Self::Conflicted => "awards-conflicted",
            Self::NotAgreed { .. } => "awards-not-agreed",
            Self::NoticeNotClear { .. } => "awards-notice-not-clear",
            Self::FundShort { .. } => "awards-fund-short",
            Self::ReasonNeeded => "awards-reason-needed",
            Self::PaidOut => "awards-paid-out",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::StatementNeeded => "/statement",
            Self::ScoreWrong => "/score",
            Self::AmountWrong | Self::OverLevel { .. } => "/amount",
            Self::NotAMember | Self::ShareWrong | Self::ShareSum { .. } => "/shares",
            Self::ReasonNeeded => "/reason",
            _ => return None,
        };
        Some(field.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotSuccessful { outcome } => vec![("outcome", outcome.clone())],
            Self::Exists { scheme } => vec![("scheme", scheme.clone())],
            Self::State { state } => vec![("state", state.clone())],
            Self::OverLevel { level, max, asked } => {
                vec![("level", level.zh.clone()), ("level_en", level.en.clone()), ("max", max.clone()), ("asked", asked.clone())]
            }
            Self::OverCap { cap, already, asked } => vec![("cap", cap.clone()), ("already", already.clone()), ("asked", asked.clone())],
            Self::ShareSum { sum } => vec![("sum", sum.clone())],
            Self::NotAgreed { missing } => vec![("missing", missing.to_string())],
            Self::NoticeNotClear { notice } => vec![("notice", notice.clone())],
            Self::FundShort { asked, available } => vec![("asked", asked.clone()), ("available", available.clone())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::StatementNeeded | Self::ScoreWrong | Self::AmountWrong | Self::OverLevel { .. } | Self::OverCap { .. } | Self::NotAMember => 422,
            Self::ShareWrong | Self::ShareSum { .. } | Self::ReasonNeeded | Self::NoMembers => 422,
            _ => 409,
        }
    }
}
