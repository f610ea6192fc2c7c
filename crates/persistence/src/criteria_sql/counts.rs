//! How many users match a definition, each of its conditions and sets on its own, and what remains after each item of a set
//! that is combined with AND: one statement, one pass. A subquery tests every condition once for each user, and the sets
//! combine the results.

use domain::{
    criteria::{Combine, Condition, Criteria, Item, ItemSet},
    period::Moment,
};
use sea_orm::sea_query::{
    Alias, Asterisk, CaseStatement, CommonTableExpression, Condition as Sql, Expr, ExprTrait, Func, Query,
    SelectStatement, WithClause,
};

use super::{
    comparison::negate_if,
    condition::{Reading, Supposed, one},
    source::from_users,
};
use crate::{database::backend::Backend, user_range::UserRange};

/// Items of a set up to which it is quicker to test all of them again for each that asks who remains.
const FEW: usize = 6;

pub(crate) struct Counts {
    /// Selects the number of users, and the numbers of those who match the whole and every item, and who remain.
    pub(crate) statement: SelectStatement,
    /// Of the whole, then of every item in the order of [`Criteria::paths`].
    pub(crate) columns: Vec<Columns>,
}

pub(crate) struct Columns {
    pub(crate) count: usize,
    /// `None` for the whole, and in a set that is combined with OR.
    pub(crate) remaining: Option<usize>,
}

pub(crate) fn counts(criteria: &Criteria, moment: Moment, range: Option<UserRange>, backend: Backend) -> Counts {
    let reading = Reading { moment, supposed: &Supposed::new(), backend };
    let tested = is_tested_apart(criteria, backend).then_some(0);
    let users = from_users(criteria, range, backend);
    let mut reader = Reader { reading, users, tested, parts: Vec::new(), met: Vec::new() };
    reader.set(criteria.root());
    let Reader { mut users, parts, met, .. } = reader;
    let mut statement = if tested.is_some() {
        fence(&mut users, backend);
        Query::select().from_subquery(with_met(users, met, backend), Alias::new("tested")).to_owned()
    } else {
        users
    };
    statement.expr(Expr::col(Asterisk).count());
    let columns = add_columns(&mut statement, parts);
    Counts { statement, columns }
}

/// After the first column.
fn add_columns(statement: &mut SelectStatement, parts: Vec<Part>) -> Vec<Columns> {
    let mut width = 1;
    let mut add = |test| {
        statement.expr(count(test));
        width += 1;
        width - 1
    };
    let mut columns: Vec<Columns> = Vec::new();
    for Part { matches, remains } in parts {
        let count = add(matches);
        let remaining = match remains {
            Remains::Unasked => None,
            // It is this part or an earlier one.
            Remains::Matches(part) => Some(columns.get(part).map_or(count, |earlier| earlier.count)),
            Remains::If(test) => Some(add(test)),
        };
        columns.push(Columns { count, remaining });
    }
    columns
}

/// Whether a subquery tests the conditions. SQLite takes longer to pass a result on than to compare a column again, so it
/// tests conditions in every set around them, unless one of them reads other tables or many are in one set. PostgreSQL
/// gains nothing by that.
fn is_tested_apart(criteria: &Criteria, backend: Backend) -> bool {
    match backend {
        Backend::Sqlite => criteria.conditions().into_iter().any(reads_other_tables) || has_many(criteria.root()),
        Backend::Postgres => true,
    }
}

/// Whether many items are combined with AND in one set.
fn has_many(set: &ItemSet) -> bool {
    let is_within = |item: &Item| matches!(item, Item::Set(set) if has_many(set));
    (set.combine == Combine::And && set.items.len() > FEW) || set.items.iter().any(is_within)
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

/// Adds how many items of each long set a user meets, which is found out once for each user.
fn with_met(tests: SelectStatement, met: Vec<CaseStatement>, backend: Backend) -> SelectStatement {
    if met.is_empty() {
        return tests;
    }
    let mut select = Query::select().column(Asterisk).from_subquery(tests, Alias::new("conditions")).to_owned();
    for (number, met) in met.into_iter().enumerate() {
        select.expr_as(met, met_name(number));
    }
    fence(&mut select, backend);
    select
}

fn met_name(number: usize) -> Alias {
    Alias::new(format!("met_{number}"))
}

struct Reader<'a> {
    reading: Reading<'a>,
    users: SelectStatement,
    /// How many conditions are columns of `users` so far. `None` if they are not tested apart.
    tested: Option<usize>,
    /// The whole, then the items. A set comes before what is in it.
    parts: Vec<Part>,
    /// For each set of many items that are combined with AND: how many a user meets before the first that they do not.
    met: Vec<CaseStatement>,
}

struct Part {
    matches: Sql,
    remains: Remains,
}

/// Who remains after an item.
enum Remains {
    Unasked,
    /// Those who match the part at this place.
    Matches(usize),
    If(Sql),
}

impl Reader<'_> {
    /// Answers its place.
    fn set(&mut self, set: &ItemSet) -> usize {
        let place = self.part(Sql::all());
        let items: Vec<_> = set.items.iter().map(|item| self.item(item)).collect();
        let combined = match set.combine {
            Combine::And => {
                self.ask_who_remains(&items, (!set.negated).then_some(place));
                self.all_of(&items)
            }
            Combine::Or => self.tests(&items).fold(Sql::any(), Sql::add),
        };
        self.parts[place].matches = negate_if(set.negated, combined);
        place
    }

    fn part(&mut self, matches: Sql) -> usize {
        self.parts.push(Part { matches, remains: Remains::Unasked });
        self.parts.len() - 1
    }

    /// Answers its place.
    fn item(&mut self, item: &Item) -> usize {
        match item {
            Item::Condition(condition) => {
                let matches = self.condition(condition);
                self.part(matches)
            }
            Item::Set(set) => self.set(set),
        }
    }

    fn tests(&self, items: &[usize]) -> impl Iterator<Item = Sql> {
        items.iter().map(|place| self.parts[*place].matches.clone())
    }

    fn all_of(&self, items: &[usize]) -> Sql {
        self.tests(items).fold(Sql::all(), Sql::add)
    }

    /// `whole` is the part that matches if all items do.
    fn ask_who_remains(&mut self, items: &[usize], whole: Option<usize>) {
        let met = (items.len() > FEW).then(|| self.count_met(items));
        for (before, place) in items.iter().enumerate() {
            let is_last = before + 1 == items.len();
            self.parts[*place].remains = match (whole, &met) {
                _ if before == 0 => Remains::Matches(*place),
                (Some(whole), _) if is_last => Remains::Matches(whole),
                (_, Some(met)) => Remains::If(Sql::all().add(Expr::col(met.clone()).gt(before as i64))),
                (_, None) => Remains::If(self.all_of(&items[..=before])),
            };
        }
    }

    fn count_met(&mut self, items: &[usize]) -> Alias {
        let cases = (0_i64..).zip(self.tests(items));
        let met = cases.fold(CaseStatement::new(), |met, (before, test)| met.case(negate_if(true, test), before));
        self.met.push(met.finally(items.len() as i64));
        met_name(self.met.len() - 1)
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
