//! The tables that a definition reads.

use domain::criteria::{self, Criteria};
use sea_orm::{
    ColumnTrait,
    sea_query::{Condition, DynIden, ExprTrait, Query, SelectStatement},
};

use crate::{
    database::backend::Backend,
    entity::{user_attributes, user_stats, users},
    facts::table::{self, Column},
    user_range::UserRange,
};

/// Users present in the host application, all or those in the range, with the other tables that the definition asks for.
pub(crate) fn from_users(criteria: &Criteria, range: Option<UserRange>, backend: Backend) -> SelectStatement {
    let hold = |column: (DynIden, DynIden)| range.map(|range| range.hold(column));
    let mut select = Query::select();
    select.from(users::Entity).and_where(users::Column::DeletedAt.into_expr().is_null());
    select.and_where_option(hold(users::Column::No.as_column_ref()));
    // Everybody has them.
    if criteria.conditions().into_iter().any(reads_stats) {
        let of_user = Condition::all()
            .add(user_stats::Column::UserNo.into_expr().equals(users::Column::No.as_column_ref()))
            .add_option(backend.same_shard_expr(user_stats::Entity, users::Entity));
        select.inner_join(user_stats::Entity, of_user);
        select.and_where_option(hold(user_stats::Column::UserNo.as_column_ref()));
    }
    // Who has no row has no value.
    if criteria.conditions().into_iter().any(|condition| matches!(condition, criteria::Condition::Attribute { .. })) {
        let of_user = Condition::all()
            .add(user_attributes::Column::UserNo.into_expr().equals(users::Column::No.as_column_ref()))
            .add_option(backend.same_shard_expr(user_attributes::Entity, users::Entity))
            .add_option(hold(user_attributes::Column::UserNo.as_column_ref()));
        select.left_join(user_attributes::Entity, of_user);
    }
    select
}

fn reads_stats(condition: &criteria::Condition) -> bool {
    let is_in_stats = |column| matches!(column, Column::Stats(_));
    match condition {
        criteria::Condition::Share { .. } => true,
        criteria::Condition::Number { field, .. } => is_in_stats(table::number(*field)),
        criteria::Condition::Date { field, .. } => is_in_stats(table::date(*field)),
        criteria::Condition::Plan { .. }
        | criteria::Condition::Text { .. }
        | criteria::Condition::Measure { .. }
        | criteria::Condition::Segment { .. }
        | criteria::Condition::Attribute { .. } => false,
    }
}
