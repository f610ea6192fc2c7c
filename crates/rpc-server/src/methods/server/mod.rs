//! The server itself.

pub(crate) mod get_server_info;
