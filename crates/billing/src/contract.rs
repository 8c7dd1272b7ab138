//! What an owner of capabilities gets of what was earned with them. Pure.
//!
//! Invariant: share and rest sum to the gross (largest remainder); payable and withheld sum to what is due to the owner.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, split_by_weights};

use crate::month::Month;

/// One hundred of a hundred, in basis points.
pub const WHOLE: i64 = 10_000;

/// `70.00`: basis points as percent.
pub(crate) fn percent(bp: i64) -> String {
    words::Amount { minor: bp, asset: words::Asset { code: "PERCENT".into(), scale: 2 } }.to_string()
}

/// Terms of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShareTerms {
    /// Part of what was earned without tax, basis points.
    pub share_bp: i64,
    /// At least so much a month, fen.
    pub guarantee_minor: i64,
    /// At most so much a month, fen.
    pub cap_minor: Option<i64>,
    /// Part that is withheld of it, basis points.
    pub withheld_bp: i64,
}

impl ShareTerms {
    /// Are these terms?
    pub fn is_sound(&self) -> bool {
        let part = |bp: i64| (0..=WHOLE).contains(&bp);
        part(self.share_bp) && part(self.withheld_bp) && self.guarantee_minor >= 0 && self.cap_minor.is_none_or(|cap| cap >= self.guarantee_minor)
    }

    /// The owner's part of a gross amount and the platform's.
    pub fn split(&self, gross_minor: i64) -> Option<(i64, i64)> {
        let weights = [u64::try_from(self.share_bp).ok()?, u64::try_from(WHOLE - self.share_bp).ok()?];
        let parts = split_by_weights(gross_minor.abs(), &weights)?;
        Some((parts[0] * gross_minor.signum(), parts[1] * gross_minor.signum()))
    }
}

/// State of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContractState {
    /// Waits for a second person.
    Proposed,
    /// Holds from its month on.
    Agreed,
    /// Was not agreed to.
    Refused,
}

impl ContractState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Agreed => "agreed",
            Self::Refused => "refused",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Proposed, Self::Agreed, Self::Refused].into_iter().find(|state| state.as_str() == text)
    }
}

/// A contract with an owner: for all that is earned with theirs, or for one subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Id.
    pub id: Id,
    /// Owner.
    pub payee: Id,
    /// One subscription; all, if missing.
    pub subscription: Option<Id>,
    /// Terms.
    pub terms: ShareTerms,
    /// First month.
    pub from: Month,
    /// Why.
    pub reason: String,
    /// State.
    pub state: ContractState,
    /// Who proposed it.
    pub proposed_by: Id,
    /// Who decided.
    pub decided_by: Option<Id>,
}

/// The terms that hold for a subscription in a month: its own contract, else the owner's, else the default; of several the one with the latest first month, then the newest.
pub fn terms_of<'a>(contracts: &'a [Contract], subscription: Option<&Id>, month: Month, default: &'a ShareTerms) -> &'a ShareTerms {
    let holds = |contract: &&Contract| contract.state == ContractState::Agreed && contract.from <= month;
    let newest =
        |of: Option<&Id>| contracts.iter().filter(holds).filter(|contract| contract.subscription.as_ref() == of).max_by_key(|one| (one.from, one.id.clone()));
    let own = subscription.and_then(|id| newest(Some(id)));
    own.or_else(|| newest(None)).map_or(default, |contract| &contract.terms)
}

/// What was earned with one subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SharedLine {
    /// Subscription.
    pub subscription: Id,
    /// Uses.
    pub calls: i64,
    /// Units.
    pub units: i64,
    /// Earned without tax, fen.
    pub gross_minor: i64,
    /// The owner's part, basis points.
    pub share_bp: i64,
    /// The owner's part, fen.
    pub share_minor: i64,
}

/// What a statement comes to, fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settled {
    /// By subscription.
    pub lines: Vec<SharedLine>,
    /// Terms of the owner in this month: guarantee, cap, what is withheld.
    pub terms: ShareTerms,
    /// Earned without tax.
    pub gross_minor: i64,
    /// The owner's parts.
    pub share_minor: i64,
    /// What raises them to the guarantee.
    pub raise_minor: i64,
    /// What the cap takes off.
    pub cut_minor: i64,
    /// Withheld.
    pub withheld_minor: i64,
    /// To be paid.
    pub payable_minor: i64,
    /// What stays with the platform of the gross.
    pub platform_minor: i64,
}

