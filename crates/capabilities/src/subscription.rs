//! A subscription: a live app may call a capability under a plan. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant, Refusal};

/// Where a subscription stands; the moves are those of the lifecycle `capability.subscription`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// Just handed in.
    New,
    /// The real name of the developer has to be checked first.
    RealName,
    /// Whoever owns the capability has to say yes.
    Asked,
    /// In force.
    Active,
    /// In force; another plan waits for the real name.
    ChangingName,
    /// In force; another plan waits for whoever owns the capability.
    Changing,
    /// Not granted.
    Declined,
    /// The developer took it back.
    Cancelled,
    /// Over.
    Ended,
}

impl SubscriptionState {
    const ALL: [Self; 9] =
        [Self::New, Self::RealName, Self::Asked, Self::Active, Self::ChangingName, Self::Changing, Self::Declined, Self::Cancelled, Self::Ended];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::RealName => "real_name",
            Self::Asked => "asked",
            Self::Active => "active",
            Self::ChangingName => "changing_name",
            Self::Changing => "changing",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Ended => "ended",
        }
    }

    /// From a state of the lifecycle.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Nothing comes after it?
    pub fn is_over(self) -> bool {
        matches!(self, Self::Declined | Self::Cancelled | Self::Ended)
    }

    /// May the app call?
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Active | Self::ChangingName | Self::Changing)
    }
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Id; that of its case.
    pub id: Id,
    /// App that may call.
    pub app: Id,
    /// Capability that it may call.
    pub capability: Id,
    /// Key of the plan.
    pub plan: String,
    /// Key of the plan that is asked for instead.
    pub wanted_plan: Option<String>,
    /// Where it stands.
    pub state: SubscriptionState,
    /// Number of its terms: 0 before it began, then one more with every change of plan or discount.
    pub revision: i64,
    /// Case in incubation that it is for.
    pub for_case: Option<Id>,
    /// Part of the price that is paid, while the discount holds.
    pub pay_percent: i64,
    /// First day on which the discount no longer holds.
    pub discount_until: Option<Day>,
    /// Asked for at.
    pub asked_at: Instant,
    /// In force since.
    pub began_at: Option<Instant>,
    /// Over since.
    pub ended_at: Option<Instant>,
}

impl Subscription {
    /// The discount that it has.
    pub fn discount(&self) -> Discount {
        Discount { pay_percent: self.pay_percent, until: self.discount_until }
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionDraft {
    /// Name of the capability in addresses.
    pub slug: String,
    /// Key of the plan.
    pub plan: String,
    /// Case in incubation that it is for.
    pub for_case: Option<Id>,
    /// What it is wanted for, for whoever has to say yes.
    pub note: String,
}

/// The discount of a case in incubation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discount {
    /// Part of the price that is paid.
    pub pay_percent: i64,
    /// First day on which it no longer holds; open if none.
    pub until: Option<Day>,
}

impl Discount {
    /// Everything is paid.
    pub const NONE: Self = Self { pay_percent: 100, until: None };
}

/// A move of the case of a subscription, made or to be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubscriptionMove<'a> {
    /// Its name in the lifecycle.
    pub name: &'a str,
    /// The state that it leads to.
    pub to: SubscriptionState,
    /// Why, if somebody said so.
    pub reason: &'a str,
}

/// Moves after which the plan stays as it was.
pub(crate) const KEEPING: [&str; 2] = ["keep_plan", "drop_change"];

/// Why a subscription is not asked for, changed or cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionRefusal {
    /// The app is closed.
    AppClosed,
    /// Sandbox apps need none.
    Sandbox,
    /// There is no such capability, or nothing of it is live.
    NotLive {
        /// As asked for.
        slug: String,
    },
    /// There is no such plan for it.
    PlanUnknown {
        /// As asked for.
        plan: String,
    },
    /// There is one already that is not over.
    Already,
    /// The case is not in incubation, or not one's own.
    CaseUnfit,
    /// It is over already.
    Over,
    /// It has that plan.
    SamePlan,
    /// It is not in force, or another plan is asked for already.
    Waits,
}

impl Refusal for SubscriptionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AppClosed => "capabilities-app-closed",
            Self::Sandbox => "capabilities-subscription-sandbox",
            Self::NotLive { .. } => "capabilities-subscription-not-live",
            Self::PlanUnknown { .. } => "capabilities-plan-unknown",
            Self::Already => "capabilities-subscription-already",
            Self::CaseUnfit => "capabilities-subscription-case",
            Self::Over => "capabilities-subscription-over",
            Self::SamePlan => "capabilities-subscription-same-plan",
            Self::Waits => "capabilities-subscription-waits",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::AppClosed | Self::Sandbox => Some("/app".into()),
            Self::PlanUnknown { .. } | Self::SamePlan => Some("/plan".into()),
            Self::CaseUnfit => Some("/for_case".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotLive { slug } => vec![("slug", slug.clone())],
            Self::PlanUnknown { plan } => vec![("plan", plan.clone())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::PlanUnknown { .. } | Self::CaseUnfit | Self::SamePlan => 422,
            _ => 409,
        }
    }
}
