//! Shapes on the wire that methods share, and their conversions from the domain.

pub mod segment;
