//! `/api/cron/auto-segment`: GET for a scheduler with the secret, POST for an admin. Both run the engine on all users
//! and answer when it is done.

use domain::run::RunTrigger;
use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use persistence::runs::LeaseError;
use secrecy::ExposeSecret;
use segmentation_engine::{
    audit::Audit,
    run::{self, NoObserver, RunError, RunReport},
};
use serde_json::json;
use subtle::ConstantTimeEq;
use tracing::{Instrument, error, info_span};

use super::options::Scheduler;
use crate::{
    auth::{Credential, token},
    context::Context,
    errors::{ErrorKind, MethodError},
    gate::{Admission, InFlight},
    request_id::RequestId,
};

/// Also in the audit log.
pub(super) const PATH: &str = "/api/cron/auto-segment";

#[derive(Clone)]
pub(super) struct Cron {
    pub(super) context: Context,
    pub(super) admission: Arc<Admission>,
    pub(super) scheduler: Scheduler,
}

/// GET: the scheduler.
pub(super) async fn by_schedule(
    State(cron): State<Cron>,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    let is_scheduler = match &cron.scheduler {
        Scheduler::Anyone => true,
        Scheduler::Bearing(secret) => {
            credential(&headers).is_some_and(|given| is_same(secret.expose_secret(), given.expose()))
        }
    };
    if !is_scheduler {
        return refusal(StatusCode::UNAUTHORIZED, "A valid cron secret is required");
    }
    run(cron.context, RunTrigger::Cron, "cron".into(), request, None).await
}

/// Without this, HEAD would be handled like GET, but it must be safe.
pub(super) async fn by_nobody() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// POST: an admin, through the same gate as `/rpc`.
pub(super) async fn by_admin(
    State(cron): State<Cron>,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    match cron.admission.admit(PATH, credential(&headers).as_ref()).await {
        Ok((caller, in_flight)) => run(cron.context, RunTrigger::Admin, caller.subject, request, Some(in_flight)).await,
        Err(MethodError::TooManyRequests { limit, retry_after }) => {
            let refusal = refusal(StatusCode::TOO_MANY_REQUESTS, &format!("Too many requests: {limit}"));
            ([(header::RETRY_AFTER, HeaderValue::from(retry_after))], refusal).into_response()
        }
        Err(refused) => refusal(status(refused.kind()), refused.kind().message()),
    }
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotAuthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::NotAllowed => StatusCode::FORBIDDEN,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn credential(headers: &HeaderMap) -> Option<Credential> {
    Credential::from_header(headers.get(header::AUTHORIZATION)?.to_str().ok()?)
}

/// Compares hashes in constant time, so that the time reveals neither content nor length.
fn is_same(secret: &str, given: &str) -> bool {
    token::hash(secret).as_bytes().ct_eq(token::hash(given).as_bytes()).into()
}

/// In its own task, so that a scheduler that disconnects does not interrupt the run.
async fn run(
    context: Context,
    trigger: RunTrigger,
    actor: String,
    request: RequestId,
    in_flight: Option<InFlight>,
) -> Response {
    let span = info_span!("run", request = request.0);
    let background = context.background.clone();
    let work = async move {
        let _in_flight = in_flight;
        let audit = Audit { actor, action: "runAutoSegmentation".into(), request_id: Some(request.0), shell: None };
        let options = context.run_options(trigger);
        let started = run::start(&context.database, &options, (&audit, context.now()), json!({"path": PATH})).await?;
        started.execute(&context.database, &NoObserver).await
    };
    match background.spawn(work.instrument(span)).await {
        Ok(Ok(report)) => Json(answer(&report)).into_response(),
        Ok(Err(RunError::Lease(LeaseError::Active { run }))) => {
            let body = json!({"success": false, "message": format!("Run {run} is active"), "runId": run});
            (StatusCode::CONFLICT, Json(body)).into_response()
        }
        Ok(Err(RunError::Lease(backwards @ (LeaseError::Backwards { .. } | LeaseError::BehindChange { .. })))) => {
            refusal(StatusCode::CONFLICT, &backwards.to_string())
        }
        Ok(Err(_)) | Err(_) => {
            error!("a scheduled run did not finish");
            refusal(StatusCode::SERVICE_UNAVAILABLE, "the run did not finish: try again")
        }
    }
}

fn answer(report: &RunReport) -> serde_json::Value {
    json!({
        "success": true,
        "message": "Auto-segmentation completed successfully",
        "result": {
            "totalUsersProcessed": report.users_processed,
            "segmentsCreated": report.entered,
            "segmentsRemoved": report.left,
            "errors": report.errors(),
            "issues": report.issues,
            "issueCount": report.issue_count,
            "duration": report.duration_ms,
        },
    })
}

fn refusal(status: StatusCode, message: &str) -> Response {
    let mut response = (status, Json(json!({"success": false, "message": message}))).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
