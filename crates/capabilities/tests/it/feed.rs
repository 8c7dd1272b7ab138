//! The feed: numbered in the order of commits, and the same whether one follows it or begins anew.

use std::collections::BTreeMap;

use capabilities::{Change, ClientShown, Environment, KeyDraft, KeyKind, VersionState};
use words::{Acting, Never};

use crate::world::*;

fn name_of(change: &Change) -> String {
    match change {
        Change::Key(key) => key.id.to_string(),
        Change::App(app) => app.id.to_string(),
        Change::Capability(capability) => capability.slug.clone(),
        Change::Plans { .. } => "plans".into(),
        Change::Signers { .. } => "signers".into(),
    }
}

fn capabilities_note_plans(tx: &mut store::Tx) -> words::Outcome<(), Never> {
    Ok(capabilities::note_plans(tx)?)
}

#[test]
fn whoever_follows_knows_what_whoever_begins_anew_knows() {
    let world = world();
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let mut followed: BTreeMap<String, Change> = BTreeMap::new();
    let mut number = 0;
    let mut follow = |limit: i64| loop {
        let (next, changes) = world.db.read::<_, Never>(|read| Ok(capabilities::changes_since::<Ground>(read, number, limit)?)).expect("changes");
        followed.extend(changes.into_iter().map(|change| (name_of(&change), change)));
        if next == number {
            return followed.clone();
        }
        number = next;
    };
    done(&world, capabilities_note_plans);
    follow(10);
    let added = done(&world, |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", version()));
    let (app, key) = app(&world, 1, Environment::Sandbox);
    let id = added.id;
    done(&world, move |tx| capabilities::carry_version::<Ground>(tx, &Acting::system("reaction"), &id, VersionState::Sandbox));
    let (key, id) = (key.key.id, app.id.clone());
    done(&world, move |tx| capabilities::revoke_key(tx, &developer(1), &key));
    done(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &key_named("second")));
    for kind in [KeyKind::Signing, KeyKind::Client] {
        let (id, draft) = (app.id.clone(), KeyDraft { kind, ..key_named("other") });
        let made = done(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &draft));
        if kind == KeyKind::Client {
            let shown = ClientShown::Secret { client: app.id.to_string(), secret: made.text };
            let client = world.db.read(|read| capabilities::prove_client(read, &shown, [127, 0, 0, 1].into(), &[])).expect("a client");
            done(&world, move |tx| capabilities::issue_access_token(tx, &client, "", "https://a"));
        }
    }
    let id = app.id.clone();
    refused(&world, move |tx| capabilities::choose_plan::<Ground>(tx, &developer(1), &id, "trial")).expect_err("not a plan of the sandbox");
    let id = app.id.clone();
    done(&world, move |tx| capabilities::choose_plan::<Ground>(tx, &developer(1), &id, "sandbox"));
    done(&world, move |tx| capabilities::close_app(tx, &developer(1), &app.id));
    let followed = follow(2);
    let mut anew = BTreeMap::new();
    let newest = world
        .db
        .read::<_, Never>(|read| Ok(capabilities::everything::<Ground>(read, |changes| anew.extend(changes.into_iter().map(|one| (name_of(&one), one))))?));
    assert_eq!((newest, followed), (Ok(number), anew));
    let numbers: Vec<i64> = world
        .db
        .read::<_, Never>(|read| {
            Ok(read.rows("select version from capabilities_change order by version", &[])?.iter().map(|row| row.get("version")).collect::<Result<_, _>>()?)
        })
        .expect("numbers");
    assert_eq!(numbers, (1..=number).collect::<Vec<_>>(), "no gap");
    world.assert_clean();
}
