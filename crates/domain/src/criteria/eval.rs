//! The interpreter in Rust: does a user match? Runs and explanations use it.

use crate::{
    criteria::{
        Combine, Condition, Criteria, DateField, DateTest, Item, ItemSet, NumberField, NumberTest, ResolvedDateTest,
        TextField, TextTest,
    },
    facts::{Attempt, UserFacts},
    instant::Instant,
    period::Moment,
    segment::SegmentKey,
};

#[cfg(test)]
mod tests;

/// The segments that the user at hand is a member of.
pub trait Memberships {
    /// Whether that one is among them.
    fn contains(&self, segment: &SegmentKey) -> bool;
}

impl Memberships for std::collections::BTreeSet<SegmentKey> {
    fn contains(&self, segment: &SegmentKey) -> bool {
        self.contains(segment)
    }
}

impl Criteria {
    /// Whether the user matches at that moment.
    pub fn holds(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> bool {
        self.root.holds(facts, memberships, moment)
    }
}

impl ItemSet {
    fn holds(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> bool {
        let mut items = self.items.iter();
        let combined = match self.combine {
            Combine::And => items.all(|item| item.holds(facts, memberships, moment)),
            Combine::Or => items.any(|item| item.holds(facts, memberships, moment)),
        };
        combined != self.negated
    }
}

impl Item {
    fn holds(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> bool {
        match self {
            Self::Condition(condition) => condition.holds(facts, memberships, moment),
            Self::Set(set) => set.holds(facts, memberships, moment),
        }
    }
}

impl Condition {
    /// Whether the condition holds of the user at that moment.
    pub fn holds(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> bool {
        match self {
            Self::Plan { negated, plans } => plans.iter().any(|plan| plan.stored() == facts.plan) != *negated,
            Self::Number { field, test } => test.holds(field.of(facts)),
            Self::Share { provider, test } => {
                let quizzes = facts.quizzes;
                quizzes.recent > 0 && test.scale(quizzes.recent).holds(100 * quizzes.recent_of(*provider))
            }
            Self::Date { field, test } => test.holds(field.of(facts), moment),
            Self::Text { field, test } => test.holds(field.of(facts)),
            Self::QuizAttempts { within, provider, certification, test } => {
                let since = within.map(|span| span.before(moment.now));
                let counts = |attempt: &&Attempt| {
                    since.is_none_or(|since| attempt.completed_at >= since)
                        && provider.is_none_or(|provider| attempt.provider == provider)
                        && certification.as_ref().is_none_or(|text| attempt.certification == text.folded())
                };
                test.holds(i64::try_from(facts.attempts.iter().filter(counts).count()).unwrap_or(i64::MAX))
            }
            Self::Segment { negated, segments } => {
                segments.iter().any(|segment| memberships.contains(segment)) != *negated
            }
        }
    }
}

impl NumberField {
    fn of(self, facts: &UserFacts) -> i64 {
        match self {
            Self::CurrentStreak => facts.current_streak,
            Self::TotalPoints => facts.total_points,
            Self::Level => facts.level,
            Self::QuizCount => facts.quizzes.count,
            Self::RandomBucket => facts.random_bucket,
        }
    }
}

impl DateField {
    fn of(self, facts: &UserFacts) -> Option<Instant> {
        match self {
            Self::CreatedAt => Some(facts.created_at),
            Self::LastActivityAt => facts.last_activity_at,
            Self::LastQuizAt => facts.quizzes.last_at,
        }
    }
}

impl TextField {
    fn of(self, facts: &UserFacts) -> Option<&str> {
        match self {
            Self::Email => Some(&facts.email),
            Self::FirstName => facts.first_name.as_deref(),
            Self::LastName => facts.last_name.as_deref(),
        }
    }
}

impl NumberTest {
    /// Whether the number passes.
    pub fn holds(self, number: i64) -> bool {
        match self {
            Self::Equals(value) => number == value,
            Self::NotEquals(value) => number != value,
            Self::Greater(value) => number > value,
            Self::Less(value) => number < value,
            Self::AtLeast(value) => number >= value,
            Self::AtMost(value) => number <= value,
            Self::Between(low, high) => (low..=high).contains(&number),
        }
    }

    /// The same test with its bounds multiplied: percentages are compared in integers, `100·n ≥ value·total`. Bounds are
    /// percentages and `total` at most 100, so nothing overflows.
    fn scale(self, total: i64) -> Self {
        match self {
            Self::Equals(value) => Self::Equals(value * total),
            Self::NotEquals(value) => Self::NotEquals(value * total),
            Self::Greater(value) => Self::Greater(value * total),
            Self::Less(value) => Self::Less(value * total),
            Self::AtLeast(value) => Self::AtLeast(value * total),
            Self::AtMost(value) => Self::AtMost(value * total),
            Self::Between(low, high) => Self::Between(low * total, high * total),
        }
    }
}

impl DateTest {
    fn holds(self, value: Option<Instant>, moment: Moment) -> bool {
        match self.resolve(moment) {
            ResolvedDateTest::In(range) => value.is_some_and(|instant| range.contains(instant)),
            ResolvedDateTest::NotIn(range) => !value.is_some_and(|instant| range.contains(instant)),
            ResolvedDateTest::IsSet => value.is_some(),
            ResolvedDateTest::IsNotSet => value.is_none(),
        }
    }
}

impl TextTest {
    fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Self::Equals(text) => value == Some(text.folded()),
            Self::NotEquals(text) => value != Some(text.folded()),
            Self::Contains(text) => value.is_some_and(|value| value.contains(text.folded())),
            Self::NotContains(text) => !value.is_some_and(|value| value.contains(text.folded())),
            Self::StartsWith(text) => value.is_some_and(|value| value.starts_with(text.folded())),
            Self::EndsWith(text) => value.is_some_and(|value| value.ends_with(text.folded())),
            Self::IsSet => value.is_some(),
            Self::IsNotSet => value.is_none(),
        }
    }
}
