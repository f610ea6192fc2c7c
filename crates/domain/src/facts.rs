//! Everything that a rule can read about a user.

use std::collections::BTreeMap;

use crate::{
    attribute::{AttributeFact, AttributeKey, AttributeValues},
    certification::Provider,
    criteria::{DateField, NumberField, TextField},
    event::{Currency, Event, EventFact, Spend, spend},
    ids::UserId,
    instant::Instant,
    profile::{PROFILE, ProfileValue, QuizAttempt, User},
    text::fold,
};

/// Facts about one user at the moment of evaluation: the plan, a value for each field that is a number, a date, or a
/// text, and the quizzes. Text is [folded](crate::text::fold).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFacts {
    /// Uppercase, such as `FREE`. May be none of the three plans that have a segment.
    pub plan: String,
    numbers: [i64; NumberField::COUNT],
    dates: [Option<Instant>; DateField::COUNT],
    texts: [Option<String>; TextField::COUNT],
    pub recent: RecentQuizzes,
    /// Empty unless a rule [needs](crate::criteria::Needs) them.
    pub attempts: Vec<Attempt>,
    /// Empty unless a rule needs them.
    pub events: Vec<EventFact>,
    /// What the user spent, as far as a rule needs it.
    spend: BTreeMap<Currency, Spend>,
    /// Those that are set, in the order of their keys; of a stored user, only those that a rule needs.
    attributes: Vec<(AttributeKey, AttributeFact)>,
}

impl UserFacts {
    /// The facts of a user with exactly these attempts. The stored statistics must agree with them.
    pub fn of(user: &User, attempts: &[QuizAttempt]) -> Self {
        let attempts: Vec<_> = latest_first(attempts).into_iter().map(Attempt::of).collect();
        let mut facts = Self { plan: user.plan.clone(), recent: RecentQuizzes::of(&attempts), ..Self::default() };
        for field in PROFILE {
            match field.value {
                ProfileValue::Text(field, place) => facts.set_text(field, Some(fold((place.get)(user)))),
                ProfileValue::OptionalText(field, place) => {
                    facts.set_text(field, (place.get)(user).as_deref().map(fold));
                }
                // Of the words, rules read the plan only.
                ProfileValue::Word(_) | ProfileValue::Deletion(_) => {}
                ProfileValue::Number(field, place) => facts.set_number(field, *(place.get)(user)),
                ProfileValue::Date(field, place) => facts.set_date(field, Some(*(place.get)(user))),
                ProfileValue::OptionalDate(field, place) => facts.set_date(field, *(place.get)(user)),
            }
        }
        facts.set_number(NumberField::RandomBucket, random_bucket(&user.id));
        facts.set_number(NumberField::QuizCount, number(attempts.len()));
        facts.set_date(DateField::LastQuizAt, attempts.first().map(|attempt| attempt.completed_at));
        facts.attempts = attempts;
        facts
    }

    pub fn number(&self, field: NumberField) -> i64 {
        self.numbers[field as usize]
    }

    pub fn set_number(&mut self, field: NumberField, value: i64) {
        self.numbers[field as usize] = value;
    }

    pub fn date(&self, field: DateField) -> Option<Instant> {
        self.dates[field as usize]
    }

    pub fn set_date(&mut self, field: DateField, value: Option<Instant>) {
        self.dates[field as usize] = value;
    }

    pub fn text(&self, field: TextField) -> Option<&str> {
        self.texts[field as usize].as_deref()
    }

    pub fn set_text(&mut self, field: TextField, value: Option<String>) {
        self.texts[field as usize] = value;
    }

    pub fn attribute(&self, key: &AttributeKey) -> Option<&AttributeFact> {
        let place = self.attributes.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        Some(&self.attributes[place].1)
    }

    pub fn set_attribute(&mut self, key: AttributeKey, value: AttributeFact) {
        match self.attributes.binary_search_by(|(known, _)| known.cmp(&key)) {
            Ok(place) => self.attributes[place].1 = value,
            Err(place) => self.attributes.insert(place, (key, value)),
        }
    }

    /// Nothing for who never bought in this currency.
    pub fn spend(&self, currency: Currency) -> Spend {
        self.spend.get(&currency).copied().unwrap_or_default()
    }

    pub fn set_spend(&mut self, currency: Currency, spend: Spend) {
        self.spend.insert(currency, spend);
    }

    /// The same for a user with exactly these events. The stored sums must agree with them.
    #[must_use]
    pub fn with_events(mut self, events: &[Event]) -> Self {
        self.events = events.iter().map(EventFact::of).collect();
        self.spend = spend(&self.events);
        let purchases = || self.events.iter().filter(|event| event.purchase().is_some()).map(|event| event.occurred_at);
        let (count, first, last) = (number(purchases().count()), purchases().min(), purchases().max());
        self.set_number(NumberField::PurchaseCount, count);
        self.set_date(DateField::FirstPurchaseAt, first);
        self.set_date(DateField::LastPurchaseAt, last);
        self
    }

