//! Apps that a firm pays for: who makes, sees and runs them, when another pays, and what becomes of them when their owner is gone.

use capabilities::payer::{DEVELOP, MANAGE};
use capabilities::told::{AppHandedOver, SubscriptionBegan};
use capabilities::{
    App, AppDraft, AppRefusal, AppState, Environment, KeyRefusal, NewKey, PayerRefusal, SubscriptionDraft, VersionState, cancel_subscription, choose_payer,
    hand_over_apps, make_app, make_key, my_apps, subscribe,
};
use store::Tell;
use store::testing::Temp;
use words::{Acting, Failure, Id};

use crate::recording::{keep, recorded, rows};
use crate::world::*;

const DAY: i64 = 86_400;

fn firms_app(world: &Temp, who: &Acting) -> Result<(App, NewKey), Failure<AppRefusal>> {
    let (who, draft) = (who.clone(), AppDraft { name: "园区".into(), environment: Environment::Live, payer: Some(firm()) });
    refused(world, move |tx| make_app(tx, &who, &draft, "first"))
}

fn chosen(world: &Temp, who: &Acting, app: &Id, payer: Option<Id>) -> Result<App, Failure<PayerRefusal>> {
    let (who, app) = (who.clone(), app.clone());
    refused(world, move |tx| choose_payer::<Ground>(tx, &who, &app, payer.as_ref()))
}

fn subscribed(world: &Temp, who: &Acting, app: &Id) -> Id {
    let (who, app) = (who.clone(), app.clone());
    let draft = SubscriptionDraft { slug: "sms".into(), plan: "open".into(), for_case: None, note: String::new() };
    done(world, move |tx| subscribe::<Ground>(tx, &who, &app, &draft)).id
}

fn live_sms(world: &Temp) {
    done(world, |tx| capabilities::register_capability(tx, &owner(9), sms()));
    let added = done(world, |tx| capabilities::add_version::<Ground>(tx, &owner(9), "sms", version()));
    done(world, move |tx| capabilities::carry_version::<Ground>(tx, &Acting::system("reaction"), &added.id, VersionState::Live));
}

fn key_of(world: &Temp, who: &Acting, app: &Id) -> Result<NewKey, Failure<KeyRefusal>> {
    let (who, app) = (who.clone(), app.clone());
    refused(world, move |tx| make_key(tx, &who, &app, &key_named("more")))
}

/// What was told of a kind.
fn told(world: &Temp, kind: &str) -> Vec<store::Event> {
    // PostgreSQL seals a moment later.
    world.settle();
    let mut all = seen(world, |read| read.events_since(0, 1_000));
    all.retain(|event| event.kind == kind);
    all
}

fn seen_by(world: &Temp, who: &Acting) -> usize {
    world.db.read::<_, words::Never>(|read| my_apps(read, who)).map_err(Failure::into_fault).expect("apps").len()
}

#[test]
fn a_firm_pays_for_apps_of_those_who_develop_for_it() {
    let world = world();
    live_sms(&world);
    assert!(matches!(firms_app(&world, &developer(1)), Err(Failure::Refused(AppRefusal::Payer))), "a stranger makes it pay for nothing");
    let (maker, manager) = (member(1, &[DEVELOP]), member(2, &[DEVELOP, MANAGE]));
    let (app, _) = firms_app(&world, &maker).expect("an app");
    assert_eq!((app.customer(), &app.owner), (&firm(), &person(1)));
    subscribed(&world, &maker, &app.id);
    let terms = told(&world, SubscriptionBegan::KIND).first().expect("begun").data::<SubscriptionBegan>().expect("terms").terms;
    assert_eq!(terms.customer, firm(), "its bills are the firm's");
    // Its managers run it, its developers see it, others do not know of it.
    key_of(&world, &manager, &app.id).expect("a key");
    assert!(matches!(key_of(&world, &member(3, &[DEVELOP]), &app.id), Err(Failure::Denied(denied)) if denied.visible));
    assert!(matches!(key_of(&world, &developer(4), &app.id), Err(Failure::Absent)));
    assert_eq!([seen_by(&world, &maker), seen_by(&world, &manager), seen_by(&world, &member(3, &[DEVELOP]))], [1, 1, 0], "whom it may call for");
    let usage = |who: &Acting| world.db.read::<_, words::Never>(|read| capabilities::app_usage::<Ground>(read, who, &app.id, None)).is_ok();
    assert_eq!([usage(&member(3, &[DEVELOP])), usage(&developer(4))], [true, false]);
    world.assert_clean();
}

