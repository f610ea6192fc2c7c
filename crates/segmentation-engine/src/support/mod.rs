//! What several use cases share.

pub mod atomic_file;
pub mod failpoints;
pub(crate) mod retry;
