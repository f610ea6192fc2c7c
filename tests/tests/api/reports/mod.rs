//! Figures about segments.

mod compare_as_of;
mod compare_segments;
mod export_report;
mod get_cohorts;
mod get_segment_conversion;
mod get_segment_engagement;
mod get_segment_flow;
mod get_segment_lift;
mod get_segment_overlap;
mod get_segment_revenue;
