//! An award was graded: its case learns the amount and what the project was awarded before, which its guards ask for.

use awards::told::AwardGraded;
use serde_json::json;
use store::{Event, Tx};
use words::{Acting, Amount, Asset, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let graded: AwardGraded = event.data()?;
    let (case, system) = (programme::case(tx, &graded.award).map_err(Failure::into_fault)?, Acting::system("reaction"));
    let before = awards::awarded(tx, &graded.project).map_err(Failure::into_fault)?;
    for (name, minor) in [("amount", graded.amount), ("awards", before)] {
        let amount = json!(Amount { minor, asset: Asset::cny() });
        programme::set_fact_system(tx, &system, &case, name, None, amount, &graded.level).map_err(Failure::into_fault)?;
    }
    Ok(())
}
