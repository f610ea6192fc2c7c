//! What a saved definition changes.

pub mod follow;
