//! Mail to users: by which address, and who must not get any.

mod address;
mod message;
mod progress;
mod standing;
mod suppression;
mod sync;

pub use self::{
    address::AddressKey,
    message::{EngagementScope, MessageFact},
    progress::{SyncCounts, SyncIssue},
    standing::{HeldReason, MailFilter, MailStanding},
    suppression::{Clearing, Suppression, SuppressionOrigin, SuppressionReason},
    sync::{ContactOrigin, ContactState, DriftKind, EventState, Extras, MemberState, SyncMode, SyncState},
};
