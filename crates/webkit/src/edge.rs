//! The only asynchronous file: reads the body, then answers on the pool where blocking is allowed.
//!
//! Invariant: a body is bounded in size (by its route) and in time.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use tokio::sync::SemaphorePermit;

use crate::{App, Arrived, Ask, answer};

const SLOWEST: Duration = Duration::from_secs(60);

/// So long a look waits for its turn; then it goes on beside those that take long.
const PATIENCE: Duration = Duration::from_millis(50);

impl App {
    /// Looks take turns, a few at a time: beside each other they would only take longer, each of them, for the processor is one.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(PATIENCE, self.0.turns.acquire()).await.ok()?.ok()
    }

    /// The app as an axum router. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn router(&self) -> Router {
        let app = self.clone();
        Router::new().fallback(move |request: Request| serve(app.clone(), request))
    }
}

async fn serve(app: App, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let method = head.method.as_str().to_owned();
    let limit = app.body_limit(&method, head.uri.path());
    let said = head.headers.get("content-length").and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<usize>().ok());
    let body = if said.is_some_and(|said| said > limit) { Arrived::TooLarge } else { read(body, limit).await };
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let mut headers = head.headers;
    // HTTP/2 names the host in the URI.
    if let (false, Some(host)) = (headers.contains_key("host"), head.uri.authority().and_then(|host| host.as_str().parse().ok())) {
        headers.insert("host", host);
    }
    let ask = Ask { method, path: head.uri.path().to_owned(), query: head.uri.query().unwrap_or_default().to_owned(), headers, body, peer };
    let _turn = if takes_long(&ask) { app.turn().await } else { None };
    let door = app.clone();
    let answered = tokio::task::spawn_blocking(move || door.handle(ask)).await;
    answered.unwrap_or_else(|_| answer::last_resort("")).map(Body::from)
}

/// Pages and lists do; what lies ready, what acts, and what gateways bring for apps that wait does not wait for them.
fn takes_long(ask: &Ask) -> bool {
    let ready = ["/static/", "/livez", "/readyz", "/api/v1/served/"];
    matches!(ask.method.as_str(), "GET" | "HEAD") && !ready.iter().any(|start| ask.path.starts_with(start))
}

async fn read(body: Body, limit: usize) -> Arrived {
    match tokio::time::timeout(SLOWEST, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Arrived::Whole(bytes.to_vec()),
        // The limit is the only mistake with this name; a broken connection has others.
        Ok(Err(mistake)) if mistake.to_string().contains("length limit") => Arrived::TooLarge,
        Ok(Err(_)) | Err(_) => Arrived::Broken,
    }
}
