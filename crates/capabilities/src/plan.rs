//! A plan: how fast and how often an app may call. Which plans there are is pack data. Pure.

use serde::{Deserialize, Serialize};
use words::{Bilingual, Instant};

use crate::app::Environment;

/// A plan of apps.
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
    /// What it costs, in words, if the pack says so.
    pub price: Option<Bilingual>,
    /// What is promised.
    pub sla: Option<Bilingual>,
    /// How one is helped.
    pub support: Option<Bilingual>,
}

/// The plan of an app that chose none: the first of its environment.
pub(crate) fn first(plans: &[Plan], environment: Environment) -> Option<&Plan> {
    plans.iter().find(|plan| plan.environment == environment)
}

/// The plan of an app: what it chose, as long as the pack still has it.
pub fn plan_of<'a>(plans: &'a [Plan], environment: Environment, chosen: Option<&str>) -> Option<&'a Plan> {
    let kept = chosen.and_then(|key| plans.iter().find(|plan| plan.key == key && plan.environment == environment));
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
}
