//! Overrides: an admin includes or excludes one user, whatever the rule says.

pub(super) mod add_user_to_segment;
pub(super) mod remove_user_from_segment;
pub(super) mod restore_user_to_segment;
