//! The result of methods that return nothing else.

use schemars::JsonSchema;
use serde::Serialize;

/// The call succeeded.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct Success {
    /// Always true. Failures are returned as errors.
    pub(crate) success: bool,
}

impl Success {
    /// The call succeeded.
    pub(crate) const DONE: Self = Self { success: true };
}
