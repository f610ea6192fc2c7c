//! Sync of segments to a mail service.

use chrono::{DateTime, Utc};
use domain::{
    mail::{Extras, HeldReason, MailStanding, SyncCounts, SyncIssue, SyncMode, SyncState},
    run::{RunState, RunTrigger},
};
use persistence::sync::runs::{StoredSyncRun, SyncId};
use schemars::JsonSchema;
use segmentation_engine::sync::{SyncPreview, status::SyncedSegment};
use serde::Serialize;

use crate::wire::run::RunNumber;

/// How a segment is synced, and where its members stand. `members` is always `delivered` + `pending.joins` + the sum of `held`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentSync {
    /// Whether the segment is synced.
    state: SyncState,
    /// The id of the segment at the mail service. Null until it is made.
    remote_segment_id: Option<String>,
    /// Its name there, as last sent. Null until it is made, and for one that others made.
    remote_name: Option<String>,
    /// Whether it was made by a sync. One that others made is never renamed or deleted.
    made_here: bool,
    /// What a full sync does with people there whom no sync put there.
    extras: Extras,
    /// Number of current members.
    members: u64,
    /// Number of members who are in the segment at the mail service.
    delivered: u64,
    /// Members who are held back, by the reason.
    held: HeldMembers,
    /// Number of members beyond the first one of each address.
    shared_addresses: u64,
    /// What the next sync carries over.
    pending: PendingChanges,
    /// Differences that the latest full sync found.
    drift: Drift,
    /// Set if a sync would have taken out more than half of more than 100 contacts, and left them.
    held_back: Option<HeldBackSync>,
    /// When a sync last carried over all there was. Null if none has.
    synced_at: Option<DateTime<Utc>>,
    /// When a full sync last did. Null if none has.
    full_at: Option<DateTime<Utc>>,
    /// What went wrong last. Null if nothing did.
    failure: Option<String>,
}

/// Members who are held back.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeldMembers {
    /// The person or the mail service said that no mail may go there.
    suppressed: u64,
    /// No mail can be sent to the address.
    no_address: u64,
    /// The mail service refused the address.
    refused: u64,
}

/// What the next sync carries over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PendingChanges {
    /// Members to be put in.
    joins: u64,
    /// Contacts to be taken out.
    leaves: u64,
}

/// Differences between what syncs did and what is at the mail service.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drift {
    /// Contacts that a sync put there and that were not there.
    missing: u64,
    /// Contacts that were there and that no sync put there.
    extra: u64,
    /// When that was looked at. Null if it was not.
    as_of: Option<DateTime<Utc>>,
}

/// A sync that would have taken out too many.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeldBackSync {
    /// Number of contacts that would have been taken out.
    leaving: u64,
    /// Number of contacts there by then.
    delivered: u64,
}

impl From<SyncedSegment> for SegmentSync {
    fn from(SyncedSegment { sync, standings }: SyncedSegment) -> Self {
        Self {
            state: sync.state,
            remote_segment_id: sync.remote_id,
            remote_name: sync.remote_name,
            made_here: sync.made_here,
            extras: sync.extras,
            members: standings.members,
            delivered: standings.delivered,
            held: HeldMembers {
                suppressed: standings.suppressed,
                no_address: standings.no_address,
                refused: standings.refused,
            },
            shared_addresses: standings.shared_addresses,
            pending: PendingChanges { joins: standings.joining, leaves: standings.leaving },
            drift: Drift { missing: sync.missing, extra: sync.extra, as_of: sync.full_at },
            held_back: sync.held_up.map(|(leaving, delivered)| HeldBackSync { leaving, delivered }),
            synced_at: sync.synced_at,
            full_at: sync.full_at,
            failure: sync.failure,
        }
    }
}

