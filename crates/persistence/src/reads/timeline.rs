//! What happened to one user, from the ledger, the audit log, what the mail service said about mails, and what the user did. Newest
//! first.

use std::cmp::Reverse;

use domain::{
    ids::{RunId, UserNo},
    instant::Instant,
    mail::MessageFact,
    membership::Cause,
    segment::SegmentKey,
    timeline::TimelineKind,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::Value as Json;

use super::{
    movements::Place,
    params::{bind, stored},
    user_segments,
};
use crate::{
    database::{backend::Backend, json_rows::statement_in},
    entity::enum_text::EnumText,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub at: Instant,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Into a segment, or out of it.
    Moved {
        /// `None` if the segment was deleted since.
        segment: Option<SegmentKey>,
        entered: bool,
        cause: Cause,
        run: Option<RunId>,
        actor: Option<String>,
    },
    /// An admin set or removed an override.
    Decided { action: String, segment: SegmentKey, actor: String, reason: Option<String> },
    /// A mail was sent.
    Mailed { facts: Vec<MessageFact> },
    /// The user did something, or paid: then with an amount in minor units, below 0 for a refund, and its currency.
    Did { name: String, paid: Option<(i64, String)> },
    /// The user completed a quiz.
    Quizzed { certification: String, score: Option<f64> },
}

/// The methods that set and remove overrides, as the audit log names them.
const DECISIONS: &str = "'addUserToSegment', 'removeUserFromSegment', 'restoreUserToSegment'";

/// A page of these kinds, and where the next one begins. The number of a place counts entries of its instant that come before it.
pub async fn timeline(
    connection: &impl ConnectionTrait,
    user: UserNo,
    kinds: &[TimelineKind],
    from: Option<Place>,
    limit: usize,
) -> Result<(Vec<Entry>, Option<Place>), DbErr> {
    let seen = from.map_or(0, |place| usize::try_from(place.no).unwrap_or_default());
    // Even if all entries of the page are of one kind, this is enough.
    let most = (seen + limit + 1) as u64;
    let until = from.map(|place| place.at);
    let mut entries = Vec::new();
    for kind in TimelineKind::ALL.iter().filter(|kind| kinds.contains(kind)) {
        let source = Source::of(*kind, Backend::of(connection));
        entries.extend(source.newest(connection, user, until, most).await?);
    }
    // Stable, so that entries of one instant come in the same order each time.
    entries.sort_by_key(|entry| Reverse(entry.at));
    let next = entries.get(seen + limit).map(|_| {
        let shown = entries.get(..seen + limit).unwrap_or_default();
        let at = shown.last().map_or(Instant::UNIX_EPOCH, |last| last.at);
        Place { at, no: shown.iter().filter(|entry| entry.at == at).count() as i64 }
    });
    Ok((entries.into_iter().skip(seen).take(limit).collect(), next))
}

/// Rows about one user.
struct Source {
    columns: &'static str,
    /// With its alias and its joins.
    table: &'static str,
    condition: String,
    /// The column of the time.
    at: &'static str,
    /// Among rows of one instant, the column that tells which is newer.
    number: &'static str,
    /// `None` for a row that says nothing.
    read: fn(&QueryResult) -> Result<Option<Entry>, DbErr>,
}

impl Source {
    fn of(kind: TimelineKind, backend: Backend) -> Self {
        match kind {
            TimelineKind::Movement => Self {
                columns: "segment.segment_type, segment.segment_value, event.at, event.entered, event.cause, event.run_id, \
                          event.actor",
                table: "segment_event AS event LEFT JOIN segment ON segment.id = event.segment_id",
                condition: backend.in_shard("event"),
                at: "event.at",
                number: "event.no",
                read: moved,
            },
            TimelineKind::Override => Self {
                columns: "at, actor, action, target, detail",
                table: "audit_log",
                condition: format!("action IN ({DECISIONS})"),
                at: "at",
                number: "no",
                read: decided,
            },
            TimelineKind::Mail => Self {
                columns: "sent_at, facts",
                table: "email_message",
                condition: backend.in_shard("email_message"),
                at: "sent_at",
                number: "email_id",
                read: mailed,
            },
            TimelineKind::Event => Self {
                columns: "user_event.occurred_at, event_name.name, user_event.amount, user_event.currency",
                table: "user_event JOIN event_name ON event_name.no = user_event.name_no",
                condition: backend.in_shard("user_event"),
                at: "user_event.occurred_at",
                number: "user_event.id",
                read: did,
            },
            TimelineKind::Quiz => Self {
                columns: "completed_at, certification, score",
                table: "quiz_attempts",
                condition: backend.in_shard("quiz_attempts"),
                at: "completed_at",
                number: "id",
                read: quizzed,
            },
        }
    }

    /// The newest, up to and including an instant.
    async fn newest(
        self,
        connection: &impl ConnectionTrait,
        user: UserNo,
        until: Option<Instant>,
        limit: u64,
    ) -> Result<Vec<Entry>, DbErr> {
        let Self { columns, table, condition, at, number, read } = self;
        let mut values: Vec<Value> = vec![user.0.into()];
        let until = until.map(|until| format!("AND {at} <= {}", bind(&mut values, until))).unwrap_or_default();
        let sql = format!(
            "SELECT {columns} FROM {table} WHERE user_no = $1 AND {condition} {until} \
             ORDER BY {at} DESC, {number} DESC LIMIT {limit}",
            limit = bind(&mut values, stored(limit)),
        );
        let found = connection.query_all_raw(statement_in(connection, user.shard(), sql, values)).await?;
        found.iter().filter_map(|row| read(row).transpose()).collect()
    }
}

fn moved(row: &QueryResult) -> Result<Option<Entry>, DbErr> {
    let is_known = row.try_get_by_index::<Option<String>>(0)?.is_some();
    let what = What::Moved {
        segment: if is_known { Some(user_segments::key(row)?) } else { None },
        entered: row.try_get_by_index(3)?,
        cause: row.try_get_by_index::<EnumText<_>>(4)?.0,
        run: row.try_get_by_index::<Option<i64>>(5)?.map(RunId),
        actor: row.try_get_by_index(6)?,
    };
    Ok(Some(Entry { at: row.try_get_by_index(2)?, what }))
}

/// Not if the target cannot be read.
fn decided(row: &QueryResult) -> Result<Option<Entry>, DbErr> {
    let target: Option<String> = row.try_get_by_index(3)?;
    let detail: Option<Json> = row.try_get_by_index(4)?;
    let segment = target.as_deref().and_then(|target| target.strip_prefix("segment ")?.split(',').next()?.parse().ok());
    let Some(segment) = segment else { return Ok(None) };
    let reason = detail.and_then(|detail| detail["reason"].as_str().map(str::to_owned));
    let what = What::Decided { action: row.try_get_by_index(2)?, segment, actor: row.try_get_by_index(1)?, reason };
    Ok(Some(Entry { at: row.try_get_by_index(0)?, what }))
}

fn mailed(row: &QueryResult) -> Result<Option<Entry>, DbErr> {
    let bits: i32 = row.try_get_by_index(1)?;
    let facts = MessageFact::ALL.iter().copied().filter(|fact| bits & fact.bit() != 0).collect();
    Ok(Some(Entry { at: row.try_get_by_index(0)?, what: What::Mailed { facts } }))
}

fn did(row: &QueryResult) -> Result<Option<Entry>, DbErr> {
    let paid = row.try_get_by_index::<Option<i64>>(2)?.zip(row.try_get_by_index(3)?);
    Ok(Some(Entry { at: row.try_get_by_index(0)?, what: What::Did { name: row.try_get_by_index(1)?, paid } }))
}

fn quizzed(row: &QueryResult) -> Result<Option<Entry>, DbErr> {
    let what = What::Quizzed { certification: row.try_get_by_index(1)?, score: row.try_get_by_index(2)? };
    Ok(Some(Entry { at: row.try_get_by_index(0)?, what }))
}
