//! The plans that users pay for, or not.

/// The plans that have a segment of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaidPlan {
    /// `FREE`
    Free,
    /// `PRO`
    Pro,
    /// `PREMIUM`
    Premium,
}

impl PaidPlan {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Free, Self::Pro, Self::Premium];

    /// As it is stored and written.
    pub fn stored(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::Pro => "PRO",
            Self::Premium => "PREMIUM",
        }
    }

    /// The plan of a name, ignoring case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.stored().eq_ignore_ascii_case(name))
    }
}
