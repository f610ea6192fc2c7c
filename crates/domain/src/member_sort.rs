//! How the users of a segment are sorted in lists.

use crate::text_enum::text_enum;

text_enum! {
    /// What the users of a segment are sorted by. Users without the value come last. Equal ones are in the order
    /// `arrival`.
    #[derive(Default)]
    pub enum MemberSort {
        /// A fixed order, the fastest. In a database with one shard it is the order in which users first came in.
        #[default]
        Arrival = "arrival",
        /// When they entered the segment; in lists of overrides, when the override was set.
        AddedAt = "addedAt",
        /// First name and last name, ignoring case.
        Name = "name",
        /// The email address, ignoring case.
        Email = "email",
        /// The last activity.
        LastActivityAt = "lastActivityAt",
        /// When the account was created.
        CreatedAt = "createdAt",
    }
}

text_enum! {
    /// The direction of a list.
    #[derive(Default)]
    pub enum SortDirection {
        /// The least or earliest first.
        #[default]
        Asc = "asc",
        /// The greatest or latest first.
        Desc = "desc",
    }
}

/// The order of a list of users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberOrder {
    pub sort: MemberSort,
    pub direction: SortDirection,
}

impl MemberOrder {
    pub fn all() -> impl Iterator<Item = Self> {
        let directions = SortDirection::ALL;
        MemberSort::ALL
            .iter()
            .flat_map(move |sort| directions.iter().map(|direction| Self { sort: *sort, direction: *direction }))
    }
}
