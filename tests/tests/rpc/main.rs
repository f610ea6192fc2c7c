//! The API: a file for each method, and what holds for all of them.
//!
//! One binary, since linking one for each file takes longer than the tests.

mod add_user_to_segment;
mod audited;
mod authorization;
mod auto_segment_user;
mod bad_input;
mod callers;
mod create_custom_segment;
mod delete_custom_segment;
mod describe_criteria;
mod duplicate_segment;
mod erase_user;
mod every_method;
mod explain_user;
mod export_corpora;
mod export_segment_users;
mod get_audience_size;
mod get_audit_log;
mod get_fields;
mod get_run;
mod get_segment;
mod get_segment_definition_history;
mod get_segment_history;
mod get_segment_members_as_of;
mod get_segment_sizes;
mod get_segment_stats;
mod get_segment_users;
mod get_user_segments;
mod hostile;
mod http;
mod list_runs;
mod no_person_in_logs;
mod preview_segment;
mod preview_segment_change;
mod protocol;
mod record_quiz_attempts;
mod remove_user_from_segment;
mod restore_user_to_segment;
mod roll_back_custom_segment;
mod run_auto_segmentation;
mod set_segment_active;
mod slow_clients;
mod slow_previews;
mod update_custom_segment;
mod upsert_users;
