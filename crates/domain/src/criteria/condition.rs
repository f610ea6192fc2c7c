//! A test of one field.

use std::ops::Bound;

use super::{Date, DateField, Field, NumberField, Operator, TextField};
use crate::{
    certification::Provider,
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
    /// The number of quiz attempts that pass every filter.
    QuizAttempts {
        /// Only attempts completed within this span.
        within: Option<Span>,
        provider: Option<Provider>,
        /// Ignores case.
        certification: Option<Text>,
        test: NumberTest,
    },
    /// Whether the user is a member of at least one of these segments.
    Segment {
        /// `not_in` or `not_equals`.
        negated: bool,
        /// Never empty.
        segments: Vec<SegmentKey>,
    },
}

impl Condition {
    pub fn field(&self) -> Field {
        match self {
            Self::Plan { .. } => Field::Plan,
            Self::Number { field, .. } => Field::Number(*field),
            Self::Share { provider, .. } => Field::Share(*provider),
            Self::Date { field, .. } => Field::Date(*field),
            Self::Text { field, .. } => Field::Text(*field),
            Self::QuizAttempts { .. } => Field::QuizAttempts,
            Self::Segment { .. } => Field::Segment,
        }
    }

    /// A list of one plan is written `equals`.
    pub fn operator(&self) -> Operator {
        match self {
            Self::Plan { negated: false, plans } if plans.len() == 1 => Operator::Equals,
            Self::Plan { negated: true, plans } if plans.len() == 1 => Operator::NotEquals,
            Self::Plan { negated: false, .. } | Self::Segment { negated: false, .. } => Operator::In,
            Self::Plan { negated: true, .. } | Self::Segment { negated: true, .. } => Operator::NotIn,
            Self::Number { test, .. } | Self::Share { test, .. } | Self::QuizAttempts { test, .. } => test.operator(),
            Self::Date { test, .. } => test.operator(),
            Self::Text { test, .. } => test.operator(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberTest {
    Equals(i64),
    NotEquals(i64),
    Greater(i64),
    Less(i64),
    AtLeast(i64),
    AtMost(i64),
    /// Includes both ends.
    Between(i64, i64),
}

impl NumberTest {
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
    pub fn numbers(self) -> [i64; 2] {
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
