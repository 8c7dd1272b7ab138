//! A member leaves their unit for the project: agreements signed, space assigned, retention dated, pay above the minimum wage.
//!
//! Asks the ledger to open the account of deferred pay; tells `PositionSeconded`. Invariant: nobody is away without all of these (checklist §9.4 trap 1).

use ledger::Book;
use store::Tx;
use words::{Acting, Day, Failure, Id, Outcome};

use crate::asks::{Signed, Terms};
use crate::ops::confirm_run::as_fault;
use crate::pay::check_minimum;
use crate::position::{Position, PositionState};
use crate::refusal::PostRefusal;
use crate::told::PositionSeconded;
use crate::{rights, sql, value};

/// What is known when somebody is to be seconded.
#[derive(Debug, Clone, PartialEq)]
pub struct Secondment {
    /// First day away.
    pub on: Day,
    /// What was signed.
    pub signed: Signed,
    /// Space, if it was assigned after freezing.
    pub space: Option<String>,
    /// End of the retention, if it was agreed after freezing.
    pub retention_ends_on: Option<Day>,
}

impl Secondment {
    /// May this position be seconded so? The checks in the order of the refusals.
    pub fn admit(&self, position: &Position, terms: &Terms) -> Result<(), PostRefusal> {
        position.must_be(PositionState::OnPost)?;
        let missing: Vec<&str> = [(self.signed.incubation, "incubation_agreement"), (self.signed.pay_variation, "pay_variation_agreement")]
            .into_iter()
            .filter_map(|(signed, document)| (!signed).then_some(document))
            .collect();
        if !missing.is_empty() {
            return Err(PostRefusal::NotSigned { documents: missing.join(", ") });
        }
        if self.space.as_ref().or(position.space.as_ref()).is_none_or(|space| space.trim().is_empty()) {
            return Err(PostRefusal::NoSpace);
        }
        let latest = self.on.plus(terms.hold_limit).map_err(|_| PostRefusal::DayWrong)?;
        let kept = self.retention_ends_on.or(position.retention_ends_on);
        if !kept.is_some_and(|end| end >= self.on && end <= latest) {
            return Err(PostRefusal::Retention { latest: latest.to_string() });
        }
        let minimum = terms.minimum_wage.get(&position.city).copied();
        check_minimum(position.base_minor, terms.pay_ratio, &position.city, minimum).map_err(PostRefusal::Pay)
    }
}

/// Seconds the holder of a frozen position.
pub fn second(tx: &mut Tx, book: &Book, who: &Acting, terms: &Terms, position: &Id, draft: Secondment) -> Outcome<Position, PostRefusal> {
    let mut position = sql::position(tx, position)?.ok_or(Failure::Absent)?;
    who.may(rights::HR, &position.node())?;
    draft.admit(&position, terms)?;
    position.state = PositionState::Seconded;
    position.seconded_on = Some(draft.on);
    position.space = draft.space.or(position.space);
    position.retention_ends_on = draft.retention_ends_on.or(position.retention_ends_on);
    sql::position_write(tx, &position)?;
    as_fault(value::begin(tx, book, who, &position))?;
    let (person, project, home) = (position.person.clone(), position.project.clone(), position.home.clone());
    tx.tell(who, &PositionSeconded { position: position.id.clone(), person, project, home, on: draft.on })?;
    Ok(position)
}
