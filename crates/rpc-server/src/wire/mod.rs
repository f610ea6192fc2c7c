//! Shapes on the wire that methods share, and their conversions from the domain.

pub mod criteria;
pub(crate) mod cursor;
pub mod definition;
pub(crate) mod explained;
pub mod intake;
pub mod key;
pub mod run;
pub(crate) mod sample;
pub(crate) mod saved;
pub mod segment;
pub mod success;
pub mod user;
