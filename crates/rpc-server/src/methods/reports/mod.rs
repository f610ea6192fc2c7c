//! Figures about segments.

pub(super) mod compare_as_of;
pub(super) mod compare_segments;
pub(super) mod export_report;
pub(super) mod get_cohorts;
pub(super) mod get_segment_conversion;
pub(super) mod get_segment_engagement;
pub(super) mod get_segment_flow;
pub(super) mod get_segment_lift;
pub(super) mod get_segment_overlap;
pub(super) mod get_segment_revenue;
