//! Subscriptions: by nobody's yes, by the owner's, or once the real name is known; changed, taken back, ended; told to gateways with their app, and to billing.

use capabilities::told::{QuotaUsed, SubscriptionBegan, SubscriptionChanged, SubscriptionEnded, VersionNews};
use capabilities::{
    AppLine, CapabilityDraft, Change, Environment, Lease, Subscription, SubscriptionDraft, SubscriptionMove, SubscriptionRefusal, SubscriptionState as State,
    VersionRefusal, VersionState, cancel_subscription, carry_subscription, change_plan, drop_change, end_subscriptions_of, name_checked, refresh_discounts,
    revise_version, subscribe,
};
use store::Tell;
use store::testing::Temp;
use words::{Acting, Failure, Id, Never};

use crate::world::*;

fn live_sms(world: &Temp) {
    done(world, |tx| capabilities::register_capability(tx, &owner(9), sms()));
    let added = done(world, |tx| capabilities::add_version::<Ground>(tx, &owner(9), "sms", version()));
    done(world, move |tx| capabilities::carry_version::<Ground>(tx, &Acting::system("reaction"), &added.id, VersionState::Live));
}

fn draft(plan: &str, for_case: Option<&'static str>) -> SubscriptionDraft {
    SubscriptionDraft { slug: "sms".into(), plan: plan.into(), for_case: for_case.map(Id::fixed), note: String::new() }
}

type Asked = Result<Subscription, Failure<SubscriptionRefusal>>;

fn asked(world: &Temp, who: u8, app: &Id, draft: SubscriptionDraft) -> Asked {
    let app = app.clone();
    refused(world, move |tx| subscribe::<Ground>(tx, &developer(who), &app, &draft))
}

/// What the reaction to a move of the case does.
fn moved(world: &Temp, id: &Id, name: &'static str, to: State) -> Subscription {
    let id = id.clone();
    done(world, move |tx| carry_subscription::<Ground>(tx, &Acting::system("reaction"), &id, SubscriptionMove { name, to, reason: "因为" }))
}

fn changed(world: &Temp, who: u8, id: &Id, plan: &'static str) -> Asked {
    let id = id.clone();
    refused(world, move |tx| change_plan::<Ground>(tx, &developer(who), &id, plan, ""))
}

/// What whoever follows the feed knows, and what billing was told.
fn known(world: &Temp, app: &Id) -> Vec<String> {
    let all = world.db.read::<_, Never>(|read| {
        let (followed, mut anew) = (capabilities::changes_since::<Ground>(read, 0, 1_000)?.1, Vec::new());
        capabilities::everything::<Ground>(read, |mut changes| anew.append(&mut changes))?;
        let line = |changes: &[Change]| -> Option<AppLine> {
            changes.iter().rev().find_map(|change| match change {
                Change::App(line) if line.id == *app => Some(line.clone()),
                _ => None,
            })
        };
        let (followed, anew) = (line(&followed), line(&anew));
        assert_eq!(followed, anew, "whoever follows knows what whoever begins anew knows");
        Ok(anew.map(|line| line.subscriptions.into_iter().map(|one| format!("{} {}", one.capability, one.plan)).collect()).unwrap_or_default())
    });
    all.expect("changes")
}

