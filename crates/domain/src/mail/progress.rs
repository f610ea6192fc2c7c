//! What a sync has done, and what it could not do.

use std::{fmt, ops::AddAssign};

use serde::{Deserialize, Serialize};

use crate::{ids::UserId, segment::SegmentKey, words::counted};

/// How far a sync is. Planned operations are done, dropped or deferred in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub struct SyncCounts {
    /// Memberships and names to carry over, as far as known.
    pub planned: u64,
    /// Carried over.
    pub done: u64,
    /// No longer wanted when their turn came.
    pub dropped: u64,
    /// Left to the next sync.
    pub deferred: u64,
    /// Sent to the mail service.
    pub requests: u64,
    /// Requests that the mail service refused because there were too many.
    pub throttled: u64,
    /// Memberships put into remote segments.
    pub joined: u64,
    /// Memberships taken out of remote segments.
    pub left: u64,
    /// Contacts made.
    pub created: u64,
    /// Contacts that got other names.
    pub renamed: u64,
    /// Contacts of erased people that were deleted.
    pub erased: u64,
    /// Events that had not arrived by webhook.
    pub events_read: u64,
}

impl AddAssign for SyncCounts {
    fn add_assign(&mut self, other: Self) {
        self.planned += other.planned;
        self.done += other.done;
        self.dropped += other.dropped;
        self.deferred += other.deferred;
        self.requests += other.requests;
        self.throttled += other.throttled;
        self.joined += other.joined;
        self.left += other.left;
        self.created += other.created;
        self.renamed += other.renamed;
        self.erased += other.erased;
        self.events_read += other.events_read;
    }
}

/// What needs a person. The sync continues with the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub enum SyncIssue {
    /// The mail service refused the address of a user.
    Refused {
        /// The user's id in the host application.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        user: UserId,
        /// The name of the service's error.
        reason: String,
    },
    /// Somebody deleted the remote segment at the mail service.
    SegmentGone {
        /// The segment's key, `type:value`.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        segment: SegmentKey,
    },
    /// Too many contacts would have been taken out of the remote segment at once.
    HeldBack {
        /// The segment's key, `type:value`.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        segment: SegmentKey,
        /// Number of contacts that would have been taken out.
        leaving: u64,
        /// Number of contacts in the remote segment by our doing.
        delivered: u64,
    },
    /// Several remote segments have the name by which we find ours. The oldest one is used.
    SameName {
        /// The segment's key, `type:value`.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        segment: SegmentKey,
        /// How many others there are.
        others: u64,
    },
    /// Another installation syncs to the same account.
    AnotherInstallation {
        /// Its mark in the names of remote segments.
        installation: String,
    },
    /// The mail service has no way to rename the remote segment.
    NotRenamed {
        /// The segment's key, `type:value`.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        segment: SegmentKey,
    },
    /// The mail service refused a request about the remote segment.
    SegmentFailed {
        /// The segment's key, `type:value`.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        segment: SegmentKey,
        /// The request and the answer.
        reason: String,
    },
    /// An erasure has waited for the mail service for more than a day.
    ErasureWaits {
        /// How many wait.
        pending: u64,
    },
    /// The mail service has switched the webhook off.
    WebhookOff,
}

impl SyncIssue {
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Refused { user, .. } => Some(user),
            Self::SegmentGone { .. }
            | Self::HeldBack { .. }
            | Self::SameName { .. }
            | Self::AnotherInstallation { .. }
            | Self::NotRenamed { .. }
            | Self::SegmentFailed { .. }
            | Self::ErasureWaits { .. }
            | Self::WebhookOff => None,
        }
    }
}

impl fmt::Display for SyncIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { user, reason } => write!(f, "user {user}: the mail service refused the address: {reason}."),
            Self::SegmentGone { segment } => write!(
                f,
                "{segment}: its remote segment was deleted at the mail service. Make a new one or switch sync off."
            ),
            Self::HeldBack { segment, leaving, delivered } => {
                write!(
                    f,
                    "{segment}: Held back: {leaving} of {} would be taken out.",
                    counted(*delivered, "contact", "contacts")
                )
            }
            Self::SameName { segment, others } => write!(
                f,
                "{segment}: {} at the mail service with the same name. Delete what is not used.",
                counted(*others, "other segment is", "other segments are")
            ),
            Self::AnotherInstallation { installation } => {
                write!(f, "another installation ({installation}) syncs to this account. Use one key for each.")
            }
            Self::NotRenamed { segment } => {
                write!(f, "{segment}: the mail service cannot rename its segment. The old name stays there.")
            }
            Self::SegmentFailed { segment, reason } => {
                write!(f, "{segment}: the mail service did not do what was asked of its segment: {reason}.")
            }
            Self::ErasureWaits { pending } => write!(
                f,
                "{} for more than a day to be deleted at the mail service.",
                counted(*pending, "erased contact has waited", "erased contacts have waited")
            ),
            Self::WebhookOff => f.write_str(
                "the mail service has switched the webhook off. Check the endpoint there and switch it on again.",
            ),
        }
    }
}
