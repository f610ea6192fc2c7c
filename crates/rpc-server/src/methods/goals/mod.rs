//! Goals that are kept under a name.

pub(super) mod delete_goal;
pub(super) mod get_goals;
pub(super) mod save_goal;
