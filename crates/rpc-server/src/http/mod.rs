//! HTTP: `/rpc` with its gate, and what stands beside it.

mod cron;
mod rpc;
mod serve;

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::IntoResponse,
    routing::{any, get},
};
use jsonrpsee::server::StopHandle;
use secrecy::SecretString;
use tower_http::{cors::CorsLayer, set_header::SetResponseHeaderLayer};

use crate::{
    auth::Authenticator,
    call::Context,
    gate::{Keeper, Limits},
    openrpc,
};

use self::cron::Cron;

pub use self::serve::serve;

/// The id of a request: the caller's own `x-request-id`, or one of ours.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Limits of the gate.
    pub limits: Limits,
    /// The largest request body, in bytes.
    pub body_bytes: u32,
    /// How long a request may take to arrive: its header, and then its body.
    pub arrive_within: Duration,
    /// The most items of a batch.
    pub batch_items: u32,
    /// Who may call.
    pub authenticator: Authenticator,
    /// What a scheduler bears; without one, none may run the engine.
    pub cron_secret: Option<SecretString>,
    /// Origins of pages that may call, besides the server's own.
    pub cors_origins: Vec<HeaderValue>,
}

/// Everything that is served.
pub fn router(context: Context, options: &Options, stop: StopHandle) -> Router {
    let keeper = Arc::new(Keeper::new(context.clone(), options.authenticator.clone(), options.limits));
    let security =
        |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let cron = Cron { context: context.clone(), keeper: keeper.clone(), secret: options.cron_secret.clone() };
    let cron = Router::new().route(cron::PATH, get(cron::by_schedule).post(cron::by_admin)).with_state(cron);
    Router::new()
        .merge(cron)
        .route("/rpc", any(rpc::Rpc::new(context.clone(), keeper, options, stop).into_handler()))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/openrpc.json", get(|| async { Json(openrpc::document()) }))
        .with_state(context)
        .layer(cors(options))
        .layer(security(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(security(header::X_FRAME_OPTIONS, "DENY"))
        .layer(security(header::REFERRER_POLICY, "no-referrer"))
        .layer(security(header::CACHE_CONTROL, "no-store"))
        .layer(security(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
}

/// Which pages may call from a browser: those of the configured origins.
fn cors(options: &Options) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(options.cors_origins.clone())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static("x-request-id")])
        .expose_headers([header::RETRY_AFTER, HeaderName::from_static("x-request-id")])
}

/// Ready when the database answers.
async fn ready(State(context): State<Context>) -> impl IntoResponse {
    match context.database.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
