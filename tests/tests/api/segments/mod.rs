mod get_audience_size;
mod get_segment;
mod get_segment_history;
mod get_segment_sizes;
mod get_segment_stats;
mod get_segments;
mod set_segment_star;
mod set_segment_tags;
