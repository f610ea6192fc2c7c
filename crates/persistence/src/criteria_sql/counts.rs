//! How many users match a definition, and each of its conditions and sets on its own: one statement, one pass. A subquery
//! tests every condition once for each user, and the sets combine the results.

use domain::{
    criteria::{Combine, Condition, Criteria, Item, ItemSet},
    period::Moment,
};
use sea_orm::sea_query::{
    Alias, Asterisk, CommonTableExpression, Condition as Sql, Expr, ExprTrait, Func, Query, SelectStatement, WithClause,
};

use super::{
    comparison::negate_if,
    condition::{Reading, Supposed, one},
    source::from_users,
};
use crate::{database::backend::Backend, user_range::UserRange};

/// Counts users, matches, and the matches of every item, in the order of [`Criteria::paths`].
pub(crate) fn counts(
    criteria: &Criteria,
    moment: Moment,
    range: Option<UserRange>,
    backend: Backend,
) -> SelectStatement {
    let reading = Reading { moment, supposed: &Supposed::new(), backend };
    let tested = is_tested_apart(criteria, backend).then_some(0);
    let mut reader = Reader { reading, users: from_users(criteria, range, backend), tested, items: Vec::new() };
    let whole = reader.set(criteria.root());
    let Reader { mut users, items, .. } = reader;
    let mut statement = if tested.is_some() {
        fence(&mut users, backend);
        Query::select().from_subquery(users, Alias::new("tested")).to_owned()
    } else {
        users
    };
    statement.expr(Expr::col(Asterisk).count()).expr(count(whole)).exprs(items.into_iter().map(count)).to_owned()
}

/// Whether a subquery tests the conditions. SQLite takes longer to pass a result on than to compare a column again, so it
/// tests conditions in every set around them, unless one of them reads other tables. PostgreSQL gains nothing by that.
fn is_tested_apart(criteria: &Criteria, backend: Backend) -> bool {
    match backend {
        Backend::Sqlite => criteria.conditions().into_iter().any(reads_other_tables),
        Backend::Postgres => true,
    }
}

/// For each user. Values of attributes are parsed for each comparison, which takes as long.
fn reads_other_tables(condition: &Condition) -> bool {
    match condition {
        Condition::Measure { .. } | Condition::Segment { .. } | Condition::Attribute { .. } => true,
        Condition::Plan { .. }
        | Condition::Number { .. }
        | Condition::Share { .. }
        | Condition::Date { .. }
        | Condition::Text { .. } => false,
    }
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
    users: SelectStatement,
    /// How many conditions are columns of `users` so far. `None` if they are not tested apart.
    tested: Option<usize>,
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
            Item::Condition(condition) => self.condition(condition),
            Item::Set(set) => self.set(set),
        };
        self.items[place] = test.clone();
        test
    }

    fn condition(&mut self, condition: &Condition) -> Sql {
        let test = one(condition, self.reading);
        let Some(tested) = &mut self.tested else { return test };
        let name = Alias::new(format!("test_{tested}"));
        *tested += 1;
        self.users.expr_as(Expr::from(test), name.clone());
        Sql::all().add(Expr::col(name))
    }
}
