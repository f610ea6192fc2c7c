//! `/metrics`, in the text format of Prometheus: what was called, and what the engine last did. Labels are names of
//! methods, codes and segments; never a caller or a person.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use segmentation_engine::metrics::stored;

use crate::{context::Context, periodic};

const CALLS: &str = "audience_rpc_calls_total";
const CALL_SECONDS: &str = "audience_rpc_call_duration_seconds";

/// From a lookup by key to the longest answer that is waited for.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];
/// How often what was measured is put into its buckets; until then each call takes 8 bytes.
const UPKEEP: Duration = Duration::from_secs(5);

/// What is measured. Not the process's own: each server of a test has one for itself.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Metrics {
    /// Nothing measured so far.
    pub(crate) fn new() -> Arc<Self> {
        // Refused for an empty list only; without buckets there are quantiles in their place.
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let metrics = Arc::new(Self { handle: recorder.handle(), recorder });
        with_local_recorder(&metrics.recorder, describe_calls);
        periodic::spawn(UPKEEP, &metrics, |metrics| metrics.handle.run_upkeep());
        metrics
    }

    /// A call was answered: with a result, or with the code of an error.
    pub(crate) fn answered(&self, method: &'static str, error: Option<i32>, took: Duration) {
        let code = error.map_or_else(|| "ok".to_owned(), |code| code.to_string());
        with_local_recorder(&self.recorder, || {
            counter!(CALLS, "method" => method, "code" => code).increment(1);
            histogram!(CALL_SECONDS, "method" => method).record(took);
        });
    }
}

fn describe_calls() {
    describe_counter!(CALLS, "Calls answered, by method and by the code of the error or ok");
    describe_histogram!(CALL_SECONDS, Unit::Seconds, "How long calls took, by method");
}

/// What `/metrics` needs.
#[derive(Clone)]
pub(crate) struct Scraped {
    pub(crate) context: Context,
    pub(crate) metrics: Arc<Metrics>,
}

/// GET. A database that is away is said by the status, so that a scrape fails rather than shows what was once true.
pub(crate) async fn scrape(State(scraped): State<Scraped>) -> Response {
    match stored(&scraped.context.database).await {
        Ok(stored) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, scraped.metrics.handle.render() + &stored).into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}
