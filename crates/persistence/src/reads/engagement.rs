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

    /// What holds for the rows of `message` that count, as joins.
    fn joins(self, scope: EngagementScope, backend: Backend) -> String {
        let broadcast = "JOIN broadcast ON broadcast.id = message.broadcast_id AND broadcast.segment_id";
        match (self, scope) {
            (Self::Segment(_), EngagementScope::Members) => format!(
                "JOIN email_message_segment AS sent ON sent.user_no = message.user_no \
                 AND sent.email_id = message.email_id AND {} AND sent.segment_id = $2",
                backend.same_shard("sent", "message")
            ),
            (Self::Segment(_), EngagementScope::Addressed) => format!("{broadcast} = $2"),
            (Self::User(_), EngagementScope::Members) => String::new(),
            (Self::User(_), EngagementScope::Addressed) => format!("{broadcast} IS NOT NULL"),
        }
    }

    /// And as a condition.
    fn condition(self, backend: Backend) -> String {
        match self {
            Self::Segment(_) => "true".to_owned(),
            Self::User(_) => format!("message.user_no = $2 AND {}", backend.in_shard("message")),
        }
    }

    /// The shard that [`Self::condition`] names.
    fn shard(self) -> Shard {
        match self {
            Self::Segment(_) => Shard::FIRST,
            Self::User(user) => user.shard(),
        }
    }

    /// The rows of `message` of a day, as joins.
    fn of_day(self, scope: EngagementScope, backend: Backend) -> String {
        let is_of_day = |table: &str| format!("{table}.sent_at >= input.starts AND {table}.sent_at < input.ends");
        match (self, scope) {
            // By the index of the segment, not of all mails.
            (Self::Segment(_), EngagementScope::Members) => format!(
                "JOIN email_message_segment AS sent ON sent.segment_id = $2 AND {} \
                 JOIN email_message AS message ON message.user_no = sent.user_no AND message.email_id = sent.email_id AND {}",
                is_of_day("sent"),
                backend.same_shard("sent", "message")
            ),
            (Self::Segment(_), EngagementScope::Addressed) | (Self::User(_), _) => {
                format!("JOIN email_message AS message ON {} {}", is_of_day("message"), self.joins(scope, backend))
            }
        }
    }
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
         FROM ({input}) AS input {of_day} WHERE {condition} GROUP BY input.place",
        of_day = recipients.of_day(scope, backend),
        condition = recipients.condition(backend),
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
        "SELECT input.place, count(*) FROM ({input}) AS input JOIN suppression ON suppression.reason = 'unsubscribed' \
         AND suppression.set_at >= input.starts AND suppression.set_at < input.ends \
         JOIN users ON users.address_key = suppression.address_key \
         JOIN email_message AS message ON message.user_no = users.no AND {same_shard} \
         AND message.sent_at <= suppression.set_at {joins} \
         WHERE {condition} AND NOT EXISTS (SELECT 1 FROM email_message AS later WHERE later.user_no = message.user_no \
         AND {later_shard} AND later.sent_at <= suppression.set_at AND (later.sent_at > message.sent_at \
         OR later.sent_at = message.sent_at AND later.email_id > message.email_id)) GROUP BY input.place",
        same_shard = backend.same_shard("message", "users"),
        later_shard = backend.same_shard("later", "message"),
        joins = recipients.joins(scope, backend),
        condition = recipients.condition(backend),
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
