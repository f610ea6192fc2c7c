//! `/metrics` in the Prometheus text format: calls, and what the engine did last. Labels are names of methods, error
//! codes and segments, never a caller or a person.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use segmentation_engine::{metrics::stored, sync::events::Ended};

use crate::{context::Context, periodic};

const CALLS: &str = "audience_rpc_calls_total";
const WEBHOOK_REQUESTS: &str = "audience_webhook_requests_total";
const WEBHOOK_EVENTS: &str = "audience_webhook_events_total";
const CALL_SECONDS: &str = "audience_rpc_call_duration_seconds";

/// From a lookup by key to the longest allowed call.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];
/// How often samples are moved into buckets. Until then each call takes 8 bytes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Not a global recorder, so that each server in a test has its own.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Metrics {
    pub(crate) fn new() -> Arc<Self> {
        // Fails only for an empty list. Without buckets, quantiles are reported.
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let metrics = Arc::new(Self { handle: recorder.handle(), recorder });
        with_local_recorder(&metrics.recorder, describe_calls);
        periodic::spawn(UPKEEP, &metrics, |metrics| metrics.handle.run_upkeep());
        metrics
    }

    /// Counts a call, with the error code if it failed.
    pub(crate) fn answered(&self, method: &'static str, error: Option<i32>, took: Duration) {
        let code = error.map_or_else(|| "ok".to_owned(), |code| code.to_string());
        with_local_recorder(&self.recorder, || {
            counter!(CALLS, "method" => method, "code" => code).increment(1);
            histogram!(CALL_SECONDS, "method" => method).record(took);
        });
    }

    /// Counts a request of the mail service.
    pub(crate) fn webhook(&self, outcome: &'static str) {
        with_local_recorder(&self.recorder, || counter!(WEBHOOK_REQUESTS, "outcome" => outcome).increment(1));
    }

    /// Counts events of the mail service that were applied, or will not be.
    pub(crate) fn events(&self, ended: Ended) {
        with_local_recorder(&self.recorder, || {
            for ((kind, outcome), count) in ended {
                counter!(WEBHOOK_EVENTS, "type" => kind, "outcome" => outcome.as_str()).increment(count);
            }
        });
    }
}

fn describe_calls() {
    describe_counter!(WEBHOOK_REQUESTS, "Requests of the mail service: stored, busy, refused or malformed");
    describe_counter!(WEBHOOK_EVENTS, "Events of the mail service by type and outcome: done, ignored or failed");
    describe_counter!(CALLS, "RPC calls by method, and by error code or ok");
    describe_histogram!(CALL_SECONDS, Unit::Seconds, "Duration of RPC calls by method");
}

#[derive(Clone)]
pub(crate) struct Scraped {
    pub(crate) context: Context,
    pub(crate) metrics: Arc<Metrics>,
}

/// Answers 503 if the database is unreachable, so that the scrape fails instead of reporting stale values.
pub(crate) async fn scrape(State(scraped): State<Scraped>) -> Response {
    match stored(&scraped.context.database).await {
        Ok(stored) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, scraped.metrics.handle.render() + &stored).into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}
