//! An authenticated caller.

use domain::role::Role;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// `token:NAME` or `jwt:SUBJECT`, the actor in the audit log.
    pub subject: String,
    /// For the rate limit: names of tokens may repeat, ids do not.
    pub principal: String,
    pub role: Role,
}
