//! What a caller of the API may do.

use crate::text_enum::text_enum;

text_enum! {
    /// A later role may do everything that an earlier one may.
    pub enum Role {
        /// Everything except erasing people.
        Admin = "ADMIN",
        Superadmin = "SUPERADMIN",
    }
}
