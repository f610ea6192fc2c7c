mod export_corpora;
mod export_segment_movements;
mod export_segment_overrides;
mod export_segment_users;
mod get_segment_members_as_of;
mod get_segment_movements;
mod get_segment_users;
mod sorted_segment_users;
