//! Counts of changed memberships.

use std::ops::AddAssign;

/// Memberships that were already as wanted are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    pub entered: u64,
    pub left: u64,
}

impl AddAssign for Applied {
    fn add_assign(&mut self, other: Self) {
        self.entered += other.entered;
        self.left += other.left;
    }
}

impl Applied {
    /// The change of the number of members.
    pub(super) fn net(self) -> i64 {
        let signed = |count| i64::try_from(count).unwrap_or(i64::MAX);
        signed(self.entered) - signed(self.left)
    }
}
