//! A single test of one field: what is tested, and what is asked of it.

use std::ops::Bound;

use super::{DateField, Field, NumberField, Operator, TextField};
use crate::{
    certification::Provider,
    instant::Instant,
    paid_plan::PaidPlan,
    period::{InstantRange, Moment, Period, Span},
    segment::SegmentKey,
    text::Text,
};

/// A test of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The plan is, or is not, one of these.
    Plan {
        /// Whether it is `not_in`.
        negated: bool,
        /// At least one.
        plans: Vec<PaidPlan>,
    },
    /// A number that every user has.
    Number {
        /// Which.
        field: NumberField,
        /// What of it.
        test: NumberTest,
    },
    /// The percentage of the latest attempts that are of one provider; unset where there are no attempts.
    Share {
        /// AWS, Azure or GCP.
        provider: Provider,
        /// In percent.
        test: NumberTest,
    },
    /// A date.
    Date {
        /// Which.
        field: DateField,
        /// What of it.
        test: DateTest,
    },
    /// A text.
    Text {
        /// Which.
        field: TextField,
        /// What of it.
        test: TextTest,
    },
    /// The number of quiz attempts, perhaps only some of them.
    QuizAttempts {
        /// Only those completed within this span.
        within: Option<Span>,
        /// Only those of this provider.
        provider: Option<Provider>,
        /// Only those of this certification, ignoring case.
        certification: Option<Text>,
        /// What of their number.
        test: NumberTest,
    },
    /// The user is, or is not, a member of at least one of these segments.
    Segment {
        /// Whether it is `not_in`.
        negated: bool,
        /// At least one.
        segments: Vec<SegmentKey>,
    },
}

impl Condition {
    /// The field that it tests.
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

    /// The operator that it is written with: a list of one plan is written `equals`.
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

/// What is asked of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberTest {
    /// `equals`
    Equals(i64),
    /// `not_equals`
    NotEquals(i64),
    /// `>`
    Greater(i64),
    /// `<`
    Less(i64),
    /// `>=`
    AtLeast(i64),
    /// `<=`
    AtMost(i64),
    /// `between`, both ends included.
    Between(i64, i64),
}

impl NumberTest {
    /// The operator that it is written with.
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

    /// The numbers that it names; one of them twice if there is only one.
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

/// What is asked of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTest {
    /// `>`
    After(Instant),
    /// `<`
    Before(Instant),
    /// `between`, both ends included.
    Between(Instant, Instant),
    /// `within_last`: no longer ago than the span; a date in the future is within.
    WithinLast(Span),
    /// `not_within_last`: longer ago than the span, or unset.
    NotWithinLast(Span),
    /// `in_period`
    InPeriod(Period),
    /// `is_set`
    IsSet,
    /// `is_not_set`
    IsNotSet,
}

/// A [`DateTest`] at a moment: what both interpreters look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolvedDateTest {
    /// Set, and in the range.
    In(InstantRange),
    /// Unset, or outside the range.
    NotIn(InstantRange),
    /// Set.
    IsSet,
    /// Unset.
    IsNotSet,
}

impl DateTest {
    /// The operator that it is written with.
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

    /// Fixes what is relative.
    pub fn resolve(self, moment: Moment) -> ResolvedDateTest {
        use Bound::{Excluded, Included, Unbounded};
        let range = |from, to| InstantRange { from, to };
        let since = |span: Span| range(Included(span.before(moment.now)), Unbounded);
        match self {
            Self::After(instant) => ResolvedDateTest::In(range(Excluded(instant), Unbounded)),
            Self::Before(instant) => ResolvedDateTest::In(range(Unbounded, Excluded(instant))),
            Self::Between(from, to) => ResolvedDateTest::In(range(Included(from), Included(to))),
            Self::WithinLast(span) => ResolvedDateTest::In(since(span)),
            Self::NotWithinLast(span) => ResolvedDateTest::NotIn(since(span)),
            Self::InPeriod(period) => ResolvedDateTest::In(period.resolve(moment)),
            Self::IsSet => ResolvedDateTest::IsSet,
            Self::IsNotSet => ResolvedDateTest::IsNotSet,
        }
    }
}

/// What is asked of a text; case is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextTest {
    /// `equals`
    Equals(Text),
    /// `not_equals`
    NotEquals(Text),
    /// `contains`
    Contains(Text),
    /// `not_contains`
    NotContains(Text),
    /// `starts_with`
    StartsWith(Text),
    /// `ends_with`
    EndsWith(Text),
    /// `is_set`
    IsSet,
    /// `is_not_set`
    IsNotSet,
}

impl TextTest {
    /// The operator that it is written with.
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
