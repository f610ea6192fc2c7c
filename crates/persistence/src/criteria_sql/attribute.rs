//! Conditions on attributes. The table of their values must be joined; who has no row there has no value.

use domain::{
    attribute::{Attribute, Decimal, sortable_date},
    criteria::{AttributeTest, Date, ListMatch, ListTest, NumberTest},
    period::{InstantRange, Moment},
};
use sea_orm::{
    Value,
    sea_query::{Alias, Asterisk, Condition as Sql, Expr, ExprTrait, Func, Query},
};

use super::comparison::{bounds, date, negate_if, number, positive, text};
use crate::database::backend::Backend;

pub(super) fn condition(attribute: &Attribute, test: &AttributeTest, moment: Moment, backend: Backend) -> Sql {
    let value = backend.attribute(attribute.key().as_str(), attribute.kind());
    let is = |test: Expr| positive(&value, true, Sql::all().add(test));
    let is_one_of = |texts: Vec<String>| match <[String; 1]>::try_from(texts) {
        Ok([one]) => is(value.clone().eq(one)),
        Err(several) => is(value.clone().is_in(several)),
    };
    match test {
        AttributeTest::Text(test) => text(&value, true, test),
        AttributeTest::Number(test) => compared(&value, *test),
        AttributeTest::Decimal(test) => compared(&value, test.map(Decimal::sortable)),
        AttributeTest::Boolean { negated, values } => {
            negate_if(*negated, is_one_of(values.iter().map(ToString::to_string).collect()))
        }
        AttributeTest::Option { negated, options } => {
            negate_if(*negated, is_one_of(options.iter().map(|option| option.folded().to_owned()).collect()))
        }
        AttributeTest::Date(test) => date(&value, true, *test, moment, |value, range| within(value, range, moment)),
        AttributeTest::List(test) => list(attribute, test, backend),
        AttributeTest::IsSet => Sql::all().add(value.is_not_null()),
        AttributeTest::IsNotSet => Sql::all().add(value.is_null()),
    }
}

fn compared<T: Into<Value>>(value: &Expr, test: NumberTest<T>) -> Sql {
    let is = |test| positive(value, true, Sql::all().add(number(value.clone(), test)));
    if let NumberTest::NotEquals(bound) = test {
        return is(NumberTest::Equals(bound)).not();
    }
    is(test)
}

/// Texts of one width compare like time: those of instants, and those of days, of which the first instant counts.
fn within(value: &Expr, range: InstantRange, moment: Moment) -> Sql {
    let length = || Expr::from(Func::cust(Alias::new("length")).arg(value.clone()));
    let [lower, upper] = bounds(value, range, |instant| sortable_date(Date::At(instant)));
    let instants = Sql::all().add(length().gt(DAY)).add_option(lower).add_option(upper);
    let [from, through] = range.days(moment.zone).map(|day| sortable_date(Date::Day(day)));
    let days = Sql::all().add(length().eq(DAY)).add(value.clone().between(from, through));
    Sql::any().add(instants).add(days)
}

/// The length of `2026-01-31`.
const DAY: i32 = 10;

/// No two texts of a list are the same, and no two of a test, so that it is enough to count.
fn list(attribute: &Attribute, test: &ListTest, backend: Backend) -> Sql {
    let texts = test.texts.iter().map(|text| text.folded());
    let elements =
        Func::cust(Alias::new(backend.json_texts_function())).arg(backend.attribute_list(attribute.key().as_str()));
    let found = Query::select()
        .expr(Func::count(Expr::col(Asterisk)))
        .from_function(elements, Alias::new("element"))
        .and_where(Expr::col(Alias::new("value")).is_in(texts))
        .to_owned();
    let found = Expr::SubQuery(None, Box::new(found.into()));
    let all = i64::try_from(test.texts.len()).unwrap_or(i64::MAX);
    match test.how {
        ListMatch::Any => Sql::all().add(found.gt(0_i64)),
        ListMatch::All => Sql::all().add(found.eq(all)),
        ListMatch::None => Sql::all().add(found.eq(0_i64)),
    }
}
