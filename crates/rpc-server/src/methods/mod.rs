//! One file for each method: its params, its result, and a handler that decodes, makes one call, and encodes.
//! Only this file names them.

mod add_user_to_segment;
mod auto_segment_user;
mod create_custom_segment;
mod delete_custom_segment;
mod describe_criteria;
mod discover;
mod duplicate_segment;
mod erase_user;
mod explain_user;
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
mod get_segments;
mod get_user_segments;
mod list_runs;
mod preview_segment;
mod preview_segment_change;
mod record_quiz_attempts;
mod remove_user_from_segment;
mod restore_user_to_segment;
mod roll_back_custom_segment;
mod run_auto_segmentation;
mod set_segment_active;
mod update_custom_segment;
mod upsert_users;

#[cfg(test)]
mod examples;

use crate::method::Entry;

/// Every method, in the order of the document.
pub(crate) fn all() -> Vec<Entry> {
    vec![
        Entry::of::<discover::Discover>(),
        Entry::of::<get_segments::GetSegments>(),
        Entry::of::<get_segment::GetSegment>(),
        Entry::of::<get_segment_users::GetSegmentUsers>(),
        Entry::of::<get_segment_stats::GetSegmentStats>(),
        Entry::of::<get_segment_history::GetSegmentHistory>(),
        Entry::of::<get_segment_sizes::GetSegmentSizes>(),
        Entry::of::<get_audience_size::GetAudienceSize>(),
        Entry::of::<get_segment_members_as_of::GetSegmentMembersAsOf>(),
        Entry::of::<export_segment_users::ExportSegmentUsers>(),
        Entry::of::<get_user_segments::GetUserSegments>(),
        Entry::of::<get_run::GetRun>(),
        Entry::of::<list_runs::ListRuns>(),
        Entry::of::<get_fields::GetFields>(),
        Entry::of::<describe_criteria::DescribeCriteria>(),
        Entry::of::<preview_segment::PreviewSegment>(),
        Entry::of::<create_custom_segment::CreateCustomSegment>(),
        Entry::of::<preview_segment_change::PreviewSegmentChange>(),
        Entry::of::<update_custom_segment::UpdateCustomSegment>(),
        Entry::of::<explain_user::ExplainUser>(),
        Entry::of::<get_segment_definition_history::GetSegmentDefinitionHistory>(),
        Entry::of::<roll_back_custom_segment::RollBackCustomSegment>(),
        Entry::of::<duplicate_segment::DuplicateSegment>(),
        Entry::of::<set_segment_active::SetSegmentActive>(),
        Entry::of::<delete_custom_segment::DeleteCustomSegment>(),
        Entry::of::<auto_segment_user::AutoSegmentUser>(),
        Entry::of::<remove_user_from_segment::RemoveUserFromSegment>(),
        Entry::of::<add_user_to_segment::AddUserToSegment>(),
        Entry::of::<restore_user_to_segment::RestoreUserToSegment>(),
        Entry::of::<run_auto_segmentation::RunAutoSegmentation>(),
        Entry::of::<upsert_users::UpsertUsers>(),
        Entry::of::<record_quiz_attempts::RecordQuizAttempts>(),
        Entry::of::<erase_user::EraseUser>(),
        Entry::of::<get_audit_log::GetAuditLog>(),
    ]
}
