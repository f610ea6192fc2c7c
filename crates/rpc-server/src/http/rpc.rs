//! `/rpc`: POST and WebSocket, dispatched by jsonrpsee behind the gate.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{Extensions, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jsonrpsee::{
    Methods,
    core::middleware::RpcServiceBuilder,
    server::{
        BatchRequestConfig, PingConfig, Server, ServerConfig, StopHandle, TowerServiceBuilder, ws::is_upgrade_request,
    },
    types::{ErrorCode, ErrorObjectOwned, Id, TwoPointZero, error::reject_too_big_request},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{json, value::RawValue};
use tokio::time::{Instant, timeout_at};
use tower::{
    Service,
    layer::util::{Identity, Stack},
};

use super::{
    connection::{Activity, ArriveBy, Peer},
    options::Options,
    sockets::{Socket, Sockets},
};
use crate::{
    auth::{Caller, Credential},
    errors::{ErrorKind, MethodError},
    gate::{Admission, Gate, NoResponse, Rejection, SocketCalls, is_long},
    request_id::RequestId,
};

pub(super) const PATH: &str = "/rpc";
/// Unread answers per WebSocket.
const QUEUED_ANSWERS: u32 = 16;
/// How often to ping the client of a WebSocket, and how long the answer may take.
const PING: Duration = Duration::from_secs(30);
/// `Retry-After` for a refused WebSocket, in seconds.
const SOCKET_RETRY: u64 = 10;

#[derive(Clone)]
pub(super) struct GateLayer(Arc<Admission>);

impl<S> tower::Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate { inner, admission: self.0.clone() }
    }
}

#[derive(Clone)]
pub(super) struct Rpc {
    builder: TowerServiceBuilder<Stack<GateLayer, Identity>, Identity>,
    methods: Methods,
    stop: StopHandle,
    admission: Arc<Admission>,
    sockets: Sockets,
    arrive_within: Duration,
    body_bytes: usize,
}

impl Rpc {
    pub(super) fn new(methods: Methods, admission: Arc<Admission>, options: &Options, stop: StopHandle) -> Self {
        let config = ServerConfig::builder()
            .max_request_body_size(options.body_bytes)
            .max_response_body_size(u32::try_from(options.limits.answer_bytes).unwrap_or(u32::MAX))
            .set_batch_request_config(BatchRequestConfig::Limit(options.batch_items))
            // jsonrpsee limits requests and sockets of all callers together; ours are limited per caller and address.
            .max_connections(u32::MAX >> 4)
            .set_message_buffer_capacity(QUEUED_ANSWERS)
            .enable_ws_ping(PingConfig::new().ping_interval(PING).inactive_limit(PING).max_failures(2))
            .build();
        let middleware = RpcServiceBuilder::new().layer(GateLayer(admission.clone()));
        Self {
            builder: Server::builder().set_config(config).set_rpc_middleware(middleware).to_service_builder(),
            methods,
            stop,
            admission,
            sockets: Sockets::new(options.sockets_per_address),
            arrive_within: options.arrive_within,
            body_bytes: options.body_bytes as usize,
        }
    }

    pub(super) fn into_handler(
        self,
    ) -> impl Fn(Request) -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + Sync + 'static
    {
        move |request| Box::pin(self.clone().answer(request))
    }

