//! Apps and keys: shown once, rolled with an overlap, restricted, killed.

use capabilities::{AppDraft, AppRefusal, AppState, Environment, KeyDraft, KeyKind, KeyRefusal, Proof};
use store::Value;
use words::{Failure, Never, Outcome};

use crate::world::*;

#[test]
fn a_key_is_in_the_answer_and_nowhere_in_the_database() {
    let world = world();
    let (app, key) = app(&world, 1, Environment::Sandbox);
    assert!(key.text.starts_with("hcs_") && key.text.starts_with(&key.key.prefix) && key.text.len() == 36, "{}", key.text);
    let secret = key.text[key.key.prefix.len()..].to_owned();
    let found: Outcome<bool, Never> = world.db.read(|read| {
        let mut rows = Vec::new();
        for table in ["capabilities_app", "capabilities_key", "capabilities_change", "store_event"] {
            rows.extend(read.rows(&format!("select * from {table}"), &[])?);
        }
        Ok(rows.iter().any(|row| format!("{row:?}").contains(&secret)))
    });
    assert_eq!(found, Ok(false));
    let hash = world.db.read::<_, Never>(|read| Ok(read.hasher(capabilities::HASHER).hex(key.text.as_bytes()))).expect("a hash");
    assert_eq!((hash, app.state), (key.key.hash, AppState::Open));
    world.assert_clean();
}

#[test]
fn a_rolled_key_works_on_for_the_overlap_and_no_longer_than_it_would_have() {
    let world = world();
    let (app, first) = app(&world, 1, Environment::Live);
    let old = first.key.id.clone();
    let new = done(&world, move |tx| capabilities::roll_key::<Ground>(tx, &developer(1), &old));
    let now = world.clock.now();
    let rolled = feed_key(&world, &first.key.hash);
    assert_eq!(rolled.ends_at, Some(now.plus_seconds(24 * 3_600).micros()));
    assert_eq!((new.key.replaces, new.key.ends_at, new.text.starts_with("hcl_")), (Some(first.key.id), None, true));
    let short = KeyDraft { days: Some(1), ..key_named("short") };
    let id = app.id.clone();
    let short = done(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &short));
    world.clock.set(now.plus_seconds(12 * 3_600));
    let again = short.key.id.clone();
    done(&world, move |tx| capabilities::roll_key::<Ground>(tx, &developer(1), &again));
    assert_eq!(feed_key(&world, &short.key.hash).ends_at, short.key.ends_at.map(words::Instant::micros));
    world.assert_clean();
}

/// What gateways are told of a key.
pub fn feed_key(world: &store::testing::Temp, hash: &str) -> capabilities::KeyLine {
    let all = world.db.read::<_, Never>(|read| {
        let mut all = Vec::new();
        capabilities::everything::<Ground>(read, |mut changes| all.append(&mut changes))?;
        Ok(all)
    });
    let keys = all.expect("everything").into_iter().filter_map(|change| match change {
        capabilities::Change::Key(key) => Some(key),
        _ => None,
    });
    keys.into_iter().find(|key| key.hash == hash).expect("the key")
}

#[test]
fn a_signing_secret_lies_sealed_and_gateways_can_open_it() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let (id, draft) = (app.id.clone(), KeyDraft { kind: KeyKind::Signing, ..key_named("signs") });
    let made = done(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &draft));
    assert!(made.text.starts_with("hms_") && made.text.starts_with(&made.key.prefix) && made.text.len() == 68, "{}", made.text);
    let secret = made.text.clone();
    let found: Outcome<bool, Never> = world.db.read(|read| {
        let rows = ["capabilities_key", "capabilities_credential", "store_event"].map(|table| read.rows(&format!("select * from {table}"), &[]));
        Ok(rows.into_iter().collect::<Result<Vec<_>, _>>()?.concat().iter().any(|row| format!("{row:?}").contains(&secret[12..])))
    });
    assert_eq!(found, Ok(false));
    let line = feed_key(&world, &made.key.hash);
    let Proof::Signature { secret } = line.proof.clone() else { panic!("{line:?}") };
    let opened = world.db.read::<_, Never>(|read| Ok(read.sealer(capabilities::SEALER)?.open(&hex::decode(&secret).expect("hex"))?)).expect("opened");
    assert_eq!(String::from_utf8(opened), Ok(made.text.clone()));
    let named = world.db.read::<_, Never>(|read| Ok(read.hasher(capabilities::HASHER).hex(made.key.id.as_str().as_bytes()))).expect("a hash");
    assert_eq!(named, line.hash, "it is looked up by its id");
    let old = made.key.id.clone();
    let rolled = done(&world, move |tx| capabilities::roll_key::<Ground>(tx, &developer(1), &old));
    assert!(rolled.text.starts_with("hms_") && rolled.text != made.text && rolled.key.extra.kind == KeyKind::Signing);
    assert!(feed_key(&world, &made.key.hash).ends_at.is_some());
    world.assert_clean();
}

