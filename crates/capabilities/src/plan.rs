//! A plan: how fast and how often an app, or its subscription to a capability, may call. Which plans there are is pack data. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Instant};

use crate::app::Environment;

/// Who says yes to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody: it begins at once.
    Automatic,
    /// Whoever owns the capability.
    #[default]
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

    /// As it is told.
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
    /// Nothing: of an app as a whole; `*`: of subscriptions to any capability; else of subscriptions to the one of this name.
    pub capability: Option<String>,
    /// Who says yes to a subscription.
    pub approval: Approval,
    /// How it is paid for.
    pub billing: Billing,
    /// Price book, if something is paid.
    pub book: Option<String>,
    /// What it costs, in words, if the pack says so.
    pub price: Option<Bilingual>,
    /// What is promised.
    pub sla: Option<Bilingual>,
    /// How one is helped.
    pub support: Option<Bilingual>,
}

impl Plan {
    /// Is it a plan of apps of this environment as a whole?
    pub(crate) fn is_of_app(&self, environment: Environment) -> bool {
        self.capability.is_none() && self.environment == environment
    }
}

/// Plans under which a capability can be subscribed: those of its own, or those of any.
pub fn plans_for<'a>(plans: &'a [Plan], slug: &str) -> Vec<&'a Plan> {
    let of = |wanted: &str| plans.iter().filter(|plan| plan.capability.as_deref() == Some(wanted)).collect::<Vec<_>>();
    let own = of(slug);
    if own.is_empty() { of("*") } else { own }
}

/// The plan of a subscription, as long as the pack still has it.
pub fn plan_for<'a>(plans: &'a [Plan], slug: &str, key: &str) -> Option<&'a Plan> {
    plans_for(plans, slug).into_iter().find(|plan| plan.key == key)
}

/// The plan of an app that chose none: the first of its environment.
pub(crate) fn first(plans: &[Plan], environment: Environment) -> Option<&Plan> {
    plans.iter().find(|plan| plan.is_of_app(environment))
}

/// The plan of an app: what it chose, as long as the pack still has it.
pub fn plan_of<'a>(plans: &'a [Plan], environment: Environment, chosen: Option<&str>) -> Option<&'a Plan> {
    let kept = chosen.and_then(|key| plans.iter().find(|plan| plan.key == key && plan.is_of_app(environment)));
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
    fn a_capability_with_plans_of_its_own_has_no_others() {
        let of = |key: &str, capability: Option<&str>| Plan { capability: capability.map(Into::into), ..plan(key, Environment::Live) };
        let plans = [of("app", None), of("any", Some("*")), of("more", Some("*")), of("any", Some("sms"))];
        let keys = |slug| plans_for(&plans, slug).into_iter().map(|plan| (plan.key.as_str(), plan.capability.as_deref().unwrap_or(""))).collect::<Vec<_>>();
        assert_eq!(keys("sms"), [("any", "sms")]);
        assert_eq!(keys("echo"), [("any", "*"), ("more", "*")]);
        assert_eq!(plan_for(&plans, "sms", "more"), None);
        assert_eq!(plan_of(&plans, Environment::Live, Some("any")).map(|plan| plan.key.as_str()), Some("app"), "a plan of subscriptions is none of an app");
    }
}
