//! Custom segments: their definitions, and changes to them.

pub(super) mod create_custom_segment;
pub(super) mod delete_custom_segment;
pub(super) mod duplicate_segment;
pub(super) mod get_segment_definition_history;
pub(super) mod preview_segment_change;
pub(super) mod roll_back_custom_segment;
pub(super) mod set_segment_active;
pub(super) mod update_custom_segment;
