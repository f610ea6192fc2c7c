//! What several use cases need and no use case is.

pub mod atomic_file;
pub mod failpoints;
pub(crate) mod retry;
