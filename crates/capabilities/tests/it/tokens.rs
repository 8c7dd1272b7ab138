//! Tokens of a minute: for one app and one capability, told to gateways like keys, dead and forgotten by themselves.

use capabilities::{Change, Environment, KeyLine, KeyRefusal, mint_token};
use store::testing::Temp;
use words::{Failure, Never};

use crate::world::*;

fn told(world: &Temp) -> Vec<KeyLine> {
    let all = world.db.read::<_, Never>(|read| Ok(capabilities::changes_since::<Ground>(read, 0, 1_000)?.1));
    let keys = all.expect("changes").into_iter().filter_map(|change| match change {
        Change::Key(key) if key.id.as_str().starts_with("tok_") => Some(key),
        _ => None,
    });
    keys.collect()
}

#[test]
fn a_token_lives_a_minute_for_one_app_and_one_capability() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    done(&world, |tx| capabilities::register_capability(tx, &owner(9), sms()));
    let id = app.id.clone();
    let token = done(&world, move |tx| mint_token(tx, &developer(1), &id, "sms"));
    assert!(token.text.starts_with("hct_") && token.text.len() == 36, "{}", token.text);
    let [line] = told(&world).try_into().expect("one token");
    let end = world.clock.now().plus_seconds(60);
    assert_eq!((line.app.clone(), line.capabilities.clone(), line.ends_at, line.revoked), (app.id, vec!["sms".to_owned()], Some(end.micros()), false));
    let hash = world.db.read::<_, Never>(|read| Ok(read.hasher(capabilities::HASHER).hex(token.text.as_bytes()))).expect("a hash");
    assert_eq!(line.hash, hash);
    let newest = world.db.read::<_, Never>(|read| Ok(capabilities::newest_change(read)?)).expect("a number");
    assert_eq!(token.change, newest, "a gateway that has seen this number knows the token");
    world.run_until(end);
    assert!(told(&world).iter().all(|line| line.revoked), "gateways drop it");
    world.run_until(end.plus_seconds(3_600));
    assert_eq!(told(&world), [], "nothing is left of it");
    world.assert_clean();
}

#[test]
fn a_token_is_for_an_open_app_of_ones_own_and_a_capability_there_is() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    done(&world, |tx| capabilities::register_capability(tx, &owner(9), sms()));
    let mint = |who: u8, slug: &'static str| {
        let id = app.id.clone();
        refused(&world, move |tx| mint_token(tx, &developer(who), &id, slug)).map(drop)
    };
    assert_eq!(mint(2, "sms"), Err(Failure::Absent), "nobody mints for the app of another");
    assert_eq!(mint(1, "nosuch"), Err(Failure::Refused(KeyRefusal::CapabilityUnknown { slug: "nosuch".into() })));
    let id = app.id.clone();
    done(&world, move |tx| capabilities::close_app(tx, &developer(1), &id));
    assert_eq!(mint(1, "sms"), Err(Failure::Refused(KeyRefusal::AppClosed)));
    world.assert_clean();
}
