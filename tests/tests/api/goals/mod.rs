//! Saved goals.

mod delete_goal;
mod get_goals;
mod save_goal;
