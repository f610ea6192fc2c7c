//! One file for each method: its params, its result, and a handler that decodes, makes one call, and encodes.

pub(crate) mod get_segments;