/// What was earned: subscription, uses, units, fen without tax.
pub type Earned = (Id, i64, i64, i64);

/// Settles what was earned in a month. `None` if it does not fit, or less than nothing was earned in all.
pub fn settle(earned: &[Earned], contracts: &[Contract], month: Month, default: &ShareTerms) -> Option<Settled> {
    let terms = *terms_of(contracts, None, month, default);
    let (mut lines, mut gross, mut share) = (Vec::new(), 0i64, 0i64);
    for (subscription, calls, units, minor) in earned {
        let of = terms_of(contracts, Some(subscription), month, default);
        let (part, _) = of.split(*minor)?;
        gross = gross.checked_add(*minor)?;
        share = share.checked_add(part)?;
        lines.push(SharedLine {
            subscription: subscription.clone(),
            calls: *calls,
            units: *units,
            gross_minor: *minor,
            share_bp: of.share_bp,
            share_minor: part,
        });
    }
    if gross < 0 || share < 0 || share > gross {
        return None;
    }
    let raise = (terms.guarantee_minor - share).max(0);
    let cut = terms.cap_minor.map_or(0, |cap| (share - cap).max(0));
    let due = share.checked_add(raise)?.checked_sub(cut)?;
    let parts = split_by_weights(due, &[u64::try_from(WHOLE - terms.withheld_bp).ok()?, u64::try_from(terms.withheld_bp).ok()?])?;
    let platform = gross.checked_add(raise)?.checked_sub(due)?;
    Some(Settled {
        lines,
        terms,
        gross_minor: gross,
        share_minor: share,
        raise_minor: raise,
        cut_minor: cut,
        withheld_minor: parts[1],
        payable_minor: parts[0],
        platform_minor: platform,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    fn terms(share_bp: i64, guarantee_minor: i64, cap_minor: Option<i64>, withheld_bp: i64) -> ShareTerms {
        ShareTerms { share_bp, guarantee_minor, cap_minor, withheld_bp }
    }

    fn contract(id: &str, subscription: Option<&str>, share_bp: i64, from: &str) -> Contract {
        Contract {
            id: Id::fixed(id),
            payee: Id::fixed("org_1"),
            subscription: subscription.map(Id::fixed),
            terms: terms(share_bp, 0, None, 0),
            from: month(from),
            reason: String::new(),
            state: ContractState::Agreed,
            proposed_by: Id::fixed("per_1"),
            decided_by: None,
        }
    }

    #[test]
    fn the_own_contract_goes_before_the_owners_and_that_before_the_default() {
        let default = terms(7_000, 0, None, 0);
        let all = [contract("1", None, 6_000, "2026-01"), contract("2", None, 5_000, "2026-10"), contract("3", Some("s"), 9_000, "2026-09")];
        let share = |subscription: &str, at: &str| terms_of(&all, Some(&Id::fixed(subscription)), month(at), &default).share_bp;
        assert_eq!([share("s", "2025-12"), share("s", "2026-08"), share("s", "2026-09"), share("t", "2026-10")], [7_000, 6_000, 9_000, 5_000]);
    }

    #[test]
    fn everything_sums_to_the_gross() {
        let earned = |minor| vec![(Id::fixed("s"), 1, 1, minor), (Id::fixed("t"), 1, 1, 333)];
        let sums = |settled: &Settled| {
            assert_eq!(settled.gross_minor + settled.raise_minor, settled.payable_minor + settled.withheld_minor + settled.platform_minor, "{settled:?}");
            (settled.share_minor, settled.raise_minor, settled.cut_minor, settled.withheld_minor, settled.payable_minor)
        };
        let of = |default, minor| settle(&earned(minor), &[], month("2026-09"), &default).expect("settled");
        assert_eq!(sums(&of(terms(7_000, 0, None, 0), 1_000)), (933, 0, 0, 0, 933));
        assert_eq!(sums(&of(terms(7_000, 2_000, None, 600), 1_000)), (933, 1_067, 0, 120, 1_880));
        assert_eq!(sums(&of(terms(7_000, 0, Some(500), 0), 1_000)), (933, 0, 433, 0, 500));
        assert_eq!(sums(&of(terms(7_000, 0, None, 0), -100)), (163, 0, 0, 0, 163));
        assert_eq!(settle(&earned(-1_000), &[], month("2026-09"), &terms(7_000, 0, None, 0)), None, "less than nothing waits for better months");
    }
}
