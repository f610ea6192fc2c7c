//! Users and quiz attempts from files, from calls of the API, and from the host application's own database.

pub mod csv;
mod fields;
pub mod host;
pub mod json;