#[test]
fn another_pays_between_bills_only() {
    let world = world();
    live_sms(&world);
    let maker = member(1, &[DEVELOP]);
    let (app, _) = firms_app(&world, &maker).expect("an app");
    assert_eq!(chosen(&world, &member(2, &[DEVELOP, MANAGE]), &app.id, None).map(drop), Err(Failure::Absent), "the owner alone says that they pay");
    let one = subscribed(&world, &maker, &app.id);
    let between = || Err(Failure::Refused(PayerRefusal::BetweenBills));
    assert_eq!(chosen(&world, &maker, &app.id, None).map(drop), between(), "something is subscribed");
    let (who, id) = (maker.clone(), one);
    done(&world, move |tx| cancel_subscription::<Ground>(tx, &who, &id));
    assert_eq!(chosen(&world, &maker, &app.id, None).map(drop), between(), "something was, this month");
    world.run_until(world.clock.now().plus_seconds(32 * DAY));
    UNSETTLED.lock().expect("apps").push(app.id.clone());
    assert_eq!(chosen(&world, &maker, &app.id, None).map(drop), between(), "the last month is not paid yet");
    UNSETTLED.lock().expect("apps").retain(|one| *one != app.id);
    assert_eq!(chosen(&world, &maker, &app.id, None).expect("between bills").payer, None);
    assert!(matches!(chosen(&world, &developer(1), &app.id, Some(firm())), Err(Failure::Refused(PayerRefusal::Firm))));
    assert_eq!(chosen(&world, &maker, &app.id, Some(firm())).expect("back").payer, Some(firm()));
    world.assert_clean();
}

#[test]
fn apps_of_a_firm_outlive_their_owner() {
    let world = world();
    let maker = member(1, &[DEVELOP]);
    let (kept, _) = firms_app(&world, &maker).expect("an app");
    let (own, _) = crate::world::app(&world, 1, Environment::Sandbox);
    let hand = |heir: Option<Id>, from: u8| {
        done(&world, move |tx| Ok::<_, Failure<words::Never>>(hand_over_apps(tx, &Acting::system("reaction"), &person(from), &firm(), heir.as_ref())?));
    };
    let of = |id: &Id| seen(&world, |read| capabilities::apps_among(read, std::slice::from_ref(id))).remove(id).expect("an app");
    let (who, id) = (maker.clone(), kept.id.clone());
    done(&world, move |tx| capabilities::record_calls(tx, &who, &id, 1));
    keep(&world, recorded(&kept.id, 1));
    done(&world, |tx| capabilities::close_apps_of(tx, &Acting::system("reaction"), &person(1)));
    assert_eq!(rows(&world).len(), 1);
    assert_eq!((of(&kept.id).state, of(&own.id).state), (AppState::Open, AppState::Closed), "what a firm pays for is the firm's to keep");
    hand(Some(person(2)), 1);
    hand(Some(person(2)), 1);
    let handed = told(&world, AppHandedOver::KIND);
    assert_eq!((of(&kept.id).owner, of(&kept.id).payer, handed.len()), (person(2), Some(firm()), 1));
    keep(&world, recorded(&kept.id, 2));
    assert_eq!(rows(&world).len(), 0, "what its calls said was for the owner before alone, and is no longer kept");
    hand(None, 2);
    assert_eq!(of(&kept.id).state, AppState::Closed, "with nobody left it is closed");
    world.assert_clean();
}
