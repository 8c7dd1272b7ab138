//! Starts the gateway beside the pages, and registers what the program itself can do.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use capabilities::{Builtin, CapabilityDraft, VersionDraft};
use serde::Deserialize;
use store::{Db, Hasher, Read, Sealer};
use words::{Failure, Fault, Node};

use crate::config::Config;
use crate::ground::Ground;
use crate::house_gate;

/// A file `capabilities/….toml` of the pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuiltinFile {
    slug: String,
    zh: String,
    en: String,
    about_zh: String,
    about_en: String,
    upstream: String,
    timeout_ms: i64,
    body_limit: i64,
}

/// Registers what the program itself can do, from the built-in pack: it comes and goes with the program, not with a pack that somebody imports.
pub fn ensure_builtins(db: &Db) -> Result<(), Fault> {
    let pack = packs::embedded().map_err(|mistakes| Fault::new(format!("the built-in pack: {mistakes}")))?;
    for (name, text) in pack.texts_under("capabilities").filter(|(name, _)| name.ends_with(".toml")) {
        let file: BuiltinFile = toml::from_str(text).map_err(|mistake| Fault::new(format!("capabilities/{name}: {mistake}")))?;
        let document = pack.texts_under("capabilities").find(|(other, _)| *other == name.replace(".toml", ".openapi.json"));
        let document = document.map(|(_, text)| text.to_owned()).ok_or_else(|| Fault::new(format!("capabilities/{name} has no document beside it")))?;
        let builtin = builtin(file, document);
        let ensured = db.write("capabilities.ensure_builtin", move |tx| capabilities::ensure_builtin::<Ground>(tx, &builtin));
        ensured.map_err(Failure::into_fault)?;
    }
    Ok(())
}

fn builtin(file: BuiltinFile, document: String) -> Builtin {
    let version = VersionDraft {
        sandbox_upstream: file.upstream.clone(),
        live_upstream: file.upstream,
        document,
        timeout_ms: file.timeout_ms,
        body_limit: file.body_limit,
    };
    let (about_zh, about_en) = (file.about_zh, file.about_en);
    let capability = CapabilityDraft { slug: file.slug, node: Node::group(), platform: None, fact: None, zh: file.zh, en: file.en, about_zh, about_en };
    Builtin { capability, version }
}

/// What the pack in force says of metering.
pub fn metering_terms(read: &Read) -> Result<metering::Terms, Fault> {
    let (programme, usual) = (packs::current(read)?, metering::Terms::default());
    let params = programme.params(&Node::group());
    let params = params.at(read.now().day());
    // A pack from before has no such parameter.
    Ok(metering::Terms { call_days: params.int("call_days").unwrap_or(usual.call_days) })
}

/// Where the world finds the gateway; nothing if it is switched off.
pub fn public_address(config: &Config) -> Option<String> {
    match config.gateway.listen.as_str() {
        "off" => None,
        _ if !config.gateway.public.is_empty() => Some(config.gateway.public.trim_end_matches('/').to_owned()),
        _ if config.gateway.tls_listen != "off" => Some(format!("https://{}", config.gateway.tls_listen)),
        listen => Some(format!("http://{listen}")),
    }
}

/// Where the server itself reaches the gateway of this process.
pub fn own_address(config: &Config) -> Option<SocketAddr> {
    config.gateway.listen.parse().ok().map(from_here)
}

/// An address that is listened on, as this machine reaches it: whoever listens everywhere is found on loopback.
fn from_here(listen: SocketAddr) -> SocketAddr {
    let here: IpAddr = if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
    if listen.ip().is_unspecified() { SocketAddr::new(here, listen.port()) } else { listen }
}

/// What is wrong with the address of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressMistake {
    /// No address.
    Shape,
    /// Somebody listens there already.
    Busy(String),
}

/// The address to listen on, if any. The threads of a gateway share their port, so it is first tried alone: two programs must not share one.
/// The demo takes any free port when its own is busy, and writes it into the settings.
pub fn settle_address(config: &mut Config, demo: bool) -> Result<Option<SocketAddr>, AddressMistake> {
    if config.gateway.listen == "off" {
        return Ok(None);
    }
    let wanted: SocketAddr = config.gateway.listen.parse().map_err(|_| AddressMistake::Shape)?;
    let alone = match TcpListener::bind(wanted) {
        Err(_) if demo => TcpListener::bind(SocketAddr::new(wanted.ip(), 0)),
        tried => tried,
    };
    let address = alone.and_then(|alone| alone.local_addr()).map_err(|error| AddressMistake::Busy(format!("{wanted}: {error}")))?;
    config.gateway.listen = address.to_string();
    Ok(Some(address))
}

/// Where calls over TLS come in and what they are shown, if anywhere.
pub fn tls(config: &Config) -> Result<Option<gateway::Tls>, Fault> {
    let gateway = &config.gateway;
    if gateway.tls_listen == "off" {
        return Ok(None);
    }
    let listen =
        gateway.tls_listen.parse().map_err(|_| Fault::new(format!("gateway.tls_listen: {} is no address such as 127.0.0.1:8443", gateway.tls_listen)))?;
    if gateway.tls_certificate.is_empty() || gateway.tls_key.is_empty() {
        return Err(Fault::new("gateway.tls_listen needs gateway.tls_certificate and gateway.tls_key"));
    }
    TcpListener::bind(listen).map_err(|error| Fault::new(format!("gateway.tls_listen {listen}: {error}")))?;
    Ok(Some(gateway::Tls { listen, certificate: gateway.tls_certificate.clone().into(), key: gateway.tls_key.clone().into() }))
}

/// Starts the gateway of this process.
pub fn start(db: &Db, config: &Config, listen: SocketAddr) -> Result<gateway::Gateway, Fault> {
    let sentences = webkit::Sentences::of(&[gateway::TEXTS]).map_err(|mistakes| Fault::new(mistakes.join("; ")))?;
    let answers: SocketAddr = config.server.listen.parse().map_err(|_| Fault::new(format!("server.listen {}", config.server.listen)))?;
    let help = crate::wiring::public_url(config);
    let options = gateway::Options {
        listen,
        tls: tls(config)?,
        trusted: (!config.gateway.trusted.is_empty()).then(|| config.gateway.trusted.clone().into()),
        workers: config.gateway.workers,
        calls: config.gateway.calls.max(1),
        folder: config.server.data.join("gateway"),
        hasher: Hasher::at(&config.server.data, capabilities::HASHER)?,
        sealer: Sealer::at(&config.server.data, capabilities::SEALER)?,
        issuer: help.clone(),
        problems: gateway::Problems::of(&help, |lang, key| sentences.text(lang, key)),
        house: Some(gateway::House { address: from_here(answers), pass: house_gate::pass(db)? }),
        reach: words::Reach { private: config.gateway.private_upstreams },
    };
    let name = db.entropy().id("gtw", db.clock().now()).to_string();
    let side = || Box::new(gateway::StoreSide::<Ground>::new(db.clone(), name.clone()));
    let mut gateway = gateway::start(options, side(), side())?;
    gateway.ship(side())?;
    Ok(gateway)
}
