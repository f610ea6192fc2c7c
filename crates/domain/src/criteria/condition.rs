//! A test of one field.

use std::{ops::Bound, sync::Arc};

use super::{Date, DateField, Field, NumberField, Operator, TextField};
use crate::{
    attribute::{Attribute, Decimal},
    certification::Provider,
    event::{Basis, Currency, EventName, Money},
    paid_plan::PaidPlan,
    period::{InstantRange, Moment, Period, Span},
    segment::SegmentKey,
    text::Text,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Plan {
        /// `not_in` or `not_equals`.
        negated: bool,
        /// Never empty.
        plans: Vec<PaidPlan>,
    },
    Number {
        field: NumberField,
        test: NumberTest,
    },
    /// The percentage of the latest attempts that belong to a provider. Unset if there are no attempts.
    Share {
        /// Never `Other`.
        provider: Provider,
        test: NumberTest,
    },
    Date {
        field: DateField,
        test: DateTest,
    },
    Text {
        field: TextField,
        test: TextTest,
    },
    /// What a user did, counted or summed.
    Measure {
        measure: Measure,
        /// Only what happened within this span.
        within: Option<Span>,
        test: NumberTest,
    },
    /// Whether the user is a member of at least one of these segments.
    Segment {
        /// `not_in` or `not_equals`.
        negated: bool,
        /// Never empty.
        segments: Vec<SegmentKey>,
    },
    /// A field that the host application declares.
    Attribute {
        attribute: Arc<Attribute>,
        /// Of the attribute's type.
        test: AttributeTest,
    },
}

impl Condition {
    pub fn field(&self) -> Field<'_> {
        match self {
            Self::Plan { .. } => Field::Plan,
            Self::Number { field, .. } => Field::Number(*field),
            Self::Share { provider, .. } => Field::Share(*provider),
            Self::Date { field, .. } => Field::Date(*field),
            Self::Text { field, .. } => Field::Text(*field),
            Self::Measure { measure, .. } => measure.field(),
            Self::Segment { .. } => Field::Segment,
            Self::Attribute { attribute, .. } => Field::Attribute(attribute),
        }
    }

    /// A list of one plan is written `equals`.
    pub fn operator(&self) -> Operator {
        match self {
            Self::Plan { negated: false, plans } if plans.len() == 1 => Operator::Equals,
            Self::Plan { negated: true, plans } if plans.len() == 1 => Operator::NotEquals,
            Self::Plan { negated: false, .. } | Self::Segment { negated: false, .. } => Operator::In,
            Self::Plan { negated: true, .. } | Self::Segment { negated: true, .. } => Operator::NotIn,
            Self::Number { test, .. } | Self::Share { test, .. } | Self::Measure { test, .. } => test.operator(),
            Self::Date { test, .. } => test.operator(),
            Self::Text { test, .. } => test.operator(),
            Self::Attribute { test, .. } => test.operator(),
        }
    }
}

/// What is counted or summed of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// The number of attempts that pass every filter.
    QuizAttempts {
        provider: Option<Provider>,
        /// Ignores case.
        certification: Option<Text>,
    },
    /// The number of events with this name.
    Events { name: EventName },
    /// The number of purchases that pass every filter. Refunds are not counted.
    Purchases { name: Option<EventName>, price: Price },
    /// The sum of amounts in this currency, in minor units.
    Spent { currency: Currency, basis: Basis },
}

impl Measure {
    pub fn field(&self) -> Field<'static> {
        match self {
            Self::QuizAttempts { .. } => Field::QuizAttempts,
            Self::Events { .. } => Field::Events,
            Self::Purchases { .. } => Field::Purchases,
            Self::Spent { .. } => Field::TotalSpent,
        }
    }
}

/// Which prices of purchases count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Price {
    Any,
    In(Currency),
    AtLeast(Money),
}

impl Price {
    pub fn currency(self) -> Option<Currency> {
        match self {
            Self::Any => None,
            Self::In(currency) => Some(currency),
            Self::AtLeast(money) => Some(money.currency),
        }
    }

