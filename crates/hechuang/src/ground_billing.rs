//! What `billing` asks of meters, packs and the register of people; and what `capabilities` asks of money.
//!
//! Invariant: what sandbox apps used is left aside and named as such; everything else that meters took in is there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use billing::{Month, ReserveRefusal, ShareTerms, Sum, Terms, Totals, Used};
use capabilities::{Environment, Paying, Unpaid};
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Node};

use crate::ground::{Ground, KeptBooks, books_of};

/// Percents of a budget at which customers are told.
const ALERTS: [i64; 2] = [80, 100];

impl billing::Asks for Ground {
    fn used(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<Used>, Fault> {
        let used = |row: metering::Used| Used {
            meter: row.meter,
            dims: row.dims,
            target: String::new(),
            hour: row.hour,
            billable: row.billable,
            free: row.free,
            units: row.units,
        };
        Ok(metering::used(read, subject, from, to)?.into_iter().map(used).collect())
    }

    fn metered(read: &Read, from: Instant, to: Instant) -> Result<Totals, Fault> {
        let all = metering::totals(read, from, to)?;
        let mut ignored: Vec<(String, Sum)> = all.ignored.into_iter().map(|(reason, count, units)| (reason, Sum { count, units })).collect();
        let free_units = all.units_accepted - all.units - ignored.iter().map(|(_, sum)| sum.units).sum::<i64>() - all.units_quarantined;
        let mut billable = Sum { count: all.billable, units: all.units };
        let mut free = Sum { count: all.free, units: free_units };
        let (tried, failed) = sandbox(read, from, to)?;
        (billable, free) = (billable.less(tried), free.less(failed));
        if tried.plus(failed) != Sum::default() {
            ignored.push(("sandbox".into(), tried.plus(failed)));
        }
        let quarantined = Sum { count: all.quarantined, units: all.units_quarantined };
        Ok(Totals { accepted: Sum { count: all.accepted, units: all.units_accepted }, billable, free, ignored, quarantined })
    }

    /// Those that price calls of capabilities.
    fn books(read: &Read) -> Result<Arc<rating::Books>, Fault> {
        static KEPT: KeptBooks = Mutex::new(None);
        books_of(read, &KEPT, |name| name.ends_with("capability.toml"))
    }

    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }

    fn terms(read: &Read) -> Result<Terms, Fault> {
        let programme = packs::current(read)?;
        let params = programme.params(&Node::group());
        Ok(terms_of(&params.at(read.now().day())))
    }

    fn names(read: &Read, parties: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, parties)
    }

    fn subjects(read: &Read, subjects: &[String]) -> Result<BTreeMap<String, String>, Fault> {
        let ids: Vec<Id> = subjects.iter().map(|subject| Id::fixed(subject.clone())).collect();
        Ok(capabilities::apps_among(read, &ids)?.into_iter().map(|(id, app)| (id.to_string(), app.name)).collect())
    }

    /// Firms of which one is manager or finance.
    fn parties_of(_: &Read, who: &Acting) -> Result<Vec<Id>, Fault> {
        Ok(identity::firms_with(who, identity::rights::FIRM_PAY))
    }

    /// A person hears of their own; of a firm's, those who may pay for it.
    fn contacts(read: &Read, party: &Id) -> Result<Vec<Id>, Fault> {
        if identity::firm(read, party)?.is_none() {
            return Ok(vec![party.clone()]);
        }
        let pays = |member: &identity::Member| member.role.rights().contains(&identity::rights::FIRM_PAY);
        Ok(identity::members_of_firm(read, party)?.into_iter().filter(pays).map(|member| member.person).collect())
    }
}

/// Sets money aside for calls of an app: how many can be paid, or why none.
pub(crate) fn set_aside(tx: &mut Tx, app: &Id, meter: &str, calls: i64) -> Result<Result<i64, Unpaid>, Fault> {
    match billing::reserve::<Ground>(tx, &Acting::system("gateway"), app.as_str(), meter, calls) {
        Ok(reserved) => Ok(Ok(reserved.calls)),
        Err(Failure::Refused(why)) => Ok(Err(unpaid(&why))),
        Err(other) => Err(other.into_fault()),
    }
}

/// Sets money aside for all of so many units that a capability meters itself, before it does the work; or says why they cannot be paid.
pub(crate) fn set_aside_whole(tx: &mut Tx, app: &Id, meter: &str, units: i64) -> Result<Result<(), Unpaid>, Fault> {
    match billing::reserve_whole::<Ground>(tx, &Acting::system("gateway"), app.as_str(), meter, units) {
        Ok(_) => Ok(Ok(())),
        Err(Failure::Refused(why)) => Ok(Err(unpaid(&why))),
        Err(other) => Err(other.into_fault()),
    }
}

/// Counts with money what was used before anybody set money aside for it.
pub(crate) fn used_unasked(tx: &mut Tx, app: &Id, meter: &str, month: &str, units: i64) -> Result<(), Fault> {
    let month = Month::parse(month).ok_or_else(|| Fault::new(format!("{month} is no month")))?;
    billing::note_used::<Ground>(tx, &Acting::system("gateway"), app.as_str(), meter, month, units)
}

fn unpaid(why: &ReserveRefusal) -> Unpaid {
    match why {
        ReserveRefusal::Suspended => Unpaid::Suspended,
        ReserveRefusal::WalletShort { .. } => Unpaid::WalletShort,
        ReserveRefusal::LimitReached { .. } => Unpaid::LimitReached,
    }
}

