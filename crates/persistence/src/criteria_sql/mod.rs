//! The interpreter in SQL: from a definition to a condition on `users` and `user_stats`. Previews, counts, lists and
//! checks use it. Every compiled shape has a golden file for both databases in `criteria_sql/snapshots/`.
//!
//! A condition never yields SQL's third value: a positive test of a nullable column asks first whether it is set, and a
//! negative one is the negation of its positive. So `NOT` is exact at every level.

mod attribute;
mod comparison;
mod condition;
mod counts;
mod measure;
mod source;
#[cfg(test)]
mod system_segments;
#[cfg(test)]
mod tests;

use domain::{criteria::Criteria, period::Moment};
use sea_orm::{ColumnTrait, sea_query::SelectStatement};

pub(crate) use self::{
    condition::{Reading, Supposed, condition, condition_supposing},
    counts::{count, counts, fence},
    source::from_users,
};
use crate::{database::backend::Backend, entity::users, user_range::UserRange};

/// Selects the keys of the users that match, of all or of a range, in order.
pub(crate) fn matching(
    criteria: &Criteria,
    moment: Moment,
    range: Option<UserRange>,
    backend: Backend,
) -> SelectStatement {
    from_users(criteria, range, backend)
        .column(users::Column::No.as_column_ref())
        .cond_where(condition(criteria, moment, backend))
        .order_by(users::Column::No.as_column_ref(), sea_orm::Order::Asc)
        .to_owned()
}
