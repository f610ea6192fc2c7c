//! Segments and their sizes.

pub(super) mod get_audience_size;
pub(super) mod get_segment;
pub(super) mod get_segment_history;
pub(super) mod get_segment_sizes;
pub(super) mod get_segment_stats;
pub(super) mod get_segments;
pub(super) mod set_segment_star;
pub(super) mod set_segment_tags;
