//! An app of a developer: what keys belong to and calls are counted for. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::refusal::AppRefusal;

/// Where an app's calls go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// For trying: nothing real happens.
    #[default]
    Sandbox,
    /// For real.
    Live,
}

impl Environment {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }

    /// From storage.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Sandbox, Self::Live].into_iter().find(|environment| environment.as_str() == text)
    }
}

/// Is an app in use?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppState {
    /// Its keys work.
    Open,
    /// They do not.
    Closed,
}

/// An app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Id.
    pub id: Id,
    /// Whose it is.
    pub owner: Id,
    /// The firm that pays for it; its owner does, if none.
    pub payer: Option<Id>,
    /// Where its calls go.
    pub environment: Environment,
    /// What its owner calls it.
    pub name: String,
    /// In use?
    pub state: AppState,
    /// Made at.
    pub made_at: Instant,
    /// Closed at.
    pub closed_at: Option<Instant>,
}

/// An app to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppDraft {
    /// What its owner calls it.
    pub name: String,
    /// Where its calls go.
    pub environment: Environment,
    /// The firm that pays for it; its owner does, if none.
    pub payer: Option<Id>,
}

/// Most open apps of one person.
pub const APPS: i64 = 20;

impl AppDraft {
    /// May a person with so many open apps make it?
    pub fn admit(&self, open: i64) -> Result<(), AppRefusal> {
        if self.name.trim().is_empty() {
            return Err(AppRefusal::NameNeeded);
        }
        if open >= APPS { Err(AppRefusal::TooMany { max: APPS }) } else { Ok(()) }
    }
}
