//! Users and quiz attempts from files, from calls of the API, and from the host application's own database: three sources,
//! one reader of fields, one report.

pub mod csv;
mod fields;
pub mod host;
pub mod json;
mod record;
pub mod report;
mod seen;