/// Frees what was set aside for calls of a month that were not made.
pub(crate) fn free_again(tx: &mut Tx, app: &Id, meter: &str, month: &str, calls: i64) -> Result<(), Fault> {
    let month = Month::parse(month).ok_or_else(|| Fault::new(format!("{month} is no month")))?;
    billing::release::<Ground>(tx, &Acting::system("gateway"), app.as_str(), meter, month, calls)
}

/// What gateways must know of how an app pays.
pub(crate) fn paying(read: &Read, app: &Id) -> Result<Paying, Fault> {
    Ok(Paying { suspended: billing::is_barred::<Ground>(read, app.as_str())?, limited: billing::is_limited(read, app.as_str())? })
}

/// The same of all apps of which there is something to know.
pub(crate) fn all_paying(read: &Read) -> Result<BTreeMap<Id, Paying>, Fault> {
    let mut all: BTreeMap<Id, Paying> = BTreeMap::new();
    for subject in billing::barred_subjects::<Ground>(read)? {
        all.entry(Id::fixed(subject)).or_default().suspended = true;
    }
    for subject in billing::limited_subjects(read)? {
        all.entry(Id::fixed(subject)).or_default().limited = true;
    }
    Ok(all)
}

/// What sandbox apps used: calls that would have been charged, and those that failed.
fn sandbox(read: &Read, from: Instant, to: Instant) -> Result<(Sum, Sum), Fault> {
    let (mut tried, mut failed, mut after) = (Sum::default(), Sum::default(), String::new());
    loop {
        let some = metering::usage_by_subject(read, &after, from, to)?;
        let Some(last) = some.last() else { return Ok((tried, failed)) };
        after.clone_from(&last.subject);
        let ids: Vec<Id> = some.iter().map(|one| Id::fixed(one.subject.clone())).collect();
        let apps = capabilities::apps_among(read, &ids)?;
        for (id, one) in ids.iter().zip(&some) {
            if apps.get(id).is_some_and(|app| app.environment == Environment::Sandbox) {
                tried = tried.plus(Sum { count: one.counts.billable, units: one.counts.units });
                // Only calls are free, and a call is one unit.
                failed = failed.plus(Sum { count: one.counts.free, units: one.counts.free });
            }
        }
    }
}

/// A pack from before has no such parameters: what it does not say is as the first pack with bills says.
fn terms_of(params: &packs::ParamsAt<'_>) -> Terms {
    let int = |key: &str, usual: i64| params.int(key).unwrap_or(usual);
    let list = |key: &str, usual: &'static str| -> Vec<String> {
        let text = params.text(key).unwrap_or(usual);
        text.split([',', '，']).map(str::trim).filter(|part| !part.is_empty() && *part != "-").map(str::to_owned).collect()
    };
    let (numerator, denominator) = params.ratio("billing_share").unwrap_or((7, 10));
    Terms {
        grace_hours: int("billing_grace_hours", 24),
        late_months: int("billing_late_months", 2),
        due_days: int("billing_due_days", 30),
        reminder_days: list("billing_reminder_days", "3,10").iter().filter_map(|day| day.parse().ok()).collect(),
        suspend_days: Some(int("billing_suspend_days", 20)).filter(|days| *days > 0),
        kept_plans: list("billing_kept_plans", "-"),
        alert_percents: ALERTS.to_vec(),
        share: ShareTerms { share_bp: numerator * 10_000 / denominator.max(1), guarantee_minor: 0, cap_minor: None, withheld_bp: 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_of_members_are_called_the_same_where_they_are_given_and_where_they_are_asked() {
        let (given, asked) = (identity::rights::FIRM_DEVELOP, capabilities::payer::DEVELOP);
        assert_eq!((given, identity::rights::FIRM_MANAGE, identity::rights::FIRM_PAY), (asked, capabilities::payer::MANAGE, capabilities::payer::PAY));
        let firm = Id::fixed("org_1");
        assert_eq!(identity::firm_place(&firm), capabilities::payer::firm_place(&firm));
    }

    #[test]
    fn parameters_of_the_pack_become_terms() {
        let pack = packs::embedded().expect("the built-in pack");
        let said = |values: &[(&str, &str)]| {
            let mut params: Vec<packs::Param> = pack.params.iter().filter(|param| param.key.starts_with("billing_")).cloned().collect();
            for param in &mut params {
                if let Some((_, value)) = values.iter().find(|(key, _)| param.key == *key) {
                    param.value = (*value).to_owned();
                }
            }
            terms_of(&packs::Params::of(&params).at(words::Day::parse("2026-09-01").expect("a day")))
        };
        let usual = said(&[]);
        assert_eq!((usual.reminder_days.clone(), usual.suspend_days, usual.kept_plans.len(), usual.share.share_bp), (vec![3, 10], Some(20), 0, 7_000));
        let none = terms_of(&packs::Params::of(&[]).at(words::Day::parse("2026-09-01").expect("a day")));
        assert_eq!(none, usual, "a pack from before");
        let other = said(&[("billing_reminder_days", "-"), ("billing_suspend_days", "0"), ("billing_kept_plans", "business, big"), ("billing_share", "0.125")]);
        assert_eq!((other.reminder_days, other.suspend_days, other.share.share_bp), (Vec::new(), None, 1_250));
        assert_eq!(other.kept_plans, ["business", "big"]);
    }
}
