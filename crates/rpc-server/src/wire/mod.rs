//! Shapes on the wire that methods share, and their conversions from the domain.

pub mod criteria;
pub(crate) mod cursor;
pub mod intake;
pub mod key;
pub mod run;
pub mod segment;
pub mod success;
pub mod user;
