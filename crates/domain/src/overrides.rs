//! An admin's override: one user and one segment, whatever the rule says.

use crate::text_enum::text_enum;

text_enum! {
    /// Whether an override includes or excludes the user.
    pub enum OverrideKind {
        /// A member even if the rule does not match.
        Include = "include",
        /// Not a member even if the rule matches.
        Exclude = "exclude",
    }
}
