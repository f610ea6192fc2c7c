//! How many memberships changed.

/// What really changed: a membership that was already as wanted is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Memberships entered.
    pub entered: u64,
    /// Memberships left.
    pub left: u64,
}

impl Applied {
    /// By how much there are more members now.
    pub(super) fn net(self) -> i64 {
        let signed = |count| i64::try_from(count).unwrap_or(i64::MAX);
        signed(self.entered) - signed(self.left)
    }
}
