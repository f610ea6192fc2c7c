mod auto_segment_user;
mod deleted_users;
mod erase_user;
mod explain_user;
mod find_users;
mod get_user_segments;
mod get_user_timeline;
