//! Who is or was in a segment.

pub(super) mod export_segment_movements;
pub(super) mod export_segment_overrides;
pub(super) mod export_segment_users;
pub(super) mod get_segment_members_as_of;
pub(super) mod get_segment_movements;
pub(super) mod get_segment_users;

/// For larger exports operators have `segmentation-engine export`.
const MAX_ROWS: u64 = 5_000;
