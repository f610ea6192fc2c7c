//! How many users match a definition, and each of its conditions and sets on its own: one statement, one pass. Every
//! condition is tested once for each user, and the sets combine what came out.

use domain::{
    criteria::{Combine, Criteria, Item, ItemSet},
    period::Moment,
};
use sea_orm::sea_query::{
    Alias, Asterisk, CommonTableExpression, Condition as Sql, Expr, ExprTrait, Func, Query, SelectStatement, WithClause,
};

use super::{
    condition::{Reading, Supposed, negate_if, one},
    source::{from_users, narrow_to},
};
use crate::{database::backend::Backend, user_range::UserRange};

/// Counts users, matches, and the matches of every item, in the order of [`Criteria::paths`].
pub(crate) fn counts(
    criteria: &Criteria,
    moment: Moment,
    range: Option<UserRange>,
    backend: Backend,
) -> SelectStatement {
    let reading = Reading { moment, supposed: &Supposed::new() };
    let mut reader = Reader { reading, tests: from_users(criteria), tested: 0, items: Vec::new() };
    let whole = reader.set(criteria.root());
    let Reader { mut tests, items, .. } = reader;
    narrow_to(&mut tests, criteria, range);
    fence(&mut tests, backend);
    let mut statement = Query::select();
    statement.expr(Expr::col(Asterisk).count()).expr(count(whole)).exprs(items.into_iter().map(count));
    statement.from_subquery(tests, Alias::new("tested")).to_owned()
}

/// Keeps the planner from merging a query of tests into the one that counts them: merged, a condition would be planned and
/// tested once more for every set around it. What fences must not slow: PostgreSQL reads no query with a limit in parallel,
/// but one with a common table that nobody asks for; SQLite merges that, but no query with a limit, even if it never bites.
pub(crate) fn fence(tests: &mut SelectStatement, backend: Backend) {
    match backend {
        Backend::Sqlite => {
            tests.limit(i64::MAX.unsigned_abs());
        }
        Backend::Postgres => {
            let nothing = Query::select().expr(Expr::cust("1")).to_owned();
            let fence = CommonTableExpression::new().table_name("fence").query(nothing).to_owned();
            tests.with_cte(WithClause::new().cte(fence).to_owned());
        }
    }
}

/// Of the rows that meet a test. It is a 64-bit integer on both databases, which a sum is not.
pub(crate) fn count(test: Sql) -> Expr {
    Func::count(Expr::col(Asterisk)).filter(test).into()
}

struct Reader<'a> {
    reading: Reading<'a>,
    /// One column for each condition.
    tests: SelectStatement,
    tested: usize,
    items: Vec<Sql>,
}

impl Reader<'_> {
    fn set(&mut self, set: &ItemSet) -> Sql {
        let start = match set.combine {
            Combine::And => Sql::all(),
            Combine::Or => Sql::any(),
        };
        negate_if(set.negated, set.items.iter().fold(start, |combined, item| combined.add(self.item(item))))
    }

    fn item(&mut self, item: &Item) -> Sql {
        // A set is listed before what is in it.
        let place = self.items.len();
        self.items.push(Sql::all());
        let test = match item {
            Item::Condition(condition) => {
                let name = Alias::new(format!("test_{}", self.tested));
                self.tested += 1;
                self.tests.expr_as(Expr::from(one(condition, self.reading)), name.clone());
                Sql::all().add(Expr::col(name))
            }
            Item::Set(set) => self.set(set),
        };
        self.items[place] = test.clone();
        test
    }
}
