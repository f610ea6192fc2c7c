//! What a rule would do to its segment, and what would follow in the segments that refer to it: a chain of common tables.
//! Each holds whom one rule wants, and sees those before it in place of the stored members of their segments.

use domain::segment::SegmentKey;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr,
    sea_query::{Alias, CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, WithClause},
};

use super::by_rule::{EffectCounts, MEMBER, Rule, WANTED, counts};
use crate::{criteria_sql::Supposed, entity::users, user_range::UserRange};

const USER_NO: &str = "user_no";

/// The rule of a segment in a chain.
#[derive(Clone, Copy)]
pub struct Link<'a> {
    /// The segment.
    pub key: &'a SegmentKey,
    /// Its rule.
    pub rule: Rule<'a>,
}

/// How many users each of some rules would do what to, if each saw what the rules before it want; in one statement over all
/// users or those in the range. A rule comes after those whose segments it refers to.
pub async fn effects(
    connection: &impl ConnectionTrait,
    links: &[Link<'_>],
    range: Option<UserRange>,
) -> Result<Vec<EffectCounts>, DbErr> {
    if let [only] = links {
        // Without anything to remember, PostgreSQL counts with several processes.
        return Ok(vec![only.rule.effects(connection, range).await?]);
    }
    let row = connection.query_one(&statement(links, range)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the counts".into()))?;
    (0..links.len()).map(|place| EffectCounts::read(&row, place * EffectCounts::COLUMNS)).collect()
}

fn statement(links: &[Link<'_>], range: Option<UserRange>) -> SelectStatement {
    let (mut with, mut select, mut before) = (WithClause::new(), Query::select(), Supposed::new());
    for (place, link) in links.iter().enumerate() {
        let (table, counted) = (Alias::new(format!("rule_{place}")), Alias::new(format!("counted_{place}")));
        let tests = tests(link, range, &before);
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

/// Every user once, with whether the rule wants them and whether they are a member.
fn tests(link: &Link<'_>, range: Option<UserRange>, before: &Supposed) -> SelectStatement {
    let no = || users::Column::No.as_column_ref();
    let mut tests = link.rule.users(range);
    for table in link.rule.criteria.references().into_iter().filter_map(|key| before.get(key)) {
        tests.inner_join(table.clone(), Expr::col((table.clone(), Alias::new(USER_NO))).equals(no()));
    }
    tests.expr_as(Expr::col(no()), Alias::new(USER_NO));
    tests.expr_as(Expr::from(link.rule.wanted(before)), Alias::new(WANTED));
    tests.expr_as(Expr::from(super::by_rule::is_member()), Alias::new(MEMBER));
    tests
}
