//! HTTP: who may ask, how often, and what goes wrong.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State as Axum},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use futures_util::stream;
use serde_json::{Value as Json, json};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    Fake, desk,
    faults::{Fault, Moment},
    limits::{Standing, Window},
    lock,
    routes::{self, Asked, Reply},
    state::State,
    switches::{Key, RetryAfter, Switches},
};

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub method: String,
    /// With its query.
    pub path: String,
    pub body: Vec<u8>,
    pub status: u16,
    pub at: Instant,
}

impl Recorded {
    /// The method and the path, with `*` for each id.
    pub fn route(&self) -> String {
        const WORDS: [&str; 9] =
            ["segments", "contacts", "imports", "usage", "suppressions", "webhooks", "events", "broadcasts", ""];
        let path = self.path.split('?').next().unwrap_or_default();
        let path: Vec<_> = path.split('/').map(|part| if WORDS.contains(&part) { part } else { "*" }).collect();
        format!("{} {}", self.method, path.join("/"))
    }
}

pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) state: Mutex<State>,
    pub(crate) requests: Mutex<Vec<Recorded>>,
    window: Mutex<Window>,
    /// Dropping it ends the server.
    _end: oneshot::Sender<()>,
}

pub(crate) async fn start(address: SocketAddr, switches: Switches) -> io::Result<Arc<Shared>> {
    let listener = TcpListener::bind(address).await?;
    let (end, ended) = oneshot::channel::<()>();
    let shared = Arc::new(Shared {
        address: listener.local_addr()?,
        state: Mutex::new(State::new(switches)),
        requests: Mutex::new(Vec::new()),
        window: Mutex::new(Window::new()),
        _end: end,
    });
    // The server must not keep what ends it.
    let router =
        Router::new().route("/", get(desk::show).post(desk::act)).fallback(answer).with_state(Arc::downgrade(&shared));
    tokio::spawn(async move {
        let ended = async {
            let _ = ended.await;
        };
        let _ = axum::serve(listener, router).with_graceful_shutdown(ended).await;
    });
    Ok(shared)
}

/// The longest body that is read.
const LONGEST: usize = 256 << 20;

async fn answer(Axum(shared): Axum<std::sync::Weak<Shared>>, request: Request) -> Response {
    let Some(shared) = shared.upgrade() else { return plain(StatusCode::SERVICE_UNAVAILABLE, "ended") };
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LONGEST).await.unwrap_or_default();
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let (latency, reply, fault) = decide(&shared, parts.method.as_str(), &path, &parts.headers, &body);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let status = match fault {
        Some(Fault::Json500) => 500,
        Some(Fault::Html503) => 503,
        Some(Fault::Locked) => 409,
        Some(Fault::Cut | Fault::Reset) | None => reply.status,
    };
    let recorded = Recorded { method: parts.method.to_string(), path, body: body.to_vec(), status, at: Instant::now() };
    lock(&shared.requests).push(recorded);
    respond(reply, fault)
}

fn decide(
    shared: &Shared,
    method: &str,
    path: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> (Duration, Reply, Option<Fault>) {
    let mut state = lock(&shared.state);
    let latency = state.switches.latency;
    if !headers.contains_key(header::USER_AGENT) {
        return (latency, Reply::html(403, "error code: 1010"), None);
    }
    let standing = lock(&shared.window).take(&state.switches);
    let fault = state.switches.faults.as_mut().and_then(|faults| faults.draw());
    let reply = refusal(&state, headers, standing).unwrap_or_else(|| match fault {
        Some((Fault::Locked, _) | (_, Moment::Before)) => Reply::json(200, json!({})),
        Some((_, Moment::After)) | None => {
            state.work_off_imports();
            routes::answer(&mut state, &Asked::new(method, path, headers, body))
        }
    });
    let is_refused = matches!(reply.status, 401 | 403 | 429);
    (latency, reply.with(limit_headers(standing)), fault.map(|(fault, _)| fault).filter(|_| !is_refused))
}

/// Why the call is not even looked at.
fn refusal(state: &State, headers: &HeaderMap, standing: Standing) -> Option<Reply> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if bearer.is_none() {
        return Some(Reply::error(401, "missing_api_key", "Missing API Key"));
    }
    if bearer != Some(&format!("Bearer {}", Fake::KEY)) || state.switches.key == Key::Revoked {
        return Some(Reply::error(403, "invalid_api_key", "API key is invalid"));
    }
    if standing.is_refused {
        return Some(Reply::error(429, "rate_limit_exceeded", "Too many requests."));
    }
    match state.switches.key {
        Key::Full | Key::Revoked => None,
        Key::SendingOnly => {
            Some(Reply::error(401, "restricted_api_key", "This API key is restricted to only send emails"))
        }
        Key::OfAnotherAccount => None,
        Key::DailyQuota => Some(Reply::error(429, "daily_quota_exceeded", "You have reached your daily quota.")),
    }
}

fn limit_headers(standing: Standing) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("ratelimit-limit", standing.limit.to_string()),
        ("ratelimit-policy", format!("{};w=1", standing.limit)),
        ("ratelimit-remaining", standing.remaining.to_string()),
        ("ratelimit-reset", "1".to_owned()),
    ];
    if let (true, RetryAfter::Seconds(seconds)) = (standing.is_refused, standing.retry_after) {
        headers.push(("retry-after", seconds.to_string()));
    }
    headers
}

fn respond(reply: Reply, fault: Option<Fault>) -> Response {
    let reply = match fault {
        Some(Fault::Json500) => {
            Reply::error(500, "application_error", "An unexpected error occurred.").with(reply.headers)
        }
        Some(Fault::Html503) => Reply::html(503, "<html><body>Service Unavailable</body></html>"),
        Some(Fault::Locked) => {
            Reply::error(409, "resource_locked", "Another request is already updating this resource.")
        }
        Some(Fault::Cut | Fault::Reset) | None => reply,
    };
    let half = reply.body.len() / 2;
    let broken = |kept: usize| {
        let kept = Bytes::copy_from_slice(&reply.body.as_bytes()[..kept]);
        Body::from_stream(stream::iter([Ok(kept), Err(io::Error::other("cut"))]))
    };
    let body = match fault {
        Some(Fault::Cut) => broken(half),
        Some(Fault::Reset) => broken(0),
        Some(Fault::Json500 | Fault::Html503 | Fault::Locked) | None => Body::from(reply.body.clone()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if reply.is_html { "text/html" } else { "application/json; charset=utf-8" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

impl Reply {
    pub(crate) fn json(status: u16, body: Json) -> Self {
        Self { status, body: body.to_string(), is_html: false, headers: Vec::new() }
    }

    pub(crate) fn error(status: u16, name: &str, message: &str) -> Self {
        Self::json(status, json!({"statusCode": status, "message": message, "name": name}))
    }

    fn html(status: u16, body: &str) -> Self {
        Self { status, body: body.to_owned(), is_html: true, headers: Vec::new() }
    }

    fn with(self, headers: Vec<(&'static str, String)>) -> Self {
        Self { headers, ..self }
    }
}
