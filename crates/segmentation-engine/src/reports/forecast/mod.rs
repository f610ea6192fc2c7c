//! What becomes of a segment: if nobody does anything, and usually.

mod params;
mod usual;

use std::ops::ControlFlow;

use domain::{
    ids::UserNo,
    instant::{Instant, format_instant},
    period::Moment,
    segment::SegmentKey,
    words::counted,
};
use persistence::{DbErr, Snapshot, segments};
use schemars::JsonSchema;
use serde::Serialize;

pub use self::params::{ForecastKind, ForecastParams};
use self::usual::{UsualForecast, family_of};
use super::{
    About, Family, Report, ReportError, ReportFault,
    ahead::{Ahead, Movable, days_ahead},
    given::{Chosen, find},
    note,
    table::{Cell, Table},
};

/// What becomes of a segment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForecastAnswer {
    segment: SegmentKey,
    kind: ForecastKind,
    #[serde(flatten)]
    certain: Option<CertainForecast>,
    #[serde(flatten)]
    usual: Option<UsualForecast>,
    #[serde(flatten)]
    about: About,
}

/// If nobody does anything.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CertainForecast {
    /// Number of members now.
    size: u64,
    /// One for each day ahead.
    days: Vec<ForecastDay>,
}

/// The members of a segment at the end of a day ahead, if nobody does anything. A run at that time would find the same.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ForecastDay {
    at: Instant,
    size: u64,
    /// Members of now who would have left by then.
    leave: u64,
    /// Users who are no members now and would have entered by then.
    enter: u64,
}

pub struct Forecast {
    params: ForecastParams,
    question: Question,
    moment: Moment,
}

enum Question {
    Certain,
    /// Among which segments users move.
    Usual(Family),
}

impl Report for Forecast {
    type Params = ForecastParams;
    type Answer = ForecastAnswer;

    fn read(params: ForecastParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let question = match params.kind {
            ForecastKind::Certain => Question::Certain,
            ForecastKind::Usual => Question::Usual(family_of(&params.segment).map_err(|fault| vec![fault])?),
        };
        Ok(Self { params, question, moment })
    }

    async fn answer(&self, tx: &Snapshot) -> Result<ForecastAnswer, ReportError> {
        let chosen = find(tx, &self.params.segment).await?;
        let (certain, usual) = match self.question {
            Question::Certain => (Some(self.certain(tx, &chosen).await?), None),
            Question::Usual(family) => {
                (None, Some(UsualForecast::of(tx, &chosen, family, (self.moment, self.params.days)).await?))
            }
        };
        let chosen = [chosen];
        Ok(ForecastAnswer {
            segment: self.params.segment.clone(),
            kind: self.params.kind,
            certain,
            usual,
            about: About::now(self.moment, &chosen, note::of_segments(&chosen, self.moment.now)),
        })
    }

    fn about(answer: &ForecastAnswer) -> &About {
        &answer.about
    }

    fn summary(answer: &ForecastAnswer) -> Vec<String> {
        let certain = answer.certain.iter().filter_map(|certain| certain.summary(&answer.segment));
        certain.chain(answer.usual.iter().flat_map(|usual| usual.summary(&answer.segment))).collect()
    }

    fn tables(answer: &ForecastAnswer) -> Vec<Table> {
        let certain = answer.certain.iter().map(CertainForecast::table);
        certain.chain(answer.usual.iter().flat_map(UsualForecast::tables)).collect()
    }
}

impl Forecast {
    async fn certain(&self, tx: &Snapshot, segment: &Chosen) -> Result<CertainForecast, DbErr> {
        let ForecastParams { segment: key, days, .. } = &self.params;
        let counted = segments::find_counted(tx, key).await?;
        let size = counted.map_or(0, |counted| u64::try_from(counted.member_count).unwrap_or_default());
        let ends: Vec<_> = (1..=*days).map(|day| days_ahead(self.moment.now, day)).collect();
        let ahead = Ahead::of(tx, segment, self.moment, days_ahead(self.moment.now, *days)).await?;
        let plans: Vec<_> = ends.iter().map(|at| ahead.plan_at(*at)).collect();
        let mut moves = vec![(0, 0); ends.len()];
        let count = |user: Movable<'_>| {
            for (plan, (leave, enter)) in plans.iter().zip(&mut moves) {
                match (user.is_member(), user.is_member_at(plan)) {
                    (true, false) => *leave += 1,
                    (false, true) => *enter += 1,
                    (true, true) | (false, false) => {}
                }
            }
            ControlFlow::Continue(())
        };
        ahead.each(UserNo(0), count).await?;
        let day = |(at, (leave, enter)): (Instant, (u64, u64))| ForecastDay {
            at,
            size: (size + enter).saturating_sub(leave),
            leave,
            enter,
        };
        Ok(CertainForecast { size, days: ends.into_iter().zip(moves).map(day).collect() })
    }
}

impl CertainForecast {
    fn summary(&self, segment: &SegmentKey) -> Option<String> {
        let ForecastDay { at, size, leave, enter } = self.days.last()?;
        let members = counted(*size, "member", "members");
        let [leave, enter] = [(*leave, "leaves", "leave"), (*enter, "enters", "enter")]
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }));
        Some(format!(
            "If nobody does anything, {segment} has {members} at {at}, and {now} now: {leave} and {enter}.",
            at = format_instant(*at),
            now = self.size,
        ))
    }

    fn table(&self) -> Table {
        let row = |(day, ForecastDay { at, size, leave, enter }): (i64, &ForecastDay)| {
            let counts = [size, leave, enter].map(|count| Cell::count(*count));
            [Cell::Whole(day), Cell::instant(*at)].into_iter().chain(counts).collect()
        };
        Table {
            name: "days",
            columns: vec!["day", "at", "size", "leave", "enter"],
            rows: (1..).zip(&self.days).map(row).collect(),
        }
    }
}
