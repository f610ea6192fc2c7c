//! What a user did, counted or summed by a subquery for each user.

use domain::{
    criteria::Measure,
    event::{Basis, Currency, EventName},
    instant::Instant,
    period::{Moment, Span},
};
use sea_orm::{
    ColumnTrait,
    sea_query::{Asterisk, Expr, ExprTrait, Func, Query, SelectStatement},
};

use crate::{
    database::backend::Backend,
    entity::{event_name, quiz_attempts, user_event, user_spend, users},
};

/// The number that a condition tests. Nobody is without one.
pub(super) fn measured(measure: &Measure, within: Option<Span>, moment: Moment, backend: Backend) -> Expr {
    let since: Option<Instant> = within.map(|span| span.before(moment.now));
    let count = || Expr::col(Asterisk).count();
    match measure {
        Measure::QuizAttempts { provider, certification } => {
            let mut attempts = attempts(since, backend);
            attempts.and_where_option(
                provider.map(|provider| quiz_attempts::Column::Provider.into_expr().eq(provider.code())),
            );
            attempts.and_where_option(
                certification
                    .as_ref()
                    .map(|text| quiz_attempts::Column::CertificationFolded.into_expr().eq(text.folded())),
            );
            subquery(attempts.expr(count()))
        }
        Measure::Events { name } => subquery(events(since, Some(name), backend).expr(count())),
        Measure::Purchases { name, price } => {
            let amount = || user_event::Column::Amount.into_expr();
            let mut purchases = events(since, name.as_ref(), backend);
            purchases.and_where(amount().gte(price.least().unwrap_or_default()));
            purchases.and_where_option(price.currency().map(is_in));
            subquery(purchases.expr(count()))
        }
        Measure::Spent { currency, basis } => match since {
            None => spent(*currency, *basis, backend),
            Some(_) => {
                let amount = || user_event::Column::Amount.into_expr();
                let mut payments = events(since, None, backend);
                payments.and_where(is_in(*currency));
                if *basis == Basis::Gross {
                    payments.and_where(amount().gte(0_i64));
                }
                or_nothing(subquery(payments.expr(amount().sum())))
            }
        },
    }
}

fn subquery(select: &mut SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(select.take().into()))
}

/// Who has no row has a sum of 0.
fn or_nothing(sum: Expr) -> Expr {
    Func::coalesce([sum, Expr::val(0_i64)]).into()
}

fn is_in(currency: Currency) -> Expr {
    user_event::Column::Currency.into_expr().eq(currency.code())
}

fn attempts(since: Option<Instant>, backend: Backend) -> SelectStatement {
    Query::select()
        .from(quiz_attempts::Entity)
        .and_where(quiz_attempts::Column::UserNo.into_expr().equals(users::Column::No.as_column_ref()))
        .and_where_option(backend.same_shard_expr(quiz_attempts::Entity, users::Entity))
        .and_where_option(since.map(|since| quiz_attempts::Column::CompletedAt.into_expr().gte(since)))
        .to_owned()
}

fn events(since: Option<Instant>, name: Option<&EventName>, backend: Backend) -> SelectStatement {
    Query::select()
        .from(user_event::Entity)
        .and_where(user_event::Column::UserNo.into_expr().equals(users::Column::No.as_column_ref()))
        .and_where_option(backend.same_shard_expr(user_event::Entity, users::Entity))
        .and_where_option(since.map(|since| user_event::Column::OccurredAt.into_expr().gte(since)))
        .and_where_option(name.map(is_named))
        .to_owned()
}

fn is_named(name: &EventName) -> Expr {
    let no = Query::select()
        .column(event_name::Column::No.as_column_ref())
        .from(event_name::Entity)
        .and_where(event_name::Column::Name.into_expr().eq(name.as_str()))
        .to_owned();
    user_event::Column::NameNo.into_expr().eq(Expr::SubQuery(None, Box::new(no.into())))
}

/// Ever, which is summed already.
fn spent(currency: Currency, basis: Basis, backend: Backend) -> Expr {
    let gross = user_spend::Column::Gross.into_expr();
    let sum = match basis {
        Basis::Gross => gross,
        Basis::Net => gross.add(user_spend::Column::Refunded.into_expr()),
    };
    let spend = Query::select()
        .expr(sum)
        .from(user_spend::Entity)
        .and_where(user_spend::Column::UserNo.into_expr().equals(users::Column::No.as_column_ref()))
        .and_where_option(backend.same_shard_expr(user_spend::Entity, users::Entity))
        .and_where(user_spend::Column::Currency.into_expr().eq(currency.code()))
        .to_owned();
    or_nothing(Expr::SubQuery(None, Box::new(spend.into())))
}
