//! `adminAudience.getEngagement`: what became of mails, by day.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{calendar::CalendarUnit, ids::UserId, mail::EngagementScope, segment::SegmentKey};
use persistence::{
    reads::engagement::{self, Engagement, Recipients},
    sync::destination,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::default_of,
    wire::key::{SegmentGroup, SegmentValue, UserIdText, find_segment, find_user},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetEngagementParams {
    /// The segment's type. Give either a segment or a user.
    segment_type: Option<SegmentGroup>,
    /// The segment's value, unique within its type.
    segment_value: Option<SegmentValue>,
    /// The user's id in the host application. Give either a segment or a user.
    user_id: Option<UserIdText>,
    /// Number of days, including today.
    #[serde(default = "default_of::<30>")]
    #[schemars(range(min = 7, max = 90))]
    days: u32,
    /// Which mails count.
    #[serde(default)]
    scope: EngagementScope,
}

/// What became of mails.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetEngagementResult {
    /// The sums of all days.
    totals: MailCounts,
    /// One entry per day, oldest first.
    days: Vec<MailDay>,
    /// When the mail service last reported anything. Null if it never has.
    last_event_at: Option<DateTime<Utc>>,
    /// The time zone that determines when a day begins.
    zone: String,
}

/// Mails that were sent on one day, and what became of them until now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MailDay {
    /// The date in that time zone.
    date: NaiveDate,
    #[serde(flatten)]
    counts: MailCounts,
}

/// Mails by what became of them. Each mail counts at most once in every number but `opens` and `clicks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MailCounts {
    /// Mails to one person each.
    messages: u64,
    /// Mails that arrived.
    delivered: u64,
    /// Mails that were opened. An estimate: mail programs load images by themselves.
    opened: u64,
    /// Mails in which a link was clicked.
    clicked: u64,
    /// Mails that bounced, for good or for a time.
    bounced: u64,
    /// Mails that were reported as spam.
    complained: u64,
    /// How often mails were opened. An estimate.
    opens: u64,
    /// How often links were clicked.
    clicks: u64,
    /// People who unsubscribed on that day and whose last mail before that counts here.
    unsubscribed: u64,
}

impl From<Engagement> for MailCounts {
    fn from(day: Engagement) -> Self {
        let Engagement { messages, delivered, opened, clicked, bounced, complained, opens, clicks, unsubscribed } = day;
        Self { messages, delivered, opened, clicked, bounced, complained, opens, clicks, unsubscribed }
    }
}

impl std::ops::AddAssign for MailCounts {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.delivered += other.delivered;
        self.opened += other.opened;
        self.clicked += other.clicked;
        self.bounced += other.bounced;
        self.complained += other.complained;
        self.opens += other.opens;
        self.clicks += other.clicks;
        self.unsubscribed += other.unsubscribed;
    }
}

/// Whose mails are asked for.
enum Subject {
    Segment(SegmentKey),
    User(UserId),
}

impl GetEngagementParams {
    fn subject(&self) -> Result<Subject, Fault> {
        match (self.segment_type, &self.segment_value, &self.user_id) {
            (Some(group), Some(value), None) => Ok(Subject::Segment(value.clone().of(group))),
            (None, None, Some(user)) => Ok(Subject::User(user.clone().into())),
            (Some(_), None, None) => Err(Fault::new("segmentValue", "is required with segmentType")),
            (None, Some(_), None) => Err(Fault::new("segmentType", "is required with segmentValue")),
            (None, None, None) => Err(Fault::new("segmentType", "is required, unless userId is given")),
            (_, _, Some(_)) => Err(Fault::new("userId", "cannot be used with a segment")),
        }
    }
}

pub(crate) struct GetEngagement;

impl Method for GetEngagement {
    const NAME: &'static str = "adminAudience.getEngagement";
    const SUMMARY: &'static str = "Shows what became of mails to the members of a segment, or to one user, by day";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_engagement.example.json");
    type Params = GetEngagementParams;
    type Result = GetEngagementResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let params = serde_json::from_value::<GetEngagementParams>(params);
        Ok(params.ok().and_then(|params| params.subject().err()).into_iter().collect())
    }

    async fn call(call: &Call, params: GetEngagementParams) -> Result<GetEngagementResult, MethodError> {
        let (database, moment) = (call.database(), call.moment());
        let dates = CalendarUnit::Day.last_periods(params.days, moment);
        let snapshot = database.begin_snapshot().await?;
        let recipients = match params.subject()? {
            Subject::Segment(key) => Recipients::Segment(find_segment(&snapshot, &key).await?.id),
            Subject::User(id) => Recipients::User(find_user(&snapshot, database.shards(), &id).await?),
        };
        let counted =
            engagement::by_day(&snapshot, recipients, params.scope, &CalendarUnit::Day.bounds(&dates, moment.zone))
                .await?;
        let last_event_at = destination::read(&snapshot).await?.last_event_at;
        snapshot.close().await?;
        let mut totals = MailCounts::default();
        let day = |(date, counted): (&NaiveDate, Engagement)| {
            let counts = MailCounts::from(counted);
            totals += counts;
            MailDay { date: *date, counts }
        };
        let days = dates.iter().zip(counted).map(day).collect();
        Ok(GetEngagementResult { totals, days, last_event_at, zone: moment.zone.name().into() })
    }
}