fn told(world: &Temp) -> Vec<String> {
    world.settle();
    let events = world.db.read::<_, Never>(|read| Ok(read.events_since(0, 10_000)?)).expect("events");
    let line = |event: &store::Event| match event.kind.as_str() {
        SubscriptionBegan::KIND => {
            let told: SubscriptionBegan = event.data().ok()?;
            let terms = told.terms;
            Some(format!("began {} {} {}/{} {}%", terms.revision, terms.plan, terms.billing, terms.book, terms.pay_percent))
        }
        SubscriptionChanged::KIND => {
            let told: SubscriptionChanged = event.data().ok()?;
            let terms = told.terms;
            Some(format!("{} {} {}→{} {}/{} {}%", told.what, terms.revision, told.plan_before, terms.plan, terms.billing, terms.book, terms.pay_percent))
        }
        QuotaUsed::KIND => event.data::<QuotaUsed>().ok().map(|told| format!("{}% of {}", told.percent, told.quota)),
        SubscriptionEnded::KIND => event.data::<SubscriptionEnded>().ok().map(|told| format!("ended {} {}", told.revision, told.plan)),
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

#[test]
fn a_plan_that_needs_nobody_begins_at_once_and_ends_when_it_is_taken_back() {
    let world = world();
    live_sms(&world);
    let (app, _) = app(&world, 1, Environment::Live);
    let one = asked(&world, 1, &app.id, draft("open", None)).expect("in force");
    assert_eq!((one.state, one.revision, one.pay_percent), (State::Active, 1, 100));
    assert_eq!(known(&world, &app.id), ["sms open"]);
    assert_eq!(asked(&world, 1, &app.id, draft("payg", None)), Err(Failure::Refused(SubscriptionRefusal::Already)));
    let cancel = |who| {
        let id = one.id.clone();
        refused(&world, move |tx| cancel_subscription::<Ground>(tx, &who, &id)).map(drop)
    };
    assert_eq!(cancel(developer(2)), Err(Failure::Absent));
    assert_eq!(cancel(operator()), Err(Failure::Absent), "the operator ends it by the case, with a reason");
    cancel(developer(1)).expect("cancelled");
    assert_eq!(known(&world, &app.id), [] as [String; 0]);
    assert_eq!(cancel(developer(1)), Err(Failure::Refused(SubscriptionRefusal::Over)));
    asked(&world, 1, &app.id, draft("open", None)).expect("and again");
    assert_eq!(told(&world), ["began 1 open free/ 100%", "ended 1 open", "began 1 open free/ 100%"]);
    world.assert_clean();
}

#[test]
fn the_owner_says_yes_and_only_the_system_carries_it() {
    let world = world();
    live_sms(&world);
    let (app, _) = app(&world, 1, Environment::Live);
    let one = asked(&world, 1, &app.id, draft("payg", None)).expect("asked");
    assert_eq!((one.state, known(&world, &app.id).len()), (State::Asked, 0));
    let (id, to) = (one.id.clone(), SubscriptionMove { name: "approve", to: State::Active, reason: "" });
    assert_eq!(refused(&world, move |tx| carry_subscription::<Ground>(tx, &developer(1), &id, to)).map(drop), Err(Failure::Absent));
    assert_eq!(changed(&world, 1, &one.id, "open"), Err(Failure::Refused(SubscriptionRefusal::Waits)), "nothing to change yet");
    for _ in 0..2 {
        assert_eq!(moved(&world, &one.id, "approve", State::Active).revision, 1);
    }
    assert_eq!(known(&world, &app.id), ["sms payg"]);
    let id = app.id.clone();
    done(&world, move |tx| end_subscriptions_of::<Ground>(tx, &id));
    assert_eq!(known(&world, &app.id).len(), 0);
    assert_eq!(moved(&world, &one.id, "approve", State::Active).state, State::Ended, "what is over never comes back");
    assert_eq!(told(&world), ["began 1 payg prepaid/capability 100%", "ended 1 payg"]);
    world.assert_clean();
}

#[test]
fn the_old_plan_holds_until_the_other_is_granted() {
    let world = world();
    live_sms(&world);
    let (app, _) = app(&world, 1, Environment::Live);
    let one = asked(&world, 1, &app.id, draft("open", None)).expect("in force");
    assert_eq!(changed(&world, 2, &one.id, "payg"), Err(Failure::Absent));
    assert_eq!(changed(&world, 1, &one.id, "open"), Err(Failure::Refused(SubscriptionRefusal::SamePlan)));
    assert_eq!(changed(&world, 1, &one.id, "nosuch"), Err(Failure::Refused(SubscriptionRefusal::PlanUnknown { plan: "nosuch".into() })));
    let drop = || {
        let id = one.id.clone();
        refused(&world, move |tx| drop_change::<Ground>(tx, &developer(1), &id))
    };
    assert_eq!(drop(), Err(Failure::Refused(SubscriptionRefusal::Waits)));
    for (name, to) in [("", State::Active), ("keep_plan", State::Active), ("approve_change", State::Active)] {
        let asked = changed(&world, 1, &one.id, "payg").expect("asked for");
        assert_eq!((asked.state, asked.wanted_plan.as_deref(), known(&world, &app.id)), (State::Changing, Some("payg"), vec!["sms open".to_owned()]));
        assert_eq!(changed(&world, 1, &one.id, "business"), Err(Failure::Refused(SubscriptionRefusal::Waits)), "one at a time");
        let now = if name.is_empty() { drop().expect("dropped") } else { moved(&world, &one.id, name, to) };
        assert_eq!((now.state, now.wanted_plan), (State::Active, None), "{name}");
    }
    assert_eq!(known(&world, &app.id), ["sms payg"]);
    assert_eq!(changed(&world, 1, &one.id, "open").expect("at once").state, State::Active);
    assert_eq!(moved(&world, &one.id, "change_at_once", State::Active).revision, 3, "the reaction finds it done");
    assert_eq!(told(&world), ["began 1 open free/ 100%", "plan 2 open→payg prepaid/capability 100%", "plan 3 payg→open free/ 100%"]);
    world.assert_clean();
}

#[test]
fn a_real_name_comes_first_where_the_plan_asks_for_it() {
    let world = world();
    live_sms(&world);
    let (app, _) = app(&world, 66, Environment::Live);
    let checked = |fits| done(&world, move |tx| name_checked::<Ground>(tx, &person(66), fits, "不符"));
    assert_eq!(asked(&world, 66, &app.id, draft("business", None)).expect("asked").state, State::RealName);
    checked(false);
    let one = asked(&world, 66, &app.id, draft("business", None)).expect("the declined one is over");
    checked(true);
    assert_eq!(moved(&world, &one.id, "approve", State::Active).plan, "business", "the owner was next");
    changed(&world, 66, &one.id, "open").expect("at once");
    assert_eq!(changed(&world, 66, &one.id, "business").expect("asked").state, State::ChangingName);
    checked(false);
    assert_eq!(known(&world, &app.id), ["sms open"]);
    changed(&world, 66, &one.id, "business").expect("asked again");
    checked(true);
    assert_eq!(moved(&world, &one.id, "approve_change", State::Active).plan, "business");
    world.assert_clean();
}

#[test]
fn a_subscription_has_a_quota_that_is_never_exceeded_however_often_it_is_taken_back() {
    let world = world();
    live_sms(&world);
    let (app, _) = app(&world, 1, Environment::Live);
    let lease = |id: &Id, wanted| {
        let id = id.clone();
        done(&world, move |tx| capabilities::lease_units::<Ground>(tx, &id, "one", wanted))
    };
    let all = |id: &Id| {
        let mut leased = 0;
        while let Lease::Units { units, .. } = lease(id, 1_000) {
            leased += units;
        }
        leased
    };
    let one = asked(&world, 1, &app.id, draft("open", None)).expect("in force");
    assert!(matches!(lease(&one.id, 20), Lease::Units { units: 20, quota: 100, .. }));
    let id = one.id.clone();
    done(&world, move |tx| cancel_subscription::<Ground>(tx, &developer(1), &id));
    assert!(matches!(lease(&one.id, 1), Lease::Dry { quota: 0, .. }), "what is over leases nothing");
    let id = one.id.clone();
    done(&world, move |tx| capabilities::return_units::<Ground>(tx, &id, "2026-09", "one", 5));
    let two = asked(&world, 1, &app.id, draft("open", None)).expect("in force again");
    assert_eq!(all(&two.id), 85, "15 were used");
    changed(&world, 1, &two.id, "payg").expect("asked");
    moved(&world, &two.id, "approve_change", State::Active);
    assert_eq!(all(&two.id), 400, "the larger plan grants the difference");
    let id = two.id.clone();
    done(&world, move |tx| capabilities::return_units::<Ground>(tx, &id, "2026-09", "one", 501));
    assert_eq!(all(&two.id), 500, "no more comes back than went out");
    let used: Vec<String> = told(&world).into_iter().filter(|line| line.contains("% of")).collect();
    assert_eq!(used, ["80% of 100", "100% of 100", "80% of 500", "100% of 500"], "each once");
    world.assert_clean();
}

#[test]
fn early_use_of_a_case_in_incubation_is_cheap_step_by_step_until_it_leaves() {
    let world = world();
    live_sms(&world);
    let (first, _) = app(&world, 1, Environment::Live);
    let (second, _) = app(&world, 1, Environment::Live);
    assert_eq!(asked(&world, 1, &first.id, draft("open", Some("case_other"))), Err(Failure::Refused(SubscriptionRefusal::CaseUnfit)));
    let one = asked(&world, 1, &first.id, draft("open", Some("case_incubating"))).expect("in force");
    assert_eq!((one.pay_percent, one.discount_until.map(|day| day.to_string()).as_deref()), (0, Some("2026-12-01")));
    asked(&world, 1, &second.id, draft("open", Some("case_leaving"))).expect("in force");
    LEFT.store(true, std::sync::atomic::Ordering::SeqCst);
    for _ in 0..2 {
        done(&world, |tx| Ok::<_, Failure<Never>>(refresh_discounts::<Ground>(tx, &Id::fixed("case_leaving"))?));
    }
    for days in [100, 100] {
        world.clock.set(world.clock.now().plus_seconds(days * 86_400));
        world.settle();
    }
    assert_eq!(
        told(&world),
        [
            "began 1 open free/ 0%",
            "began 1 open free/ 0%",
            "discount 2 open→open free/ 100%",
            "discount 2 open→open free/ 50%",
            "discount 3 open→open free/ 100%",
        ]
    );
    world.assert_clean();
}

#[test]
fn subscribers_hear_of_a_version_that_ends_or_breaks_their_calls_and_nobody_breaks_them_unawares() {
    let world = world();
    live_sms(&world);
    let (first, _) = app(&world, 1, Environment::Live);
    let (second, _) = app(&world, 2, Environment::Live);
    asked(&world, 1, &first.id, draft("open", None)).expect("in force");
    asked(&world, 2, &second.id, draft("payg", None)).expect("asked, and not in force");
    let revise = |who: Acting, document: String, known| refused(&world, move |tx| revise_version(tx, &who, "sms", 1, &document, known));
    let more = DOCUMENT.replace(r#""summary":"Send""#, r#""summary":"Send it""#);
    assert_eq!(revise(owner(9), more, false).expect("nothing breaks").1, []);
    let broken = DOCUMENT.replace(r#""summary":"Send""#, r#""parameters":[{"name":"to","in":"query","required":true}]"#);
    match revise(owner(9), broken.clone(), false) {
        Err(Failure::Refused(VersionRefusal::Breaking(all))) => assert_eq!((all.len(), all[0].code, all[0].at.as_str()), (1, "parameter-new", "query to")),
        other => panic!("{other:?}"),
    }
    assert!(revise(developer(1), broken.clone(), true).is_err(), "not one's own");
    assert_eq!(revise(owner(9), broken, true).expect("acknowledged").1.len(), 1);
    // Before anybody has heard of it: one piece of news does not take the place of the other.
    let id = done(&world, |tx| Ok::<_, Failure<Never>>(capabilities::capability_view::<Ground>(tx, Some(&owner(9)), "sms", None)?.versions[0].id.clone()));
    done(&world, move |tx| capabilities::carry_version::<Ground>(tx, &Acting::system("reaction"), &id, VersionState::Deprecated));
    world.settle();
    let events = world.db.read::<_, Never>(|read| Ok(read.events_since(0, 10_000)?)).expect("events");
    let news: Vec<VersionNews> = events.iter().filter(|event| event.kind == VersionNews::KIND).filter_map(|event| event.data().ok()).collect();
    let lines: Vec<_> = news.iter().map(|one| (one.app == first.id, one.what.as_str(), one.breaking, one.sunset_on.is_some())).collect();
    assert_eq!(lines, [(true, "revised", 1, true), (true, "deprecated", 0, true)]);
    world.assert_clean();
}

#[test]
fn what_was_subscribed_long_ago_still_counts_and_ends_with_its_app() {
    let world = world();
    live_sms(&world);
    done(&world, |tx| capabilities::register_capability(tx, &owner(9), CapabilityDraft { slug: "map".into(), ..sms() }));
    let added = done(&world, |tx| capabilities::add_version::<Ground>(tx, &owner(9), "map", version()));
    done(&world, move |tx| capabilities::carry_version::<Ground>(tx, &Acting::system("reaction"), &added.id, VersionState::Live));
    let (app, _) = app(&world, 1, Environment::Live);
    let map = || SubscriptionDraft { slug: "map".into(), ..draft("open", None) };
    let first = asked(&world, 1, &app.id, map()).expect("in force");
    let id = app.id.clone();
    // More than a page shows.
    done(&world, move |tx| {
        for _ in 0..201 {
            let one = subscribe::<Ground>(tx, &developer(1), &id, &draft("open", None))?;
            cancel_subscription::<Ground>(tx, &developer(1), &one.id)?;
        }
        Ok::<_, Failure<SubscriptionRefusal>>(())
    });
    assert_eq!(asked(&world, 1, &app.id, map()), Err(Failure::Refused(SubscriptionRefusal::Already)));
    let id = app.id.clone();
    done(&world, move |tx| end_subscriptions_of::<Ground>(tx, &id));
    let ended = done(&world, move |tx| capabilities::subscription(tx, &first.id));
    assert_eq!(ended.state, State::Ended);
    world.settle();
    world.assert_clean();
}

#[test]
fn every_refusal_of_a_subscription_has_its_code() {
    let world = world();
    let (live, _) = app(&world, 1, Environment::Live);
    let (sandbox, _) = app(&world, 1, Environment::Sandbox);
    let not_live = SubscriptionRefusal::NotLive { slug: "sms".into() };
    assert_eq!(asked(&world, 1, &live.id, draft("open", None)), Err(Failure::Refused(not_live)));
    live_sms(&world);
    for (app, draft, refusal) in [
        (&sandbox.id, draft("open", None), SubscriptionRefusal::Sandbox),
        (&live.id, draft("trial", None), SubscriptionRefusal::PlanUnknown { plan: "trial".into() }),
    ] {
        assert_eq!(asked(&world, 1, app, draft), Err(Failure::Refused(refusal)));
    }
    assert_eq!(asked(&world, 2, &live.id, draft("open", None)), Err(Failure::Absent));
    assert_eq!(asked(&world, 1, &live.id, SubscriptionDraft { note: "elsewhere".into(), ..draft("open", None) }), Err(Failure::Stale));
    let id = live.id.clone();
    done(&world, move |tx| capabilities::close_app(tx, &developer(1), &id));
    assert_eq!(asked(&world, 1, &live.id, draft("open", None)), Err(Failure::Refused(SubscriptionRefusal::AppClosed)));
    world.assert_clean();
}
