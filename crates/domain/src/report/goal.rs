//! What users are hoped to do.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    certification::Provider,
    event::{Currency, EventName, LARGEST_AMOUNT, NAME_EXPECTED},
    ids::UserNo,
    instant::Instant,
    segment::SegmentKey,
};

/// What users are hoped to do. Each time one does it is an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// An event, but no refund.
    Event(EventName),
    Purchase(PurchaseGoal),
    Quiz(QuizGoal),
    /// An entry into a segment that is a move of the user: see [`EntryKind::is_counted`](super::entry::EntryKind::is_counted).
    Enter(SegmentKey),
}

/// A purchase of at least an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseGoal {
    /// Of any name if unset.
    pub name: Option<EventName>,
    /// In any currency if unset.
    pub currency: Option<Currency>,
    /// In minor units of its currency.
    pub at_least: i64,
}

/// A completed quiz.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuizGoal {
    pub provider: Option<Provider>,
    /// Ignoring case.
    pub certification: Option<String>,
}

/// When users reached a goal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Occurrences {
    /// In order.
    of_users: HashMap<UserNo, Vec<Instant>>,
}

impl Occurrences {
    /// The first one after an instant, up to and including another.
    pub fn first_after(&self, user: UserNo, after: Instant, through: Instant) -> Option<Instant> {
        let instants = self.of_users.get(&user)?;
        instants.get(instants.partition_point(|at| *at <= after)).copied().filter(|at| *at <= through)
    }

    /// Whether there is one from an instant on, before another.
    pub fn is_between(&self, user: UserNo, from: Instant, before: Instant) -> bool {
        let Some(instants) = self.of_users.get(&user) else { return false };
        instants.get(instants.partition_point(|at| *at < from)).is_some_and(|at| *at < before)
    }

    /// The earliest one of all users.
    pub fn earliest(&self) -> Option<Instant> {
        self.of_users.values().filter_map(|instants| instants.first()).min().copied()
    }

    pub fn users(&self) -> impl Iterator<Item = UserNo> {
        self.of_users.keys().copied()
    }

    pub fn of(&self, user: UserNo) -> &[Instant] {
        self.of_users.get(&user).map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<(UserNo, Instant)> for Occurrences {
    fn from_iter<I: IntoIterator<Item = (UserNo, Instant)>>(occurrences: I) -> Self {
        let mut of_users = HashMap::<_, Vec<_>>::new();
        for (user, at) in occurrences {
            of_users.entry(user).or_default().push(at);
        }
        of_users.values_mut().for_each(|instants| instants.sort_unstable());
        Self { of_users }
    }
}

/// The definition of a goal, as callers and files have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum GoalText {
    /// An event of this name. Refunds do not count.
    Event(String),
    /// A purchase.
    Purchase(PurchaseText),
    /// A completed quiz.
    Quiz(QuizText),
    /// An entry into another segment, but for those by a changed definition and of users who are seen for the first time.
    Enter(SegmentKey),
}

/// Which purchases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PurchaseText {
    /// Of this name. By default of any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In this currency. By default in any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Of at least this amount, in minor units of its currency. By default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_amount_minor: Option<i64>,
}

/// Which quizzes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuizText {
    /// Of this provider, such as `aws`. By default of any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Of this certification, ignoring case. By default of any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "api", schemars(length(max = 256)))]
    pub certification: Option<String>,
}

/// What is wrong with a definition: where, below the goal, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalFault {
    pub path: &'static str,
    pub message: &'static str,
}

