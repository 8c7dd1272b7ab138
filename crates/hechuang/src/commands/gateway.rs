//! `gateway`: a gateway alone, for a server elsewhere. It never opens the database; it starts from its last good snapshot while the server is away.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use gateway::{Handed, Home, Link, Remote, RemoteMistake, Watch};
use store::SharedSecret;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use webkit::Beside;
use words::Instant;

use super::serve::{address, asked_to_stop, gateway_address, start_log};
use super::{Run, Setting, Stop};
use crate::apart;

/// How often the server is asked while it is away and nothing is known yet.
const AGAIN: Duration = Duration::from_secs(1);

pub(super) fn gateway(setting: &Setting) -> Run {
    let mut config = setting.config.clone();
    start_log();
    let wrong = |fault: words::Fault| Stop::new(4, fault.message);
    let server = apart::server(&config).map_err(wrong)?;
    let secret = apart::secret(&config).map_err(wrong)?;
    let secret = secret.ok_or_else(|| Stop::new(4, "--secret-file names the file with the secret that the server has too"))?;
    let listen = gateway_address(&mut config, false)?.ok_or_else(|| Stop::new(4, "a gateway that listens nowhere does nothing: --listen ADDR"))?;
    let home = apart::home(&config)?;
    let trusted = Some(config.gateway.trusted.as_str()).filter(|file| !file.is_empty());
    let remote = Remote::new(server, &secret, home.id()?, trusted.map(std::path::Path::new))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(|error| Stop::new(1, error))?;
    let mut stop = runtime.spawn(asked_to_stop());
    let Some(handed) = handed(&runtime, &mut stop, &home, &secret, &remote)? else { return Ok(()) };
    let gateway = apart::start(&config, listen, &remote, &handed)?;
    runtime.block_on(watch(&config.server.metrics, gateway.watch(), remote.link()))?;
    println!("gateway: http://{}", gateway.address());
    if let Some(address) = gateway.tls_address() {
        println!("gateway: https://{address}");
    }
    let stopped = runtime.block_on(stop);
    // Calls in flight end, units go back, what was written down is shipped.
    gateway.stop();
    stopped.map_err(|error| Stop::new(1, error))
}

/// What the server hands over, or handed over before if it is away. Without either the gateway waits; nothing if it is told to stop meanwhile.
fn handed(runtime: &Runtime, stop: &mut JoinHandle<()>, home: &Home, secret: &SharedSecret, remote: &Remote) -> Result<Option<Handed>, Stop> {
    let mut told = false;
    loop {
        match remote.hello(secret) {
            Ok(handed) => {
                home.keep(secret, &handed)?;
                return Ok(Some(handed));
            }
            Err(RemoteMistake::Refused(why)) => return Err(Stop::new(1, why)),
            Err(RemoteMistake::Away(why)) => {
                if let Some(before) = home.handed(secret)? {
                    tracing::warn!(why, "the server is away: the gateway starts from its last good snapshot");
                    return Ok(Some(before));
                }
                if !std::mem::replace(&mut told, true) {
                    tracing::warn!(why, "the gateway knows nothing yet and waits for the server");
                }
            }
        }
        if runtime.block_on(async { tokio::time::timeout(AGAIN, &mut *stop).await.is_ok() }) {
            return Ok(None);
        }
    }
}

/// `/metrics`, `/readyz` and `/livez` on a listener of their own.
async fn watch(at: &str, watch: Watch, link: Arc<Link>) -> Run {
    if at == "off" {
        return Ok(());
    }
    let at: SocketAddr = address(at)?;
    let listener = TcpListener::bind(at).await.map_err(|error| Stop::new(5, format!("{at}: {error}")))?;
    let (ready, away) = (watch.clone(), link.clone());
    let router = Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(move || async move { readiness(&ready, &away) }))
        .route("/metrics", get(move || async move { figures(&watch, &link) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

fn readiness(watch: &Watch, link: &Link) -> (StatusCode, String) {
    let away = link.away_since().map(|since| format!("server: does not answer since {}; what was known then is in force", Instant::from_micros(since)));
    let remarks: String = watch.remarks().into_iter().chain(away).map(|remark| format!("{remark}\n")).collect();
    if watch.is_ready() {
        (StatusCode::OK, format!("ok\n{remarks}"))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, format!("gateway: knows nothing yet\n{remarks}"))
    }
}

fn figures(watch: &Watch, link: &Link) -> String {
    let name = "hechuang_gateway_server_away";
    format!("{}# TYPE {name} gauge\n{name} {}\n", watch.figures(), i32::from(link.away_since().is_some()))
}
