//! Sync of segments to a mail service: state against state. What is sent is the difference between who should be in the remote
//! segments and who is known to be; both are in our database.
//!
//! **Invariant:** the intent is written before a request, and the outcome after it, so that a sync that dies at any point is continued
//! by the next one.
//!
//! **Invariant:** no transaction is open while a request is.
//!
//! **Invariant:** only what we put there is taken away. Erased people are the exception.

mod account;
mod chunk;
mod clear;
mod compare;
mod contact;
mod dry_run;
mod erasures;
mod error;
pub mod events;
mod execution;
mod imports;
mod joins;
mod leaves;
mod lists;
mod mails;
mod names;
mod options;
mod plan;
mod preview;
mod read_back;
mod remote_segments;
mod session;
pub mod settings;
mod start;
pub mod status;
pub mod switch;

use persistence::{Database, sync::runs::SyncId};

use self::session::Session;
pub use self::{
    clear::{ClearError, Cleared, clear},
    dry_run::plan_full,
    error::SyncError,
    options::{NoSyncObserver, SyncObserver, SyncOptions, SyncReport},
    plan::{Planned, PlannedDrift, PlannedSegment, plan},
    preview::{SyncPreview, preview},
    start::{StartedSync, start},
};

impl StartedSync {
    pub fn id(&self) -> SyncId {
        self.id
    }

    /// Carries over what changed.
    pub async fn execute(self, database: &Database, observer: &dyn SyncObserver) -> Result<SyncReport, SyncError> {
        let session = Session::new(database, self, observer);
        execution::execute(session).await
    }
}
