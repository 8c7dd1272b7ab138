//! Capabilities and their versions.

use capabilities::{Builtin, CapabilityDraft, CapabilityRefusal, DocumentMistake, VersionDraft, VersionRefusal, VersionState};
use words::{Acting, Day, Failure, Never, Node};

use crate::world::*;

#[test]
fn a_capability_is_registered_once_and_its_versions_count_up() {
    let world = world();
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let again = refused(&world, |tx| capabilities::register_capability(tx, &owner(2), sms())).map(drop);
    assert_eq!(again, Err(Failure::Refused(CapabilityRefusal::SlugTaken { slug: "sms".into() })));
    let wrong = |draft: CapabilityDraft| refused(&world, move |tx| capabilities::register_capability(tx, &owner(1), draft.clone())).map(drop);
    assert_eq!(wrong(CapabilityDraft { slug: "S".into(), ..sms() }), Err(Failure::Refused(CapabilityRefusal::SlugShape)));
    assert_eq!(wrong(CapabilityDraft { slug: "two".into(), en: " ".into(), ..sms() }), Err(Failure::Refused(CapabilityRefusal::NameNeeded)));
    assert!(matches!(wrong(CapabilityDraft { slug: "two".into(), node: Node::group(), ..sms() }), Err(Failure::Denied(_))), "not on a node above one's own");
    for major in 1..=2 {
        assert_eq!(done(&world, |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", version())).major, major);
    }
    let other = refused(&world, |tx| capabilities::add_version::<Ground>(tx, &owner(2), "sms", version())).map(drop);
    assert!(matches!(other, Err(Failure::Denied(_))), "{other:?}");
    world.assert_clean();
}

#[test]
fn a_version_that_could_not_be_called_is_refused() {
    let world = world();
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let add = |draft: VersionDraft| refused(&world, move |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", draft.clone())).map(drop);
    for (draft, refusal) in [
        (VersionDraft { document: "{}".into(), ..version() }, VersionRefusal::Document(DocumentMistake::Version)),
        (VersionDraft { sandbox_upstream: "builtin:echo".into(), ..version() }, VersionRefusal::Upstream { field: "sandbox_upstream" }),
        (VersionDraft { live_upstream: "ftp://a.example".into(), ..version() }, VersionRefusal::Upstream { field: "live_upstream" }),
        (VersionDraft { timeout_ms: 1, ..version() }, VersionRefusal::Bounds),
    ] {
        assert_eq!(add(draft), Err(Failure::Refused(refusal)));
    }
    world.assert_clean();
}

#[test]
fn a_version_follows_its_case_and_says_when_it_ends() {
    let world = world();
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let added = done(&world, |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", version()));
    let carry = |state| {
        let id = added.id.clone();
        done(&world, move |tx| capabilities::carry_version::<Ground>(tx, &Acting::system("reaction"), &id, state))
    };
    assert_eq!(available(&world), [] as [(String, String); 0]);
    carry(VersionState::Sandbox);
    assert_eq!(available(&world), [], "the sandbox does not make it available");
    carry(VersionState::Live);
    assert_eq!(available(&world), [("cap.sms".to_owned(), "sms".to_owned())]);
    let deprecated = carry(VersionState::Deprecated);
    assert_eq!(deprecated.sunset_on, Some(Day::parse("2027-02-28").expect("a day")), "2026-09-01 and 180 days");
    assert_eq!(carry(VersionState::Deprecated), deprecated, "again changes nothing");
    carry(VersionState::Retired);
    let moved = refused(&world, |tx| capabilities::move_upstreams(tx, &owner(1), "sms", 1, "http://a.example", "")).map(drop);
    assert_eq!(moved, Err(Failure::Refused(VersionRefusal::Retired)));
    let id = added.id.clone();
    let by_owner = refused(&world, move |tx| capabilities::carry_version::<Ground>(tx, &owner(1), &id, VersionState::Live)).map(drop);
    assert!(matches!(by_owner, Err(Failure::Denied(_))), "only its case moves it");
    world.assert_clean();
}

fn available(world: &store::testing::Temp) -> Vec<(String, String)> {
    world.db.read(capabilities::available).expect("a map").into_iter().collect()
}

#[test]
fn what_the_program_brings_is_there_once_and_follows_its_releases() {
    let world = world();
    let builtin = Builtin {
        capability: CapabilityDraft { slug: "echo".into(), node: Node::group(), ..sms() },
        version: VersionDraft { sandbox_upstream: "builtin:echo".into(), live_upstream: "builtin:echo".into(), ..version() },
    };
    let ensure = |builtin: Builtin| done(&world, move |tx| capabilities::ensure_builtin::<Ground>(tx, &builtin));
    let newest = || world.db.read::<_, Never>(|read| Ok(capabilities::newest_change(read)?)).expect("a number");
    ensure(builtin.clone());
    let before = newest();
    ensure(builtin.clone());
    assert_eq!(newest(), before, "again changes nothing");
    let document = DOCUMENT.replace("\"/messages\"", "\"/letters\"");
    ensure(Builtin { version: VersionDraft { document, ..builtin.version.clone() }, ..builtin });
    assert_eq!(newest(), before + 1);
    world.assert_clean();
}

#[test]
fn a_sandbox_without_an_upstream_answers_with_the_examples_of_its_own_document() {
    let world = world();
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let sampled = |sandbox: &str, live: &str| VersionDraft { sandbox_upstream: sandbox.into(), live_upstream: live.into(), ..version() };
    for (draft, fine) in [
        (sampled("builtin:samples/other-v1", ""), false),
        (sampled("builtin:sample", "builtin:sample"), false),
        (sampled("http://127.0.0.1:9001", "builtin:samples/sms-v1"), false),
        (sampled("builtin:sample", ""), true),
    ] {
        let made = refused(&world, move |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", draft.clone()));
        assert_eq!(made.is_ok(), fine, "{made:?}");
    }
    let kept = done(&world, |tx| capabilities::move_upstreams(tx, &owner(1), "sms", 1, "builtin:samples/sms-v1", ""));
    assert_eq!(kept.sandbox_upstream, "builtin:samples/sms-v1", "its own may be handed in as it is shown");
    world.assert_clean();
}
