//! Wire types that methods share, and their conversions from the domain.

pub(crate) mod attribute;
pub(crate) mod criteria;
pub(crate) mod cursor;
pub(crate) mod definition;
pub(crate) mod explained;
pub(crate) mod goal;
pub(crate) mod ingest;
pub(crate) mod key;
pub(crate) mod run;
pub(crate) mod saved;
pub(crate) mod segment;
pub(crate) mod success;
pub(crate) mod suppression;
pub(crate) mod sync;
pub(crate) mod user;
pub(crate) mod webhook;
