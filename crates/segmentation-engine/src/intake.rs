//! Users and quiz attempts as JSON, as callers of the API give them: the same rules as for files.
//!
//! Whatever is wrong with an item costs that item and no other, and is named. Good ones are written in the transaction
//! that is given.

use std::collections::HashSet;

use chrono_tz::Tz;
use domain::{
    ids::{UserId, UserNo},
    instant::{Instant, parse_instant},
    profile::{QuizAttempt, User},
};
use persistence::{DbErr, Transaction, attempts, ledger::Occasion, users};
use serde_json::{Map, Value as Json};

use crate::{
    import::{LONGEST_ID, LONGEST_TEXT},
    single::{Evaluation, UserRunError},
};

/// One thing wrong with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFault {
    /// Which key of the item; empty for the item as a whole.
    pub key: String,
    /// What is wrong with it. Values are not repeated.
    pub message: String,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<C> {
    /// It was written, or there was nothing to write.
    Done(C),
    /// It was left out.
    Refused(Vec<ItemFault>),
}

/// Writes users; answers every item in its place.
pub async fn users(tx: &Transaction, items: &[Json], now: Instant) -> Result<Vec<Outcome<users::Change>>, DbErr> {
    let mut seen = HashSet::new();
    let (mut good, mut outcomes) = (Vec::new(), Vec::with_capacity(items.len()));
    for (place, item) in items.iter().enumerate() {
        outcomes.push(match read_item(item, &USER_KEYS, user) {
            Ok(user) if !seen.insert(user.id.clone()) => refused("id", "was already used in this call"),
            Ok(user) => {
                good.push((place, user));
                Outcome::Done(users::Change::Unchanged)
            }
            Err(faults) => Outcome::Refused(faults),
        });
    }
    // In one order, so that concurrent callers do not wait for each other in a circle.
    good.sort_unstable_by(|(_, left), (_, right)| left.id.cmp(&right.id));
    let (places, good): (Vec<_>, Vec<_>) = good.into_iter().unzip();
    let changes = users::upsert_each(tx, &good, now).await?;
    for (place, change) in places.into_iter().zip(changes) {
        outcomes[place] = Outcome::Done(change);
    }
    Ok(outcomes)
}

/// Writes quiz attempts; answers every item in its place.
pub async fn attempts(tx: &Transaction, items: &[Json]) -> Result<Vec<Outcome<attempts::Change>>, DbErr> {
    let mut seen = HashSet::new();
    let (mut places, mut good, mut outcomes) = (Vec::new(), Vec::new(), Vec::with_capacity(items.len()));
    for (place, item) in items.iter().enumerate() {
        outcomes.push(match read_item(item, &ATTEMPT_KEYS, attempt) {
            Ok(attempt) if !seen.insert((attempt.user_id.clone(), attempt.id.clone())) => {
                refused("id", "was already used for this user in this call")
            }
            Ok(attempt) => {
                places.push(place);
                good.push(attempt);
                Outcome::Done(attempts::Change::Unchanged)
            }
            Err(faults) => Outcome::Refused(faults),
        });
    }
    for (place, change) in places.into_iter().zip(attempts::upsert_each(tx, &good).await?) {
        outcomes[place] = match change {
            attempts::Change::WithoutUser => refused("userId", "names no user"),
            change => Outcome::Done(change),
        };
    }
    Ok(outcomes)
}

/// Evaluates users at once, each of them once.
pub async fn evaluate<'a>(
    tx: &Transaction,
    ids: impl IntoIterator<Item = &'a UserId>,
    zone: Tz,
    occasion: &Occasion,
) -> Result<(), UserRunError> {
    let mut numbers: Vec<UserNo> = users::find_many(tx, ids).await?.into_values().collect();
    if numbers.is_empty() {
        return Ok(());
    }
    numbers.sort_unstable();
    let evaluation = Evaluation::load(tx, zone).await?;
    for user in numbers {
        evaluation.evaluate(tx, user, occasion).await?;
    }
    Ok(())
}

fn refused<C>(key: &str, message: &str) -> Outcome<C> {
    Outcome::Refused(vec![ItemFault { key: key.into(), message: message.into() }])
}

const USER_KEYS: [&str; 11] = [
    "id",
    "email",
    "firstName",
    "lastName",
    "plan",
    "role",
    "currentStreak",
    "totalPoints",
    "level",
    "lastActivityAt",
    "createdAt",
];

fn user(item: &mut Item<'_>) -> Option<User> {
    let id = item.id("id").map(UserId);
    let email = item.required_text("email");
    let first_name = item.optional_text("firstName");
    let last_name = item.optional_text("lastName");
    let plan = item.word("plan", "FREE");
    let role = item.word("role", "USER");
    let current_streak = item.count("currentStreak", 0);
    let total_points = item.whole("totalPoints", 0);
    let level = item.count("level", 1);
    let last_activity_at = item.time("lastActivityAt");
    let created_at = item.required_time("createdAt");
    Some(User {
        id: id?,
        email: email?,
        first_name: first_name?,
        last_name: last_name?,
        plan: plan?,
        role: role?,
        current_streak: current_streak?,
        total_points: total_points?,
        level: level?,
        last_activity_at: last_activity_at?,
        created_at: created_at?,
    })
}

