//! A sync begins with the lease.

use std::sync::Arc;

use domain::instant::Instant;
use persistence::{
    Database,
    runs::LEASE,
    sync::runs::{self, NewSync, REQUEST_MARGIN, SyncId},
};
use resend::{Client, Gate, signature::Secrets};
use serde_json::json;

use super::{error::SyncError, options::SyncOptions, settings::SyncSettings};
use crate::{audit::Audit, support::failpoints::point, support::retry::with_retry};

/// A sync that holds the lease.
pub struct StartedSync {
    pub(super) id: SyncId,
    pub(super) options: SyncOptions,
    pub(super) client: Client,
    pub(super) gate: Arc<Gate>,
    pub(super) sends_names: bool,
    pub(super) secrets: Option<Secrets>,
}

/// Takes the lease, with an audit entry. Call [`StartedSync::execute`] next; otherwise the lease expires.
pub async fn start(
    database: &Database,
    settings: &SyncSettings,
    options: SyncOptions,
    (audit, at): (&Audit, Instant),
) -> Result<StartedSync, SyncError> {
    let config = settings.client.as_ref().ok_or(SyncError::NotConfigured)?;
    point("sync_before_lease");
    let new =
        NewSync { trigger: options.trigger, mode: options.mode, owner: format!("process {}", std::process::id()) };
    let detail = json!({"mode": options.mode, "allowShrink": options.allow_shrink});
    let entry = audit.entry(at, None, Some(detail));
    let since = tokio::time::Instant::now();
    let begin = || async { Ok::<_, SyncError>(runs::begin(database, &new, Some(entry.clone())).await?) };
    let id = with_retry(begin).await?;
    point("sync_after_lease");
    let gate = Gate::new(LEASE.saturating_sub(since.elapsed()), REQUEST_MARGIN);
    let gate = Arc::new(gate.with_budget(options.max_requests.unwrap_or(u64::MAX)));
    let client = Client::new(config, Arc::clone(&gate)).map_err(|_| SyncError::NoTls)?.with_patience(settings.patience);
    let (sends_names, secrets) = (settings.sends_names, settings.secrets.clone());
    Ok(StartedSync { id, options, client, gate, sends_names, secrets })
}
