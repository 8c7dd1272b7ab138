//! Callers that are known by a certificate of theirs: over both versions of TLS and of HTTP, and who is refused.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use capabilities::{Change, KeyLine, Net, Proof};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};

use crate::world::*;

fn pem(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(certificates().join(format!("{name}.pem"))).expect("a certificate")
}

/// A caller that shows this certificate, with this key, over this version.
fn config(shows: Option<(&str, &str)>, version: &'static SupportedProtocolVersion) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(pem("ca")).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).expect("a version").with_root_certificates(roots);
    let Some((certificate, key)) = shows else { return config.with_no_client_auth() };
    let key = PrivateKeyDer::from_pem_file(certificates().join(format!("{key}.key"))).expect("a key");
    let key = rustls::crypto::ring::sign::any_supported_type(&key).expect("a key that signs");
    config.with_client_cert_resolver(Arc::new(Shows(Arc::new(CertifiedKey::new(vec![pem(certificate)], key)))))
}

/// Shows a certificate without asking whether the key belongs to it.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// One call with these header lines.
fn call(world: &World, config: ClientConfig, path: &str, more: &str) -> Seen {
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().expect("a name")).expect("a client");
    let socket = TcpStream::connect(world.gateway.as_ref().and_then(gateway::Gateway::tls_address).expect("a door")).expect("a connection");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let mut stream = StreamOwned::new(client, socket);
    let mut text = Vec::new();
    if write!(stream, "GET {path} HTTP/1.1\r\nhost: g\r\n{more}connection: close\r\n\r\n").is_ok() {
        let _ = stream.read_to_end(&mut text);
    }
    Seen::of(&String::from_utf8_lossy(&text))
}

fn with(name: &str) -> ClientConfig {
    config(Some((name, name)), &rustls::version::TLS13)
}

fn got(seen: &Seen) -> (u16, String) {
    (seen.status, seen.code())
}

/// A certificate of an app, as the feed tells of it.
fn line(world: &World, name: &str, app: &str) -> KeyLine {
    let fingerprint = hex::encode(ring::digest::digest(&ring::digest::SHA256, &pem(name)));
    let key = world.key(&capabilities::certificate_name(&fingerprint), app);
    KeyLine { id: words::Id::fixed(format!("key_{name}")), proof: Proof::Certificate { begins_at: 0 }, ..key }
}

fn tell(world: &World, lines: impl IntoIterator<Item = KeyLine>) {
    lines.into_iter().for_each(|line| world.tell(Change::Key(line)));
    std::thread::sleep(Duration::from_millis(200));
}

#[test]
fn a_certificate_alone_is_its_app_over_both_versions_of_tls_and_a_key_that_comes_with_it_goes_before() {
    let world = World::secure(None);
    tell(&world, [line(&world, "second", "app_sandbox")]);
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let seen = call(&world, config(Some(("second", "second")), version), "/echo/v1/anything", "");
        assert!(seen.status == 200 && seen.body.contains("app_sandbox"), "{version:?} {seen:?}");
    }
    let path = "/echo/v1/anything";
    assert_eq!(call(&world, with("second"), path, "te: x\r\n").status, 200, "hyper's way knows it too");
    assert_eq!(got(&call(&world, with("second"), path, "x-api-key: hcs_nosuch\r\n")), (401, "gateway-key-unknown".into()), "a bad key is not forgiven");
    assert_eq!(got(&call(&world, with("second"), path, "authorization: Bearer eyJx\r\n")), (401, "gateway-token-invalid".into()));
    assert_eq!(call(&world, with("other"), path, &format!("x-api-key: {KEY}\r\n")).status, 200, "whose key it is decides, not the certificate");
    assert_eq!(got(&call(&world, config(None, &rustls::version::TLS13), path, "")), (401, "gateway-key-missing".into()));
    let named = capabilities::certificate_name(&hex::encode(ring::digest::digest(&ring::digest::SHA256, &pem("second"))));
    assert_eq!(got(&world.call(&format!("GET {path}"), &[("x-api-key", &named)], "")), (401, "gateway-key-unknown".into()), "its name is no key");
    assert_eq!(call(&world, config(Some(("second", "other")), &rustls::version::TLS13), path, "").status, 0, "nobody shows what is not theirs");
}

#[test]
fn every_certificate_that_is_not_believed_has_its_code() {
    let world = World::secure(None);
    let first = line(&world, "first", "app_sandbox");
    let net = |text: &str| Net::parse(text).into_iter().collect::<Vec<_>>();
    let lines = [
        KeyLine { capabilities: vec!["up".into()], ..first.clone() },
        KeyLine { ends_at: Some(1_609_459_201_000_000), ..line(&world, "expired", "app_sandbox") },
        KeyLine { proof: Proof::Certificate { begins_at: i64::MAX }, ..line(&world, "second", "app_sandbox") },
    ];
    tell(&world, lines);
    let path = "/echo/v1/anything";
    for (name, status, code) in [
        ("other", 401, "gateway-certificate-unknown"),
        ("expired", 401, "gateway-key-ended"),
        ("second", 401, "gateway-certificate-early"),
        ("first", 403, "gateway-key-capability"),
    ] {
        assert_eq!(got(&call(&world, with(name), path, "")), (status, code.to_owned()), "{name}");
    }
    tell(&world, [KeyLine { nets: net("10.0.0.0/8"), ..first.clone() }]);
    assert_eq!(got(&call(&world, with("first"), path, "")), (403, "gateway-key-net".into()));
    tell(&world, [KeyLine { app: words::Id::fixed("app_live"), ..first.clone() }]);
    assert_ne!(call(&world, with("first"), path, "").code(), "gateway-key-net", "now it is another app's");
    tell(&world, [KeyLine { revoked: true, ..first }]);
    assert_eq!(got(&call(&world, with("first"), path, "")), (401, "gateway-certificate-unknown".into()));
}

#[test]
fn a_connection_of_http2_is_its_app_until_its_certificate_is_killed() {
    let world = World::secure(None);
    tell(&world, [line(&world, "second", "app_sandbox")]);
    let mut config = with("second");
    config.alpn_protocols = vec![b"h2".to_vec()];
    let door = world.gateway.as_ref().and_then(gateway::Gateway::tls_address).expect("a door");
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
        let stream = tokio::net::TcpStream::connect(door).await.expect("a connection");
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let stream = connector.connect("localhost".try_into().expect("a name"), stream).await.expect("a handshake");
        let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
        tokio::spawn(connection);
        let mut ask = async || {
            let request = hyper::Request::get("https://localhost/echo/v1/anything").body(Full::<Bytes>::default()).expect("a request");
            let (head, body) = sender.send_request(request).await.expect("an answer").into_parts();
            (head.status.as_u16(), String::from_utf8_lossy(&body.collect().await.expect("a body").to_bytes()).into_owned())
        };
        let (status, body) = ask().await;
        assert!(status == 200 && body.contains("app_sandbox"), "{body}");
        tell(&world, [KeyLine { revoked: true, ..line(&world, "second", "app_sandbox") }]);
        let (status, body) = ask().await;
        assert!(status == 401 && body.contains("gateway-certificate-unknown"), "{status} {body}");
    });
}
