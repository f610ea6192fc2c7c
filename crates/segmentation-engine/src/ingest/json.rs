//! Users and quiz attempts as JSON, as callers of the API give them.
//!
//! A faulty item is refused with all its faults, and the others are written in the transaction that is given.

use chrono_tz::Tz;
use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    profile::{QuizAttempt, UserChange},
};
use persistence::{DbErr, MembershipTx, ingest::users, membership::ledger::ChangeContext};
use serde_json::{Map, Value as Json};

use super::{
    fields::{RawRecord, Value},
    record::{self, Record},
    report::{FieldFault, Outcome},
    seen::Seen,
};
use crate::evaluate_user::{UserEvaluator, UserRunError};

/// Writes users; answers every item in its place.
pub async fn upsert_users(tx: &MembershipTx, items: &[Json], now: Instant) -> Result<Vec<Outcome>, DbErr> {
    write::<UserChange>(tx, items, now).await
}

/// Writes quiz attempts; answers every item in its place.
pub async fn record_attempts(tx: &MembershipTx, items: &[Json], now: Instant) -> Result<Vec<Outcome>, DbErr> {
    write::<QuizAttempt>(tx, items, now).await
}

async fn write<T: Record>(tx: &MembershipTx, items: &[Json], now: Instant) -> Result<Vec<Outcome>, DbErr> {
    let mut seen = Seen::default();
    let (mut records, mut places) = (Vec::new(), Vec::new());
    let mut outcomes = vec![Outcome::Unchanged; items.len()];
    for (place, item) in items.iter().enumerate() {
        match read::<T>(item) {
            Err(faults) => outcomes[place] = Outcome::Refused(faults),
            Ok(record) if seen.note(record.identity(), place as u64, None).is_some() => {
                let problem = format!("{} in this call", T::REPEATED);
                outcomes[place] = Outcome::Refused(vec![FieldFault::new("id", problem)]);
            }
            Ok(record) => {
                records.push(record);
                places.push(place);
            }
        }
    }
    for (place, outcome) in places.into_iter().zip(T::write(tx, &records, now).await?) {
        outcomes[place] = outcome;
    }
    Ok(outcomes)
}

/// Evaluates users at once, each of them once.
pub async fn evaluate<'a>(
    tx: &MembershipTx,
    ids: impl IntoIterator<Item = &'a UserId>,
    zone: Tz,
    context: &ChangeContext,
) -> Result<(), UserRunError> {
    let mut numbers: Vec<UserNo> = users::find_many(tx, ids).await?.into_values().collect();
    if numbers.is_empty() {
        return Ok(());
    }
    numbers.sort_unstable();
    let evaluation = UserEvaluator::load(tx, zone).await?;
    for user in numbers {
        evaluation.evaluate(tx, user, context).await?;
    }
    Ok(())
}

fn read<T: Record>(item: &Json) -> Result<T, Vec<FieldFault>> {
    let Some(values) = item.as_object() else { return Err(vec![FieldFault::of_record("must be an object")]) };
    let read = record::read(values);
    if values.keys().all(|key| T::FIELDS.contains(&key.as_str())) {
        return read;
    }
    let unknown = FieldFault::of_record(format!("has unknown keys: expected only {}", T::FIELDS.join(", ")));
    Err([unknown].into_iter().chain(read.err().into_iter().flatten()).collect())
}

impl RawRecord for Map<String, Json> {
    fn value(&self, key: &str) -> Value<'_> {
        match self.get(key) {
            None => Value::Absent,
            Some(Json::Null) => Value::Null,
            Some(value) => Value::Json(value),
        }
    }
}
