//! The case of a subscription moved: the subscription follows, and with it what gateways let pass.

use capabilities::{SubscriptionMove, SubscriptionState};
use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "capability.subscription" {
        return Ok(());
    }
    let case = programme::case(tx, &moved.case).map_err(Failure::into_fault)?;
    if case.state != moved.to {
        return Ok(()); // It went on since, and that is heard too.
    }
    let to = SubscriptionState::parse(&moved.to).ok_or_else(|| Fault::new(format!("a subscription cannot be {}", moved.to)))?;
    let step = SubscriptionMove { name: &moved.name, to, reason: &moved.reason };
    let carried = capabilities::carry_subscription::<Ground>(tx, &Acting::system("reaction"), &moved.case, step);
    carried.map(drop).map_err(Failure::into_fault)
}
