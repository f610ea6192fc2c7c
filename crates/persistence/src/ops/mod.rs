//! Who may call, who did what, how far a host database has been read, and what must always hold.

pub mod actors;
pub mod audit;
pub mod invariants;
pub mod pulls;
pub mod tokens;
