//! Why backing says no. Each code has two sentences in `locales/`.

use words::Refusal;

/// Why a stake is not made or not given back; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StakeRefusal {
    /// The round takes and gives back stakes only while it is open.
    RoundNotOpen {
        /// Its state.
        state: String,
    },
    /// Nobody backs their own project.
    OwnProject,
    /// Nobody backs a project they judge.
    Reviewer,
    /// Nobody backs a project they guide.
    Mentor,
    /// Nobody backs a project over which they hold an office.
    Official,
    /// Less than the smallest stake.
    TooSmall {
        /// Smallest, 和米.
        min: i64,
    },
    /// More than one person may have in one project.
    TooLarge {
        /// Largest in all, 和米.
        max: i64,
        /// Already staked, 和米.
        staked: i64,
    },
    /// Not enough in the wallet.
    Short {
        /// Asked, 和米.
        asked: i64,
        /// There, 和米.
        available: i64,
    },
    /// The reward pool could not pay if every stake won.
    PoolShort {
        /// Needed, 和米.
        needed: i64,
        /// Free, 和米.
        free: i64,
    },
    /// The stake has ended already.
    Ended {
        /// Its state.
        state: String,
    },
}

impl Refusal for StakeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::RoundNotOpen { .. } => "hemi-round-not-open",
            Self::OwnProject => "hemi-own-project",
            Self::Reviewer => "hemi-reviewer",
            Self::Mentor => "hemi-mentor",
            Self::Official => "hemi-official",
            Self::TooSmall { .. } => "hemi-stake-too-small",
            Self::TooLarge { .. } => "hemi-stake-too-large",
            Self::Short { .. } => "hemi-short",
            Self::PoolShort { .. } => "hemi-pool-short",
            Self::Ended { .. } => "hemi-stake-ended",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::TooSmall { .. } | Self::TooLarge { .. } | Self::Short { .. } => Some("/amount".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::RoundNotOpen { state } | Self::Ended { state } => vec![("state", state.clone())],
            Self::TooSmall { min } => vec![("min", min.to_string())],
            Self::TooLarge { max, staked } => vec![("max", max.to_string()), ("staked", staked.to_string())],
            Self::Short { asked, available } => vec![("asked", asked.to_string()), ("available", available.to_string())],
            Self::PoolShort { needed, free } => vec![("needed", needed.to_string()), ("free", free.to_string())],
            Self::OwnProject | Self::Reviewer | Self::Mentor | Self::Official => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::RoundNotOpen { .. } | Self::PoolShort { .. } | Self::Ended { .. } => 409,
            _ => 422,
        }
    }
}

/// Why a round is not made or not moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoundRefusal {
    /// The project has a round that has not ended.
    RoundExists {
        /// That round.
        round: String,
    },
    /// The multiple, the smallest or the largest stake make no sense.
    Terms,
    /// From this state one does not get there.
    State {
        /// State.
        state: String,
        /// Asked for.
        to: String,
    },
    /// An end needs a reason.
    ReasonNeeded,
}

impl Refusal for RoundRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::RoundExists { .. } => "hemi-round-exists",
            Self::Terms => "hemi-terms",
            Self::State { .. } => "hemi-round-state",
            Self::ReasonNeeded => "hemi-reason-needed",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::ReasonNeeded).then(|| "/reason".into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::RoundExists { round } => vec![("round", round.clone())],
            Self::State { state, to } => vec![("state", state.clone()), ("to", to.clone())],
            Self::Terms | Self::ReasonNeeded => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::RoundExists { .. } | Self::State { .. }) { 409 } else { 422 }
    }
}

/// Why a season is not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeasonRefusal {
    /// It needs a name in both languages.
    NameNeeded,
    /// It ends before it begins.
    Period,
    /// It shares days with another season: nobody gets two grants for one day.
    Overlaps {
        /// Name of the other.
        season: String,
    },
    /// The grant or the multiple make no sense.
    Terms,
}

impl Refusal for SeasonRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NameNeeded => "hemi-season-name-needed",
            Self::Period => "hemi-season-period",
            Self::Overlaps { .. } => "hemi-season-overlaps",
            Self::Terms => "hemi-terms",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::NameNeeded => Some("/zh".into()),
            Self::Period | Self::Overlaps { .. } => Some("/starts_on".into()),
            Self::Terms => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Overlaps { season } => vec![("season", season.clone())],
            _ => Vec::new(),
        }
    }
}
