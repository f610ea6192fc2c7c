//! The plans that have a segment of their own. A user's plan is stored as text, since a host application may have others.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaidPlan {
    Free,
    Pro,
    Premium,
}

impl PaidPlan {
    pub const ALL: [Self; 3] = [Self::Free, Self::Pro, Self::Premium];

    pub fn stored(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::Pro => "PRO",
            Self::Premium => "PREMIUM",
        }
    }

    /// Ignores case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.stored().eq_ignore_ascii_case(name))
    }
}
