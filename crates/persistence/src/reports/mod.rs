//! What reports about the past of segments read. Membership at an instant comes from stays, never from current membership in its
//! place.

pub mod activity;
pub mod activity_days;
mod among;
mod arrays;
pub mod chosen_segments;
pub mod controls;
pub mod credits;
pub mod entries;
pub mod flow;
pub mod histories;
pub mod member_time;
pub mod members;
pub mod occurrences;
pub mod overlap;
pub mod payments;
mod stays;
pub mod user_ids;
