//! The answer of a method that either does what it was asked, or fails.

use schemars::JsonSchema;
use serde::Serialize;

/// It is done.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct Success {
    /// Always true: whatever fails is an error.
    pub(crate) success: bool,
}

impl Success {
    /// It is done.
    pub(crate) const DONE: Self = Self { success: true };
}
