//! Figures about segments.

mod compare_as_of;
mod export_report;
mod get_forecast_users;
mod get_segment_conversion;
mod get_segment_flow;
mod get_segment_forecast;
mod get_segment_overlap;
mod get_segment_revenue;
