//! What became of mails, by day, of a segment or of one user.
//!
//! A person who unsubscribes counts for the last mail before that.

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    mail::{EngagementScope, MessageFact},
    shard::Shard,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::history::spans;
use crate::database::{
    backend::Backend,
    json_rows::{Type, parameter, rows, statement_in},
};

/// Whose mails are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients {
    Segment(SegmentId),
    User(UserNo),
}

impl Recipients {
    fn value(self) -> Value {
        match self {
            Self::Segment(segment) => segment.0.into(),
            Self::User(user) => user.0.into(),
        }
    }

    /// The rows of `message` that count, of the days in `input` by one of its times.
    fn messages(self, scope: EngagementScope, time: &str, backend: Backend) -> String {
        let broadcast = match (self, scope) {
            (_, EngagementScope::Members) => "",
            (Self::Segment(_), EngagementScope::Addressed) => {
                "JOIN broadcast ON broadcast.id = message.broadcast_id AND broadcast.segment_id = $2"
            }
            (Self::User(_), EngagementScope::Addressed) => {
                "JOIN broadcast ON broadcast.id = message.broadcast_id AND broadcast.segment_id IS NOT NULL"
            }
        };
        let condition = match (self, scope) {
            (Self::User(_), _) => format!("message.user_no = $2 AND {}", backend.in_shard("message")),
            (Self::Segment(_), EngagementScope::Members) => was_member(backend),
            (Self::Segment(_), EngagementScope::Addressed) => "true".to_owned(),
        };
        format!(
            "JOIN email_message AS message ON message.{time} >= input.starts AND message.{time} < input.ends {broadcast} \
             WHERE {condition} GROUP BY input.place"
        )
    }

    /// The shard that the statement names.
    fn shard(self) -> Shard {
        match self {
            Self::Segment(_) => Shard::FIRST,
            Self::User(user) => user.shard(),
        }
    }
}

/// Whether the user of `message` was a member of `$2` when it was sent, by the ledger: a stay is present, or a later leave ended it.
/// Asked each time, since a run may date changes before a mail of which it did not know.
fn was_member(backend: Backend) -> String {
    format!(
        "(EXISTS (SELECT 1 FROM user_segment AS stay WHERE stay.user_no = message.user_no AND {same_shard} \
         AND stay.segment_id = $2 AND stay.removed_at IS NULL AND stay.added_at <= message.sent_at) \
         OR EXISTS (SELECT 1 FROM segment_event AS stay WHERE stay.user_no = message.user_no AND {same_shard} \
         AND stay.segment_id = $2 AND NOT stay.entered AND stay.at > message.sent_at AND stay.since <= message.sent_at))",
        same_shard = backend.same_shard("stay", "message"),
    )
}

/// How many mails have each fact. Opens and clicks also count repeated ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Engagement {
    pub messages: u64,
    pub delivered: u64,
    pub opened: u64,
    pub clicked: u64,
    pub bounced: u64,
    pub complained: u64,
    pub opens: u64,
    pub clicks: u64,
    /// People.
    pub unsubscribed: u64,
}

/// The facts that are counted, in the order of the columns.
const COUNTED: [MessageFact; 5] =
    [MessageFact::Delivered, MessageFact::Opened, MessageFact::Clicked, MessageFact::Bounced, MessageFact::Complained];

/// From each instant to just before the next: one less than there are instants.
pub async fn by_day(
    connection: &impl ConnectionTrait,
    recipients: Recipients,
    scope: EngagementScope,
    bounds: &[Instant],
) -> Result<Vec<Engagement>, DbErr> {
    let mut days = vec![Engagement::default(); bounds.len().saturating_sub(1)];
    let backend = Backend::of(connection);
    let input = rows(connection, &[("place", Type::Integer), ("starts", Type::Instant), ("ends", Type::Instant)]);
    let with_fact = COUNTED
        .map(|fact| format!("count(*) FILTER (WHERE (message.facts & {bit}) <> 0)", bit = fact.bit()))
        .join(", ");
    let counted = format!(
        "SELECT input.place, count(*), {with_fact}, CAST(sum(message.opens) AS bigint), CAST(sum(message.clicks) AS bigint) \
         FROM ({input}) AS input {messages}",
        messages = recipients.messages(scope, "sent_at", backend),
    );
    let values = || -> [Value; 2] { [parameter(spans(bounds)), recipients.value()] };
    for row in connection.query_all_raw(statement_in(connection, recipients.shard(), counted, values())).await? {
        let Some(day) = day(&mut days, &row)? else { continue };
        let count = |place| row.try_get_by_index::<i64>(place).map(i64::unsigned_abs);
        *day = Engagement {
            messages: count(1)?,
            delivered: count(2)?,
            opened: count(3)?,
            clicked: count(4)?,
            bounced: count(5)?,
            complained: count(6)?,
            opens: count(7)?,
            clicks: count(8)?,
            unsubscribed: 0,
        };
    }
    let unsubscribed = format!(
        "SELECT input.place, count(DISTINCT message.user_no) FROM ({input}) AS input {messages}",
        messages = recipients.messages(scope, "unsubscribed_at", backend),
    );
    for row in connection.query_all_raw(statement_in(connection, recipients.shard(), unsubscribed, values())).await? {
        let Some(day) = day(&mut days, &row)? else { continue };
        day.unsubscribed = row.try_get_by_index::<i64>(1)?.unsigned_abs();
    }
    Ok(days)
}

fn day<'a>(days: &'a mut [Engagement], row: &QueryResult) -> Result<Option<&'a mut Engagement>, DbErr> {
    let place: i64 = row.try_get_by_index(0)?;
    Ok(usize::try_from(place).ok().and_then(|place| days.get_mut(place)))
}
