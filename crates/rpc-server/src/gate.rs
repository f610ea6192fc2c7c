//! The gate, which every call passes, alone, in a batch or over a WebSocket. It checks the caller, the role and the
//! rate, and answers in time if a call takes too long.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use jsonrpsee::{
    MethodResponse,
    core::{
        middleware::{Batch, BatchEntry, Notification, RpcServiceT},
        server::BatchResponseBuilder,
    },
    types::{ErrorCode, ErrorObjectOwned, Id, Request},
};

use tokio::sync::Semaphore;
use tracing::{Instrument, info, info_span};

use crate::{
    auth::{Authenticator, Caller, Credential, Role},
    context::Context,
    errors::MethodError,
    metrics::Metrics,
    request_id::RequestId,
    shares::{Share, Shares},
};

/// In bytes.
const LONGEST_ID: usize = 256;
/// Concurrent calls per WebSocket.
const CALLS_PER_SOCKET: usize = 16;
/// The method in the log and the metrics if it is not known.
const UNKNOWN: &str = "unknown";
/// When to try again if too many calls are in flight, in seconds.
const RETRY_IN_FLIGHT: u64 = 1;

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Per caller. Items of a batch count one by one.
    pub calls_per_minute: NonZeroU32,
    /// Per caller, over all connections.
    pub calls_at_once: usize,
    /// The longest time until an answer.
    pub answer_within: Duration,
    pub answer_bytes: usize,
}

pub(crate) struct Admission {
    context: Context,
    authenticator: Authenticator,
    roles: HashMap<&'static str, Role>,
    rate: DefaultKeyedRateLimiter<String>,
    in_flight: Arc<Shares<String>>,
    limits: Limits,
    metrics: Arc<Metrics>,
}

impl Admission {
    /// `roles` has the lowest role of each method.
    pub(crate) fn new(
        context: Context,
        authenticator: Authenticator,
        limits: Limits,
        roles: HashMap<&'static str, Role>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            metrics,
            context,
            authenticator,
            roles,
            rate: RateLimiter::keyed(Quota::per_minute(limits.calls_per_minute)),
            in_flight: Shares::new(limits.calls_at_once),
            limits,
        }
    }

    /// The caller, if the call is admitted. Only authenticated callers learn that a method does not exist.
    pub(crate) async fn admit(
        &self,
        method: &str,
        credential: Option<&Credential>,
    ) -> Result<(Caller, InFlight), MethodError> {
        let caller = self.authenticate(credential).await?;
        self.rate.check_key(&caller.principal).map_err(|wait| {
            let wait = wait.wait_time_from(DefaultClock::default().now());
            let limit = format!("this caller may make {} calls per minute", self.limits.calls_per_minute);
            MethodError::TooManyRequests { limit, retry_after: wait.as_secs() + 1 }
        })?;
        if self.roles.get(method).is_some_and(|role| caller.role < *role) {
            return Err(MethodError::NotAllowed);
        }
        let share = self.in_flight.take(caller.principal.clone()).ok_or_else(|| {
            let limit = format!("this caller may have {} calls in flight at once", self.in_flight.limit());
            MethodError::TooManyRequests { limit, retry_after: RETRY_IN_FLIGHT }
        })?;
        Ok((caller, InFlight { _share: Arc::new(share) }))
    }

    pub(crate) async fn authenticate(&self, credential: Option<&Credential>) -> Result<Caller, MethodError> {
        let connection = self.context.database.connection();
        self.authenticator.authenticate(connection, credential, self.context.now()).await
    }

    /// Logs and counts a request that was refused before it was read.
    pub(crate) fn refused_unread(&self, error: &MethodError, id: Option<&RequestId>, took: Duration) {
        let code = error.kind().code();
        self.metrics.answered(UNKNOWN, Some(code), took);
        info!(request = id.map(|id| &*id.0), error = code, "refused");
    }

    /// Forgets callers whose last call no longer affects their rate.
    pub(crate) fn forget_idle_callers(&self) {
        self.rate.retain_recent();
    }

    /// The method's name for the log and the metrics. Unknown names are replaced, so that callers cannot fill them.
    fn known(&self, method: &str) -> &'static str {
        self.roles.get_key_value(method).map_or(UNKNOWN, |(name, _)| name)
    }
}

/// Why a single call was refused, for the HTTP status.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rejection {
    pub(crate) code: i32,
    pub(crate) retry_after: Option<u64>,
}

impl Rejection {
    pub(crate) fn of(error: &MethodError) -> Self {
        let retry_after = match error {
            MethodError::TooManyRequests { retry_after, .. } => Some(*retry_after),
            _ => None,
        };
        Self { code: error.kind().code(), retry_after }
    }
}

/// Counts a call as in flight until all copies are dropped. The work of a call holds one, since it continues after its
/// caller has disconnected.
#[derive(Debug, Clone)]
pub(crate) struct InFlight {
    _share: Arc<Share<String>>,
}

