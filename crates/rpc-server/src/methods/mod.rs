//! One file per method, by resource: params, result, and a handler that decodes, makes one call, and encodes. Only this
//! file lists the methods.

mod alerts;
mod attributes;
mod audit;
mod criteria;
mod custom_segments;
mod discover;
mod events;
mod goals;
mod ingest;
mod members;
mod overrides;
mod reports;
mod runs;
mod segments;
mod server;
mod sync;
mod tokens;
mod users;
mod webhooks;

#[cfg(test)]
mod examples;

use crate::method::Entry;

/// Every method, in the order of the document.
pub(crate) fn all() -> Vec<Entry> {
    vec![
        Entry::of::<discover::Discover>(),
        Entry::of::<segments::get_segments::GetSegments>(),
        Entry::of::<segments::get_segment::GetSegment>(),
        Entry::of::<segments::set_segment_tags::SetSegmentTags>(),
        Entry::of::<segments::set_segment_star::SetSegmentStar>(),
        Entry::of::<members::get_segment_users::GetSegmentUsers>(),
        Entry::of::<segments::get_segment_stats::GetSegmentStats>(),
        Entry::of::<segments::get_segment_history::GetSegmentHistory>(),
        Entry::of::<segments::get_segment_sizes::GetSegmentSizes>(),
        Entry::of::<segments::get_audience_size::GetAudienceSize>(),
        Entry::of::<members::get_segment_members_as_of::GetSegmentMembersAsOf>(),
        Entry::of::<reports::compare_as_of::CompareAsOf>(),
        Entry::of::<reports::compare_segments::CompareSegments>(),
        Entry::of::<reports::export_report::ExportReport>(),
        Entry::of::<reports::get_cohorts::GetCohorts>(),
        Entry::of::<reports::get_segment_conversion::GetSegmentConversion>(),
        Entry::of::<reports::get_segment_engagement::GetSegmentEngagement>(),
        Entry::of::<reports::get_segment_flow::GetSegmentFlow>(),
        Entry::of::<reports::get_segment_lift::GetSegmentLift>(),
        Entry::of::<reports::get_segment_forecast::GetSegmentForecast>(),
        Entry::of::<reports::get_forecast_users::GetForecastUsers>(),
        Entry::of::<reports::get_segment_overlap::GetSegmentOverlap>(),
        Entry::of::<reports::get_segment_revenue::GetSegmentRevenue>(),
        Entry::of::<alerts::save_alert::SaveAlert>(),
        Entry::of::<alerts::get_alerts::GetAlerts>(),
        Entry::of::<alerts::get_alert_events::GetAlertEvents>(),
        Entry::of::<alerts::delete_alert::DeleteAlert>(),
        Entry::of::<members::export_segment_users::ExportSegmentUsers>(),
        Entry::of::<members::get_segment_movements::GetSegmentMovements>(),
        Entry::of::<members::export_segment_movements::ExportSegmentMovements>(),
        Entry::of::<members::export_segment_overrides::ExportSegmentOverrides>(),
        Entry::of::<users::find_users::FindUsers>(),
        Entry::of::<users::get_user_segments::GetUserSegments>(),
        Entry::of::<users::get_user_timeline::GetUserTimeline>(),
        Entry::of::<runs::get_run::GetRun>(),
        Entry::of::<runs::list_runs::ListRuns>(),
        Entry::of::<attributes::get_attributes::GetAttributes>(),
        Entry::of::<attributes::save_attribute::SaveAttribute>(),
        Entry::of::<attributes::archive_attribute::ArchiveAttribute>(),
        Entry::of::<events::get_event_names::GetEventNames>(),
        Entry::of::<events::set_event_name::SetEventName>(),
        Entry::of::<goals::get_goals::GetGoals>(),
        Entry::of::<goals::save_goal::SaveGoal>(),
        Entry::of::<goals::delete_goal::DeleteGoal>(),
        Entry::of::<webhooks::save_webhook::SaveWebhook>(),
        Entry::of::<criteria::get_fields::GetFields>(),
        Entry::of::<criteria::describe_criteria::DescribeCriteria>(),
        Entry::of::<criteria::preview_segment::PreviewSegment>(),
        Entry::of::<custom_segments::create_custom_segment::CreateCustomSegment>(),
        Entry::of::<custom_segments::preview_segment_change::PreviewSegmentChange>(),
        Entry::of::<custom_segments::update_custom_segment::UpdateCustomSegment>(),
        Entry::of::<users::explain_user::ExplainUser>(),
        Entry::of::<custom_segments::get_segment_definition_history::GetSegmentDefinitionHistory>(),
        Entry::of::<custom_segments::roll_back_custom_segment::RollBackCustomSegment>(),
        Entry::of::<custom_segments::duplicate_segment::DuplicateSegment>(),
        Entry::of::<custom_segments::set_segment_active::SetSegmentActive>(),
        Entry::of::<custom_segments::delete_custom_segment::DeleteCustomSegment>(),
        Entry::of::<users::auto_segment_user::AutoSegmentUser>(),
        Entry::of::<overrides::remove_user_from_segment::RemoveUserFromSegment>(),
        Entry::of::<overrides::add_user_to_segment::AddUserToSegment>(),
        Entry::of::<overrides::restore_user_to_segment::RestoreUserToSegment>(),
        Entry::of::<runs::run_auto_segmentation::RunAutoSegmentation>(),
        Entry::of::<ingest::upsert_users::UpsertUsers>(),
        Entry::of::<ingest::record_quiz_attempts::RecordQuizAttempts>(),
        Entry::of::<ingest::record_events::RecordEvents>(),
        Entry::of::<ingest::void_events::VoidEvents>(),
        Entry::of::<sync::preview_segment_sync::PreviewSegmentSync>(),
        Entry::of::<sync::set_segment_sync::SetSegmentSync>(),
        Entry::of::<sync::set_sync_paused::SetSyncPaused>(),
        Entry::of::<sync::run_sync::RunSync>(),
        Entry::of::<sync::get_sync_run::GetSyncRun>(),
        Entry::of::<sync::list_sync_runs::ListSyncRuns>(),
        Entry::of::<sync::get_sync_status::GetSyncStatus>(),
        Entry::of::<sync::get_suppressions::GetSuppressions>(),
        Entry::of::<sync::get_sync_drift::GetSyncDrift>(),
        Entry::of::<sync::get_engagement::GetEngagement>(),
        Entry::of::<sync::clear_suppression::ClearSuppression>(),
        Entry::of::<webhooks::get_webhooks::GetWebhooks>(),
        Entry::of::<webhooks::test_webhook::TestWebhook>(),
        Entry::of::<webhooks::get_webhook_deliveries::GetWebhookDeliveries>(),
        Entry::of::<webhooks::resend_webhook_delivery::ResendWebhookDelivery>(),
        Entry::of::<webhooks::delete_webhook::DeleteWebhook>(),
        Entry::of::<users::erase_user::EraseUser>(),
        Entry::of::<tokens::get_tokens::GetTokens>(),
        Entry::of::<tokens::create_token::CreateToken>(),
        Entry::of::<tokens::revoke_token::RevokeToken>(),
        Entry::of::<audit::get_audit_log::GetAuditLog>(),
        Entry::of::<server::get_server_info::GetServerInfo>(),
    ]
}
