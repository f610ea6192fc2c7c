//! Users by when they began, and what they did in the periods after it.

mod answer;
mod params;
mod question;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{
    ids::UserNo,
    instant::{EARLIEST, Instant},
    period::Moment,
    report::{
        cohort::{self, Clock, Cohort, CohortClock},
        entry::{self, EntryKind},
    },
    user_set::UserSet,
};
use persistence::{
    Snapshot,
    reports::{activity, activity_days, chosen_segments, entries, payments},
};

pub use self::{answer::CohortsAnswer, params::CohortsParams};
use self::{
    question::{FoundMeasure, FoundStart, Measure, Start, faults_of_unused, most_columns},
    rows::{Row, by_instants, by_stays, everyone, span},
};
use super::{
    About, AboutRange, Note, Report, ReportError, ReportFault, Table,
    conversion::EntrantCounts,
    given::{Chosen, fault_of_count},
    note,
    range::Range,
};

pub struct Cohorts {
    params: CohortsParams,
    start: Start,
    measure: Measure,
    range: Range,
    moment: Moment,
}

/// The first instant of each user, and how many would be in a cohort but are erased.
struct Starts {
    of_users: Vec<(UserNo, Instant)>,
    entrants: Option<EntrantCounts>,
    erased: u64,
}

impl Report for Cohorts {
    type Params = CohortsParams;
    type Answer = CohortsAnswer;

