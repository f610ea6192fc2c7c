//! Tests that the parts of `criteria` agree with each other.

mod fields;
mod properties;
