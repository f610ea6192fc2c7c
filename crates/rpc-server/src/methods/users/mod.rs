//! Methods about one user.

pub(super) mod auto_segment_user;
pub(super) mod erase_user;
pub(super) mod explain_user;
pub(super) mod find_users;
pub(super) mod get_user_segments;
pub(super) mod get_user_timeline;
