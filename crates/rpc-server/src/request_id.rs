//! Every request has an id: the caller's `x-request-id`, or a generated one. It appears in the response, the log and
//! the audit log.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use uuid::Uuid;

pub(crate) const NAME: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id accepted from a caller.
const MAX_LENGTH: usize = 64;

/// Letters, digits and hyphens only, so that it is safe in logs.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    fn of(request: &Request) -> Self {
        let given = request.headers().get(NAME).and_then(|value| value.to_str().ok());
        Self(given.filter(|id| is_safe(id)).map_or_else(|| Uuid::new_v4().to_string(), str::to_owned))
    }
}

fn is_safe(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(is_plain)
}

/// Adds the id to the request and the response.
pub(crate) async fn assign(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(&request);
    let header = HeaderValue::from_str(&id.0);
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(header) = header {
        response.headers_mut().insert(NAME, header);
    }
    response
}
