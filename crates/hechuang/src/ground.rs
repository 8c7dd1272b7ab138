//! What the domains of floor 3.2 ask of packs, books and the register of people, answered in one place.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::Read;
use words::{Fault, Id, Node};

/// Answers the `Asks` of each domain.
pub struct Ground;

impl hemi::Asks for Ground {
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }

    fn terms(read: &Read) -> Result<hemi::Terms, Fault> {
        let programme = packs::current(read)?;
        let params = programme.params(&Node::group());
        let params = params.at(read.now().day());
        let on_failure = if params.text("hemi_on_failure")? == "refund" { hemi::OnFailure::Refund } else { hemi::OnFailure::Burn };
        let count = |key: &str| params.int(key).or_else(|_| params.money(key).map(|amount| amount.minor));
        Ok(hemi::Terms {
            grant_each: count("hemi_grant")?,
            multiplier: count("hemi_multiplier")?,
            on_failure,
            stake_min: 1,
            stake_max: count("hemi_stake_max")?,
        })
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }

    fn staff(read: &Read) -> Result<Vec<Id>, Fault> {
        identity::holders_below(read, "staff", &Node::group())
    }
}
