//! Writes users, quiz attempts and events, and the statistics, marks of change and search index that follow from them.

mod activity_dirty;
pub mod attempts;
mod attributes;
pub mod credit_sets;
mod erased_events;
pub mod erasure;
pub mod events;
pub mod gone;
pub mod spend;
pub(crate) mod text_index;
mod user_seen;
pub mod user_stats;
pub mod users;
