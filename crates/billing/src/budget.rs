//! What a customer wishes to spend on an app in a month, and whether that holds. Pure.

use words::Id;

use crate::month::Month;

/// A budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// What is metered.
    pub subject: String,
    /// Who pays.
    pub customer: Id,
    /// Fen a month.
    pub budget_minor: i64,
    /// Calls beyond it are not admitted.
    pub hard: bool,
    /// Month of the last notice; empty before the first.
    pub month: String,
    /// Percent of the last notice.
    pub told: i64,
}

impl Budget {
    /// The largest of these percents that was reached and not told of yet in this month.
    pub fn reached(&self, spent_minor: i64, percents: &[i64], month: Month) -> Option<i64> {
        let told = if self.month == month.to_string() { self.told } else { 0 };
        let over = |percent: &&i64| **percent > told && i128::from(spent_minor) * 100 >= i128::from(self.budget_minor) * i128::from(**percent);
        percents.iter().filter(over).max().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_percent_is_told_once_a_month() {
        let month = Month::parse("2026-09").expect("a month");
        let mut budget = Budget { subject: "app".into(), customer: Id::fixed("per_1"), budget_minor: 1_000, hard: true, month: String::new(), told: 0 };
        let percents = [80, 100];
        assert_eq!(budget.reached(799, &percents, month), None);
        assert_eq!(budget.reached(800, &percents, month), Some(80));
        (budget.month, budget.told) = (month.to_string(), 80);
        assert_eq!((budget.reached(900, &percents, month), budget.reached(1_000, &percents, month)), (None, Some(100)));
        budget.told = 100;
        assert_eq!((budget.reached(5_000, &percents, month), budget.reached(900, &percents, month.next())), (None, Some(80)));
    }
}
