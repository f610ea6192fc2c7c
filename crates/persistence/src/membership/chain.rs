//! What a rule would change in its segment and in the segments that refer to it: a chain of common table expressions.
//! Each has the users that one rule wants, and uses those before it in place of the stored members.

use domain::segment::SegmentKey;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr,
    sea_query::{Alias, CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, WithClause},
};

use super::by_rule::{EffectCounts, MEMBER, Rule, WANTED, counts};
use crate::{criteria_sql::Supposed, database::backend::Backend, entity::users, user_range::UserRange};

const USER_NO: &str = "user_no";

#[derive(Clone, Copy)]
pub struct Link<'a> {
    pub key: &'a SegmentKey,
    pub rule: Rule<'a>,
}

/// Counts the effects of several rules in one statement, over all users or those in the range. A rule comes after those
/// whose segments it refers to, and sees what they want.
pub async fn effects(
    connection: &impl ConnectionTrait,
    links: &[Link<'_>],
    range: Option<UserRange>,
) -> Result<Vec<EffectCounts>, DbErr> {
    if let [only] = links {
        // Without a materialized table, PostgreSQL counts in parallel.
        return Ok(vec![only.rule.effects(connection, range).await?]);
    }
    let row = connection.query_one(&statement(links, range, Backend::of(connection))).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the counts".into()))?;
    (0..links.len()).map(|place| EffectCounts::read(&row, place * EffectCounts::COLUMNS)).collect()
}

fn statement(links: &[Link<'_>], range: Option<UserRange>, backend: Backend) -> SelectStatement {
    let (mut with, mut select, mut before) = (WithClause::new(), Query::select(), Supposed::new());
    for (place, link) in links.iter().enumerate() {
        let (table, counted) = (Alias::new(format!("rule_{place}")), Alias::new(format!("counted_{place}")));
        let tests = tests(link, range, &before, backend);
        with.cte(CommonTableExpression::new().table_name(table.clone()).query(tests).materialized(true).to_owned());
        let mut counts = counts();
        counts.from(table.clone());
        select.from_subquery(counts, counted.clone());
        for column in EffectCounts::NAMES {
            select.column((counted.clone(), Alias::new(column)));
        }
        before.insert(link.key.clone(), table);
    }
    select.with_cte(with).to_owned()
}

/// One row per user: whether the rule wants them, and whether they are a member.
fn tests(link: &Link<'_>, range: Option<UserRange>, before: &Supposed, backend: Backend) -> SelectStatement {
    let no = || users::Column::No.as_column_ref();
    let mut tests = link.rule.users(range, backend);
    for table in link.rule.criteria.references().into_iter().filter_map(|key| before.get(key)) {
        tests.inner_join(table.clone(), Expr::col((table.clone(), Alias::new(USER_NO))).equals(no()));
    }
    tests.expr_as(Expr::col(no()), Alias::new(USER_NO));
    tests.expr_as(Expr::from(link.rule.wanted(before, backend)), Alias::new(WANTED));
    tests.expr_as(Expr::from(super::by_rule::is_member()), Alias::new(MEMBER));
    tests
}
