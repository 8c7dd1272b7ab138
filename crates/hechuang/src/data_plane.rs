//! Starts the gateway beside the pages, and registers what the program itself can do.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

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
    /// Platform of the plan that it counts to.
    #[serde(default)]
    platform: Option<String>,
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
    let capability =
        CapabilityDraft { slug: file.slug, node: Node::group(), platform: file.platform, fact: None, zh: file.zh, en: file.en, about_zh, about_en };
    Builtin { capability, version }
}

/// What the pack in force says of metering.
pub fn metering_terms(read: &Read) -> Result<metering::Terms, Fault> {
    let (programme, usual) = (packs::current(read)?, metering::Terms::default());
    let params = programme.params(&Node::group());
    let params = params.at(read.now().day());
    // A pack from before has no such parameter.
    let int = |key: &str, usual: i64| params.int(key).unwrap_or(usual);
    Ok(metering::Terms { call_days: int("call_days", usual.call_days), accept_days: int("usage_accept_days", usual.accept_days) })
}

/// Where the world finds the gateways; nothing if there is none here and no address of others is named.
pub fn public_address(config: &Config) -> Option<String> {
    match config.gateway.listen.as_str() {
        "off" if config.gateway.public.is_empty() => None,
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

/// Where what the gateway of this process knows and writes down lies.
pub fn folder(config: &Config) -> PathBuf {
    config.server.data.join("gateway")
}

/// What a gateway is started with, beside the database or alone.
pub(crate) fn options(
    config: &Config,
    listen: SocketAddr,
    (hasher, sealer): (Hasher, Sealer),
    help: &str,
    house: gateway::House,
) -> Result<gateway::Options, Fault> {
    let sentences = webkit::Sentences::of(&[gateway::TEXTS]).map_err(|mistakes| Fault::new(mistakes.join("; ")))?;
    Ok(gateway::Options {
        listen,
        tls: tls(config)?,
        trusted: (!config.gateway.trusted.is_empty()).then(|| config.gateway.trusted.clone().into()),
        workers: config.gateway.workers,
        calls: config.gateway.calls.max(1),
        folder: folder(config),
        hasher,
        sealer,
        issuer: help.to_owned(),
        problems: gateway::Problems::of(help, |lang, key| sentences.text(lang, key)),
        house: Some(house),
        reach: words::Reach { private: config.gateway.private_upstreams },
    })
}

/// What a gateway says of itself.
pub(crate) fn about(config: &Config, gateway: &gateway::Gateway, apart: bool) -> gateway::About {
    let machine = || std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned()).unwrap_or_else(|_| "gateway".into());
    let name = if config.gateway.name.is_empty() { machine() } else { config.gateway.name.clone() };
    let own = || gateway.tls_address().map_or_else(|| format!("http://{}", gateway.address()), |at| format!("https://{at}"));
    let address = if config.gateway.public.is_empty() { own() } else { config.gateway.public.clone() };
    gateway::About { name, address, apart }
}

/// Starts the gateway of this process.
pub fn start(db: &Db, config: &Config, listen: SocketAddr) -> Result<gateway::Gateway, Fault> {
    let answers: SocketAddr = config.server.listen.parse().map_err(|_| Fault::new(format!("server.listen {}", config.server.listen)))?;
    let here = from_here(answers);
    let address = capabilities::Address { tls: false, host: here.ip().to_string(), port: here.port(), base: String::new(), weight: 1, group: String::new() };
    let (house, data) = (gateway::House { address, pass: house_gate::pass(db)? }, &config.server.data);
    let keys = (Hasher::at(data, capabilities::HASHER)?, Sealer::at(data, capabilities::SEALER)?);
    let options = options(config, listen, keys, &crate::wiring::public_url(config), house)?;
    let name = gateway::identity(&options.folder)?;
    let side = || Box::new(gateway::StoreSide::<Ground>::new(db.clone(), name.as_str()));
    let mut gateway = gateway::start(options, side(), side())?;
    gateway.ship(side())?;
    gateway.report(about(config, &gateway, false), side())?;
    gateway.record(side())?;
    Ok(gateway)
}
