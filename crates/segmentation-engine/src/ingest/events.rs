//! Events and purchases as records.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use domain::{
    event::{AHEAD, Currency, Event, EventName, LARGEST_AMOUNT, Money},
    ids::UserId,
    instant::Instant,
};
use persistence::{
    DbErr, MembershipTx,
    ingest::{
        attempts::Origin,
        events::{self, Refusal},
    },
};
use serde_json::Value as Json;

use super::{
    fields::{FieldReader, RawRecord},
    record::Record,
    report::{FieldFault, Outcome, RecordKind},
};

impl Record for Event {
    const KIND: RecordKind = RecordKind::Events;
    const FIELDS: &'static [&'static str] =
        &["id", "userId", "name", "occurredAt", "amount", "amountMinor", "currency", "refundOf"];
    /// JSON has no exact decimals, so callers give minor units.
    const FIELDS_OF_CALLS: &'static [&'static str] =
        &["id", "userId", "name", "occurredAt", "amountMinor", "currency", "refundOf"];
    const REQUIRED: &'static [&'static str] = &["id", "userId", "name", "occurredAt"];
    const KEY: &'static [&'static str] = &["id", "userId"];
    const IMPORTED_TOGETHER: usize = 20_000;

    fn read(fields: &mut FieldReader<'_, impl RawRecord>) -> Option<Self> {
        let id = fields.required_id("id");
        let user_id = fields.required_id("userId").map(UserId);
        let name = fields.required_as("name", NAME, EventName::parse);
        let occurred_at = fields.required_time("occurredAt");
        let amount = money(fields);
        let refund_of = fields.id_if_given("refundOf");
        if refund_of.is_some() && amount.is_some_and(|money| money.minor >= 0) {
            fields.fault("refundOf", "must be left out unless the amount is below 0");
        } else if refund_of.is_some() && !has_amount(fields) {
            fields.fault("refundOf", "must be left out without an amount");
        }
        Some(Self { id: id?, user_id: user_id?, name: name?, occurred_at: occurred_at?, amount, refund_of })
    }

    fn repeated(_origin: Origin<'_>) -> &'static str {
        "was already used for this user"
    }

    /// Of every source: an order that has another user now is another event.
    fn identity(&self, _origin: Origin<'_>) -> (&str, &str) {
        (&self.user_id.0, &self.id)
    }

    fn user(&self) -> &UserId {
        &self.user_id
    }

    /// Concatenated exports that overlap repeat lines. That is fine if they are equal.
    fn repeatable_content(&self) -> Option<u32> {
        let Self { id: _, user_id, name, occurred_at, amount, refund_of } = self;
        let content = (&user_id.0, name, occurred_at.timestamp_micros(), amount, refund_of);
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(content);
        Some((hash >> 32) as u32)
    }

    async fn write(
        tx: &MembershipTx,
        events: &[Self],
        _origin: Origin<'_>,
        now: Instant,
    ) -> Result<Vec<Outcome>, DbErr> {
        let is_ahead = |event: &Self| event.occurred_at > now + AHEAD;
        if !events.iter().any(is_ahead) {
            return write_events(tx, events, now).await;
        }
        let due: Vec<_> = events.iter().filter(|event| !is_ahead(event)).cloned().collect();
        let mut written = write_events(tx, &due, now).await?.into_iter();
        let outcome =
            |event| if is_ahead(event) { Some(refused("occurredAt", AHEAD_OF_CLOCK)) } else { written.next() };
        Ok(events.iter().filter_map(outcome).collect())
    }
}

const NAME: &str = "1 to 64 of the characters a-z, 0-9, \"_\", \".\" and \"-\"";
const AHEAD_OF_CLOCK: &str = "must not be more than 24 hours in the future";

fn refused(field: &str, problem: &str) -> Outcome {
    Outcome::Refused(vec![FieldFault::new(field, problem)])
}

async fn write_events(tx: &MembershipTx, events: &[Event], now: Instant) -> Result<Vec<Outcome>, DbErr> {
    let outcome = |change| match change {
        events::Change::Recorded => Outcome::Recorded,
        events::Change::Unchanged => Outcome::Unchanged,
        events::Change::WithoutUser => Outcome::WithoutUser,
        events::Change::Refused(refusal) => of_refusal(refusal),
    };
    Ok(events::upsert(tx, events, now).await?.into_iter().map(outcome).collect())
}

fn of_refusal(refusal: Refusal) -> Outcome {
    match refusal {
        Refusal::HasAmount => refused("name", "is the name of events without an amount"),
        Refusal::HasNoAmount => refused("name", "is the name of purchases, which have an amount"),
        Refusal::TooManyNames => refused("name", "is new, and 1000 names are in use already"),
        Refusal::TotalTooLarge => refused("amount", "makes the total of the user too large"),
    }
}

fn has_amount(fields: &FieldReader<'_, impl RawRecord>) -> bool {
    fields.has_content("amount") || fields.has_content("amountMinor")
}

/// In major units, as `amount`, or in minor ones, as `amountMinor`.
fn money(fields: &mut FieldReader<'_, impl RawRecord>) -> Option<Money> {
    let currency =
        fields.given_as("currency", "an ISO 4217 code such as EUR", Currency::parse, of_text(Currency::parse));
    let minor = fields.given_as("amountMinor", "a whole number", |text| text.parse::<i64>().ok(), Json::as_i64);
    let major = fields.nullable_text("amount").flatten();
    if fields.has_content("amount") && fields.has_content("amountMinor") {
        fields.fault("amountMinor", "must be left out beside amount");
    }
    match (has_amount(fields), fields.has_content("currency")) {
        (true, false) => fields.fault("currency", "is required with an amount"),
        (false, true) => fields.fault("currency", "must be left out without an amount"),
        (true, true) | (false, false) => {}
    }
    if minor.is_some_and(|minor| minor.unsigned_abs() > LARGEST_AMOUNT.unsigned_abs()) {
        fields.fault("amountMinor", format!("must be from -{LARGEST_AMOUNT} to {LARGEST_AMOUNT}"));
    }
    let currency = currency?;
    match (major, minor) {
        (Some(text), _) => Money::parse(&text, currency).map_err(|no| fields.fault("amount", no.to_string())).ok(),
        (None, Some(minor)) => Some(Money { minor, currency }),
        (None, None) => None,
    }
}

fn of_text<T>(read: impl Fn(&str) -> Option<T>) -> impl Fn(&Json) -> Option<T> {
    move |json| read(json.as_str()?.trim())
}
