//! API tokens, the audit log, the progress of pulls, and the invariants.

pub mod actors;
pub mod audit;
pub mod invariants;
pub mod pulls;
pub mod tokens;
