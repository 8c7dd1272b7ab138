//! What `capabilities` asks about subscriptions: their cases, and the discounts of cases in incubation.

use capabilities::{Discount, SubscriptionCase};
use programme::{Case, CaseQuery, MoveRefusal, OpenCase};
use store::{Read, Tx};
use words::{Acting, Day, Failure, Fault, Id, IfAny, Node, Span};

const SUBSCRIPTION: &str = "capability.subscription";
const OPERATOR: &str = "capability.operator";
const INCUBATION: &str = "incubation.self";
/// The state from whose first day on the months are counted.
const BEGUN: &str = "incubating";

/// What the program itself brings has nobody who owns it: an operator of the platform leads the case.
pub(crate) fn open(tx: &mut Tx, who: &Acting, case: SubscriptionCase) -> Result<Id, Fault> {
    let lead = match case.owner {
        Some(owner) => owner,
        None => identity::holders_of(tx, OPERATOR, &case.node)?.into_iter().next().unwrap_or_else(|| Acting::system("capabilities").person),
    };
    let open = OpenCase { definition: SUBSCRIPTION.into(), title: case.title, base: case.node, parent: None, lead, about: Some(case.developer), team: false };
    programme::open_case(tx, who, open).map(|case| case.id).map_err(Failure::into_fault)
}

pub(crate) fn step(tx: &mut Tx, who: &Acting, id: &Id, name: &str, reason: &str) -> Result<bool, Fault> {
    match programme::move_for(tx, who, id, name, reason) {
        Ok(_) => Ok(true),
        Err(Failure::Refused(MoveRefusal::WrongState { .. })) => Ok(false),
        Err(other) => Err(other.into_fault()),
    }
}

/// The row of the months since incubation began, up to the day on which the next row begins; nothing once the case is over or everything is paid.
pub(crate) fn discount(read: &Read, person: &Id, case: &Id) -> Result<Option<Discount>, Fault> {
    match programme::case(read, case).if_any()? {
        Some(case) if belongs(read, person, &case)? => of(read, &case),
        _ => Ok(None),
    }
}

fn belongs(read: &Read, person: &Id, case: &Case) -> Result<bool, Fault> {
    Ok(case.lead == *person || programme::members(read, &case.id)?.iter().any(|member| member.person == *person && member.state == "consented"))
}

fn of(read: &Read, case: &Case) -> Result<Option<Discount>, Fault> {
    if case.definition != INCUBATION || case.concluded {
        return Ok(None);
    }
    let moves = programme::moves(read, &case.id)?;
    let Some(began) = moves.iter().filter(|made| made.to == BEGUN && made.rectified_by.is_none()).map(|made| made.at).min() else { return Ok(None) };
    let (programme, today) = (packs::current(read)?, read.now().day());
    let rows = programme.table(&Node::group(), "capability_discounts", today).map(|table| table.rows.as_slice()).unwrap_or_default();
    let step = |row: &packs::TableRow| Some((began.day().plus(Span::parse(&format!("P{}M", row.int("months")?)).ok()?).ok()?, row.int("pay_percent")?));
    Ok(step_at(rows.iter().filter_map(step).collect(), today))
}

/// The step that holds today, and the first day of the next.
fn step_at(mut steps: Vec<(Day, i64)>, today: Day) -> Option<Discount> {
    steps.sort_unstable();
    let next = steps.partition_point(|(from, _)| *from <= today);
    let (_, pay_percent) = *steps.get(next.checked_sub(1)?)?;
    let until = steps[next..].iter().find(|(_, percent)| *percent != pay_percent).map(|(from, _)| *from);
    (pay_percent < 100).then_some(Discount { pay_percent, until })
}

pub(crate) fn incubating(read: &Read, person: &Id) -> Result<Vec<(Id, String, Discount)>, Fault> {
    let wanted = CaseQuery { definition: INCUBATION.into(), person: Some(person.clone()), limit: 50, ..CaseQuery::default() };
    let mut found = Vec::new();
    for case in programme::find_cases(read, &wanted)? {
        if belongs(read, person, &case)?
            && let Some(discount) = of(read, &case)?
        {
            found.push((case.id, case.title, discount));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_of_today_holds_until_the_next_and_full_price_is_no_discount() {
        let day = |text| Day::parse(text).unwrap();
        let steps = || vec![(day("2026-01-31"), 0), (day("2026-07-31"), 50), (day("2027-01-31"), 50), (day("2027-07-31"), 100)];
        let at = |today| step_at(steps(), day(today)).map(|discount| (discount.pay_percent, discount.until.map(|day| day.to_string())));
        assert_eq!(at("2026-01-30"), None);
        assert_eq!(at("2026-01-31"), Some((0, Some("2026-07-31".into()))));
        assert_eq!(at("2026-07-30"), Some((0, Some("2026-07-31".into()))));
        assert_eq!(at("2026-07-31"), Some((50, Some("2027-07-31".into()))), "steps of one price are one");
        assert_eq!(at("2027-07-31"), None);
        assert_eq!(step_at(vec![(day("2026-01-01"), 80)], day("2026-01-02")), Some(Discount { pay_percent: 80, until: None }));
    }
}
