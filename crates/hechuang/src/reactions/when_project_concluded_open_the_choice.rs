//! A project came to a conclusion: its members choose where they go.

use people::{Asks, Outcome};
use programme::told::CaseConcluded;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let concluded: CaseConcluded = event.data()?;
    if concluded.definition != "incubation.self" {
        return Ok(());
    }
    let outcome = match (concluded.outcome.as_deref(), concluded.route.as_deref()) {
        (Some("success"), Some("venture")) => Outcome::Venture,
        (Some("success"), _) => Outcome::Internal,
        _ => Outcome::Failure,
    };
    let today = event.at.day();
    let days = <Ground as Asks>::terms(tx, &concluded.node)?.choice_days;
    people::open_choice(tx, &Acting::system("reaction"), &concluded.case, outcome, today, today.plus_days(days)).map(drop).map_err(Failure::into_fault)
}
