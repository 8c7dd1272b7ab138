//! A plan: how fast and how often an app may call. Which plans there are is pack data. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Instant};

use crate::app::Environment;

/// Who says yes to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody: it begins at once.
    #[default]
    Automatic,
    /// Whoever owns the capability.
    Owner,
    /// Whoever owns it, once the real name of the developer is known.
    RealName,
}

impl Approval {
    /// From a table.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "automatic" => Some(Self::Automatic),
            "owner" => Some(Self::Owner),
            "real_name" => Some(Self::RealName),
            _ => None,
        }
    }

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Owner => "owner",
            Self::RealName => "real_name",
        }
    }
}

/// How a subscription is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// Not at all.
    #[default]
    Free,
    /// From a wallet that was filled before.
    Prepaid,
    /// By an invoice a month.
    Invoice,
}

impl Billing {
    /// From a table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Free, Self::Prepaid, Self::Invoice].into_iter().find(|billing| billing.as_str() == text)
    }

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Prepaid => "prepaid",
            Self::Invoice => "invoice",
        }
    }
}

/// A plan: of an app as a whole, or of an app's subscription to a capability.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// Key: `trial`.
    pub key: String,
    /// Name.
    pub name: Bilingual,
    /// For apps of this environment.
    pub environment: Environment,
    /// Calls a second in the long run; 0: without limit.
    pub per_second: i64,
    /// So many at once.
    pub burst: i64,
    /// Calls a month; 0: without limit.
    pub per_month: i64,
    /// Empty: of an app as a whole; `*`: of a subscription to any capability; else of a subscription to the one of this name.
    pub capability: String,
    /// Who says yes.
    pub approval: Approval,
    /// How it is paid for.
    pub billing: Billing,
    /// Price book; empty if nothing is paid.
    pub book: String,
    /// Calls a month that cost nothing.
    pub included: i64,
    /// What it costs, in words.
    pub price: Bilingual,
    /// What is promised.
    pub sla: Bilingual,
    /// How one is helped.
    pub support: Bilingual,
}

impl Plan {
    /// Is it a plan of an app as a whole?
    pub fn is_of_app(&self) -> bool {
        self.capability.is_empty()
    }

    /// Is it a plan of subscriptions to this capability?
    pub fn is_for(&self, slug: &str) -> bool {
        self.capability == "*" || self.capability == slug
    }
}

/// Plans under which a capability can be subscribed: those of its own, or those of any.
pub fn plans_for<'a>(plans: &'a [Plan], slug: &str) -> Vec<&'a Plan> {
    let own: Vec<&Plan> = plans.iter().filter(|plan| plan.capability == slug).collect();
    if own.is_empty() { plans.iter().filter(|plan| plan.capability == "*").collect() } else { own }
}

/// The plan of an app that chose none: the first of its environment.
pub(crate) fn first(plans: &[Plan], environment: Environment) -> Option<&Plan> {
    plans.iter().find(|plan| plan.is_of_app() && plan.environment == environment)
}

/// The plan of an app: what it chose, as long as the pack still has it.
pub fn plan_of<'a>(plans: &'a [Plan], environment: Environment, chosen: Option<&str>) -> Option<&'a Plan> {
    let kept = chosen.and_then(|key| plans.iter().find(|plan| plan.is_of_app() && plan.key == key && plan.environment == environment));
    kept.or_else(|| first(plans, environment))
}

/// The month of a moment, `2026-11`, and when it ends.
pub(crate) fn month(now: Instant) -> (String, Instant) {
    let day = now.day();
    (words::month_of(day), day.last_of_month().end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(key: &str, environment: Environment) -> Plan {
        Plan { key: key.into(), name: Bilingual::new(key, key), environment, per_second: 1, burst: 1, per_month: 1, ..Plan::default() }
    }

    #[test]
    fn an_app_has_what_it_chose_while_the_pack_has_it() {
        let plans = [plan("sandbox", Environment::Sandbox), plan("trial", Environment::Live), plan("more", Environment::Live)];
        let key = |environment, chosen| plan_of(&plans, environment, chosen).map(|plan| plan.key.as_str());
        assert_eq!(key(Environment::Sandbox, None), Some("sandbox"));
        assert_eq!(key(Environment::Live, None), Some("trial"));
        assert_eq!(key(Environment::Live, Some("more")), Some("more"));
        assert_eq!(key(Environment::Live, Some("gone")), Some("trial"));
        assert_eq!(key(Environment::Live, Some("sandbox")), Some("trial"), "a plan of the other environment does not count");
        assert_eq!(plan_of(&[], Environment::Live, None), None);
    }

    #[test]
    fn a_capability_has_plans_of_its_own_or_those_of_any() {
        let of = |key: &str, capability: &str| Plan { capability: capability.into(), ..plan(key, Environment::Live) };
        let plans = [plan("trial", Environment::Live), of("open", "*"), of("payg", "*"), of("sms", "sms")];
        let keys = |slug| plans_for(&plans, slug).iter().map(|plan| plan.key.as_str()).collect::<Vec<_>>();
        assert_eq!((keys("echo"), keys("sms")), (vec!["open", "payg"], vec!["sms"]));
        assert_eq!(plan_of(&plans, Environment::Live, Some("open")).map(|plan| plan.key.as_str()), Some("trial"), "a plan of subscriptions is none of an app");
    }
}