#[test]
fn every_refusal_of_a_key_has_its_code() {
    let world = world();
    let (app, first) = app(&world, 1, Environment::Sandbox);
    let make = |draft: KeyDraft| {
        let id = app.id.clone();
        refused(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &draft)).map(drop)
    };
    let wrong = |draft: KeyDraft, refusal: KeyRefusal| assert_eq!(make(draft), Err(Failure::Refused(refusal)));
    wrong(key_named(" "), KeyRefusal::NameNeeded);
    wrong(KeyDraft { capabilities: vec!["nosuch".into()], ..key_named("a") }, KeyRefusal::CapabilityUnknown { slug: "nosuch".into() });
    wrong(KeyDraft { nets: vec!["10.0.0.1/8".into()], ..key_named("a") }, KeyRefusal::Net { net: "10.0.0.1/8".into() });
    wrong(KeyDraft { days: Some(0), ..key_named("a") }, KeyRefusal::Days);
    for n in 1..10 {
        make(key_named(&n.to_string())).expect("ten keys in all");
    }
    wrong(key_named("eleventh"), KeyRefusal::TooMany { max: 10 });
    let id = first.key.id.clone();
    done(&world, move |tx| capabilities::revoke_key(tx, &developer(1), &id));
    make(key_named("eleventh")).expect("a dead key makes room");
    let id = first.key.id.clone();
    let again = refused(&world, move |tx| capabilities::revoke_key(tx, &developer(1), &id)).map(drop);
    assert_eq!(again, Err(Failure::Refused(KeyRefusal::Ended)));
    let id = first.key.id;
    let rolled = refused(&world, move |tx| capabilities::roll_key::<Ground>(tx, &developer(1), &id)).map(drop);
    assert_eq!(rolled, Err(Failure::Refused(KeyRefusal::Ended)));
    let id = app.id.clone();
    done(&world, move |tx| capabilities::close_app(tx, &developer(1), &id));
    wrong(key_named("a"), KeyRefusal::AppClosed);
    world.assert_clean();
}

#[test]
fn nobody_touches_the_keys_of_others_but_the_operator() {
    let world = world();
    let (app, first) = app(&world, 1, Environment::Sandbox);
    let (id, key) = (app.id.clone(), first.key.id.clone());
    assert_eq!(refused(&world, move |tx| capabilities::revoke_key(tx, &developer(2), &key)).map(drop), Err(Failure::Absent));
    let other = refused(&world, move |tx| capabilities::make_key(tx, &developer(2), &id, &key_named("mine"))).map(drop);
    assert_eq!(other, Err(Failure::Absent));
    let key = first.key.id;
    done(&world, move |tx| capabilities::revoke_key(tx, &operator(), &key));
    world.assert_clean();
}

#[test]
fn apps_are_bounded_and_close_with_who_leaves() {
    let world = world();
    let nameless = AppDraft { name: "  ".into(), environment: Environment::Sandbox, payer: None };
    let refusal = refused(&world, move |tx| capabilities::make_app(tx, &developer(1), &nameless, "first")).map(drop);
    assert_eq!(refusal, Err(Failure::Refused(AppRefusal::NameNeeded)));
    for _ in 0..20 {
        app(&world, 1, Environment::Sandbox);
    }
    let more = AppDraft { name: "more".into(), environment: Environment::Sandbox, payer: None };
    let refusal = refused(&world, move |tx| capabilities::make_app(tx, &developer(1), &more, "first")).map(drop);
    assert_eq!(refusal, Err(Failure::Refused(AppRefusal::TooMany { max: 20 })));
    done(&world, |tx| capabilities::close_apps_of(tx, &words::Acting::system("reaction"), &person(1)));
    let open = world.db.read::<_, Never>(|read| Ok(read.rows("select * from capabilities_app where state = 'open'", &[] as &[Value])?.len()));
    assert_eq!(open, Ok(0));
    world.assert_clean();
}
