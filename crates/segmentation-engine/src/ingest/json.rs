//! Users, quiz attempts and events as JSON, from callers of the API.
//!
//! A faulty item is refused with all its faults; the others are written in one transaction.

use std::collections::BTreeSet;

use domain::{
    attribute::{Attribute, Attributes},
    event::Event,
    ids::{UserId, UserNo},
    membership::Cause,
    period::Moment,
    profile::{QuizAttempt, UserChange},
};
use persistence::{
    Database, MembershipTx, attributes,
    ingest::{attempts::Origin, users},
    membership::ledger::ChangeContext,
};
use serde_json::{Map, Value as Json, json};

use super::{
    by_shard::{Outcomes, divide},
    fields::{RawRecord, Value},
    record::{self, ReadRecord, Record},
    report::{FieldFault, Outcome, RecordCounts, RecordKind},
    seen::Seen,
};
use crate::{
    audit::Audit,
    evaluate_user::{UserEvaluator, UserRunError},
    support::retry::with_retry,
};

#[derive(Debug, Clone)]
pub struct IngestRequest {
    /// Each gets its own answer.
    pub items: Vec<Json>,
    /// Evaluate the written users in the same transaction.
    pub evaluate: bool,
}

/// What became of the items.
#[derive(Debug, Default)]
pub struct Ingested {
    /// Of every item, in order.
    pub items: Vec<IngestedItem>,
    /// Keys of attributes that are not declared, and were ignored.
    pub undeclared: BTreeSet<String>,
}

#[derive(Debug)]
pub struct IngestedItem {
    pub outcome: Outcome,
    /// Of values that do not fit, and that the item was written without.
    pub partial: Vec<FieldFault>,
}

pub async fn upsert_users(
    database: &Database,
    request: &IngestRequest,
    moment: Moment,
    audit: &Audit,
) -> Result<Ingested, UserRunError> {
    let detail = |RecordCounts { created, updated, unchanged, refused, .. }: RecordCounts| {
        json!({
            "created": created, "updated": updated, "unchanged": unchanged, "refused": refused,
            "evaluated": request.evaluate,
        })
    };
    write::<UserChange>(database, request, moment, audit, detail).await
}

pub async fn record_attempts(
    database: &Database,
    request: &IngestRequest,
    moment: Moment,
    audit: &Audit,
) -> Result<Ingested, UserRunError> {
    write::<QuizAttempt>(database, request, moment, audit, recorded(request)).await
}

pub async fn record_events(
    database: &Database,
    request: &IngestRequest,
    moment: Moment,
    audit: &Audit,
) -> Result<Ingested, UserRunError> {
    write::<Event>(database, request, moment, audit, recorded(request)).await
}

/// The detail of an audit entry.
fn recorded(request: &IngestRequest) -> impl Fn(RecordCounts) -> Json + Send + Sync {
    let evaluated = request.evaluate;
    move |RecordCounts { recorded, unchanged, refused, .. }| json!({"recorded": recorded, "unchanged": unchanged, "refused": refused, "evaluated": evaluated})
}

async fn write<T: Record>(
    database: &Database,
    request: &IngestRequest,
    moment: Moment,
    audit: &Audit,
    detail: impl Fn(RecordCounts) -> Json + Send + Sync,
) -> Result<Ingested, UserRunError> {
    let attributes = declared::<T>(database, &request.items).await?;
    let parsed = ParsedItems::<T>::parse(&request.items, &attributes);
    let divided = divide(database.shards(), &parsed.records);
    let (mut counts, mut outcomes) = (parsed.refused(), Outcomes::of(parsed.records.len()));
    for of_shard in &divided {
        let written = with_retry(|| async {
            let tx = database.begin_membership_change(of_shard.shard).await?;
            let written = T::write(&tx, &of_shard.records, Origin::Partial, moment.now).await?;
            if request.evaluate {
                let users = users_of(&of_shard.records, &written);
                evaluate(&tx, users, moment, &audit.change_context(moment.now, Cause::UserRun)).await?;
            }
            let mut counted = counts;
            written.iter().for_each(|outcome| counted.add(outcome));
            audit.record(&tx, moment.now, None, Some(detail(counted))).await?;
            tx.commit().await?;
            Ok::<_, UserRunError>(written)
        })
        .await?;
        outcomes.set(of_shard, written);
        // What is counted is in an entry, which is written with the change: of several shards, each has one.
        counts = RecordCounts::default();
    }
    let undeclared = undeclared(&request.items, &attributes);
    Ok(Ingested { items: parsed.outcomes(outcomes.all()), undeclared })
}

