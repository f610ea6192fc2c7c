//! Users, quiz attempts and events from three sources: CSV files, calls of the API, and the host application's own database.
//! All use the same reader of fields and the same report.

mod by_shard;
pub mod csv;
mod deletions;
mod events;
mod fields;
pub mod host;
pub mod json;
mod moved_attempts;
mod record;
pub mod report;
mod seen;
pub mod void;
