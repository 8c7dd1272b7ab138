//! The first developer comes: an app in the sandbox with its key, a live one with a subscription in force and one that waits for its yes, and an address for
//! callbacks that is tried and switched off again, so that the pages of the demo show what one looks like.

use callbacks::{EndpointDraft, Rules};
use capabilities::{AppDraft, Environment, SubscriptionDraft};
use words::{Fault, Reach};

use super::World;
use crate::data_plane;
use crate::ground::Ground;
use crate::reactions::callback_kinds;

/// What the program can do is registered; the outside developer makes a sandbox app.
pub(super) fn settle(world: &World) -> Result<(), Fault> {
    data_plane::ensure_builtins(&world.db)?;
    let who = world.acting_as("developer")?;
    let draft = AppDraft { name: "智慧社区小程序".into(), environment: Environment::Sandbox, payer: None };
    world.write("lived.app", move |tx| capabilities::make_app(tx, &who, &draft, "第一个密钥").map(drop))
}

/// A live app: the free plan of one capability begins at once, the paid one of another waits for the operator.
fn subscribe(world: &World) -> Result<(), Fault> {
    let who = world.acting_as("developer")?;
    let (owner, draft) = (who.clone(), AppDraft { name: "智慧社区".into(), environment: Environment::Live, payer: None });
    let app = world.write("lived.app", move |tx| capabilities::make_app(tx, &owner, &draft, "正式密钥").map(|(app, _)| app.id))?;
    for (slug, plan, note) in [("echo", "trial", ""), ("tariff", "payg", "在小程序里给住户试算国际长途话费")] {
        let (who, app) = (who.clone(), app.clone());
        let draft = SubscriptionDraft { slug: slug.into(), plan: plan.into(), for_case: None, note: note.into() };
        world.write("lived.subscription", move |tx| capabilities::subscribe::<Ground>(tx, &who, &app, &draft).map(drop))?;
    }
    Ok(())
}

/// An address for callbacks, tried at the end (what was sent is kept for thirty days); switched off before anything is sent: the demo calls nobody by itself.
pub(super) fn at_the_end(world: &World) -> Result<(), Fault> {
    subscribe(world)?;
    let who = world.acting_as("developer")?;
    let rules = Rules { reach: Reach { private: true }, kinds: callback_kinds() };
    let draft = EndpointDraft { url: "http://localhost:9/callback".into(), about: "本机接收".into(), kinds: vec!["key.revoked".into()] };
    let owner = who.clone();
    let endpoint = world.write("lived.callback", move |tx| callbacks::add_endpoint(tx, &owner, &rules, &draft).map(|(endpoint, _)| endpoint.id))?;
    let (owner, id) = (who.clone(), endpoint.clone());
    world.write("lived.callback_test", move |tx| callbacks::send_test(tx, &owner, &id).map(drop))?;
    world.write("lived.callback_off", move |tx| callbacks::switch_endpoint(tx, &who, &endpoint, false).map(drop))
}
