//! Tests that hold parser, interpreter, description and warnings together.

mod fields;
mod properties;
