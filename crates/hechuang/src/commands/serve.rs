//! `serve`: pages and API, `/metrics` on its own listener, the gateway on its own listener and threads, the worker for jobs; with `--demo` on lived data and loopback only.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use webkit::App;
use words::Failure;

use super::{Run, Setting, Stop};
use crate::built_in::BuiltIn;
use crate::config::Config;
use crate::data_plane::AddressMistake;
use crate::{apart, built_in, data_plane, lived, wiring};

pub(super) fn serve(setting: &Setting, demo: bool) -> Run {
    let mut config = setting.config.clone();
    start_log();
    let listen = address(&config.server.listen)?;
    if demo && !listen.ip().is_loopback() {
        return Err(Stop::new(2, format!("--demo listens on loopback only, not on {listen}: everybody there could enter as anybody")));
    }
    apart::secret(&config).map_err(|fault| Stop::new(4, fault.message))?;
    config.gateway.private_upstreams |= demo;
    config.callbacks.private_addresses |= demo;
    let calls = gateway_address(&mut config, demo)?;
    let personas = if demo { Some(lived::demo(&config)?) } else { None };
    let db = wiring::open(&config)?;
    tell_of_pack(&built_in::offer(&db, demo)?);
    let mut gateway = calls.map(|calls| data_plane::start(&db, &config, calls)).transpose()?;
    let app = wiring::app_beside(db.clone(), &config, personas, gateway.as_ref().map(gateway::Gateway::watch))?;
    let inside = apart::inside(&db, &config, &app, &apart::share_rates(&config, gateway.as_mut())?)?;
    if !demo {
        offer_setup(&db, listen)?;
    }
    db.start_worker()?;
    let courier = callbacks::Courier::start(db.clone(), wiring::callbacks_reach(&config));
    if let Some(gateway) = &gateway {
        println!("gateway: http://{}", gateway.address());
        if let Some(address) = gateway.tls_address() {
            println!("gateway: https://{address}");
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| Stop::new(1, error))?;
    let served = runtime.block_on(listen_on(app, inside, listen, &config.server.metrics));
    // Use cases in flight end with their connections; jobs go on at the next start.
    runtime.shutdown_timeout(Duration::from_secs(5));
    drop(courier);
    if let Some(gateway) = gateway {
        gateway.stop();
    }
    served
}

fn tell_of_pack(built_in: &BuiltIn) {
    match built_in {
        BuiltIn::Known => {}
        BuiltIn::Waits { version } => tracing::warn!(version, "this program brings a newer pack: two people put it in force at /admin/packs"),
        BuiltIn::InForce { version } => tracing::info!(version, "the newer pack of this program was put in force in the demo"),
        BuiltIn::NumberTaken { version } => tracing::warn!(version, "another pack has the number of the built-in one, which is therefore not offered"),
    }
}

pub(super) fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

pub(super) fn address(text: &str) -> Result<SocketAddr, Stop> {
    text.parse().map_err(|_| Stop::new(4, format!("{text} is no address such as 127.0.0.1:8080")))
}

pub(super) fn gateway_address(config: &mut Config, demo: bool) -> Result<Option<SocketAddr>, Stop> {
    let wanted = config.gateway.listen.clone();
    data_plane::settle_address(config, demo).map_err(|mistake| match mistake {
        AddressMistake::Shape => Stop::new(4, format!("{wanted} is no address such as 127.0.0.1:8081")),
        AddressMistake::Busy(why) => Stop::new(5, why),
    })
}

/// An empty house prints the link with which its first administrator comes in.
fn offer_setup(db: &store::Db, listen: SocketAddr) -> Run {
    let link = db.write("identity.begin_first_setup", identity::begin_first_setup).map_err(Failure::into_fault)?;
    if let Some(token) = link {
        println!("set up (works once, for 30 minutes): http://{}/setup?token={token}", shown(listen));
    }
    Ok(())
}

fn shown(listen: SocketAddr) -> String {
    if listen.ip().is_loopback() { format!("localhost:{}", listen.port()) } else { listen.to_string() }
}

async fn listen_on(app: App, inside: Option<Router>, listen: SocketAddr, metrics: &str) -> Run {
    let busy = |address: &dyn std::fmt::Display, error: std::io::Error| Stop::new(5, format!("{address}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(|error| busy(&listen, error))?;
    if metrics != "off" {
        let at = address(metrics)?;
        let second = TcpListener::bind(at).await.map_err(|error| busy(&at, error))?;
        let text = app.clone();
        let router = Router::new().route("/metrics", get(move || async move { text.metrics() }));
        tokio::spawn(async move { axum::serve(second, router).await });
    }
    println!("http://{}", shown(listener.local_addr().map_err(|error| busy(&listen, error))?));
    let service = app.router().merge(inside.unwrap_or_default()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(asked_to_stop()).await.map_err(|error| Stop::new(1, error))
}

pub(super) async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! { _ = interrupt => {}, () = terminate => {} }
}
