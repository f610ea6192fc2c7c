//! What the product means: segments, criteria, facts about users, membership.
//!
//! Pure: no I/O, no async, no SQL, no wire types. Time, ids, and randomness are arguments.

pub mod alert;
pub mod attribute;
pub mod calendar;
pub mod certification;
pub mod criteria;
pub mod event;
pub mod facts;
pub mod growth;
pub mod ids;
pub mod instant;
pub mod mail;
pub mod member_sort;
pub mod membership;
pub mod overrides;
pub mod paid_plan;
pub mod period;
pub mod profile;
pub mod rate;
pub mod report;
pub mod role;
pub mod run;
pub mod segment;
pub mod segment_health;
pub mod segment_name;
pub mod shard;
pub mod system_segments;
pub mod text;
pub mod text_enum;
pub mod timeline;
pub mod user_set;
pub mod webhook;
pub mod words;
