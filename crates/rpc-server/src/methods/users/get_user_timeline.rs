//! `adminAudience.getUserTimeline`: what happened to a user.

use chrono::{DateTime, Utc};
use domain::{
    criteria::SegmentNames, ids::UserId, mail::MessageFact, membership::Cause, segment::SegmentKey,
    system_segments::system_segment, timeline::TimelineKind,
};
use persistence::{
    reads::timeline::{Entry, What, timeline},
    segments::custom,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{
        cursor,
        key::{SegmentGroup, UserIdText, find_user},
        movement::MovementKind,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetUserTimelineParams {
    /// The user's id in the host application.
    user_id: UserIdText,
    /// Maximum number of results.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Only entries of these kinds. Default: all.
    #[serde(default)]
    #[schemars(length(max = 5))]
    kinds: Vec<TimelineKind>,
    /// The `nextCursor` of an earlier response with the same kinds.
    #[schemars(length(max = 40))]
    cursor: Option<String>,
}

/// A page of a user's timeline.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetUserTimelineResult {
    /// Newest first.
    entries: Vec<TimelineEntry>,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Something that happened to a user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TimelineEntry {
    /// When it happened.
    at: DateTime<Utc>,
    /// What happened.
    what: TimelineEvent,
}

/// What happened to a user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum TimelineEvent {
    /// The user entered a segment or left it.
    Movement {
        /// The segment. Null if it was deleted since.
        segment: Option<NamedSegment>,
        /// Whether the user entered or left.
        movement: MovementKind,
        /// Why it happened.
        cause: Cause,
        /// The run that did it. Null if none did.
        run_id: Option<i64>,
        /// Who did it. Null if a run did.
        actor: Option<String>,
    },
    /// An admin set or removed an override.
    Override {
        /// The segment.
        segment: NamedSegment,
        /// The method: `addUserToSegment`, `removeUserFromSegment` or `restoreUserToSegment`.
        action: String,
        /// Who did it.
        actor: String,
        /// The reason given.
        reason: Option<String>,
    },
    /// A mail was sent to the user.
    Mail {
        /// What became of it. Opens are an estimate: mail programs load images by themselves.
        facts: Vec<MessageFact>,
    },
    /// The user did something, or paid.
    Event {
        /// The name of the event.
        name: String,
        /// For a purchase, in minor units, such as 2900 for 29.00 EUR. Below 0 for a refund.
        amount_minor: Option<i64>,
        /// For a purchase, an ISO 4217 code.
        currency: Option<String>,
    },
    /// The user completed a quiz.
    Quiz {
        /// As stored.
        certification: String,
        /// As stored. Null if it was not given.
        score: Option<f64>,
    },
}

/// A segment with its name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NamedSegment {
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: String,
    /// The segment's display name. Null if it was deleted since.
    name: Option<String>,
}

pub(crate) struct GetUserTimeline;

impl Method for GetUserTimeline {
    const NAME: &'static str = "adminAudience.getUserTimeline";
    const SUMMARY: &'static str = "Lists what happened to a user: segments, overrides, mails, events and quizzes";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_user_timeline.example.json");
    type Params = GetUserTimelineParams;
    type Result = GetUserTimelineResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(cursor::fault_in_time(&params).into_iter().collect())
    }

    async fn call(call: &Call, params: GetUserTimelineParams) -> Result<GetUserTimelineResult, MethodError> {
        let from = params.cursor.as_deref().map(cursor::read_in_time).transpose()?;
        let id = UserId::from(params.user_id);
        let snapshot = call.database().begin_snapshot().await?;
        let user = find_user(&snapshot, call.database().shards(), &id).await?;
        let kinds = if params.kinds.is_empty() { TimelineKind::ALL } else { &params.kinds };
        let (entries, next) = timeline(&snapshot, user, kinds, from, params.limit as usize).await?;
        let names = custom::names(&snapshot).await?;
        snapshot.close().await?;
        let entries = entries.into_iter().map(|entry| TimelineEntry::new(entry, &names)).collect();
        Ok(GetUserTimelineResult { entries, next_cursor: next.map(cursor::in_time) })
    }
}

impl TimelineEntry {
    fn new(entry: Entry, names: &SegmentNames) -> Self {
        let what = match entry.what {
            What::Moved { segment, entered, cause, run, actor } => TimelineEvent::Movement {
                segment: segment.map(|key| NamedSegment::new(key, names)),
                movement: MovementKind::of(entered),
                cause,
                run_id: run.map(|run| run.0),
                actor,
            },
            What::Decided { action, segment, actor, reason } => {
                TimelineEvent::Override { segment: NamedSegment::new(segment, names), action, actor, reason }
            }
            What::Mailed { facts } => TimelineEvent::Mail { facts },
            What::Did { name, paid } => {
                let (amount_minor, currency) = paid.unzip();
                TimelineEvent::Event { name, amount_minor, currency }
            }
            What::Quizzed { certification, score } => TimelineEvent::Quiz { certification, score },
        };
        Self { at: entry.at, what }
    }
}

impl NamedSegment {
    fn new(key: SegmentKey, names: &SegmentNames) -> Self {
        let system = system_segment(&key).map(|system| system.name.to_owned());
        let name = system.or_else(|| names.get(&key).cloned());
        Self { segment_type: key.kind, segment_value: key.value, name }
    }
}
