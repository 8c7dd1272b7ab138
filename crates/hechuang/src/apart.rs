//! Gateways in processes of their own: what the server lets them ask, and how such a process starts.
//!
//! Invariant: without a secret in its configuration a server has no internal API at all.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use gateway::{Beside, Gateway, Handed, Home, HostOptions, Rates, Remote, Server, StoreSide};
use store::{Db, Read, SharedSecret};
use webkit::App;
use words::{Failure, Fault, Id, Never, Trouble};

use crate::config::Config;
use crate::ground::Ground;
use crate::{data_plane, house_gate, wiring};

/// The secret that server and gateways elsewhere share, if the configuration names one.
pub fn secret(config: &Config) -> Result<Option<Arc<SharedSecret>>, Fault> {
    let gateway = &config.gateway;
    let named = |name: &str, fault: Fault| Fault::new(format!("{name}: {}", fault.message));
    let found = match (gateway.secret_file.as_str(), gateway.secret.as_str()) {
        ("", "") => return Ok(None),
        ("", text) => SharedSecret::of(text).map_err(|fault| named("gateway.secret", fault)),
        (file, _) => SharedSecret::at(Path::new(file)).map_err(|fault| named("gateway.secret_file", fault)),
    };
    found.map(|secret| Some(Arc::new(secret)))
}

/// The internal API of this server; nothing if it admits no gateways elsewhere.
pub fn inside(db: &Db, config: &Config, app: &App, rates: &Arc<Rates>) -> Result<Option<Router>, Fault> {
    let Some(secret) = secret(config)? else { return Ok(None) };
    let own = |read: &Read| [(capabilities::HASHER, read.hasher_key(capabilities::HASHER)), (capabilities::SEALER, read.sealer_key(capabilities::SEALER))];
    let keys = db.read::<_, Never>(|read| Ok(own(read))).map_err(Failure::into_fault)?;
    let keys = keys.into_iter().map(|(purpose, key)| (purpose.to_owned(), hex(&key))).collect();
    let handed = Handed { keys, pass: house_gate::pass(db)?, help: wiring::public_url(config) };
    let (db, app) = (db.clone(), app.clone());
    let sides = move |gateway: &Id| -> Box<dyn gateway::Side> { Box::new(StoreSide::<Ground>::new(db.clone(), gateway.as_str())) };
    let hosts = move |headers: &axum::http::HeaderMap| app.knows_host(headers);
    Ok(Some(gateway::host(HostOptions { secret, handed, sides: Arc::new(sides), rates: rates.clone(), hosts: Arc::new(hosts) })))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where there are gateways elsewhere, the gateway beside the pages holds only its part of each rate, too.
pub fn share_rates(config: &Config, gateway: Option<&mut Gateway>) -> Result<Arc<Rates>, Fault> {
    let rates = Arc::<Rates>::default();
    if let (Some(gateway), Some(_)) = (gateway, secret(config)?) {
        gateway.balance(Box::new(Beside { rates: rates.clone(), gateway: gateway::identity(&data_plane::folder(config))? }))?;
    }
    Ok(rates)
}

/// The server that the configuration names.
pub fn server(config: &Config) -> Result<Server, Fault> {
    let gateway = &config.gateway;
    if gateway.server.is_empty() {
        return Err(Fault::new("--server says which server the gateway works for: https://hechuang.example.cn"));
    }
    Server::parse(&gateway.server, gateway.in_clear).map_err(Fault::new)
}

/// A gateway alone, once it knows what the server hands over. Until it has a snapshot it is not ready.
pub fn start(config: &Config, listen: SocketAddr, remote: &Remote, handed: &Handed) -> Result<Gateway, Fault> {
    let keys = (handed.hasher(capabilities::HASHER)?, handed.sealer(capabilities::SEALER)?);
    let options = data_plane::options(config, listen, keys, &handed.help, server(config)?.house(handed.pass.clone()))?;
    let side = || Box::new(remote.clone());
    let mut gateway = gateway::start(options, side(), side())?;
    gateway.ship(side())?;
    gateway.report(data_plane::about(config, &gateway, true), side())?;
    gateway.record(side())?;
    gateway.balance(side())?;
    Ok(gateway)
}

/// The folder of a gateway; never that of a server, whose own gateway lies there.
pub fn home(config: &Config) -> Result<Home, Fault> {
    let data = &config.server.data;
    if store::has_database(data) || data.join("master.key").exists() {
        let message = format!("{} is the folder of a server: give the gateway one of its own (--data DIR)", data.display());
        return Err(Fault { message, trouble: Trouble::Misfit });
    }
    Home::at(&data_plane::folder(config))
}
