//! TLS on both sides: what callers are shown, and which upstreams are believed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::world::*;

fn pem(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(certificates().join(format!("{name}.pem"))).expect("a certificate")
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// One call over TLS: what was agreed on, the certificate, the answer.
fn call(world: &World, path: &str, protocols: &[&str]) -> (Option<Vec<u8>>, CertificateDer<'static>, Seen) {
    let mut roots = RootCertStore::empty();
    roots.add(pem("ca")).expect("an authority");
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().expect("versions");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|one| one.as_bytes().to_vec()).collect();
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().expect("a name")).expect("a client");
    let socket = TcpStream::connect(world.gateway.as_ref().and_then(gateway::Gateway::tls_address).expect("a door")).expect("a connection");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let mut stream = StreamOwned::new(client, socket);
    write!(stream, "GET {path} HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\nconnection: close\r\n\r\n").expect("sent");
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    let shown = stream.conn.peer_certificates().expect("a certificate")[0].clone().into_owned();
    (stream.conn.alpn_protocol().map(<[u8]>::to_vec), shown, Seen::of(&String::from_utf8_lossy(&text)))
}

#[test]
fn calls_come_over_tls_and_a_new_certificate_is_shown_without_a_restart() {
    let world = World::secure(None);
    let (agreed, shown, seen) = call(&world, "/echo/v1/anything", &["http/1.1"]);
    assert_eq!((agreed.as_deref(), seen.status), (Some(&b"http/1.1"[..]), 200), "{seen:?}");
    assert_eq!(shown, pem("first"));
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200, "the plain door is there too");
    let watch = world.gateway.as_ref().expect("a gateway").watch();
    let remarks = || webkit::Beside::remarks(&watch);
    assert_eq!(remarks(), Vec::<String>::new());

    // A certificate without its key is not shown; the one before stays, and it is said.
    std::fs::copy(certificates().join("second.pem"), world.folder.join("shown.pem")).expect("a certificate");
    until(|| remarks().first().is_some_and(|remark| remark.contains("cannot be used") && !remark.contains(".pem")));
    assert_eq!(call(&world, "/echo/v1/anything", &[]).1, pem("first"));
    world.show("second");
    until(|| remarks().is_empty());
    assert_eq!(call(&world, "/echo/v1/anything", &[]).1, pem("second"));

    world.show("expired");
    until(|| remarks().first().is_some_and(|remark| remark.contains("has expired: 2021-01-01")));
    assert!(webkit::Beside::figures(&watch).contains("hechuang_gateway_certificate_end_seconds 1609459200"));
}

fn until(true_at_last: impl Fn() -> bool) {
    let begun = Instant::now();
    while !true_at_last() {
        assert!(begun.elapsed() < Duration::from_secs(10), "never");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_cannot_be_read_is_named_before_it_starts() {
    let file = |name: &str| certificates().join(name);
    assert!(gateway::inspect(&file("first.pem"), &file("first.key")).is_ok_and(|at| at.trouble(0).is_none()));
    for (certificate, key) in [("first.pem", "second.key"), ("first.pem", "nosuch.key"), ("nosuch.pem", "first.key"), ("first.key", "first.key")] {
        assert!(gateway::inspect(&file(certificate), &file(key)).is_err(), "{certificate} {key}");
    }
}

#[test]
fn whoever_speaks_no_tls_at_that_door_or_nothing_at_all_disturbs_nobody() {
    let world = World::secure(None);
    let door = world.gateway.as_ref().and_then(gateway::Gateway::tls_address).expect("a door");
    let silent = TcpStream::connect(door).expect("a connection");
    let mut plain = TcpStream::connect(door).expect("a connection");
    write!(plain, "GET /echo/v1/anything HTTP/1.1\r\nhost: g\r\nx-api-key: {KEY}\r\n\r\n").expect("sent");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("200"), "an alert at most");
    assert_eq!(call(&world, "/echo/v1/anything", &[]).2.status, 200);
    drop(silent);
}

/// An upstream that shows this certificate.
fn upstream_with(name: &'static str) -> Upstream {
    let key = PrivateKeyDer::from_pem_file(certificates().join(format!("{name}.key"))).expect("a key");
    let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().expect("versions");
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![pem(name)], key).expect("a pair"));
    upstream_over(move |stream| StreamOwned::new(ServerConnection::new(config.clone()).expect("a server"), stream))
}

#[test]
fn an_upstream_over_tls_is_believed_only_by_its_name_its_authority_and_its_time() {
    for (certificate, status, code) in [("first", 201, ""), ("other", 502, "gateway-upstream-untrusted"), ("expired", 502, "gateway-upstream-untrusted")] {
        let up = upstream_with(certificate);
        let world = World::secure(Some(format!("https://127.0.0.1:{}/base", up.address.port())));
        let seen = world.ask("GET /up/v1/x");
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{certificate}: {seen:?}");
        assert_eq!(up.got.lock().unwrap().len(), usize::from(status == 201), "nothing is sent to whom is not believed");
        if status == 201 {
            assert_eq!(world.ask("GET /up/v1/x").status, 201);
        }
    }
    let plain = upstream();
    let world = World::secure(Some(format!("https://127.0.0.1:{}/base", plain.address.port())));
    let seen = world.ask("GET /up/v1/x");
    assert!([502, 504].contains(&seen.status), "an upstream that speaks no TLS: {seen:?}");
}
