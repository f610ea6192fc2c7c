//! Users and quiz attempts as JSON, as callers of the API give them: the same rules as for files.
//!
//! Whatever is wrong with an item costs that item and no other, and is named. Good ones are written in the transaction
//! that is given.

use std::{borrow::Cow, collections::HashSet};

use chrono_tz::Tz;
use domain::{
    ids::{UserId, UserNo},
    instant::{Instant, parse_instant},
};
use persistence::{
    DbErr, MembershipTx,
    ingest::{attempts, users},
    membership::ledger::Occasion,
};
use serde_json::{Map, Value as Json};

use crate::{
    evaluate_user::{Evaluation, UserRunError},
    ingest::fields::{self, ATTEMPT_FIELDS, Fields, USER_FIELDS},
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
pub async fn users(tx: &MembershipTx, items: &[Json], now: Instant) -> Result<Vec<Outcome<users::Change>>, DbErr> {
    let mut seen = HashSet::new();
    let (mut good, mut outcomes) = (Vec::new(), Vec::with_capacity(items.len()));
    for (place, item) in items.iter().enumerate() {
        outcomes.push(match read_item(item, USER_FIELDS, fields::user) {
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
    let changes = users::upsert(tx, &good, now).await?;
    for (place, change) in places.into_iter().zip(changes) {
        outcomes[place] = Outcome::Done(change);
    }
    Ok(outcomes)
}

/// Writes quiz attempts; answers every item in its place.
pub async fn attempts(tx: &MembershipTx, items: &[Json]) -> Result<Vec<Outcome<attempts::Change>>, DbErr> {
    let mut seen = HashSet::new();
    let (mut places, mut good, mut outcomes) = (Vec::new(), Vec::new(), Vec::with_capacity(items.len()));
    for (place, item) in items.iter().enumerate() {
        outcomes.push(match read_item(item, ATTEMPT_FIELDS, fields::attempt) {
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
    for (place, change) in places.into_iter().zip(attempts::upsert(tx, &good).await?) {
        outcomes[place] = match change {
            attempts::Change::WithoutUser => refused("userId", "names no user"),
            change => Outcome::Done(change),
        };
    }
    Ok(outcomes)
}

/// Evaluates users at once, each of them once.
pub async fn evaluate<'a>(
    tx: &MembershipTx,
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

fn read_item<'a, T>(item: &'a Json, keys: &[&str], read: fn(&mut Item<'a>) -> Option<T>) -> Result<T, Vec<ItemFault>> {
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

/// An item while it is read; what is null is not set.
struct Item<'a> {
    values: &'a Map<String, Json>,
    faults: Vec<ItemFault>,
}

impl Item<'_> {
    fn value<T>(&mut self, key: &str, otherwise: &str, read: fn(&Json) -> Option<T>) -> Option<Option<T>> {
        match self.values.get(key).filter(|value| !value.is_null()).map(read) {
            None => Some(None),
            Some(Some(value)) => Some(Some(value)),
            Some(None) => self.fault(key, otherwise),
        }
    }
}

impl Fields for Item<'_> {
    fn text(&mut self, key: &str, longest: usize) -> Option<Option<Cow<'_, str>>> {
        let text = self.value(key, "no text", |value| value.as_str().map(str::to_owned))?;
        match text {
            Some(text) if text.len() > longest => self.fault(key, &format!("longer than {longest} bytes")),
            Some(text) if text.contains('\0') => self.fault(key, "not text: it contains a NUL"),
            text => Some(text.map(Cow::Owned)),
        }
    }

    fn whole(&mut self, key: &str) -> Option<Option<i64>> {
        self.value(key, "no whole number", Json::as_i64)
    }

    fn number(&mut self, key: &str) -> Option<Option<f64>> {
        self.value(key, "no number", Json::as_f64)
    }

    fn time(&mut self, key: &str) -> Option<Option<Instant>> {
        self.value(key, "no RFC 3339 time", |value| value.as_str().and_then(parse_instant))
    }

    fn fault<T>(&mut self, key: &str, is: &str) -> Option<T> {
        self.faults.push(ItemFault { key: key.into(), message: format!("is {is}") });
        None
    }
}
