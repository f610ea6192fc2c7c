//! One file for each method: its params, its result, and a handler that decodes, makes one call, and encodes.

pub(crate) mod add_user_to_segment;
pub(crate) mod auto_segment_user;
pub(crate) mod create_custom_segment;
pub(crate) mod delete_custom_segment;
pub(crate) mod describe_criteria;
pub(crate) mod discover;
pub(crate) mod duplicate_segment;
pub(crate) mod erase_user;
pub(crate) mod explain_user;
pub(crate) mod export_segment_users;
pub(crate) mod get_audience_size;
pub(crate) mod get_audit_log;
pub(crate) mod get_fields;
pub(crate) mod get_run;
pub(crate) mod get_segment;
pub(crate) mod get_segment_definition_history;
pub(crate) mod get_segment_history;
pub(crate) mod get_segment_members_as_of;
pub(crate) mod get_segment_sizes;
pub(crate) mod get_segment_stats;
pub(crate) mod get_segment_users;
pub(crate) mod get_segments;
pub(crate) mod get_user_segments;
pub(crate) mod list_runs;
pub(crate) mod preview_segment;
pub(crate) mod preview_segment_change;
pub(crate) mod record_quiz_attempts;
pub(crate) mod remove_user_from_segment;
pub(crate) mod restore_user_to_segment;
pub(crate) mod roll_back_custom_segment;
pub(crate) mod run_auto_segmentation;
pub(crate) mod set_segment_active;
pub(crate) mod update_custom_segment;
pub(crate) mod upsert_users;

#[cfg(test)]
mod examples;