    fn read(params: CohortsParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let mut faults = Vec::new();
        let most = most_columns(params.by);
        if !(1..=most).contains(&params.columns) {
            faults.push(ReportFault::new("columns", format!("expected 1 to {most}")));
        }
        faults.extend(fault_of_count("activity", params.activity.len(), 1..=3));
        faults.extend(faults_of_unused(&params));
        let (start, measure) = (Start::read(&params), Measure::read(&params));
        let range = Range::read(&params.from, &params.to, params.as_of.as_ref(), moment);
        match (start, measure, range) {
            (Ok(start), Ok(measure), Ok(range)) if faults.is_empty() => {
                Ok(Self { params, start, measure, range, moment })
            }
            (start, measure, range) => {
                faults.extend([start.err(), measure.err(), range.err()].into_iter().flatten().flatten());
                // The start and the measure may both need the segment.
                faults.dedup();
                Err(faults)
            }
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<CohortsAnswer, ReportError> {
        let (start, measure) = (self.start.find(tx).await?, self.measure.find(tx).await?);
        let periods = self.range.periods(self.params.by, self.moment);
        let Starts { of_users, entrants, erased } = self.starts(tx, &start).await?;
        let clock = Clock { kind: self.params.clock, by: self.params.by, zone: self.moment.zone };
        let rows = Row::all(Cohort::of(&periods, of_users), clock, self.columns(), self.range.horizon);
        let users = self.users(tx, &rows, &measure).await?;
        let is_known = |row: &Row, column| measure.segment().is_none_or(|segment| row.is_in_history(column, segment));
        let cells = rows.iter().zip(&users).map(|(row, users)| {
            cohort::cells(&row.cohort, users, &row.columns, self.params.mode, |column| is_known(row, column))
        });
        let cells: Vec<_> = cells.collect();
        let revenue = self.revenue(tx, &rows).await?;
        // There is one segment in the params.
        let segments = start.segment().or(measure.segment()).map(std::slice::from_ref).unwrap_or_default();
        let notes = self.notes(tx, segments, &measure, &cells, erased).await?;
        let mut about = AboutRange::of(self.range, self.moment, segments, notes);
        if segments.is_empty() {
            about = about.since(chosen_segments::ledger_begins(tx).await?);
        }
        let pooled = cohort::pooled(cells.iter().map(Vec::as_slice), self.columns());
        let shown = rows.iter().zip(cells).enumerate().map(|(place, (row, cells))| {
            let revenue = revenue.as_ref().map(|revenue| revenue[place].as_slice());
            row.shown(&cells, revenue)
        });
        Ok(CohortsAnswer {
            start: self.params.start,
            measure: self.params.measure,
            segment: self.params.segment.clone(),
            name: self.params.name.clone(),
            goal: measure.goal_text().cloned(),
            by: self.params.by,
            clock: self.params.clock,
            mode: self.params.mode,
            activity: self.params.activity.clone(),
            cohorts: shown.collect::<Result<_, _>>()?,
            pooled,
            entrants,
            erased,
            about,
        })
    }

    fn about(answer: &CohortsAnswer) -> &About {
        answer.about.about()
    }

    fn summary(answer: &CohortsAnswer) -> Vec<String> {
        answer.summary()
    }

    fn tables(answer: &CohortsAnswer) -> Vec<Table> {
        answer.tables()
    }
}

impl Cohorts {
    fn columns(&self) -> usize {
        self.params.columns as usize
    }

    /// Those in the range. The first ever is looked for, not the first in the range.
    async fn starts(&self, tx: &Snapshot, start: &FoundStart<'_>) -> Result<Starts, ReportError> {
        let Range { from, to, horizon, .. } = self.range;
        let is_in_range = |at: Instant| from <= at && at < to;
        let (mut entrants, mut erased) = (None, 0);
        let of_users = match start {
            FoundStart::Registered => entries::registered(tx, from, to).await?,
            FoundStart::Entered(segment) => {
                let mut first = BTreeMap::new();
                let entries = entries::entries(tx, segment.id, EARLIEST, to).await?;
                let of_kind = |kind| {
                    let in_range = entries.iter().filter(|entry| is_in_range(entry.at));
                    entry::of_kind(in_range, kind).collect::<UserSet>().len()
                };
                let (first_seen, definition) = (of_kind(EntryKind::FirstSeen), of_kind(EntryKind::Definition));
                for entry in &entries {
                    if entry.kind.is_counted() {
                        first.entry(entry.user).or_insert((entry.at, entry.person.is_none()));
                    }
                }
                first.retain(|_, (at, _)| is_in_range(*at));
                erased = first.values().filter(|(_, is_erased)| *is_erased).count() as u64;
                first.retain(|_, (_, is_erased)| !*is_erased);
                entrants = Some(EntrantCounts { counted: first.len() as u64, first_seen, definition });
                first.into_iter().map(|(user, (at, _))| (user, at)).collect()
            }
            FoundStart::First(goal) => {
                let first = goal.first_of_each(tx, horizon).await?;
                first.into_iter().filter(|(_, at)| is_in_range(*at)).collect()
            }
        };
        Ok(Starts { of_users, entrants, erased })
    }

    /// Of each cohort, who did it, by column.
    async fn users(
        &self,
        tx: &Snapshot,
        rows: &[Row],
        measure: &FoundMeasure,
    ) -> Result<Vec<Vec<UserSet>>, ReportError> {
        let Some([from, before]) = span(rows) else { return Ok(Vec::new()) };
        let before = before.min(activity::after(self.range.horizon));
        if let Some(goal) = measure.goal() {
            let through = before - TimeDelta::microseconds(1);
            return Ok(by_instants(rows, goal.of_users(tx, &everyone(rows), from, through).await?));
        }
        if let Some(segment) = measure.segment() {
            let stays = entries::stays(tx, segment.id, from, self.range.horizon).await?;
            return Ok(by_stays(rows, stays, self.range.horizon));
        }
        match self.params.clock {
            CohortClock::Calendar => self.by_periods(tx, rows).await,
            CohortClock::Own => {
                Ok(by_instants(rows, activity::instants(tx, &self.params.activity, from, before).await?))
            }
        }
    }

    /// Columns of several cohorts are the same period.
    async fn by_periods(&self, tx: &Snapshot, rows: &[Row]) -> Result<Vec<Vec<UserSet>>, ReportError> {
        let spans: BTreeSet<_> = rows.iter().flat_map(|row| row.columns.spans()).copied().collect();
        let after = activity::after(self.range.horizon);
        let known: Vec<_> = spans.iter().map(|[from, before]| [*from, (*before).min(after)]).collect();
        let active = activity_days::active(tx, &self.params.activity, &known).await?;
        let active: BTreeMap<_, _> = spans.into_iter().zip(active).collect();
        let of_row = |row: &Row| {
            let members: UserSet = row.cohort.starts.keys().copied().collect();
            row.columns.spans().iter().map(|span| members.in_both(&active[span])).collect()
        };
        Ok(rows.iter().map(of_row).collect())
    }

    /// By cohort and column, if it is asked for.
    async fn revenue(&self, tx: &Snapshot, rows: &[Row]) -> Result<Option<Vec<cohort::Revenue>>, ReportError> {
        let Measure::Revenue = &self.measure else { return Ok(None) };
        let Some([from, _]) = span(rows) else { return Ok(Some(Vec::new())) };
        let after = from - TimeDelta::microseconds(1);
        let amounts = payments::amounts(tx, &everyone(rows), after, self.range.horizon).await?;
        let of_row = |row: &Row| cohort::revenue(&row.cohort, &amounts, &row.columns);
        Ok(Some(rows.iter().map(of_row).collect()))
    }

    async fn notes(
        &self,
        tx: &Snapshot,
        segments: &[Chosen],
        measure: &FoundMeasure,
        cells: &[Vec<Option<cohort::Cell>>],
        erased: u64,
    ) -> Result<Vec<Note>, ReportError> {
        let Range { from, horizon, .. } = self.range;
        let incomplete = cells.iter().flatten().flatten().filter(|cell| !cell.is_complete).count() as u64;
        let mut notes = note::of_range(tx, segments, self.range, incomplete).await?;
        if let FoundMeasure::Goal(goal) = measure {
            let begins = goal.found().begins(tx, horizon).await?;
            notes.extend(begins.is_none_or(|at| at > from).then_some(Note::GoalBegins { at: begins }));
        }
        notes.extend(note::of_erased(erased));
        Ok(notes)
    }
}
