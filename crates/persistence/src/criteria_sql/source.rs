//! The tables that a definition reads.

use domain::criteria::{self, Criteria};
use sea_orm::{
    ColumnTrait,
    sea_query::{Condition, ExprTrait, Query, SelectStatement},
};

use crate::{
    database::backend::Backend,
    entity::{user_stats, users},
    facts::table::{self, Column},
    user_range::UserRange,
};

/// Users present in the host application, with their statistics if the definition asks for those: everybody has them, so it
/// makes no other difference.
pub(crate) fn from_users(criteria: &Criteria, backend: Backend) -> SelectStatement {
    let mut select = Query::select();
    select.from(users::Entity).and_where(users::Column::DeletedAt.into_expr().is_null());
    if criteria.conditions().into_iter().any(reads_stats) {
        let of_user = Condition::all()
            .add(user_stats::Column::UserNo.into_expr().equals(users::Column::No.as_column_ref()))
            .add_option(backend.same_shard_expr(user_stats::Entity, users::Entity));
        select.inner_join(user_stats::Entity, of_user);
    }
    select
}

/// Leaves of [`from_users`] those with these range.
pub(crate) fn narrow_to(select: &mut SelectStatement, criteria: &Criteria, range: Option<UserRange>) {
    let Some(range) = range else { return };
    select.and_where(range.hold(users::Column::No.as_column_ref()));
    if criteria.conditions().into_iter().any(reads_stats) {
        select.and_where(range.hold(user_stats::Column::UserNo.as_column_ref()));
    }
}

fn reads_stats(condition: &criteria::Condition) -> bool {
    let is_in_stats = |column| matches!(column, Column::Stats(_));
    match condition {
        criteria::Condition::Share { .. } => true,
        criteria::Condition::Number { field, .. } => is_in_stats(table::number(*field)),
        criteria::Condition::Date { field, .. } => is_in_stats(table::date(*field)),
        criteria::Condition::Plan { .. }
        | criteria::Condition::Text { .. }
        | criteria::Condition::QuizAttempts { .. }
        | criteria::Condition::Segment { .. } => false,
    }
}
