//! Who leaves or enters a segment if nobody does anything.

use std::ops::ControlFlow;

use domain::{
    ids::{UserId, UserNo},
    instant::{Instant, format_instant},
    period::Moment,
    segment::SegmentKey,
    words::counted,
};
use persistence::{Snapshot, ingest::users};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, Report, ReportError, ReportFault,
    ahead::{Ahead, Movable, days_ahead},
    given::{above, find, hundred},
    note,
    table::{Cell, Table},
};
use crate::cursor;

/// What would become of a user's membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ForecastChange {
    /// A member of now would have left.
    Leave,
    /// A user who is no member now would have entered.
    Enter,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForecastUsersParams {
    pub segment: SegmentKey,
    /// How many days ahead. A day is 24 hours. With 0, those whom a run would move now, also those whom the shrink guard holds back.
    #[schemars(range(min = 0, max = 90))]
    pub day: u32,
    /// Whom to list: those who would have left by the end of the day, or those who would have entered.
    pub change: ForecastChange,
    /// Maximum number of results.
    #[serde(default = "hundred")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: u32,
    /// The `nextCursor` of an earlier response.
    #[schemars(length(max = 40))]
    pub cursor: Option<String>,
}

/// Who would have left or entered a segment if nobody did anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForecastUsersAnswer {
    /// The end of the day.
    at: Instant,
    /// In the order in which users were first stored.
    users: Vec<ForecastUser>,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    #[serde(flatten)]
    about: About,
}

/// A user whose membership would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForecastUser {
    /// The user's id in the host application.
    user_id: String,
    /// The first instant at which a run would change the membership. It is `asOf` if a run would do so now.
    changes_at: Instant,
}

pub struct ForecastUsers {
    segment: SegmentKey,
    until: Instant,
    change: ForecastChange,
    limit: u32,
    above: UserNo,
    moment: Moment,
}

impl Report for ForecastUsers {
    type Params = ForecastUsersParams;
    type Answer = ForecastUsersAnswer;

    fn read(params: ForecastUsersParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let ForecastUsersParams { segment, day, change, limit, cursor } = params;
        Ok(Self {
            segment,
            until: days_ahead(moment.now, day),
            change,
            limit,
            above: above(cursor.as_deref()).map_err(|fault| vec![fault])?,
            moment,
        })
    }

    async fn answer(&self, tx: &Snapshot) -> Result<ForecastUsersAnswer, ReportError> {
        let chosen = [find(tx, &self.segment).await?];
        let ahead = Ahead::of(tx, &chosen[0], self.moment, self.until).await?;
        let plan = ahead.plan_at(self.until);
        let mut found = Vec::new();
        let visit = |user: Movable<'_>| {
            let is_meant = match self.change {
                ForecastChange::Leave => user.is_member() && !user.is_member_at(&plan),
                ForecastChange::Enter => !user.is_member() && user.is_member_at(&plan),
            };
            if is_meant {
                found.push((user.no(), user.changes_at(self.until).unwrap_or(self.until)));
            }
            if found.len() as u64 > u64::from(self.limit) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        ahead.each(self.above, visit).await?;
        let next_cursor = cursor::cut(&mut found, self.limit, |(no, _)| cursor::after(*no));
        let numbers: Vec<_> = found.iter().map(|(no, _)| *no).collect();
        // In one snapshot, all of them are there.
        let ids = users::ids(tx, &numbers).await?;
        let user = |((_, UserId(user_id)), (_, changes_at))| ForecastUser { user_id, changes_at };
        Ok(ForecastUsersAnswer {
            at: self.until,
            users: ids.into_iter().zip(found).map(user).collect(),
            next_cursor,
            about: About::now(self.moment, &chosen, note::of_segments(&chosen, self.moment.now)),
        })
    }

    fn about(answer: &ForecastUsersAnswer) -> &About {
        &answer.about
    }

    fn summary(answer: &ForecastUsersAnswer) -> Vec<String> {
        let users = counted(answer.users.len() as u64, "membership changes", "memberships change");
        vec![format!("If nobody does anything, {users} by {}.", format_instant(answer.at))]
    }

    fn tables(answer: &ForecastUsersAnswer) -> Vec<Table> {
        let row = |user: &ForecastUser| vec![Cell::text(&user.user_id), Cell::instant(user.changes_at)];
        vec![Table {
            name: "users",
            columns: vec!["userId", "changesAt"],
            rows: answer.users.iter().map(row).collect(),
        }]
    }
}
