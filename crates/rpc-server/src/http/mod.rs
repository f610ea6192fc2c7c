//! HTTP: `/rpc` with its gate, and what stands beside it.

mod arrival;
mod console;
mod cron;
pub(crate) mod metrics;
mod request_id;
mod rpc;
mod serve;

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
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
    openrpc, upkeep,
};

pub(crate) use self::request_id::RequestId;
pub use self::serve::serve;
use self::{
    cron::Cron,
    metrics::{Metrics, Scraped},
};

/// How often callers who have gone are forgotten.
const FORGET: Duration = Duration::from_secs(60);

/// Who may run the engine by GET, without a token.
#[derive(Debug, Clone)]
pub enum Scheduler {
    /// Whoever bears the secret.
    Bearing(SecretString),
    /// Anyone: for development.
    Anyone,
}

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Limits of the gate.
    pub limits: Limits,
    /// The largest request body, in bytes.
    pub body_bytes: u32,
    /// How long a request may take to arrive, header and body together.
    pub arrive_within: Duration,
    /// The most items of a batch.
    pub batch_items: u32,
    /// Who may call.
    pub authenticator: Authenticator,
    /// Who may run the engine by GET, without a token.
    pub scheduler: Scheduler,
    /// Origins of pages that may call, besides the server's own.
    pub cors_origins: Vec<HeaderValue>,
}

/// Everything that is served.
pub fn router(context: Context, options: &Options, stop: StopHandle) -> Router {
    let metrics = Metrics::new();
    let keeper = Keeper::new(context.clone(), options.authenticator.clone(), options.limits, metrics.clone());
    let keeper = Arc::new(keeper);
    upkeep::every(FORGET, &keeper, Keeper::forget_idle_callers);
    let security =
        |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let cron = Cron { context: context.clone(), keeper: keeper.clone(), scheduler: options.scheduler.clone() };
    let cron = Router::new()
        .route(cron::PATH, get(cron::by_schedule).post(cron::by_admin).head(cron::by_nobody))
        .with_state(cron);
    let scraped = Scraped { context: context.clone(), metrics };
    let metrics = Router::new().route("/metrics", get(metrics::scrape)).with_state(scraped);
    Router::new()
        .merge(cron)
        .merge(metrics)
        .route("/rpc", any(rpc::Rpc::new(context.clone(), keeper, options, stop).into_handler()))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/openrpc.json", get(|| async { Json(openrpc::document()) }))
        .fallback(console::serve)
        .with_state(context)
        .layer(middleware::from_fn(request_id::assign))
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
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, request_id::NAME])
        .expose_headers([header::RETRY_AFTER, request_id::NAME])
}

/// Ready when the database answers.
async fn ready(State(context): State<Context>) -> impl IntoResponse {
    match context.database.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
