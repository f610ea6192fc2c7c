//! Runs of the engine: lease, progress and outcome.
//!
//! **Invariant:** at most one run is `running`; a unique index enforces it. It goes shard by shard, and every write in a shard
//! [renews](shards::renew) the lease of the shard, which fails once another engine or another run has taken over.

mod clock;
mod erasure;
mod error;
mod fence;
mod issues;
mod lease;
mod progress;
pub mod segments;
pub mod shards;
mod stored;

pub(crate) use self::erasure::{forget_user, issues_of};
pub use self::{
    clock::{latest_clock, not_before_runs, refuse_backwards, set_clock},
    error::LeaseError,
    fence::LEASE,
    issues::Issues,
    lease::{Begun, NewRun, active, begin, begin_audited, is_running},
    progress::{Ending, Outcome, add_issues, finish, set_plan},
    shards::Progress,
    stored::{StoredRun, WhichRuns, find, joinable, latest, latest_before, latest_success},
};
