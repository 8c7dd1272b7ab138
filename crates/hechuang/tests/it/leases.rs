//! A gateway that asks for many holders at once gets an answer for each, whatever is wrong with one of them.

use capabilities::Lease;
use gateway::{Need, StoreSide, Teller};
use hechuang::ground::Ground;
use serde_json::json;
use words::Id;

use crate::ground::House;

fn app(house: &House) -> Id {
    house.client("developer").post_json("/apps", &json!({ "name": "小程序", "environment": "sandbox" })).expect(200);
    Id::fixed(house.first("select id as it from capabilities_app order by id desc limit 1", &[]).expect("an app"))
}

#[test]
fn who_is_gone_or_broken_keeps_no_other_from_its_units() {
    let house = House::peopled();
    let (broken, whole, other) = (app(&house), app(&house), app(&house));
    let mut side = StoreSide::<Ground>::new(house.temp.db.clone(), "one");
    let mut lease = |holders: &[(&Id, i64)]| {
        let needs: Vec<Need> = holders.iter().map(|(holder, units)| Need { holder: (*holder).clone(), units: *units }).collect();
        let leases = side.lease(&needs)?;
        Ok::<_, words::Fault>(
            leases.into_iter().map(|lease| lease.map(|lease| if let Lease::Units { units, .. } = lease { units } else { 0 })).collect::<Vec<_>>(),
        )
    };
    let gone = Id::fixed("app_gone");
    assert_eq!(lease(&[(&broken, 3), (&gone, 4), (&whole, 5)]), Ok(vec![Some(3), None, Some(5)]));
    // Its row says that nearly all is left; the ledger knows better and lets none of it out.
    house.temp.tamper("update capabilities_quota set leased = -100000000 where leased = 3");
    assert_eq!(lease(&[(&other, 6), (&broken, 90_000_000), (&whole, 7)]), Ok(vec![Some(6), None, Some(7)]));
    assert!(lease(&[(&broken, 90_000_000)]).is_err(), "whoever asks alone is told");
    assert_eq!(house.first("select id as it from capabilities_lease where units > 100", &[]), None);
}
