//! The API in process, through the stack that also serves sockets.

use std::{sync::Arc, time::Duration};

use chrono_tz::Tz;
use domain::instant::{FixedClock, Instant};
use jsonrpsee::server::{ServerHandle, stop_channel};
use persistence::ops::tokens::{self, NewToken};
use rpc_server::{
    Background, Context, LongQueries, LongestTimes,
    auth::{Authenticator, Role, token},
    gate::Limits,
    http::{self, ConnectionLimits, Options, Scheduler},
    server,
};
use segmentation_engine::{sync::settings::SyncSettings, webhooks::WebhookSettings};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use crate::{World, now};

/// Where a test is not about them.
const LONGEST: LongestTimes = LongestTimes { preview: Duration::from_secs(60), report: Duration::from_secs(60) };

#[derive(Clone)]
pub struct Api {
    router: axum::Router,
    context: Context,
    bearer: String,
    arrive_within: Duration,
    _stop: Arc<ServerHandle>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RpcError {
    pub code: i64,
    /// For people.
    pub message: String,
    /// Null if there is none.
    pub data: Json,
}

impl RpcError {
    /// `path: message` per fault.
    pub fn faults(&self) -> Vec<String> {
        let faults = self.data["faults"].as_array().cloned().unwrap_or_default();
        let text = |fault: &Json| {
            format!("{}: {}", fault["path"].as_str().unwrap_or_default(), fault["message"].as_str().unwrap_or_default())
        };
        faults.iter().map(text).collect()
    }
}

pub fn options() -> Options {
    Options {
        limits: Limits {
            calls_per_minute: 1_000_000.try_into().expect("not zero"),
            calls_at_once: 1_000,
            answer_within: Duration::from_secs(30),
            answer_bytes: 16 << 20,
        },
        body_bytes: 1 << 20,
        arrive_within: Duration::from_secs(10),
        sockets_per_address: 64,
        batch_items: 50,
        authenticator: Authenticator::default(),
        scheduler: Scheduler::Bearing("5f2b8a0c9d1e4f6a7b3c2d1e0f9a8b7c".into()),
        cors_origins: Vec::new(),
    }
}

impl Api {
    /// Called by an ADMIN at the clock of the tests.
    pub async fn new(world: &World) -> Self {
        Self::at(world, now(), options()).await
    }

    pub async fn at(world: &World, now: Instant, options: Options) -> Self {
        Self::built(world, now, options, LONGEST, unreachable_mail()).await
    }

    /// With this much time for previews.
    pub async fn previewing(world: &World, now: Instant, options: Options, preview_within: Duration) -> Self {
        Self::built(world, now, options, LongestTimes { preview: preview_within, ..LONGEST }, unreachable_mail()).await
    }

    /// In a time zone.
    pub async fn in_zone(world: &World, now: Instant, zone: Tz) -> Self {
        let made = Self::at(world, now, options()).await;
        let context = Context { zone, ..made.context };
        let (stop, handle) = stop_channel();
        let router = server::router(context.clone(), &options(), stop);
        Self { router, context, _stop: Arc::new(handle), bearer: made.bearer, arrive_within: made.arrive_within }
    }

    /// With this much time for reports.
    pub async fn reporting(world: &World, now: Instant, report_within: Duration) -> Self {
        Self::built(world, now, options(), LongestTimes { report: report_within, ..LONGEST }, unreachable_mail()).await
    }

    /// With a mail service.
    pub async fn with_mail(world: &World, now: Instant, settings: SyncSettings) -> Self {
        Self::built(world, now, options(), LONGEST, settings).await
    }

    async fn built(world: &World, now: Instant, options: Options, longest: LongestTimes, sync: SyncSettings) -> Self {
        let (database, clock) = (world.database().clone(), Arc::new(FixedClock(now)));
        let long_queries = LongQueries::new(longest, &database);
        let context = Context {
            database,
            clock,
            zone: Tz::UTC,
            long_queries,
            background: Background::default(),
            sync,
            webhooks: WebhookSettings::new(false),
        };
        let (stop, handle) = stop_channel();
        let router = server::router(context.clone(), &options, stop);
        let bearer = make_token(&context, Role::Admin).await;
        Self { router, context, bearer, arrive_within: options.arrive_within, _stop: Arc::new(handle) }
    }

    pub async fn as_superadmin(&self) -> Self {
        Self { bearer: make_token(&self.context, Role::Superadmin).await, ..self.clone() }
    }

    pub fn bearing(&self, bearer: &str) -> Self {
        Self { bearer: bearer.into(), ..self.clone() }
    }

    pub fn bearer(&self) -> &str {
        &self.bearer
    }

    pub async fn call(&self, method: &str, params: Json) -> Result<Json, RpcError> {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let (_, mut answer) = self.post(&request.to_string()).await;
        if answer["error"].is_object() {
            let error = &mut answer["error"];
            return Err(RpcError {
                code: error["code"].as_i64().expect("a code"),
                message: error["message"].as_str().expect("a message").into(),
                data: error["data"].take(),
            });
        }
        Ok(answer["result"].take())
    }

    /// Serves the API on a socket until the test ends. Returns the address.
    pub async fn serve(&self) -> std::net::SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let limits = ConnectionLimits { arrive_within: self.arrive_within, connections: 10_000 };
        tokio::spawn(http::serve(listener, self.router.clone(), limits, std::future::pending()));
        address
    }

    /// A request without a body.
    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> axum::http::Response<String> {
        self.send(method, path, headers, String::new()).await
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> axum::http::Response<String> {
        self.send_raw(method, path, headers, body).await.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The answer as its bytes, which may be compressed.
    pub async fn send_raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> axum::http::Response<axum::body::Bytes> {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(axum::body::Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        axum::http::Response::from_parts(parts, bytes)
    }

    /// Posts a body unchanged. Returns null for an answer that is not JSON.
    pub async fn post(&self, body: impl AsRef<[u8]>) -> (u16, Json) {
        let request = axum::http::Request::post("/rpc")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.bearer))
            .body(axum::body::Body::from(body.as_ref().to_vec()))
            .expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Json::Null))
    }
}

/// A mail service that no request reaches.
fn unreachable_mail() -> SyncSettings {
    let settings = SyncSettings::read(|variable| match variable {
        "RESEND_API_KEY" => Some("re_unreachable".into()),
        "RESEND_BASE_URL" => Some("http://127.0.0.1:9".into()),
        _ => None,
    });
    SyncSettings { patience: Duration::ZERO, ..settings.expect("good settings") }
}

async fn make_token(context: &Context, role: Role) -> String {
    let token = token::generate();
    let new = NewToken {
        id: token::hash(&token),
        name: format!("test {role}"),
        prefix: token::shown(&token),
        hash: token::hash(&token),
        role,
        expires_at: None,
    };
    tokens::insert(context.database.connection(), new, context.now()).await.expect("a token is stored");
    token
}