/// What switching sync on would do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewOfSync {
    /// Number of current members.
    members: u64,
    /// Members to whose address no mail can be sent.
    without_address: u64,
    /// Members who must not get mail. They stay members and are not put there.
    suppressed: u64,
    /// Number of members beyond the first one of each address.
    shared_addresses: u64,
    /// Addresses that are known to be at the mail service.
    contacts_known: u64,
    /// Addresses that are looked up, and made if they are not there.
    contacts_unknown: u64,
    /// Requests that the first sync takes.
    requests: LeastAndMost,
    /// Minutes that the first sync takes.
    minutes: LeastAndMost,
    /// How many contacts the plan at the mail service has. Null if that is not known.
    contact_limit: Option<u64>,
    /// How many contacts are there now. Null if that is not known.
    contacts_used: Option<u64>,
    /// Whether `setSegmentSync` asks for `confirm`: more than 1,000 contacts may be made, or more than the plan has.
    needs_confirmation: bool,
}

/// A range.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeastAndMost {
    /// At least.
    least: u64,
    /// At most.
    most: u64,
}

impl From<SyncPreview> for PreviewOfSync {
    fn from(preview: SyncPreview) -> Self {
        Self {
            members: preview.members,
            without_address: preview.without_address,
            suppressed: preview.suppressed,
            shared_addresses: preview.shared_addresses,
            contacts_known: preview.contacts_known,
            contacts_unknown: preview.contacts_unknown,
            requests: LeastAndMost { least: preview.requests_least, most: preview.requests_most },
            minutes: LeastAndMost { least: preview.minutes_least, most: preview.minutes_most },
            contact_limit: preview.contact_limit,
            contacts_used: preview.contacts_used,
            needs_confirmation: preview.needs_confirmation(),
        }
    }
}

impl From<RunNumber> for SyncId {
    fn from(number: RunNumber) -> Self {
        Self(number.0)
    }
}

/// A sync.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncRun {
    /// The sync's id. Increases over time.
    pub(crate) run_id: i64,
    /// The state of the sync.
    state: RunState,
    /// What started the sync.
    trigger: RunTrigger,
    /// What the sync compares.
    mode: SyncMode,
    /// When the sync started.
    started_at: DateTime<Utc>,
    /// When the sync ended. Null while it is running.
    finished_at: Option<DateTime<Utc>>,
    /// How far the sync is.
    counts: SyncCounts,
    /// What needs a person: the first 1,000. Known when the sync has ended.
    issues: Vec<SyncIssue>,
    /// Number of all of them.
    issue_count: u64,
    /// The first 1,000 in words.
    errors: Vec<String>,
    /// Why the sync failed or was stopped. Null if it was not.
    failure: Option<String>,
    /// Whether the sync is running but has sent no heartbeat for longer than its lease.
    overdue: bool,
    /// The last heartbeat of the sync.
    last_heard_of_at: DateTime<Utc>,
}

impl From<StoredSyncRun> for SyncRun {
    fn from(run: StoredSyncRun) -> Self {
        Self {
            run_id: run.id.0,
            state: run.state,
            trigger: run.trigger,
            mode: run.mode,
            started_at: run.started_at,
            finished_at: run.finished_at,
            counts: run.counts,
            errors: run.issues.iter().map(ToString::to_string).collect(),
            issues: run.issues,
            issue_count: run.issue_count,
            failure: run.failure,
            overdue: run.is_overdue,
            last_heard_of_at: run.last_heard_of_at,
        }
    }
}

/// Where a member stands at the mail service.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailOfMember {
    /// Whether the member is there.
    state: MailState,
    /// Why mail is held back. Only with `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<HeldReason>,
}

/// Where a member stands at the mail service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MailState {
    /// In the segment at the mail service.
    Delivered,
    /// The next sync puts the member there.
    Pending,
    /// Mail is held back, whether the segment is synced or not.
    Held,
    /// The segment is not synced.
    None,
}

impl MailOfMember {
    pub(crate) fn new(standing: MailStanding, is_synced: bool) -> Self {
        match standing {
            MailStanding::Held(why) => Self { state: MailState::Held, why: Some(why) },
            MailStanding::Delivered | MailStanding::Pending if !is_synced => Self { state: MailState::None, why: None },
            MailStanding::Delivered => Self { state: MailState::Delivered, why: None },
            MailStanding::Pending => Self { state: MailState::Pending, why: None },
        }
    }
}