/// The attributes that items may have. Most calls have none.
async fn declared<T: Record>(database: &Database, items: &[Json]) -> Result<Attributes, UserRunError> {
    if T::KIND != RecordKind::Users || items.iter().all(|item| item.get(ATTRIBUTES).is_none()) {
        return Ok(Attributes::default());
    }
    with_retry(|| async { Ok::<_, UserRunError>(attributes::declared(database.connection()).await?) }).await
}

fn undeclared(items: &[Json], attributes: &Attributes) -> BTreeSet<String> {
    let keys = items.iter().filter_map(|item| item.get(ATTRIBUTES)?.as_object()).flat_map(Map::keys);
    keys.filter(|key| attributes.get(key).is_none()).take(LISTED).map(|key| shortened(key)).collect()
}

/// The key of an item with its attributes.
const ATTRIBUTES: &str = "attributes";
/// Keys of attributes that are listed as ignored.
const LISTED: usize = 1_000;

/// The items that are records, with their positions, and the faults of the others.
struct ParsedItems<T> {
    records: Vec<T>,
    places: Vec<usize>,
    /// Per item. `None` for a record.
    faults: Vec<Option<Vec<FieldFault>>>,
    /// Per item: the faults of values that a record lacks.
    partial: Vec<Vec<FieldFault>>,
}

impl<T: Record> ParsedItems<T> {
    fn parse(items: &[Json], attributes: &Attributes) -> Self {
        let mut seen = Seen::default();
        let (faults, partial) = (vec![None; items.len()], vec![Vec::new(); items.len()]);
        let mut parsed = Self { records: Vec::new(), places: Vec::new(), faults, partial };
        for (place, item) in items.iter().enumerate() {
            match read::<T>(item, attributes) {
                Err(faults) => parsed.faults[place] = Some(faults),
                Ok((record, _)) if seen.note(record.identity(Origin::Partial), place as u64, None).is_some() => {
                    let problem = format!("{} in this call", T::repeated(Origin::Partial));
                    parsed.faults[place] = Some(vec![FieldFault::new("id", problem)]);
                }
                Ok((record, partial)) => {
                    parsed.records.push(record);
                    parsed.places.push(place);
                    parsed.partial[place] = partial;
                }
            }
        }
        parsed
    }

    /// The items that are no records.
    fn refused(&self) -> RecordCounts {
        let mut counts = RecordCounts::default();
        counts.add_refused(self.faults.iter().flatten().count() as u64);
        counts
    }

    /// Combines the outcomes of the records with the faults.
    fn outcomes(self, of_records: Vec<Outcome>) -> Vec<IngestedItem> {
        let refused = |faults: &Option<Vec<FieldFault>>| faults.clone().map_or(Outcome::Unchanged, Outcome::Refused);
        let mut outcomes: Vec<_> = self.faults.iter().map(refused).collect();
        for (place, outcome) in self.places.iter().zip(of_records) {
            outcomes[*place] = outcome;
        }
        let items = outcomes.into_iter().zip(self.partial);
        items.map(|(outcome, partial)| IngestedItem { outcome, partial }).collect()
    }
}

