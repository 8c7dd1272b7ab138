//! HR froze grade and base pay: the case of the position learns the values, the project that this member's are frozen and above the minimum wage.

use people::Asks;
use people::told::PositionFrozen;
use serde_json::json;
use store::{Event, Tx};
use words::{Acting, Amount, Asset, Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let told: PositionFrozen = event.data()?;
    let system = Acting::system("reaction");
    let position = people::position_of(tx, &told.person, &told.project).map_err(Failure::into_fault)?.ok_or_else(|| Fault::new("no position"))?;
    let terms = <Ground as Asks>::terms(tx, &position.home)?;
    let case = programme::case(tx, &position.id).map_err(Failure::into_fault)?;
    let project = programme::case(tx, &position.project).map_err(Failure::into_fault)?;
    let rank = terms.grades.0.get(&position.grade).copied().unwrap_or(0);
    let base = Amount { minor: position.base_minor, asset: Asset::cny() };
    let minimum = terms.minimum_wage.get(&position.city).copied();
    let above = people::pay::check_minimum(position.base_minor, terms.pay_ratio, &position.city, minimum).is_ok();
    for (name, value) in [("base_pay", json!(base)), ("frozen_grade", json!(rank)), ("offered_grade", json!(rank))] {
        programme::set_fact_system(tx, &system, &case, name, None, value, &position.grade).map_err(Failure::into_fault)?;
    }
    for (name, value) in [("base_pay_frozen", json!(true)), ("pay_above_minimum", json!(above))] {
        programme::set_fact_system(tx, &system, &project, name, Some(&position.person), value, position.id.as_str()).map_err(Failure::into_fault)?;
    }
    Ok(())
}