/// Active calls of one WebSocket, counted before the caller is authenticated. jsonrpsee itself does not limit them.
#[derive(Debug, Clone)]
pub(crate) struct SocketCalls(Arc<Semaphore>);

impl Default for SocketCalls {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(CALLS_PER_SOCKET)))
    }
}

/// Whether an id is too long to be repeated in the answer.
pub(crate) fn is_long(id: &Id<'_>) -> bool {
    matches!(id, Id::Str(text) if text.len() > LONGEST_ID)
}

/// A notification, which JSON-RPC does not respond to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoResponse;

fn no_response() -> MethodResponse {
    let mut response = MethodResponse::notification();
    response.extensions_mut().insert(NoResponse);
    response
}

#[derive(Clone)]
pub(crate) struct Gate<S> {
    pub(crate) inner: S,
    pub(crate) admission: Arc<Admission>,
}

impl<S> Gate<S>
where
    S: RpcServiceT<MethodResponse = MethodResponse> + Send + Sync + Clone + 'static,
{
    /// Admits or refuses a call, and logs and counts the result.
    async fn pass(self, request: Request<'_>) -> MethodResponse {
        let admission = self.admission.clone();
        let method = admission.known(request.method_name());
        let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
        let span = info_span!("call", request = id, method);
        let begun = Instant::now();
        let response = self.admitted(request).instrument(span.clone()).await;
        let (error, took) = (response.as_error_code(), begun.elapsed());
        admission.metrics.answered(method, error, took);
        span.in_scope(|| info!(error, ms = took.as_secs_f64() * 1e3, "answered"));
        response
    }

    async fn admitted(self, mut request: Request<'_>) -> MethodResponse {
        if is_long(&request.id()) {
            return MethodResponse::error(Id::Null, ErrorObjectOwned::from(ErrorCode::InvalidRequest));
        }
        let id = request.id().into_owned();
        let _permit = match request.extensions().get::<SocketCalls>().map(|calls| calls.0.clone().try_acquire_owned()) {
            Some(Err(_)) => {
                let limit = format!("this WebSocket may have {CALLS_PER_SOCKET} calls in flight at once");
                return refuse(id, MethodError::TooManyRequests { limit, retry_after: RETRY_IN_FLIGHT });
            }
            Some(Ok(permit)) => Some(permit),
            None => None,
        };
        let credential = request.extensions().get::<Credential>().cloned();
        match self.admission.admit(request.method_name(), credential.as_ref()).await {
            Ok((caller, in_flight)) => {
                request.extensions_mut().insert(caller);
                request.extensions_mut().insert(in_flight);
            }
            Err(refusal) => return refuse(id, refusal),
        }
        // The work continues in its own task; only the wait ends.
        match tokio::time::timeout(self.admission.limits.answer_within, self.inner.call(request)).await {
            Ok(mut response) => {
                // jsonrpsee copies the extensions of the request.
                response.extensions_mut().remove::<InFlight>();
                response
            }
            Err(_) => refuse(id, MethodError::TryAgain),
        }
    }
}

fn refuse(id: Id<'_>, refusal: MethodError) -> MethodResponse {
    let rejection = Rejection::of(&refusal);
    let mut response = MethodResponse::error(id, ErrorObjectOwned::from(refusal));
    response.extensions_mut().insert(rejection);
    response
}

impl<S> RpcServiceT for Gate<S>
where
    S: RpcServiceT<MethodResponse = MethodResponse> + Send + Sync + Clone + 'static,
{
    type MethodResponse = MethodResponse;
    type NotificationResponse = MethodResponse;
    type BatchResponse = MethodResponse;

    fn call<'a>(&self, request: Request<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        self.clone().pass(request)
    }

    /// jsonrpsee applies no middleware to the items of a batch, so each passes the gate here.
    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let gate = self.clone();
        async move {
            let mut responses = BatchResponseBuilder::new_with_limit(gate.admission.limits.answer_bytes);
            let mut notified = false;
            for entry in batch {
                let response = match entry {
                    Ok(BatchEntry::Call(request)) => gate.clone().pass(request).await,
                    Ok(BatchEntry::Notification(_)) => {
                        notified = true;
                        continue;
                    }
                    Err(refused) => {
                        let (error, id) = refused.into_parts();
                        MethodResponse::error(id, error)
                    }
                };
                if let Err(too_large) = responses.append(response) {
                    return too_large;
                }
            }
            if responses.is_empty() && notified {
                return no_response();
            }
            let mut response = MethodResponse::from_batch(responses.finish());
            response.extensions_mut().remove::<Rejection>();
            response
        }
    }

    /// Notifications do nothing: no method is useful without its answer.
    fn notification<'a>(&self, _: Notification<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        std::future::ready(no_response())
    }
}