    pub fn least(self) -> Option<i64> {
        match self {
            Self::Any | Self::In(_) => None,
            Self::AtLeast(money) => Some(money.minor),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberTest<T = i64> {
    Equals(T),
    NotEquals(T),
    Greater(T),
    Less(T),
    AtLeast(T),
    AtMost(T),
    /// Includes both ends.
    Between(T, T),
}

impl<T: Copy> NumberTest<T> {
    /// The same test of numbers in another form.
    pub fn map<U>(self, of: impl Fn(T) -> U) -> NumberTest<U> {
        match self {
            Self::Equals(value) => NumberTest::Equals(of(value)),
            Self::NotEquals(value) => NumberTest::NotEquals(of(value)),
            Self::Greater(value) => NumberTest::Greater(of(value)),
            Self::Less(value) => NumberTest::Less(of(value)),
            Self::AtLeast(value) => NumberTest::AtLeast(of(value)),
            Self::AtMost(value) => NumberTest::AtMost(of(value)),
            Self::Between(low, high) => NumberTest::Between(of(low), of(high)),
        }
    }

    pub fn operator(self) -> Operator {
        match self {
            Self::Equals(_) => Operator::Equals,
            Self::NotEquals(_) => Operator::NotEquals,
            Self::Greater(_) => Operator::Greater,
            Self::Less(_) => Operator::Less,
            Self::AtLeast(_) => Operator::AtLeast,
            Self::AtMost(_) => Operator::AtMost,
            Self::Between(..) => Operator::Between,
        }
    }

    /// The lowest and the highest number in the test.
    pub fn numbers(self) -> [T; 2] {
        match self {
            Self::Equals(value)
            | Self::NotEquals(value)
            | Self::Greater(value)
            | Self::Less(value)
            | Self::AtLeast(value)
            | Self::AtMost(value) => [value, value],
            Self::Between(low, high) => [low, high],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTest {
    /// After the last instant of a day.
    After(Date),
    /// Before the first instant of a day.
    Before(Date),
    /// Includes both ends: days as a whole.
    Between(Date, Date),
    /// A date in the future matches.
    WithinLast(Span),
    /// An unset date matches.
    NotWithinLast(Span),
    InPeriod(Period),
    IsSet,
    IsNotSet,
}

/// A [`DateTest`] at a moment. Both interpreters start from this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolvedDateTest {
    /// Set and in the range.
    In(InstantRange),
    /// Unset or outside the range.
    NotIn(InstantRange),
    IsSet,
    IsNotSet,
}

impl DateTest {
    pub fn operator(self) -> Operator {
        match self {
            Self::After(_) => Operator::Greater,
            Self::Before(_) => Operator::Less,
            Self::Between(..) => Operator::Between,
            Self::WithinLast(_) => Operator::WithinLast,
            Self::NotWithinLast(_) => Operator::NotWithinLast,
            Self::InPeriod(_) => Operator::InPeriod,
            Self::IsSet => Operator::IsSet,
            Self::IsNotSet => Operator::IsNotSet,
        }
    }

    pub fn resolve(self, moment: Moment) -> ResolvedDateTest {
        use Bound::{Excluded, Included, Unbounded};
        let range = |from, to| InstantRange { from, to };
        let since = |span: Span| range(Included(span.before(moment.now)), Unbounded);
        match self {
            Self::After(date) => ResolvedDateTest::In(range(Excluded(date.last_instant(moment.zone)), Unbounded)),
            Self::Before(date) => ResolvedDateTest::In(range(Unbounded, Excluded(date.first_instant(moment.zone)))),
            Self::Between(from, to) => {
                let (from, to) = (from.first_instant(moment.zone), to.last_instant(moment.zone));
                ResolvedDateTest::In(range(Included(from), Included(to)))
            }
            Self::WithinLast(span) => ResolvedDateTest::In(since(span)),
            Self::NotWithinLast(span) => ResolvedDateTest::NotIn(since(span)),
            Self::InPeriod(period) => ResolvedDateTest::In(period.resolve(moment)),
            Self::IsSet => ResolvedDateTest::IsSet,
            Self::IsNotSet => ResolvedDateTest::IsNotSet,
        }
    }
}

/// Ignores case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextTest {
    Equals(Text),
    NotEquals(Text),
    Contains(Text),
    NotContains(Text),
    StartsWith(Text),
    EndsWith(Text),
    IsSet,
    IsNotSet,
}

impl TextTest {
    pub fn operator(&self) -> Operator {
        match self {
            Self::Equals(_) => Operator::Equals,
            Self::NotEquals(_) => Operator::NotEquals,
            Self::Contains(_) => Operator::Contains,
            Self::NotContains(_) => Operator::NotContains,
            Self::StartsWith(_) => Operator::StartsWith,
            Self::EndsWith(_) => Operator::EndsWith,
            Self::IsSet => Operator::IsSet,
            Self::IsNotSet => Operator::IsNotSet,
        }
    }
}

/// A test of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeTest {
    Text(TextTest),
    Number(NumberTest),
    Decimal(NumberTest<Decimal>),
    Boolean {
        /// `not_in` or `not_equals`.
        negated: bool,
        /// Never empty.
        values: Vec<bool>,
    },
    /// Of a text with options.
    Option {
        /// `not_in` or `not_equals`.
        negated: bool,
        /// Never empty.
        options: Vec<Text>,
    },
    Date(DateTest),
    List(ListTest),
    IsSet,
    IsNotSet,
}

impl AttributeTest {
    pub fn operator(&self) -> Operator {
        let one_of = |negated: bool, count: usize| match (negated, count) {
            (false, 1) => Operator::Equals,
            (true, 1) => Operator::NotEquals,
            (false, _) => Operator::In,
            (true, _) => Operator::NotIn,
        };
        match self {
            Self::Text(test) => test.operator(),
            Self::Number(test) => test.operator(),
            Self::Decimal(test) => test.operator(),
            Self::Boolean { negated, values } => one_of(*negated, values.len()),
            Self::Option { negated, options } => one_of(*negated, options.len()),
            Self::Date(test) => test.operator(),
            Self::List(ListTest { how, .. }) => match how {
                ListMatch::Any => Operator::ContainsAny,
                ListMatch::All => Operator::ContainsAll,
                ListMatch::None => Operator::ContainsNone,
            },
            Self::IsSet => Operator::IsSet,
            Self::IsNotSet => Operator::IsNotSet,
        }
    }
}

/// Which of some texts a list has. Ignores case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTest {
    pub how: ListMatch,
    /// Never empty; no two of them compare as equal.
    pub texts: Vec<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListMatch {
    Any,
    All,
    /// An unset list matches.
    None,
}
