//! HR froze grade and base pay, or a mistake was put right: the holder is told, the case of the position learns the values, the project that this member's are frozen and above the minimum wage.

use people::Asks;
use people::told::{PositionCorrected, PositionFrozen};
use serde_json::json;
use store::{Event, Tell, Tx};
use words::{Acting, Amount, Asset, Bilingual, Failure, Fault};

use crate::ground::Ground;

/// What it listens to.
pub(super) const KINDS: [&str; 2] = [PositionFrozen::KIND, PositionCorrected::KIND];

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
    tell_the_holder(tx, event, &position)
}

/// Whoever's pay it is hears of it, with the reason where there is one.
fn tell_the_holder(tx: &mut Tx, event: &Event, position: &people::Position) -> Result<(), Fault> {
    let corrected = (event.kind == PositionCorrected::KIND).then(|| event.data::<PositionCorrected>()).transpose()?;
    let title = match &corrected {
        Some(_) => Bilingual::new("职级与薪酬基数已更正", "Your grade and base pay were corrected"),
        None => Bilingual::new("职级与薪酬基数已冻结", "Your grade and base pay are frozen"),
    };
    let reason = corrected.map(|told| told.reason).unwrap_or_default();
    let body = |label: &str| if reason.is_empty() { format!("{label} {}", position.number) } else { format!("{label} {}：{reason}", position.number) };
    let message = desk::Message {
        to: vec![position.person.clone()],
        kind: "people.position".into(),
        subject: position.id.to_string(),
        title,
        body: Bilingual::new(body("项目"), body("Project")),
        link: format!("/people/positions/{}", position.id),
        why: Bilingual::new("这是您的岗位", "it is your position"),
        due_at: None,
        once: Some(event.id.to_string()),
    };
    desk::notify(tx, message).map(drop)
}
