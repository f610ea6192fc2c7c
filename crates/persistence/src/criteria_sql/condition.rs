//! The condition that a definition is in SQL.

use std::collections::BTreeMap;

use domain::{
    certification::Provider,
    criteria::{Combine, Condition, Criteria, Field, Item, ItemSet, NumberTest},
    period::Moment,
    segment::SegmentKey,
};
use sea_orm::{
    ColumnTrait,
    sea_query::{Alias, Condition as Sql, Expr, ExprTrait, Query},
};

use super::{
    attribute,
    comparison::{date, negate_if, number, text, within},
    measure::measured,
};
use crate::{
    database::backend::Backend,
    entity::{segment, user_segment, user_stats, users},
    facts::table,
};

/// The condition on `users`, joined with `user_stats` if it asks for them.
pub(crate) fn condition(criteria: &Criteria, moment: Moment, backend: Backend) -> Sql {
    condition_supposing(criteria, Reading { moment, supposed: &Supposed::new(), backend })
}

/// Segments whose members are not those that are stored: a user is in one if a table of this name, joined with `users`, has
/// them as `wanted`.
pub(crate) type Supposed = BTreeMap<SegmentKey, Alias>;

/// The same where some segments are supposed to have other members.
pub(crate) fn condition_supposing(criteria: &Criteria, reading: Reading<'_>) -> Sql {
    item_set(criteria.root(), reading)
}

/// What conditions are read against.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) moment: Moment,
    pub(crate) supposed: &'a Supposed,
    pub(crate) backend: Backend,
}

fn item_set(set: &ItemSet, reading: Reading<'_>) -> Sql {
    let start = match set.combine {
        Combine::And => Sql::all(),
        Combine::Or => Sql::any(),
    };
    let combined = set.items.iter().fold(start, |combined, item| {
        combined.add(match item {
            Item::Condition(condition) => one(condition, reading),
            Item::Set(set) => item_set(set, reading),
        })
    });
    negate_if(set.negated, combined)
}

pub(super) fn one(condition: &Condition, reading: Reading<'_>) -> Sql {
    let Reading { moment, supposed, backend } = reading;
    match condition {
        Condition::Plan { negated, plans } => {
            let plan = users::Column::Plan.into_expr();
            // SQLite looks one value up in a list that it builds, but compares with it if told so.
            let is_one = match &plans[..] {
                [one] => plan.eq(one.stored()),
                several => plan.is_in(several.iter().map(|plan| plan.stored())),
            };
            negate_if(*negated, Sql::all().add(is_one))
        }
        Condition::Number { field, test } => Sql::all().add(number(table::number(*field).expr(), *test)),
        Condition::Share { provider, test } => share(*provider, *test),
        Condition::Date { field, test } => {
            let (column, nullable) = (table::date(*field).expr(), Field::Date(*field).spec().nullable());
            date(&column, nullable, *test, moment, within)
        }
        Condition::Text { field, test } => {
            text(&table::text(*field).folded.into_expr(), Field::Text(*field).spec().nullable(), test)
        }
        Condition::Measure { measure, within, test } => {
            Sql::all().add(number(measured(measure, *within, moment, backend), *test))
        }
        Condition::Segment { negated, segments } => negate_if(*negated, member_of(segments, supposed, backend)),
        Condition::Attribute { attribute, test } => attribute::condition(attribute, test, moment, backend),
    }
}

/// In whole numbers: `100·n ≥ bound·total`, and there is a total.
fn share(provider: Provider, test: NumberTest) -> Sql {
    let total = || user_stats::Column::RecentTotal.into_expr();
    let share = match provider {
        Provider::Aws => user_stats::Column::RecentAws.into_expr(),
        Provider::Azure => user_stats::Column::RecentAzure.into_expr(),
        Provider::Gcp => user_stats::Column::RecentGcp.into_expr(),
        Provider::Other => total()
            .sub(user_stats::Column::RecentAws.into_expr())
            .sub(user_stats::Column::RecentAzure.into_expr())
            .sub(user_stats::Column::RecentGcp.into_expr()),
    };
    let share = share.mul(100_i64);
    let scaled = |bound: i64| total().mul(bound);
    let compared = match test {
        NumberTest::Equals(bound) => share.eq(scaled(bound)),
        NumberTest::NotEquals(bound) => share.ne(scaled(bound)),
        NumberTest::Greater(bound) => share.gt(scaled(bound)),
        NumberTest::Less(bound) => share.lt(scaled(bound)),
        NumberTest::AtLeast(bound) => share.gte(scaled(bound)),
        NumberTest::AtMost(bound) => share.lte(scaled(bound)),
        NumberTest::Between(low, high) => share.between(scaled(low), scaled(high)),
    };
    Sql::all().add(total().gt(0_i64)).add(compared)
}

fn member_of(segments: &[SegmentKey], supposed: &Supposed, backend: Backend) -> Sql {
    let (others, stored): (Vec<_>, Vec<_>) = segments.iter().partition(|key| supposed.contains_key(key));
    let wanted_by = |table: &Alias| Expr::col((table.clone(), Alias::new("wanted")));
    let of_others = others.into_iter().filter_map(|key| supposed.get(key)).map(wanted_by);
    let of_stored = (!stored.is_empty()).then(|| member_of_stored(&stored, backend));
    of_others.chain(of_stored).fold(Sql::any(), Sql::add)
}

fn member_of_stored(segments: &[&SegmentKey], backend: Backend) -> Expr {
    // One flat list: a thousand `OR`s would be deeper than SQLite goes.
    let key = Expr::cust(r#"("segment"."segment_type" || ':' || "segment"."segment_value")"#);
    let range = key.is_in(segments.iter().map(ToString::to_string));
    let ids =
        Query::select().column(segment::Column::Id.as_column_ref()).from(segment::Entity).cond_where(range).to_owned();
    let membership = Query::select()
        .expr(Expr::val(1))
        .from(user_segment::Entity)
        .and_where(user_segment::Column::UserNo.into_expr().equals(users::Column::No.as_column_ref()))
        .and_where_option(backend.same_shard_expr(user_segment::Entity, users::Entity))
        .and_where(user_segment::Column::RemovedAt.is_null())
        .and_where(user_segment::Column::SegmentId.into_expr().in_subquery(ids))
        .to_owned();
    Expr::exists(membership)
}
