//! How active the members of segments are.

use domain::{
    calendar::{CalendarPeriod, CalendarUnit},
    instant::Instant,
    period::Moment,
    rate::{Rate, Ratio},
    report::{
        activity::ActivityKind,
        engagement::{self, Engagement as Figures, Period},
    },
    segment::SegmentKey,
    user_set::UserSet,
};
use persistence::{
    Snapshot,
    reports::{
        activity, activity_days,
        members::{self, Members},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, AboutRange, GivenTime, Report, ReportError, ReportFault,
    given::{Chosen, all_activity, fault_of_count, faults_of_keys, find_all, week},
    note,
    range::Range,
    table::{Cell, RATE, Table},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EngagementParams {
    /// The segments, each once.
    #[schemars(length(min = 1, max = 10))]
    pub segments: Vec<SegmentKey>,
    /// The periods.
    #[serde(default = "week")]
    pub by: CalendarUnit,
    /// What shows that a user was active. By default all.
    #[serde(default = "all_activity")]
    #[schemars(length(min = 1, max = 3))]
    pub activity: Vec<ActivityKind>,
    /// Periods from here on. The first is whole, even if it begins earlier.
    pub from: GivenTime,
    /// Periods that begin before here.
    pub to: GivenTime,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}

/// How active the members of segments were.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EngagementAnswer {
    /// What showed that a user was active.
    activity: Vec<ActivityKind>,
    /// In the order given.
    segments: Vec<EngagementOfSegment>,
    #[serde(flatten)]
    about: AboutRange,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EngagementOfSegment {
    id: SegmentKey,
    /// Oldest first.
    periods: Vec<EngagementOfPeriod>,
}

/// The members who were there when a period began. All figures are null before the history of the segment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EngagementOfPeriod {
    /// The first instant.
    start: Instant,
    /// False while the period lasts.
    complete: bool,
    /// How many members there were.
    members: Option<u64>,
    /// How many of them were active in the period.
    active_members: Option<Rate>,
    /// How many quizzes they completed in it.
    quizzes: Option<u64>,
    /// Quizzes for each member. Null without members.
    per_member: Option<f64>,
    /// Quizzes for each active member. Null if nobody was active.
    per_active: Option<f64>,
    /// Of a week that is over: on how many of its days the active members were active. Null otherwise, and if nobody was active.
    stickiness: Option<Ratio>,
}

pub struct Engagement {
    segments: Vec<SegmentKey>,
    by: CalendarUnit,
    kinds: Vec<ActivityKind>,
    range: Range,
    moment: Moment,
}

impl Report for Engagement {
    type Params = EngagementParams;
    type Answer = EngagementAnswer;

    fn read(params: EngagementParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let EngagementParams { segments, by, activity: kinds, from, to, as_of } = params;
        let mut faults = faults_of_keys("segments", &segments, 1..=10);
        faults.extend(fault_of_count("activity", kinds.len(), 1..=3));
        match Range::read(&from, &to, as_of.as_ref(), moment) {
            Ok(range) if faults.is_empty() => Ok(Self { segments, by, kinds, range, moment }),
            range => {
                faults.extend(range.err().into_iter().flatten());
                Err(faults)
            }
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<EngagementAnswer, ReportError> {
        let chosen = find_all(tx, "segments", &self.segments).await?;
        let periods = self.range.periods(self.by, self.moment);
        let starts: Vec<_> = periods.iter().map(|period| period.starts).collect();
        let gone = members::erased(tx).await?;
        let mut members = Vec::new();
        for segment in &chosen {
            members.push(members::at(tx, segment.id, &starts, &gone).await?);
        }
        let mut segments: Vec<_> =
            chosen.iter().map(|segment| EngagementOfSegment { id: segment.key.clone(), periods: Vec::new() }).collect();
        for (place, period) in periods.iter().enumerate() {
            let known = self.known(tx, *period).await?;
            for ((segment, members), found) in chosen.iter().zip(&members).zip(&mut segments) {
                let figures = is_in_history(segment, *period).then(|| known.of(&members.at[place]));
                found.periods.push(self.shown(*period, figures));
            }
        }
        // The first period is whole, even if it begins before the range.
        let from = periods.first().map_or(self.range.from, |first| first.starts.min(self.range.from));
        let whole = Range { from, ..self.range };
        let mut notes = note::of_range(tx, &chosen, whole, self.range.incomplete(&periods)).await?;
        let erased: Vec<_> = members.iter().map(Members::erased).collect();
        notes.extend(note::of_erased(UserSet::union(&erased).len()));
        let about = AboutRange::of(self.range, self.moment, &chosen, notes);
        Ok(EngagementAnswer { activity: self.kinds.clone(), segments, about })
    }

    fn about(answer: &EngagementAnswer) -> &About {
        answer.about.about()
    }

    fn summary(answer: &EngagementAnswer) -> Vec<String> {
        let sentence = |segment: &EngagementOfSegment| {
            let last = segment.periods.iter().rev().find(|period| period.complete)?;
            let rate = last.active_members?;
            let percent = rate.percent().map_or_else(String::new, |percent| format!(" ({percent:.2} %)"));
            let (part, of) = (rate.part(), rate.of());
            Some(format!(
                "{}: {part} of {of} members{percent} were active in the last period that is over.",
                segment.id
            ))
        };
        answer.segments.iter().filter_map(sentence).collect()
    }

    fn tables(answer: &EngagementAnswer) -> Vec<Table> {
        let decimal = |number: Option<f64>| number.map_or(Cell::Empty, |number| Cell::Decimal(number, 2));
        let count = |count: Option<u64>| count.map_or(Cell::Empty, Cell::count);
        let row = |segment: &SegmentKey, period: &EngagementOfPeriod| {
            let rate =
                period.active_members.map_or_else(|| vec![Cell::Empty; RATE.len()], |rate| Cell::rate(rate).into());
            let sticky =
                period.stickiness.map_or_else(|| vec![Cell::Empty; 3], |stickiness| Cell::ratio(stickiness).into());
            let keys = vec![Cell::text(segment), Cell::instant(period.start), Cell::text(period.complete)];
            let quizzes = vec![count(period.quizzes), decimal(period.per_member), decimal(period.per_active)];
            [keys, vec![count(period.members)], rate, quizzes, sticky].concat()
        };
        let rows = answer
            .segments
            .iter()
            .flat_map(|segment| segment.periods.iter().map(|period| row(&segment.id, period)).collect::<Vec<_>>());
        let quizzes = ["quizzes", "perMember", "perActive", "stickyPart", "stickyOf", "stickyPercent"];
        let columns = ["segment", "start", "complete", "members"].into_iter().chain(RATE).chain(quizzes);
        vec![Table { name: "periods", columns: columns.collect(), rows: rows.collect() }]
    }
}

/// What everybody did in a period.
struct Known {
    active: UserSet,
    /// Of a week that is over.
    days: Vec<UserSet>,
    quizzes: Vec<(domain::ids::UserNo, u64)>,
}

impl Known {
    fn of(&self, members: &UserSet) -> Figures {
        let Self { active, days, quizzes } = self;
        engagement::engagement(Period { members, active, quizzes, days })
    }
}

impl Engagement {
    async fn known(&self, tx: &Snapshot, period: CalendarPeriod) -> Result<Known, ReportError> {
        let before = period.ends.min(activity::after(self.range.horizon));
        let quizzes = activity::quizzes(tx, period.starts, before).await?;
        if self.by != CalendarUnit::Week || !self.range.is_complete(period) {
            let active = activity_days::active(tx, &self.kinds, &[[period.starts, before]]).await?;
            return Ok(Known { active: UserSet::union(&active), days: Vec::new(), quizzes });
        }
        let days = CalendarUnit::Day.periods(period.starts, period.ends, self.moment.zone);
        let days: Vec<_> = days.iter().map(|day| [day.starts, day.ends]).collect();
        let days = activity_days::active(tx, &self.kinds, &days).await?;
        Ok(Known { active: UserSet::union(&days), days, quizzes })
    }

    fn shown(&self, period: CalendarPeriod, figures: Option<Figures>) -> EngagementOfPeriod {
        EngagementOfPeriod {
            start: period.starts,
            complete: self.range.is_complete(period),
            members: figures.map(|figures| figures.members),
            active_members: figures.map(|figures| figures.active_members),
            quizzes: figures.map(|figures| figures.quizzes),
            per_member: figures.and_then(|figures| figures.per_member),
            per_active: figures.and_then(|figures| figures.per_active),
            stickiness: figures.and_then(|figures| figures.stickiness),
        }
    }
}

fn is_in_history(segment: &Chosen, period: CalendarPeriod) -> bool {
    segment.history_from.is_some_and(|begins| begins <= period.starts)
}