    async fn answer(self, mut request: Request) -> Response {
        if let Some(credential) = credential(&request) {
            request.extensions_mut().insert(credential);
        }
        // At trace level jsonrpsee logs the headers of a request, including the token.
        request.headers_mut().values_mut().for_each(|value| value.set_sensitive(true));
        let (request, socket) = if is_upgrade_request(&request) {
            match self.open_socket(&mut request).await {
                Ok(socket) => (request, Some(socket)),
                Err(refusal) => return refusal,
            }
        } else {
            match self.read(request).await {
                Ok(request) => (request, None),
                Err(refusal) => return refusal,
            }
        };
        let mut service = self.builder.build(self.methods, self.stop);
        if let Some(socket) = socket {
            let closed = service.on_session_closed();
            tokio::spawn(async move {
                closed.await;
                drop(socket);
            });
        }
        let mut response = match service.call(request).await {
            Ok(response) => response.map(Body::new),
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
        if response.extensions_mut().remove::<NoResponse>().is_some() {
            return StatusCode::NO_CONTENT.into_response();
        }
        say_refusal(&mut response);
        response
    }

    /// The caller, by the headers alone.
    async fn caller(&self, extensions: &Extensions) -> Result<Caller, Response> {
        let begun = Instant::now();
        self.admission.authenticate(extensions.get::<Credential>()).await.map_err(|error| {
            self.admission.refused_unread(&error, extensions.get::<RequestId>(), begun.elapsed());
            rejected(error)
        })
    }

    /// Without a valid token nothing is read. The gate authenticates each call again, since the token may be revoked while
    /// the body arrives.
    async fn read(&self, request: Request) -> Result<Request, Response> {
        self.caller(request.extensions()).await?;
        self.whole(request).await
    }

    /// A WebSocket needs a valid token.
    async fn open_socket(&self, request: &mut Request) -> Result<Socket, Response> {
        let caller = self.caller(request.extensions()).await?;
        let address = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        let socket = self.sockets.open(&caller.principal, address).map_err(|too_many| {
            rejected(MethodError::TooManyRequests { limit: too_many.to_string(), retry_after: SOCKET_RETRY })
        })?;
        request.extensions_mut().insert(SocketCalls::default());
        Ok(socket)
    }

    /// The request with its whole body, if that arrives in time.
    async fn whole(&self, request: Request) -> Result<Request, Response> {
        let (parts, body) = request.into_parts();
        let arrive_by = parts.extensions.get::<ArriveBy>().map(|by| by.0);
        let arrive_by = arrive_by.unwrap_or_else(|| Instant::now() + self.arrive_within);
        let bytes = timeout_at(arrive_by, to_bytes(body, self.body_bytes)).await;
        // Otherwise the rest of a body that is too large is still arriving.
        if let Some(activity) = parts.extensions.get::<Activity>().filter(|_| !matches!(bytes, Ok(Err(_)))) {
            activity.request_arrived();
        }
        match bytes {
            Ok(Ok(bytes)) if is_no_text(&bytes) => Err(refusal(ErrorCode::ParseError.into())),
            Ok(Ok(bytes)) if is_json_but_no_request(&bytes) => Err(refusal(ErrorCode::InvalidRequest.into())),
            Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(with_visible_faults(bytes)))),
            Ok(Err(_)) => {
                let error = reject_too_big_request(u32::try_from(self.body_bytes).unwrap_or(u32::MAX));
                Err((StatusCode::PAYLOAD_TOO_LARGE, refusal(error)).into_response())
            }
            Err(_) => Err(StatusCode::REQUEST_TIMEOUT.into_response()),
        }
    }
}

/// An answer to a request whose id is unknown.
fn refusal(error: ErrorObjectOwned) -> Response {
    axum::Json(json!({"jsonrpc": "2.0", "error": error, "id": null})).into_response()
}

/// The same for a rejected request, with an HTTP status.
fn rejected(error: MethodError) -> Response {
    let rejection = Rejection::of(&error);
    let mut response = refusal(error.into());
    response.extensions_mut().insert(rejection);
    say_refusal(&mut response);
    response
}

/// jsonrpsee would report bytes that are not UTF-8 as an invalid request, and answer an empty body with its own status.
fn is_no_text(body: &[u8]) -> bool {
    std::str::from_utf8(body).map_or(true, |text| text.trim_ascii().is_empty())
}

/// The required parts of a request.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(rename = "jsonrpc")]
    _version: TwoPointZero,
    #[serde(rename = "method")]
    _method: String,
    /// `None` for a notification.
    #[serde(borrow, default)]
    id: Option<Id<'a>>,
}

/// The answer repeats the id, so its length is limited.
fn is_request(text: &[u8]) -> bool {
    serde_json::from_slice::<Shape<'_>>(text).is_ok_and(|shape| !shape.id.as_ref().is_some_and(is_long))
}

/// jsonrpsee reports JSON that is not a request as malformed JSON, and treats a request whose id it cannot represent (a
/// negative number, a fraction, a list) as a notification, which gets no answer.
fn is_json_but_no_request(body: &[u8]) -> bool {
    let is_batch = body.trim_ascii_start().starts_with(b"[");
    !is_batch && !is_request(body) && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Rewrites invalid items of a batch, which jsonrpsee would treat as notifications, so that they are answered as
/// invalid.
fn with_visible_faults(body: Bytes) -> Bytes {
    let Ok(items) = serde_json::from_slice::<Vec<&RawValue>>(&body) else { return body };
    let is_request = |item: &&RawValue| is_request(item.get().as_bytes());
    if items.iter().all(is_request) {
        return body;
    }
    let items: Vec<_> = items.iter().map(|item| if is_request(item) { item.get() } else { "0" }).collect();
    format!("[{}]", items.join(",")).into()
}

fn credential(request: &Request) -> Option<Credential> {
    let authorization = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    Credential::from_header(authorization)
}

/// Sets the HTTP status of a refused single call, for clients and proxies that look only at the status.
fn say_refusal(response: &mut Response<Body>) {
    let Some(refused) = response.extensions_mut().remove::<Rejection>() else { return };
    *response.status_mut() = match refused.code {
        code if code == ErrorKind::NotAuthenticated.code() => StatusCode::UNAUTHORIZED,
        code if code == ErrorKind::NotAllowed.code() => StatusCode::FORBIDDEN,
        code if code == ErrorKind::TooManyRequests.code() => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let headers = response.headers_mut();
    if refused.code == ErrorKind::NotAuthenticated.code() {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = refused.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}
