//! The tables, one file each, and the type of their columns with a fixed set of texts. Outside of this crate only tests use them.

pub mod api_token;
pub mod attribute;
pub mod audit_log;
pub mod custom_segment;
pub mod custom_segment_version;
pub mod enum_text;
pub mod erased_event;
pub mod event_name;
pub mod pull_progress;
pub mod pull_waiting;
pub mod quiz_attempts;
pub mod run_shard;
pub mod segment;
pub mod segment_event;
pub mod segment_override;
pub mod segmentation_run;
pub mod user_attribute_date;
pub mod user_attributes;
pub mod user_dirty;
pub mod user_event;
pub mod user_segment;
pub mod user_spend;
pub mod user_stats;
pub mod users;
