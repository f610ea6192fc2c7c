//! What several use cases need and no use case is.

pub mod failpoints;
pub mod output_file;
pub(crate) mod retry;
