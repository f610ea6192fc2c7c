//! A known caller, and what their role allows.

use domain::role::Role;

/// A caller who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who: `token:NAME`, or `jwt:SUBJECT`. What the audit log shows as the actor.
    pub subject: String,
    /// What the rate is counted by: names of tokens may repeat, their ids do not.
    pub principal: String,
    /// What the caller may do.
    pub role: Role,
}