const ATTEMPT_KEYS: [&str; 5] = ["id", "userId", "certification", "score", "completedAt"];

fn attempt(item: &mut Item<'_>) -> Option<QuizAttempt> {
    let id = item.id("id");
    let user_id = item.id("userId").map(UserId);
    let certification = item.required_text("certification");
    let score = item.number("score");
    let completed_at = item.required_time("completedAt");
    Some(QuizAttempt {
        id: id?,
        user_id: user_id?,
        certification: certification?,
        score: score?,
        completed_at: completed_at?,
    })
}

fn read_item<T>(item: &Json, keys: &[&str], read: fn(&mut Item<'_>) -> Option<T>) -> Result<T, Vec<ItemFault>> {
    let Some(values) = item.as_object() else {
        return Err(vec![ItemFault { key: String::new(), message: "is no object".into() }]);
    };
    let mut item = Item { values, faults: Vec::new() };
    if values.keys().any(|key| !keys.contains(&key.as_str())) {
        item.faults.push(ItemFault { key: String::new(), message: format!("has keys other than {}", keys.join(", ")) });
    }
    let read = read(&mut item);
    match read {
        Some(read) if item.faults.is_empty() => Ok(read),
        _ => Err(item.faults),
    }
}

/// An item while it is read. Every reader notes what is wrong and gives nothing; what is null is not set.
struct Item<'a> {
    values: &'a Map<String, Json>,
    faults: Vec<ItemFault>,
}

impl<'a> Item<'a> {
    /// An id, kept as it is; never only spaces.
    fn id(&mut self, key: &str) -> Option<String> {
        let text = self.text(key, LONGEST_ID)?;
        self.present(key, text)
    }

    /// A text, kept as it is; never only spaces.
    fn required_text(&mut self, key: &str) -> Option<String> {
        let text = self.text(key, LONGEST_TEXT)?;
        self.present(key, text)
    }

    /// A text, kept as it is.
    fn optional_text(&mut self, key: &str) -> Option<Option<String>> {
        let text = self.text(key, LONGEST_TEXT)?;
        Some(text.filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// A word in upper case.
    fn word(&mut self, key: &str, unset: &str) -> Option<String> {
        let text = self.text(key, LONGEST_TEXT)?;
        let word = text.unwrap_or_default().trim();
        Some(if word.is_empty() { unset.to_owned() } else { word.to_ascii_uppercase() })
    }

    /// A whole number of 64 bits.
    fn whole(&mut self, key: &str, unset: i64) -> Option<i64> {
        match self.value(key) {
            None => Some(unset),
            Some(value) => value.as_i64().or_else(|| self.fault(key, "is no whole number")),
        }
    }

    /// A whole number that is not negative.
    fn count(&mut self, key: &str, unset: i64) -> Option<i64> {
        let count = self.whole(key, unset)?;
        if count < 0 { self.fault(key, "is negative") } else { Some(count) }
    }

    /// A number.
    fn number(&mut self, key: &str) -> Option<Option<f64>> {
        match self.value(key) {
            None => Some(None),
            Some(value) => match value.as_f64() {
                Some(number) => Some(Some(number)),
                None => self.fault(key, "is no number"),
            },
        }
    }

    /// An instant.
    fn time(&mut self, key: &str) -> Option<Option<Instant>> {
        match self.value(key) {
            None => Some(None),
            Some(value) => match value.as_str().and_then(parse_instant) {
                Some(time) => Some(Some(time)),
                None => self.fault(key, "is no RFC 3339 time"),
            },
        }
    }

    /// An instant that is set.
    fn required_time(&mut self, key: &str) -> Option<Instant> {
        match self.time(key)? {
            Some(time) => Some(time),
            None => self.fault(key, "is missing"),
        }
    }

    /// A text that both databases can keep: PostgreSQL has no NUL.
    fn text(&mut self, key: &str, longest: usize) -> Option<Option<&'a str>> {
        let Some(value) = self.value(key) else { return Some(None) };
        match value.as_str() {
            None => self.fault(key, "is no text"),
            Some(text) if text.len() > longest => self.fault(key, format!("is longer than {longest} bytes")),
            Some(text) if text.contains('\0') => self.fault(key, "contains a NUL"),
            Some(text) => Some(Some(text)),
        }
    }

    fn present(&mut self, key: &str, text: Option<&str>) -> Option<String> {
        match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => Some(text.to_owned()),
            None => self.fault(key, "is missing"),
        }
    }

    fn value(&self, key: &str) -> Option<&'a Json> {
        self.values.get(key).filter(|value| !value.is_null())
    }

    fn fault<T>(&mut self, key: &str, message: impl Into<String>) -> Option<T> {
        self.faults.push(ItemFault { key: key.into(), message: message.into() });
        None
    }
}
