//! Figures about segments.

mod compare_as_of;
mod export_report;
mod get_segment_conversion;
mod get_segment_flow;
mod get_segment_overlap;
mod get_segment_revenue;
