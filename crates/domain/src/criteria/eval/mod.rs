//! The interpreter in Rust. Runs and explanations use it.

use crate::{
    attribute::AttributeFact,
    certification::Provider,
    criteria::{
        AttributeTest, Combine, Condition, Criteria, DateTest, Item, ItemSet, ListMatch, ListTest, Measure, NumberTest,
        Price, ResolvedDateTest, TextTest,
    },
    event::{Basis, EventFact, Money, spend},
    facts::{Attempt, UserFacts},
    instant::Instant,
    paid_plan::PaidPlan,
    period::{Moment, Span},
    segment::SegmentKey,
    text::Text,
};

#[cfg(test)]
mod tests;

/// The segments that the user is a member of.
pub trait Memberships {
    fn contains(&self, segment: &SegmentKey) -> bool;
}

impl Memberships for std::collections::BTreeSet<SegmentKey> {
    fn contains(&self, segment: &SegmentKey) -> bool {
        self.contains(segment)
    }
}

impl Criteria {
    pub fn holds(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> bool {
        self.root.holds(facts, memberships, moment)
    }
}

impl ItemSet {
    fn holds(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> bool {
        self.combined(self.items.iter().map(|item| item.holds(facts, memberships, moment)))
    }

    /// Whether the set holds, given its items. Stops at the first item that decides.
    pub(super) fn combined(&self, mut items: impl Iterator<Item = bool>) -> bool {
        let combined = match self.combine {
            Combine::And => items.all(|holds| holds),
            Combine::Or => items.any(|holds| holds),
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
    pub fn holds(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> bool {
        match self {
            Self::Plan { negated, plans } => is_one_of(plans, &facts.plan) != *negated,
            Self::Number { field, test } => test.holds(facts.number(*field)),
            Self::Share { provider, test } => {
                Share::of(facts, *provider).is_some_and(|share| test.holds_of_share(share))
            }
            Self::Date { field, test } => test.holds(facts.date(*field), moment),
            Self::Text { field, test } => test.holds(facts.text(*field)),
            Self::Measure { measure, within, test } => test.holds(measure.of(facts, *within, moment)),
            Self::Segment { negated, segments } => is_in_one(segments, memberships) != *negated,
            Self::Attribute { attribute, test } => test.holds(facts.attribute(attribute.key()), moment),
        }
    }
}

pub(super) fn is_one_of(plans: &[PaidPlan], stored: &str) -> bool {
    plans.iter().any(|plan| plan.stored() == stored)
}

pub(super) fn is_in_one(segments: &[SegmentKey], memberships: &impl Memberships) -> bool {
    segments.iter().any(|segment| memberships.contains(segment))
}

impl Measure {
    /// The number that a condition tests.
    pub(super) fn of(&self, facts: &UserFacts, within: Option<Span>, moment: Moment) -> i64 {
        let since = within.map(|span| span.before(moment.now));
        let is_within = |at: Instant| since.is_none_or(|since| at >= since);
        match self {
            Self::QuizAttempts { provider, certification } => {
                let counts = |attempt: &&Attempt| {
                    is_within(attempt.completed_at)
                        && provider.is_none_or(|provider| attempt.provider == provider)
                        && certification.as_ref().is_none_or(|text| attempt.certification == text.folded())
                };
                count(facts.attempts.iter().filter(counts))
            }
            Self::Events { name } => {
                count(facts.events.iter().filter(|event| event.name == *name && is_within(event.occurred_at)))
            }
            Self::Purchases { name, price } => {
                let counts = |event: &&EventFact| {
                    event.purchase().is_some_and(|money| price.includes(money))
                        && name.as_ref().is_none_or(|name| event.name == *name)
                        && is_within(event.occurred_at)
                };
                count(facts.events.iter().filter(counts))
            }
            Self::Spent { currency, basis } => {
                let spend = match since {
                    None => facts.spend(*currency),
                    Some(_) => {
                        let events = facts.events.iter().filter(|event| is_within(event.occurred_at));
                        spend(events).get(currency).copied().unwrap_or_default()
                    }
                };
                match basis {
                    Basis::Net => spend.net(),
                    Basis::Gross => spend.gross,
                }
            }
        }
    }
}

impl Price {
    fn includes(self, money: Money) -> bool {
        match self {
            Self::Any => true,
            Self::In(currency) => money.currency == currency,
            Self::AtLeast(least) => money.currency == least.currency && money.minor >= least.minor,
        }
    }
}

fn count<T>(things: impl Iterator<Item = T>) -> i64 {
    i64::try_from(things.count()).unwrap_or(i64::MAX)
}

/// A fraction, kept exact so that comparing it with a percentage does not round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Latest attempts of the provider.
    pub part: i64,
    /// All latest attempts: from 1 to 100.
    pub total: i64,
}

impl Share {
    /// `None` if there are no attempts.
    pub(super) fn of(facts: &UserFacts, provider: Provider) -> Option<Self> {
        let share = Self { part: facts.recent.of_provider(provider), total: facts.recent.total };
        (share.total > 0).then_some(share)
    }
}

impl<T: Copy + Ord> NumberTest<T> {
    pub fn holds(self, number: T) -> bool {
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

    /// An unset number is not equal to any.
    pub(super) fn holds_of_optional(self, number: Option<T>) -> bool {
        number.map_or(matches!(self, Self::NotEquals(_)), |number| self.holds(number))
    }
}

impl NumberTest {
    pub(super) fn holds_of_share(self, share: Share) -> bool {
        self.scale(share.total).holds(100 * share.part)
    }

    /// The test with its bounds multiplied, to compare percentages in integers: `100·n ≥ value·total`. Bounds are
    /// percentages and `total` is at most 100, so nothing overflows.
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
    pub(super) fn holds(self, value: Option<Instant>, moment: Moment) -> bool {
        match self.resolve(moment) {
            ResolvedDateTest::In(range) => value.is_some_and(|instant| range.contains(instant)),
            ResolvedDateTest::NotIn(range) => !value.is_some_and(|instant| range.contains(instant)),
            ResolvedDateTest::IsSet => value.is_some(),
            ResolvedDateTest::IsNotSet => value.is_none(),
        }
    }
}

impl TextTest {
    /// Takes a folded text.
    pub(super) fn holds(&self, value: Option<&str>) -> bool {
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

impl AttributeTest {
    fn holds(&self, value: Option<&AttributeFact>, moment: Moment) -> bool {
        match self {
            Self::Text(test) => test.holds(value.and_then(AttributeFact::text)),
            Self::Number(test) => test.holds_of_optional(value.and_then(AttributeFact::number)),
            Self::Decimal(test) => test.holds_of_optional(value.and_then(AttributeFact::decimal)),
            Self::Boolean { negated, values } => {
                value.and_then(AttributeFact::boolean).is_some_and(|value| values.contains(&value)) != *negated
            }
            Self::Option { negated, options } => {
                let is = |text: &str| options.iter().any(|option| option.folded() == text);
                value.and_then(AttributeFact::text).is_some_and(is) != *negated
            }
            Self::Date(test) => {
                let date = value.and_then(AttributeFact::date);
                test.holds(date.map(|date| date.first_instant(moment.zone)), moment)
            }
            Self::List(test) => test.holds(value.and_then(AttributeFact::list).unwrap_or_default()),
            Self::IsSet => value.is_some(),
            Self::IsNotSet => value.is_none(),
        }
    }
}

impl ListTest {
    /// Takes folded texts.
    fn holds(&self, list: &[String]) -> bool {
        let has = |text: &Text| list.iter().any(|one| one == text.folded());
        match self.how {
            ListMatch::Any => self.texts.iter().any(has),
            ListMatch::All => self.texts.iter().all(has),
            ListMatch::None => !self.texts.iter().any(has),
        }
    }
}
