//! HTTP: `/rpc` behind the gate, `/healthz` before it.

use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header::AUTHORIZATION},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jsonrpsee::{
    Methods,
    server::{BatchRequestConfig, Server, ServerConfig, StopHandle},
};
use serde_json::json;
use tower::Service;
use tracing::error;

use crate::{auth, context::Context, errors, registry};

/// The largest request body, in bytes.
const MAX_BODY: u32 = 1 << 20;
/// The most items of a batch.
const MAX_BATCH: u32 = 50;

/// Everything that is served.
pub fn router(context: Context, stop: StopHandle) -> Router {
    let methods: Methods = registry::module(context.clone()).into();
    let config = ServerConfig::builder()
        .http_only()
        .max_request_body_size(MAX_BODY)
        .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
        .build();
    let rpc = Server::builder().set_config(config).to_service_builder();
    let call = move |request: Request| {
        let mut service = rpc.clone().build(methods.clone(), stop.clone());
        async move {
            match service.call(request).await {
                Ok(response) => response.map(Body::new),
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
    };
    Router::new()
        .route("/rpc", post(call))
        // The gate stands before the dispatcher, so that items of a batch and notifications pass it too.
        .layer(middleware::from_fn_with_state(context.clone(), gate))
        .route("/healthz", get(|| async { "ok" }))
}

async fn gate(State(context): State<Context>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let now = context.clock.now();
    match auth::is_admitted(context.database.connection(), authorization.as_deref(), now).await {
        Ok(true) => next.run(request).await,
        Ok(false) => {
            refusal(StatusCode::UNAUTHORIZED, errors::NOT_AUTHENTICATED, "a valid bearer token of an admin is needed")
        }
        Err(_) => {
            error!("tokens cannot be read");
            refusal(StatusCode::SERVICE_UNAVAILABLE, errors::TRY_AGAIN, "the database is busy or away: try again")
        }
    }
}

fn refusal(status: StatusCode, code: i32, message: &str) -> Response {
    (status, Json(json!({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": null}))).into_response()
}
