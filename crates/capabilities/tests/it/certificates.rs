//! Client certificates of apps: registered once, told to gateways by their fingerprint, ended, killed.

use capabilities::{Environment, KeyDraft, KeyKind, KeyRefusal, Proof};
use words::{Failure, Never};

use crate::keys::feed_key;
use crate::world::*;

pub const PEM: &str = include_str!("../../../gateway/tests/certificates/first.pem");
const OVER: &str = include_str!("../../../gateway/tests/certificates/expired.pem");
const KEY: &str = include_str!("../../../gateway/tests/certificates/first.key");
/// As `openssl x509 -fingerprint -sha256` says.
pub const FINGERPRINT: &str = "60889b83fd7636f0be75ae7780aee6528bd713e943c6925966e136bc4e12c319";

fn draft(pem: &str) -> KeyDraft {
    KeyDraft { kind: KeyKind::Certificate, certificate: pem.into(), ..key_named("robot") }
}

#[test]
fn a_certificate_is_looked_up_by_its_fingerprint_and_ends_when_it_says_or_sooner() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Live);
    let (id, short) = (app.id.clone(), KeyDraft { days: Some(3), ..draft(PEM) });
    let made = done(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &short));
    let shown = made.key.extra.certificate.clone().expect("a certificate");
    assert_eq!((shown.fingerprint.as_str(), shown.subject.as_str(), made.text.as_str()), (FINGERPRINT, "CN=Test first", ""));
    let name = capabilities::certificate_name(FINGERPRINT);
    let hash = world.db.read::<_, Never>(|read| Ok(read.hasher(capabilities::HASHER).hex(name.as_bytes()))).expect("a hash");
    let line = feed_key(&world, &hash);
    let end = world.clock.now().plus_seconds(3 * 86_400).micros();
    assert_eq!((line.proof, line.ends_at, line.app), (Proof::Certificate { begins_at: shown.begins_at.micros() }, Some(end), app.id));
    let other = include_str!("../../../gateway/tests/certificates/second.pem");
    let id = made.key.app.clone();
    let long = done(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &draft(other)));
    assert_eq!(long.key.ends_at, long.key.extra.certificate.map(|one| one.ends_at), "as long as it says");
    world.assert_clean();
}

#[test]
fn what_is_no_certificate_of_ones_own_is_refused() {
    let world = world();
    let (app, _) = app(&world, 1, Environment::Sandbox);
    let make = |pem: &str| {
        let (id, draft) = (app.id.clone(), draft(pem));
        refused(&world, move |tx| capabilities::make_key(tx, &developer(1), &id, &draft)).map(|made| made.key.id)
    };
    for (pem, refusal) in
        [("", KeyRefusal::Certificate), (KEY, KeyRefusal::Certificate), (&format!("{PEM}{KEY}"), KeyRefusal::Certificate), (OVER, KeyRefusal::CertificateOver)]
    {
        assert_eq!(make(pem), Err(Failure::Refused(refusal)));
    }
    let key = make(PEM).expect("a certificate");
    assert_eq!(make(PEM), Err(Failure::Refused(KeyRefusal::CertificateKnown)));
    let (roll, revoke) = (key.clone(), key);
    let rolled = refused(&world, move |tx| capabilities::roll_key::<Ground>(tx, &developer(1), &roll)).map(drop);
    assert_eq!(rolled, Err(Failure::Refused(KeyRefusal::NoRoll)));
    done(&world, move |tx| capabilities::revoke_key(tx, &developer(1), &revoke));
    assert_eq!(make(PEM), Err(Failure::Refused(KeyRefusal::CertificateKnown)), "what was killed stays dead");
    world.assert_clean();
}