/// The distinct users of the records that were written.
fn users_of<'a, T: Record>(records: &'a [T], outcomes: &[Outcome]) -> BTreeSet<&'a UserId> {
    let is_written = |outcome: &Outcome| match outcome {
        Outcome::Created | Outcome::Updated | Outcome::Recorded | Outcome::Moved => true,
        Outcome::Unchanged | Outcome::WithoutUser | Outcome::Refused(_) => false,
    };
    records.iter().zip(outcomes).filter(|(_, outcome)| is_written(outcome)).map(|(record, _)| record.user()).collect()
}

async fn evaluate(
    tx: &MembershipTx,
    ids: BTreeSet<&UserId>,
    moment: Moment,
    context: &ChangeContext,
) -> Result<(), UserRunError> {
    let mut numbers: Vec<UserNo> = users::find_many(tx, ids).await?.into_values().collect();
    if numbers.is_empty() {
        return Ok(());
    }
    numbers.sort_unstable();
    let evaluator = UserEvaluator::load(tx, moment.zone).await?;
    for user in numbers {
        evaluator.evaluate(tx, user, context).await?;
    }
    Ok(())
}

fn read<T: Record>(item: &Json, attributes: &Attributes) -> Result<ReadRecord<T>, Vec<FieldFault>> {
    let Some(values) = item.as_object() else { return Err(vec![FieldFault::of_record("must be an object")]) };
    let takes_attributes = T::KIND == RecordKind::Users;
    let known: Vec<_> = T::FIELDS_OF_CALLS.iter().copied().chain(takes_attributes.then_some(ATTRIBUTES)).collect();
    let unknown: Vec<_> = values.keys().filter(|key| !known.contains(&key.as_str())).collect();
    let mut read = record::read(&Item { values, attributes });
    if takes_attributes && values.get(ATTRIBUTES).is_some_and(|given| !given.is_object() && !given.is_null()) {
        let fault = FieldFault::new(ATTRIBUTES, "must be an object");
        read = read.map(|(record, partial)| (record, partial.into_iter().chain([fault]).collect()));
    }
    if unknown.is_empty() {
        return read;
    }
    Err([unknown_keys(&unknown, &known)].into_iter().chain(read.err().into_iter().flatten()).collect())
}

/// Keys that are named in a fault.
const NAMED: usize = 5;
/// Characters of a key in a fault.
const SHOWN: usize = 64;

fn unknown_keys(keys: &[&String], known: &[&str]) -> FieldFault {
    let named: Vec<_> = keys.iter().take(NAMED).map(|key| format!("{:?}", shortened(key))).collect();
    let (plural, more) = (if keys.len() > 1 { "s" } else { "" }, if keys.len() > NAMED { ", …" } else { "" });
    let (named, known) = (named.join(", "), known.join(", "));
    FieldFault::of_record(format!("has unknown key{plural} {named}{more}: expected only {known}"))
}

fn shortened(key: &str) -> String {
    let end = if key.chars().count() > SHOWN { "…" } else { "" };
    key.chars().take(SHOWN).collect::<String>() + end
}

struct Item<'a> {
    values: &'a Map<String, Json>,
    attributes: &'a Attributes,
}

impl RawRecord for Item<'_> {
    const LISTS_USERS: bool = false;
    const ATTRIBUTE: &'static str = "attributes.";

    fn value(&self, key: &str) -> Value<'_> {
        value_of(self.values, key)
    }

    fn attributes(&self) -> Vec<(&Attribute, Value<'_>)> {
        let Some(Json::Object(given)) = self.values.get(ATTRIBUTES) else { return Vec::new() };
        let attributes = self.attributes.iter().map(|attribute| &**attribute);
        attributes.map(|attribute| (attribute, value_of(given, attribute.key().as_str()))).collect()
    }
}

fn value_of<'a>(values: &'a Map<String, Json>, key: &str) -> Value<'a> {
    match values.get(key) {
        None => Value::Absent,
        Some(Json::Null) => Value::Null,
        Some(value) => Value::Json(value),
    }
}
