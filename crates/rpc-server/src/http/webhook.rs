//! `/api/webhooks/resend`: what the mail service says. It needs no token: each event is signed. It answers the same about known and
//! unknown addresses, ids and types, so nothing can be read here.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    Json,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use segmentation_engine::sync::settings::signature::{self, Secrets};
use serde_json::json;
use tokio::time::timeout;

use crate::{context::Context, inbox::Inbox, metrics::Metrics};

pub(super) const PATH: &str = "/api/webhooks/resend";
/// In bytes.
const LONGEST: usize = 256 << 10;
const ARRIVE_WITHIN: Duration = Duration::from_secs(10);
/// Bad signatures per second that are answered 401. Beyond that the answer is 429.
const REFUSED: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);

#[derive(Clone)]
pub(super) struct Webhook {
    context: Context,
    secrets: Secrets,
    inbox: Inbox,
    metrics: Arc<Metrics>,
    refused: Arc<DefaultDirectRateLimiter>,
}

impl Webhook {
    /// Without a secret there is no webhook.
    pub(super) fn new(context: &Context, metrics: Arc<Metrics>) -> Option<Self> {
        let secrets = context.sync.secrets.clone()?;
        let (context, inbox) = (context.clone(), Inbox::open(context.clone(), Arc::clone(&metrics)));
        Some(Self {
            context,
            secrets,
            inbox,
            metrics,
            refused: Arc::new(RateLimiter::direct(Quota::per_second(REFUSED))),
        })
    }
}

/// Method and length, then headers, time and signature over the raw bytes, and then one row. Nothing is parsed before the signature
/// is right.
pub(super) async fn receive(State(webhook): State<Webhook>, request: Request) -> Response {
    let (status, outcome) = webhook.take_in(request).await;
    webhook.metrics.webhook(outcome);
    match status {
        StatusCode::OK => Json(json!({})).into_response(),
        StatusCode::METHOD_NOT_ALLOWED => (status, [(header::ALLOW, HeaderValue::from_static("POST"))]).into_response(),
        // Those who were not read to their end cannot be followed by another request.
        StatusCode::PAYLOAD_TOO_LARGE => {
            (status, [(header::CONNECTION, HeaderValue::from_static("close"))]).into_response()
        }
        status => status.into_response(),
    }
}

impl Webhook {
    /// The answer, and what happened in a word.
    async fn take_in(&self, request: Request) -> (StatusCode, &'static str) {
        if request.method() != Method::POST {
            return (StatusCode::METHOD_NOT_ALLOWED, "malformed");
        }
        let (parts, body) = request.into_parts();
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: usize| length > LONGEST) {
            return (StatusCode::PAYLOAD_TOO_LARGE, "malformed");
        }
        let body = match timeout(ARRIVE_WITHIN, to_bytes(body, LONGEST)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, "malformed"),
            Err(_) => return (StatusCode::REQUEST_TIMEOUT, "malformed"),
        };
        let Some(id) = self.verify(&parts.headers, &body) else {
            let is_flood = self.refused.check().is_err();
            let status = if is_flood { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNAUTHORIZED };
            return (status, "refused");
        };
        // The signature is over text.
        let body = String::from_utf8(body.into()).unwrap_or_default();
        if self.inbox.put(id, body).await {
            (StatusCode::OK, "stored")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "busy")
        }
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        let all = |name: &HeaderName| headers.get_all(name).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>();
        let [id, timestamp, signature] =
            ["svix-id", "svix-timestamp", "svix-signature"].map(|name| all(&HeaderName::from_static(name)));
        let headers = signature::Headers { id: &id, timestamp: &timestamp, signature: &signature };
        signature::verify(&self.secrets, headers, body, self.context.now()).map(str::to_owned)
    }
}
