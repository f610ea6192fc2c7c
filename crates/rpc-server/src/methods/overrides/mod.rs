//! Admins' overrides of what a rule says about one user.

pub(super) mod add_user_to_segment;
pub(super) mod remove_user_from_segment;
pub(super) mod restore_user_to_segment;