impl GoalText {
    /// What users did who reached it, such as `bought`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Event(name) => format!("had the event {name}"),
            Self::Purchase(PurchaseText { name, currency, min_amount_minor }) => {
                let name = name.as_ref().map(|name| format!(" ({name})"));
                let least = min_amount_minor.map(|least| format!(" for at least {least} minor units"));
                let currency = currency.as_ref().map(|currency| format!(" in {currency}"));
                "bought".to_owned() + &[name, least, currency].map(Option::unwrap_or_default).concat()
            }
            Self::Quiz(QuizText { provider, certification }) => {
                let provider = provider.as_ref().map(|provider| format!(" of {provider}"));
                let certification = certification.as_ref().map(|certification| format!(" for {certification}"));
                "completed a quiz".to_owned() + &[provider, certification].map(Option::unwrap_or_default).concat()
            }
            Self::Enter(segment) => format!("entered {segment}"),
        }
    }

    pub fn read(&self) -> Result<Goal, Vec<GoalFault>> {
        let name_of = |path, text: &str| EventName::parse(text).ok_or(GoalFault { path, message: NAME_EXPECTED });
        match self {
            Self::Event(name) => name_of(".event", name).map(Goal::Event).map_err(|fault| vec![fault]),
            Self::Purchase(PurchaseText { name, currency, min_amount_minor }) => {
                let name = name.as_deref().map(|name| name_of(".purchase.name", name)).transpose();
                let message = "expected an ISO 4217 code";
                let currency = currency
                    .as_deref()
                    .map(|code| Currency::parse(code).ok_or(GoalFault { path: ".purchase.currency", message }));
                let at_least = min_amount_minor.unwrap_or(1);
                let least = (!(0..=LARGEST_AMOUNT).contains(&at_least)).then_some(GoalFault {
                    path: ".purchase.minAmountMinor",
                    message: "expected a number of 0 to 10^15",
                });
                match (name, currency.transpose(), least) {
                    (Ok(name), Ok(currency), None) => Ok(Goal::Purchase(PurchaseGoal { name, currency, at_least })),
                    (name, currency, least) => Err(name.err().into_iter().chain(currency.err()).chain(least).collect()),
                }
            }
            Self::Quiz(QuizText { provider, certification }) => {
                let message = "expected one of aws, azure, gcp, other";
                let provider = provider
                    .as_deref()
                    .map(|name| Provider::from_name(name).ok_or(GoalFault { path: ".quiz.provider", message }));
                let is_unfit = |text: &&String| text.trim().is_empty() || text.contains(char::is_control);
                let message = "expected the name of a certification";
                let unfit = certification.as_ref().filter(is_unfit);
                let unfit = unfit.map(|_| GoalFault { path: ".quiz.certification", message });
                match (provider.transpose(), unfit) {
                    (Ok(provider), None) => Ok(Goal::Quiz(QuizGoal { provider, certification: certification.clone() })),
                    (provider, unfit) => Err(provider.err().into_iter().chain(unfit).collect()),
                }
            }
            Self::Enter(key) => Ok(Goal::Enter(key.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::parse_instant;

    #[test]
    fn goal_is_exactly_one_of_four() {
        for (text, is_goal) in [
            (r#"{"event": "lesson"}"#, true),
            (r#"{"purchase": {}}"#, true),
            (r#"{"purchase": {"name": "order", "currency": "EUR", "minAmountMinor": 100}}"#, true),
            (r#"{"purchase": {"currency": "EURO"}}"#, false),
            (r#"{"quiz": {"provider": "aws"}}"#, true),
            (r#"{"quiz": {"provider": "oracle"}}"#, false),
            (r#"{"quiz": {"certification": " "}}"#, false),
            (r#"{"quiz": {"certification": "SAA\u0000"}}"#, false),
            (r#"{"purchase": {"minAmountMinor": 1000000000000000}}"#, true),
            (r#"{"purchase": {"minAmountMinor": 1000000000000001}}"#, false),
            (r#"{"purchase": {"minAmountMinor": -1}}"#, false),
            (r#"{"enter": "lifecycle:active"}"#, true),
            (r#"{"enter": "active"}"#, false),
            (r#"{"event": "Les son"}"#, false),
            (r#"{"event": "a", "quiz": {}}"#, false),
            ("{}", false),
        ] {
            let read = serde_json::from_str::<GoalText>(text).ok().and_then(|goal| goal.read().ok());
            assert_eq!(read.is_some(), is_goal, "{text}");
        }
    }

    #[test]
    fn occurrences_are_found_within_their_bounds() {
        let at = |text: &str| parse_instant(text).expect("an instant");
        let [user, other] = [UserNo(1), UserNo(2)];
        let [first, second] = [at("2026-03-07T12:00:00Z"), at("2026-03-09T12:00:00Z")];
        let occurrences: Occurrences = [(user, second), (user, first)].into_iter().collect();
        let micro = chrono::TimeDelta::microseconds(1);
        assert_eq!(occurrences.first_after(user, first - micro, first), Some(first), "the end is included");
        assert_eq!(occurrences.first_after(user, first, second - micro), None, "the start is not");
        assert_eq!(occurrences.first_after(other, first - micro, second), None);
        assert!(occurrences.is_between(user, first, second));
        assert!(!occurrences.is_between(user, first + micro, second));
    }
}
