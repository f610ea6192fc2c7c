//! Runs of the engine: lease, progress and outcome.
//!
//! **Invariant:** at most one run is `running`; a unique index enforces it. Its id is the fence: every write of a run
//! includes a [`heartbeat`], which fails once another run has taken over.

mod clock;
mod erasure;
mod error;
mod issues;
mod lease;
mod progress;
mod stored;

pub(crate) use self::erasure::forget_user;
pub use self::{
    clock::{latest_clock, not_before_runs, refuse_backwards, set_clock},
    error::LeaseError,
    issues::Issues,
    lease::{Begun, LEASE, NewRun, begin, begin_audited, is_running},
    progress::{Ending, Outcome, Progress, finish, heartbeat, set_issues, set_users_total},
    stored::{StoredRun, find, latest, latest_before, latest_success},
};
