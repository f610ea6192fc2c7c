//! Writes users and quiz attempts, and the statistics, marks of change and search index that follow from them.

pub mod attempts;
mod attributes;
pub mod erasure;
pub mod gone;
pub(crate) mod text_index;
pub mod user_stats;
pub mod users;
