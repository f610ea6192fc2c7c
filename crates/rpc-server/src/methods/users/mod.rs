//! Methods about one user.

pub(super) mod auto_segment_user;
pub(super) mod erase_user;
pub(super) mod explain_user;
pub(super) mod get_user_segments;
