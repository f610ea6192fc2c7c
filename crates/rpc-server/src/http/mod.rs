//! HTTP: `/rpc` with its gate, and the other routes.

mod connection;
mod console;
mod cron;
mod header_lines;
mod options;
mod rpc;
mod serve;
mod sockets;
mod webhook;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
    response::IntoResponse,
    routing::{any, get},
};
use jsonrpsee::{Methods, server::StopHandle};
use serde_json::Value;
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, predicate::SizeAbove},
    cors::CorsLayer,
    set_header::SetResponseHeaderLayer,
};

use self::{cron::Cron, webhook::Webhook};
pub use self::{
    options::{Options, Scheduler},
    serve::{ConnectionLimits, serve},
};
use crate::{
    context::Context,
    gate::Admission,
    metrics::{self, Metrics, Scraped},
    request_id,
};

/// A smaller answer is sent in one packet anyway.
const LEAST_COMPRESSED: u64 = 1024;

pub(crate) struct Services {
    pub(crate) context: Context,
    pub(crate) admission: Arc<Admission>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) methods: Methods,
    /// The OpenRPC document of the methods.
    pub(crate) document: &'static Value,
}

pub(crate) fn router(services: Services, options: &Options, stop: StopHandle) -> Router {
    let Services { context, admission, metrics, methods, document } = services;
    let security =
        |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let cron = Cron { context: context.clone(), admission: admission.clone(), scheduler: options.scheduler.clone() };
    let cron = Router::new()
        .route(cron::PATH, get(cron::by_schedule).post(cron::by_admin).head(cron::by_nobody))
        .with_state(cron);
    let webhook = match Webhook::new(&context, metrics.clone()) {
        Some(webhook) => Router::new().route(webhook::PATH, any(webhook::receive)).with_state(webhook),
        None => Router::new().route(webhook::PATH, any(|| async { StatusCode::NOT_FOUND })),
    };
    let scraped = Scraped { context: context.clone(), metrics };
    let metrics = Router::new().route("/metrics", get(metrics::scrape)).with_state(scraped);
    Router::new()
        .merge(cron)
        .merge(metrics)
        .merge(webhook)
        .route(rpc::PATH, any(rpc::Rpc::new(methods, admission, options, stop).into_handler()).layer(compression()))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/openrpc.json", get(move || async move { Json(document) }))
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

/// Lists of segments and users become a tenth. What they say cannot be guessed by their size, since a page that does not
/// know the token gets no answer.
fn compression() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(LEAST_COMPRESSED))
}

/// Pages of the configured origins may call.
fn cors(options: &Options) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(options.cors_origins.clone())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, request_id::NAME])
        .expose_headers([header::RETRY_AFTER, request_id::NAME])
}

/// Ready if the database answers.
async fn ready(State(context): State<Context>) -> impl IntoResponse {
    match context.database.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