    #[must_use]
    pub fn with_attributes(mut self, values: &AttributeValues) -> Self {
        self.attributes = values.iter().map(|(key, value)| (key.clone(), AttributeFact::of(value))).collect();
        self
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// By `completed_at`, then by the bytes of the id, descending.
fn latest_first(attempts: &[QuizAttempt]) -> Vec<&QuizAttempt> {
    let mut attempts: Vec<_> = attempts.iter().collect();
    attempts.sort_unstable_by_key(|attempt| std::cmp::Reverse((attempt.completed_at, &attempt.id)));
    attempts
}

/// How many of a user's latest [`RECENT`] attempts there are of each provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecentQuizzes {
    /// The denominator of a share.
    pub total: i64,
    pub aws: i64,
    pub azure: i64,
    pub gcp: i64,
}

/// Shares count the latest 100 attempts by `completed_at`, then id.
pub const RECENT: usize = 100;

impl RecentQuizzes {
    /// Takes the latest attempt first.
    fn of(attempts: &[Attempt]) -> Self {
        let recent = &attempts[..attempts.len().min(RECENT)];
        let of = |provider| number(recent.iter().filter(|attempt| attempt.provider == provider).count());
        Self { total: number(recent.len()), aws: of(Provider::Aws), azure: of(Provider::Azure), gcp: of(Provider::Gcp) }
    }

    /// `Other` is what the three known providers leave.
    pub fn of_provider(&self, provider: Provider) -> i64 {
        match provider {
            Provider::Aws => self.aws,
            Provider::Azure => self.azure,
            Provider::Gcp => self.gcp,
            Provider::Other => self.total - self.aws - self.azure - self.gcp,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub completed_at: Instant,
    pub provider: Provider,
    /// Folded.
    pub certification: String,
}

impl Attempt {
    fn of(attempt: &QuizAttempt) -> Self {
        Self {
            completed_at: attempt.completed_at,
            provider: Provider::of_certification(&attempt.certification),
            certification: fold(&attempt.certification),
        }
    }
}

/// A stable number from 0 to 99 for A/B splits: the first eight bytes of the SHA-256 of the id, big-endian, modulo 100.
/// Integrators may compute it themselves, so it must not change.
pub fn random_bucket(id: &UserId) -> i64 {
    let [hashed, _] = id.hashed();
    i64::try_from(hashed % 100).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::arbitrary::{now, user_at};

    #[test]
    fn share_uses_the_latest_100_by_time_then_by_the_bytes_of_the_id() {
        let user = user_at(now());
        let attempt = |id: &str, certification: &str, hour| QuizAttempt {
            id: id.into(),
            user_id: user.id.clone(),
            certification: certification.into(),
            score: None,
            completed_at: now() + chrono::TimeDelta::hours(hour),
        };
        let mut attempts: Vec<_> = (0..99).map(|n| attempt(&format!("m{n}"), "AZ-104", 1)).collect();
        // Only one of the three in the same hour fits: the one with the greatest id. `Z` sorts before `a`.
        attempts.extend([attempt("Z", "AWS", 0), attempt("b", "GCP ACE", 0), attempt("a", "Linux+", 0)]);
        let facts = UserFacts::of(&user, &attempts);
        assert_eq!((facts.number(NumberField::QuizCount), facts.recent.total), (102, 100));
        assert_eq!(facts.date(DateField::LastQuizAt), Some(now() + chrono::TimeDelta::hours(1)));
        assert_eq!(Provider::ALL.map(|provider| facts.recent.of_provider(provider)), [0, 99, 1, 0]);
        let none = UserFacts::of(&user, &[]);
        assert_eq!((none.number(NumberField::QuizCount), none.recent), (0, RecentQuizzes::default()));
        assert_eq!(none.date(DateField::LastQuizAt), None);
    }

    #[test]
    fn random_bucket_is_stable_and_even() {
        // printf %s student-3733 | sha256sum | cut -c1-16, as a number, modulo 100
        assert_eq!(random_bucket(&UserId("student-3733".into())), 68);
        let mut sizes = [0_usize; 100];
        for n in 0..100_000 {
            sizes[usize::try_from(random_bucket(&UserId(format!("user-{n}")))).expect("0 to 99")] += 1;
        }
        assert!(sizes.iter().all(|size| (850..=1150).contains(size)), "{sizes:?}");
    }
}
