//! Runs of the engine.

pub(super) mod get_run;
pub(super) mod list_runs;
pub(super) mod run_auto_segmentation;
