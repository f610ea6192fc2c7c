//! `adminAudience.getSyncStatus`: where sync with the mail service stands.

use chrono::{DateTime, Utc};
use domain::{mail::SuppressionReason, segment::SegmentType};
use schemars::JsonSchema;
use segmentation_engine::sync::status::{SyncStatus, status};
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::MethodError,
    method::Method,
    wire::sync::{SegmentSync, SyncRun},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSyncStatusParams {}

/// Where sync stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSyncStatusResult {
    /// Whether the server has a key of the mail service. Without one, `runSync` is refused.
    configured: bool,
    /// Whether all syncs are paused.
    paused: bool,
    /// Stands in the names of our segments at the mail service.
    installation: String,
    /// Requests in a second.
    rate: SyncRate,
    /// What the mail service says back.
    webhook: WebhookStatus,
    /// Contacts of erased people that are still to be deleted at the mail service.
    erasures: PendingErasures,
    /// Contacts at the mail service that are known.
    contacts: ContactCounts,
    /// Addresses that must not get mail, by reason. Reasons without any are left out.
    suppressed: Vec<SuppressedAddresses>,
    /// Segments that are synced, or whose removal is not done.
    segments: Vec<SyncOfSegment>,
    /// Why the latest sync failed. Null if it did not.
    failure: Option<String>,
    /// When it failed.
    failed_at: Option<DateTime<Utc>>,
    /// The active sync. Null if there is none.
    active_run: Option<SyncRun>,
    /// The latest sync that is not active. Null if there is none.
    last_run: Option<SyncRun>,
}

/// Requests in a second.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncRate {
    /// What the mail service allows the whole account. Null until a sync was told.
    limit: Option<u32>,
    /// What the server is configured to send at most. Null for half of the limit.
    ours: Option<u32>,
}

/// What the mail service says back.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookStatus {
    /// Whether the server has a secret. Without one, nothing comes back.
    configured: bool,
    /// What the mail service said about the webhook at the latest full sync. Null if it does not know it.
    state: Option<String>,
    /// The time of the latest event. Null if none has arrived.
    last_event_at: Option<DateTime<Utc>>,
    /// Number of events that wait to be applied.
    waiting: u64,
    /// Number of events that could not be applied.
    failed: u64,
}

/// Erasures that the mail service does not know of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PendingErasures {
    /// Number of contacts.
    pending: u64,
    /// Since when the oldest waits. Null if none does.
    oldest: Option<DateTime<Utc>>,
}

/// Contacts at the mail service.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactCounts {
    /// Made by a sync.
    here: u64,
    /// Made by others.
    elsewhere: u64,
    /// Addresses that the mail service refused.
    refused: u64,
}

/// Addresses that must not get mail for one reason.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuppressedAddresses {
    /// The reason.
    reason: SuppressionReason,
    /// Number of addresses.
    count: u64,
}

/// A synced segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncOfSegment {
    /// The segment's type.
    segment_type: SegmentType,
    /// The segment's value, unique within its type.
    segment_value: String,
    /// How it is synced.
    sync: SegmentSync,
}

pub(crate) struct GetSyncStatus;

impl Method for GetSyncStatus {
    const NAME: &'static str = "adminAudience.getSyncStatus";
    const SUMMARY: &'static str = "Shows where sync with the mail service stands";
    const EXAMPLE: &'static str = include_str!("get_sync_status.example.json");
    type Params = GetSyncStatusParams;
    type Result = GetSyncStatusResult;

    async fn call(call: &Call, _: GetSyncStatusParams) -> Result<GetSyncStatusResult, MethodError> {
        Ok(result(call, status(call.database()).await?))
    }
}

fn result(call: &Call, status: SyncStatus) -> GetSyncStatusResult {
    let (settings, destination) = (&call.context.sync, status.destination);
    let segments = status.segments.into_iter().map(|synced| SyncOfSegment {
        segment_type: synced.sync.key.kind,
        segment_value: synced.sync.key.value.clone(),
        sync: synced.into(),
    });
    GetSyncStatusResult {
        configured: settings.client.is_some(),
        paused: destination.is_paused,
        installation: destination.installation,
        rate: SyncRate {
            limit: destination.rate_limit,
            ours: settings.client.as_ref().and_then(|client| client.max_rate),
        },
        webhook: WebhookStatus {
            configured: settings.secrets.is_some(),
            state: destination.webhook_state,
            last_event_at: destination.last_event_at,
            waiting: status.events.waiting,
            failed: status.events.failed,
        },
        erasures: PendingErasures { pending: status.erasures.count, oldest: status.erasures.oldest },
        contacts: ContactCounts {
            here: status.contacts.here,
            elsewhere: status.contacts.elsewhere,
            refused: status.contacts.refused,
        },
        suppressed: status
            .suppressed
            .into_iter()
            .map(|(reason, count)| SuppressedAddresses { reason, count })
            .collect(),
        segments: segments.collect(),
        failure: destination.failure,
        failed_at: destination.failed_at,
        active_run: status.active.map(SyncRun::from),
        last_run: status.last.map(SyncRun::from),
    }
}
