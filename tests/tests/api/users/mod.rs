mod auto_segment_user;
mod erase_user;
mod explain_user;
mod get_user_segments;
