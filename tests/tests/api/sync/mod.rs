//! Sync with a mail service, one file per method.

mod clear_suppression;
mod get_engagement;
mod get_suppressions;
mod get_sync_drift;
mod get_sync_run;
mod get_sync_status;
mod list_sync_runs;
mod preview_segment_sync;
mod run_sync;
mod set_segment_sync;
mod set_sync_paused;
mod webhook;

use integration_tests::{Api, MailWorld, now};
use serde_json::{Value as Json, json};

/// The API with the stand-in as its mail service.
async fn api(mail: &MailWorld) -> Api {
    Api::with_mail(&mail.world, now(), mail.settings()).await
}

async fn of_free(mail: &MailWorld) -> Json {
    let status = api(mail).await.call("adminAudience.getSyncStatus", json!({})).await.expect("a status");
    status["segments"][0]["sync"].clone()
}
