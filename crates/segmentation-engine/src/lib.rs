//! The application: every use case is one public function here, with its transaction. The API, the scheduler's endpoint
//! and the command line call the same functions. SQL is in the persistence crate, rules are in the domain crate.

pub mod activity_days;
pub mod alerts;
pub mod attributes;
pub mod audit;
pub mod cleanup;
pub mod clock;
pub mod credit_sets;
pub mod cursor;
pub mod erase;
pub mod evaluate_user;
pub mod event_names;
pub mod explain;
pub mod export;
pub mod export_data;
pub mod export_movements;
pub mod export_overrides;
pub mod forget_clock;
pub mod goals;
pub mod ingest;
pub mod metrics;
pub mod naming;
pub mod overrides;
pub mod preview;
pub mod rebuild;
pub mod reports;
pub mod reshard;
pub mod run;
pub mod secret_files;
pub mod segments;
pub mod sorted_cursor;
pub mod support;
pub mod sync;
pub mod tokens;
pub mod verify;
pub mod webhooks;
