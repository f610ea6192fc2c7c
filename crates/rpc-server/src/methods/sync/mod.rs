//! Sync of segments to a mail service.

pub(super) mod clear_suppression;
pub(super) mod get_engagement;
pub(super) mod get_suppressions;
pub(super) mod get_sync_drift;
pub(super) mod get_sync_run;
pub(super) mod get_sync_status;
pub(super) mod list_sync_runs;
pub(super) mod preview_segment_sync;
pub(super) mod run_sync;
pub(super) mod set_segment_sync;
pub(super) mod set_sync_paused;
