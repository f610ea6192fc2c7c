//! Comparisons of a value, which a column or an expression gives. A positive test of one that may be unset asks first whether it
//! is set.

use std::ops::Bound;

use domain::{
    criteria::{DateTest, NumberTest, ResolvedDateTest, TextTest},
    instant::Instant,
    period::{InstantRange, Moment},
    text::Text,
};
use sea_orm::{
    Value,
    sea_query::{Condition as Sql, Expr, ExprTrait, LikeExpr},
};

pub(super) fn negate_if(negated: bool, condition: Sql) -> Sql {
    // Wrapped, so that negating what is negated already does not cancel the wrong one.
    if negated { Sql::all().add(condition).not() } else { condition }
}

pub(super) fn number<T: Into<Value>>(value: Expr, test: NumberTest<T>) -> Expr {
    match test {
        NumberTest::Equals(bound) => value.eq(bound),
        NumberTest::NotEquals(bound) => value.ne(bound),
        NumberTest::Greater(bound) => value.gt(bound),
        NumberTest::Less(bound) => value.lt(bound),
        NumberTest::AtLeast(bound) => value.gte(bound),
        NumberTest::AtMost(bound) => value.lte(bound),
        NumberTest::Between(low, high) => value.between(low, high),
    }
}

pub(super) fn date(
    column: &Expr,
    nullable: bool,
    test: DateTest,
    moment: Moment,
    within: impl Fn(&Expr, InstantRange) -> Sql,
) -> Sql {
    match test.resolve(moment) {
        ResolvedDateTest::In(range) => positive(column, nullable, within(column, range)),
        ResolvedDateTest::NotIn(range) => positive(column, nullable, within(column, range)).not(),
        ResolvedDateTest::IsSet => Sql::all().add(column.clone().is_not_null()),
        ResolvedDateTest::IsNotSet => Sql::all().add(column.clone().is_null()),
    }
}

pub(super) fn within(column: &Expr, range: InstantRange) -> Sql {
    let [lower, upper] = bounds(column, range, |instant| instant);
    Sql::all().add_option(lower).add_option(upper)
}

/// The tests of both ends of a range, of a value that has instants in this form.
pub(super) fn bounds<T: Into<Value>>(
    value: &Expr,
    InstantRange { from, to }: InstantRange,
    form: impl Fn(Instant) -> T,
) -> [Option<Expr>; 2] {
    let lower = match from.map(&form) {
        Bound::Included(from) => Some(value.clone().gte(from)),
        Bound::Excluded(from) => Some(value.clone().gt(from)),
        Bound::Unbounded => None,
    };
    let upper = match to.map(&form) {
        Bound::Included(to) => Some(value.clone().lte(to)),
        Bound::Excluded(to) => Some(value.clone().lt(to)),
        Bound::Unbounded => None,
    };
    [lower, upper]
}

pub(super) fn text(column: &Expr, nullable: bool, test: &TextTest) -> Sql {
    let is = |test: Expr| positive(column, nullable, Sql::all().add(test));
    let equals = |text: &Text| is(column.clone().eq(text.folded()));
    let like = |before: &str, text: &Text, after: &str| is(column.clone().like(pattern(before, text, after)));
    match test {
        TextTest::Equals(text) => equals(text),
        TextTest::NotEquals(text) => equals(text).not(),
        TextTest::Contains(text) => like("%", text, "%"),
        TextTest::NotContains(text) => like("%", text, "%").not(),
        TextTest::StartsWith(text) => like("", text, "%"),
        TextTest::EndsWith(text) => like("%", text, ""),
        TextTest::IsSet => Sql::all().add(column.clone().is_not_null()),
        TextTest::IsNotSet => Sql::all().add(column.clone().is_null()),
    }
}

/// `%`, `_` and the escape itself are ordinary characters of the text.
fn pattern(before: &str, text: &Text, after: &str) -> LikeExpr {
    const ESCAPE: char = '!';
    let escaped = text.folded().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    LikeExpr::new(format!("{before}{escaped}{after}")).escape(ESCAPE)
}

/// An unset value matches no positive test.
pub(super) fn positive(column: &Expr, nullable: bool, test: Sql) -> Sql {
    if nullable { Sql::all().add(column.clone().is_not_null()).add(test) } else { test }
}
