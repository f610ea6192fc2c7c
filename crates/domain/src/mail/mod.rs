//! Mail to users: by which address, and who must not get any.

mod address;
mod progress;
mod standing;
mod suppression;
mod sync;

pub use self::{
    address::AddressKey,
    progress::{SyncCounts, SyncIssue},
    standing::{HeldReason, MailFilter, MailStanding},
    suppression::{Clearing, Suppression, SuppressionOrigin, SuppressionReason},
    sync::{ContactOrigin, ContactState, DriftKind, EventState, Extras, MemberState, SyncMode, SyncState},
};
