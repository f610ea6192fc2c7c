//! What several use cases share.

pub(crate) mod alone;
pub mod command_documents;
pub(crate) mod deadline;
pub mod failpoints;
pub mod output_file;
pub mod query_slot;
pub(crate) mod retry;
pub mod sqlite_log;
