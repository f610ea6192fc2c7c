//! The gate: every call passes it, alone, in a batch, or over a WebSocket. It asks who calls, whether the role suffices, and
//! whether the caller calls too often; what takes too long is answered in time.

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
};

/// The longest id of a request, in bytes.
const LONGEST_ID: usize = 256;
/// How many calls of one WebSocket are answered at the same time.
const CALLS_PER_SOCKET: usize = 16;

/// Limits of the gate.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls that one caller may make in a minute; items of a batch count one by one.
    pub calls_per_minute: NonZeroU32,
    /// How long a caller waits at most for an answer.
    pub answer_within: Duration,
    /// The largest answer, in bytes.
    pub answer_bytes: usize,
}

/// Who may call what, and how often.
pub(crate) struct Admission {
    context: Context,
    authenticator: Authenticator,
    roles: HashMap<&'static str, Role>,
    rate: DefaultKeyedRateLimiter<String>,
    limits: Limits,
    metrics: Arc<Metrics>,
}

impl Admission {
    /// `roles` has the least role for each method.
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
            limits,
        }
    }

    /// Who calls, if the call may go on. A method that does not exist is answered only to those who are known.
    pub(crate) async fn admit(&self, method: &str, credential: Option<&Credential>) -> Result<Caller, MethodError> {
        let caller = self.authenticate(credential).await?;
        self.rate.check_key(&caller.principal).map_err(|wait| {
            let wait = wait.wait_time_from(DefaultClock::default().now());
            MethodError::TooManyRequests { retry_after: wait.as_secs() + 1 }
        })?;
        if self.roles.get(method).is_some_and(|role| caller.role < *role) {
            return Err(MethodError::NotAllowed);
        }
        Ok(caller)
    }

    pub(crate) async fn authenticate(&self, credential: Option<&Credential>) -> Result<Caller, MethodError> {
        let connection = self.context.database.connection();
        self.authenticator.authenticate(connection, credential, self.context.now()).await
    }

    /// Forgets callers who have not called for so long that their rate does not matter.
    pub(crate) fn forget_idle_callers(&self) {
        self.rate.retain_recent();
    }

    /// The name of a method as the log and the metrics show it: callers must not be able to fill them with names.
    fn known(&self, method: &str) -> &'static str {
        self.roles.get_key_value(method).map_or("unknown", |(name, _)| name)
    }
}

/// Why a call that came alone was refused: the HTTP layer says so in its own terms too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rejection {
    pub(crate) code: i32,
    pub(crate) retry_after: Option<u64>,
}

impl Rejection {
    pub(crate) fn of(error: &MethodError) -> Self {
        let retry_after = match error {
            MethodError::TooManyRequests { retry_after } => Some(*retry_after),
            _ => None,
        };
        Self { code: error.kind().code(), retry_after }
    }
}

/// Calls of one WebSocket that are under way. jsonrpsee reads on whatever is not answered yet.
#[derive(Debug, Clone)]
pub(crate) struct SocketCalls(Arc<Semaphore>);

impl Default for SocketCalls {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(CALLS_PER_SOCKET)))
    }
}

/// Whether an id is too long to be repeated.
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

/// The gate before the dispatcher.
#[derive(Clone)]
pub(crate) struct Gate<S> {
    pub(crate) inner: S,
    pub(crate) admission: Arc<Admission>,
}

impl<S> Gate<S>
where
    S: RpcServiceT<MethodResponse = MethodResponse> + Send + Sync + Clone + 'static,
{
    /// Lets a call through or refuses it, and says in the log and in the metrics how it went.
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
            Some(Err(_)) => return refuse(id, MethodError::TooManyRequests { retry_after: 1 }),
            Some(Ok(permit)) => Some(permit),
            None => None,
        };
        let credential = request.extensions().get::<Credential>().cloned();
        match self.admission.admit(request.method_name(), credential.as_ref()).await {
            Ok(caller) => request.extensions_mut().insert(caller),
            Err(refusal) => return refuse(id, refusal),
        };
        // The work itself is a task of its own and goes on; only the waiting ends.
        match tokio::time::timeout(self.admission.limits.answer_within, self.inner.call(request)).await {
            Ok(response) => response,
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

    /// jsonrpsee applies no middleware to the items of a batch, so they are taken through the gate here, one by one.
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

    /// A notification asks for nothing and does nothing: no method of ours is worth calling without its answer.
    fn notification<'a>(&self, _: Notification<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        std::future::ready(no_response())
    }
}
