//! Users by when they began, and what they did in the periods after it.

mod answer;
mod params;

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use domain::{
    calendar::CalendarUnit,
    event::Currency,
    ids::UserNo,
    instant::{EARLIEST, Instant},
    period::Moment,
    rate::divided,
    report::{
        cohort::{self, Clock, Cohort, CohortClock, CohortMeasure, CohortStart, Columns},
        entry::PersonStay,
        goal::{Goal, GoalText, PurchaseGoal},
    },
    segment::SegmentKey,
    user_set::UserSet,
};
use persistence::{
    Snapshot,
    reports::{activity, chosen_segments, entries, occurrences::FoundGoal, payments},
};

use self::answer::{CohortCell, CohortOfPeriod, CohortRevenue};
pub use self::{answer::CohortsAnswer, params::CohortsParams};
use super::{
    About, AboutRange, Note, Report, ReportError, ReportFault, Table,
    asked_goal::{AskedGoal, ReadGoal},
    error::minor,
    given::{Chosen, fault_of_count, find},
    note,
    range::Range,
    read_goal,
};

/// A purchase of nothing too.
const ANY_PURCHASE: Goal = Goal::Purchase(PurchaseGoal { name: None, currency: None, at_least: 0 });

pub struct Cohorts {
    params: CohortsParams,
    start: Start,
    measure: Measure,
    range: Range,
    moment: Moment,
}

/// When a user begins, with what that needs.
enum Start {
    Registered,
    /// The segment of the params.
    Entered,
    First(Goal),
}

/// What users do later, with what that needs.
enum Measure {
    Activity,
    /// Of the segment of the params.
    Member,
    Purchase,
    Goal(AskedGoal),
    Revenue,
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
        let segment = match &self.params.segment {
            Some(key) => Some(find(tx, key).await?),
            None => None,
        };
        let goal = match &self.measure {
            Measure::Goal(asked) => Some(asked.find(tx).await?),
            Measure::Activity | Measure::Member | Measure::Purchase | Measure::Revenue => None,
        };
        let periods = self.range.periods(self.params.by, self.moment);
        let Starts { of_users, erased } = self.starts(tx, segment.as_ref()).await?;
        let rows = Row::all(self, Cohort::of(&periods, of_users));
        let users = self.users(tx, &rows, segment.as_ref(), goal.as_ref()).await?;
        let is_known = |row: &Row, column: usize| match &self.measure {
            Measure::Member => row.is_in_history(column, segment.as_ref()),
            Measure::Activity | Measure::Purchase | Measure::Goal(_) | Measure::Revenue => true,
        };
        let cells = rows.iter().zip(&users).map(|(row, users)| {
            cohort::cells(&row.cohort, users, &row.columns, self.params.mode, |column| is_known(row, column))
        });
        let cells: Vec<_> = cells.collect();
        let revenue = self.revenue(tx, &rows).await?;
        let notes = self.notes(tx, segment.as_ref(), goal.as_ref(), &cells, erased).await?;
        let segments: Vec<_> = segment.into_iter().collect();
        let mut about = AboutRange::of(self.range, self.moment, &segments, notes);
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
            by: self.params.by,
            clock: self.params.clock,
            mode: self.params.mode,
            activity: self.params.activity.clone(),
            cohorts: shown.collect::<Result<_, _>>()?,
            pooled,
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

fn most_columns(by: CalendarUnit) -> u32 {
    match by {
        CalendarUnit::Day => 30,
        CalendarUnit::Week => 26,
        CalendarUnit::Month => 24,
    }
}

/// Params that the start and the measure do not need.
fn faults_of_unused(params: &CohortsParams) -> Vec<ReportFault> {
    let needs_segment = params.start == CohortStart::Entered || params.measure == CohortMeasure::Member;
    let needs_goal = params.measure == CohortMeasure::Goal;
    [
        ("segment", params.segment.is_some() && !needs_segment, "the start entered and the measure member"),
        ("name", params.name.is_some() && params.start != CohortStart::FirstEvent, "the start firstEvent"),
        ("goal", params.goal.is_some() && !needs_goal, "the measure goal"),
        ("goalId", params.goal_id.is_some() && !needs_goal, "the measure goal"),
    ]
    .into_iter()
    .filter(|(_, is_unused, _)| *is_unused)
    .map(|(path, _, with)| ReportFault::new(path, format!("can only be used with {with}")))
    .collect()
}

fn read_segment(params: &CohortsParams) -> Result<SegmentKey, Vec<ReportFault>> {
    let missing = || vec![ReportFault::new("segment", "is required with the start entered and the measure member")];
    params.segment.clone().ok_or_else(missing)
}

impl Start {
    fn read(params: &CohortsParams) -> Result<Self, Vec<ReportFault>> {
        match params.start {
            CohortStart::Registered => Ok(Self::Registered),
            CohortStart::Entered => read_segment(params).map(|_| Self::Entered),
            CohortStart::FirstPurchase => Ok(Self::First(ANY_PURCHASE)),
            CohortStart::FirstEvent => {
                let missing = || ReportFault::new("name", "is required with the start firstEvent");
                let name = params.name.as_deref().ok_or_else(missing).map_err(|fault| vec![fault])?;
                read_goal(&GoalText::Event(name.to_owned()))
                    .map(Self::First)
                    .map_err(|faults| faults.into_iter().map(|fault| ReportFault::new("name", fault.message)).collect())
            }
        }
    }
}

impl Measure {
    fn read(params: &CohortsParams) -> Result<Self, Vec<ReportFault>> {
        match params.measure {
            CohortMeasure::Activity => Ok(Self::Activity),
            CohortMeasure::Member => read_segment(params).map(|_| Self::Member),
            CohortMeasure::Purchase => Ok(Self::Purchase),
            CohortMeasure::Goal => {
                let goal = AskedGoal::required(params.goal.as_ref(), params.goal_id.as_deref(), None);
                goal.map(Self::Goal)
            }
            CohortMeasure::Revenue => Ok(Self::Revenue),
        }
    }
}

/// A cohort and its columns.
struct Row {
    cohort: Cohort,
    columns: Columns,
}

/// The first instant of each user, and how many would be in a cohort but are erased.
struct Starts {
    of_users: Vec<(UserNo, Instant)>,
    erased: u64,
}

impl Cohorts {
    fn columns(&self) -> usize {
        self.params.columns as usize
    }

    /// Those in the range. The first ever is looked for, not the first in the range.
    async fn starts(&self, tx: &Snapshot, segment: Option<&Chosen>) -> Result<Starts, ReportError> {
        let Range { from, to, horizon, .. } = self.range;
        let is_in_range = |at: Instant| from <= at && at < to;
        let mut erased = 0;
        let of_users = match (&self.start, segment) {
            (Start::Registered, _) => entries::registered(tx, from, to).await?,
            (Start::Entered, Some(segment)) => {
                let mut first = BTreeMap::new();
                for entry in entries::entries(tx, segment.id, EARLIEST, to).await? {
                    if entry.kind.is_counted() {
                        first.entry(entry.user).or_insert((entry.at, entry.person.is_none()));
                    }
                }
                first.retain(|_, (at, _)| is_in_range(*at));
                erased = first.values().filter(|(_, is_erased)| *is_erased).count() as u64;
                first.retain(|_, (_, is_erased)| !*is_erased);
                first.into_iter().map(|(user, (at, _))| (user, at)).collect()
            }
            (Start::Entered, None) => Vec::new(),
            (Start::First(goal), _) => {
                let first = FoundGoal { goal, segment: None }.first_of_each(tx, horizon).await?;
                first.into_iter().filter(|(_, at)| is_in_range(*at)).collect()
            }
        };
        Ok(Starts { of_users, erased })
    }

    /// Of each cohort, who did it, by column.
    async fn users(
        &self,
        tx: &Snapshot,
        rows: &[Row],
        segment: Option<&Chosen>,
        goal: Option<&ReadGoal>,
    ) -> Result<Vec<Vec<UserSet>>, ReportError> {
        let ends: Vec<_> = rows.iter().filter_map(|row| row.columns.ends()).collect();
        let (from, before) = (ends.iter().map(|[from, _]| *from).min(), ends.iter().map(|[_, before]| *before).max());
        let (Some(from), Some(before)) = (from, before) else { return Ok(Vec::new()) };
        let before = before.min(activity::after(self.range.horizon));
        let occurred = async |goal: FoundGoal<'_>| {
            let users = rows.iter().flat_map(|row| row.cohort.starts.keys().copied()).collect();
            let found = goal.of_users(tx, &users, from, before - TimeDelta::microseconds(1)).await?;
            Ok::<_, ReportError>(by_instants(rows, found))
        };
        match (&self.measure, self.params.clock) {
            (Measure::Activity, CohortClock::Calendar) => self.by_periods(tx, rows).await,
            (Measure::Activity, CohortClock::Own) => {
                Ok(by_instants(rows, activity::instants(tx, &self.params.activity, from, before).await?))
            }
            (Measure::Purchase | Measure::Revenue, _) => {
                occurred(FoundGoal { goal: &ANY_PURCHASE, segment: None }).await
            }
            (Measure::Goal(_), _) => match goal {
                Some(goal) => occurred(goal.found()).await,
                None => Ok(Vec::new()),
            },
            (Measure::Member, _) => match segment {
                Some(segment) => {
                    let stays = entries::stays(tx, segment.id, from, self.range.horizon).await?;
                    Ok(by_stays(rows, stays, self.range.horizon))
                }
                None => Ok(Vec::new()),
            },
        }
    }

    /// Columns of several cohorts are the same period.
    async fn by_periods(&self, tx: &Snapshot, rows: &[Row]) -> Result<Vec<Vec<UserSet>>, ReportError> {
        let mut active = BTreeMap::new();
        let mut found = Vec::new();
        for row in rows {
            let members: UserSet = row.cohort.starts.keys().copied().collect();
            let mut of_row = Vec::new();
            for [from, before] in row.columns.spans() {
                if !active.contains_key(from) {
                    let before = (*before).min(activity::after(self.range.horizon));
                    active.insert(*from, activity::active(tx, &self.params.activity, *from, before).await?);
                }
                of_row.push(active.get(from).map(|active| members.in_both(active)).unwrap_or_default());
            }
            found.push(of_row);
        }
        Ok(found)
    }

    /// By cohort and column, if it is asked for.
    async fn revenue(&self, tx: &Snapshot, rows: &[Row]) -> Result<Option<Vec<cohort::Revenue>>, ReportError> {
        let Measure::Revenue = &self.measure else { return Ok(None) };
        let ends: Vec<_> = rows.iter().filter_map(|row| row.columns.ends()).collect();
        let Some(from) = ends.iter().map(|[from, _]| *from).min() else { return Ok(Some(Vec::new())) };
        let users = rows.iter().flat_map(|row| row.cohort.starts.keys().copied()).collect();
        let amounts = payments::amounts(tx, &users, from - TimeDelta::microseconds(1), self.range.horizon).await?;
        let of_row = |row: &Row| cohort::revenue(&row.cohort, &amounts, &row.columns);
        Ok(Some(rows.iter().map(of_row).collect()))
    }

    async fn notes(
        &self,
        tx: &Snapshot,
        segment: Option<&Chosen>,
        goal: Option<&ReadGoal>,
        cells: &[Vec<Option<cohort::Cell>>],
        erased: u64,
    ) -> Result<Vec<Note>, ReportError> {
        let Range { from, to, horizon, .. } = self.range;
        let incomplete = cells.iter().flatten().flatten().filter(|cell| !cell.is_complete).count() as u64;
        let mut notes: Vec<_> = self.range.notes_of(incomplete).collect();
        if let Some(segment) = segment {
            notes.extend(note::of_segments(std::slice::from_ref(segment), from));
            notes.extend(note::definition_changes(tx, segment, [from, to]).await?);
        }
        if let Some(goal) = goal {
            let begins = goal.found().begins(tx, horizon).await?;
            notes.extend(begins.is_none_or(|at| at > from).then_some(Note::GoalBegins { at: begins }));
        }
        notes.extend(note::of_erased(erased));
        Ok(notes)
    }
}

impl Row {
    fn all(asked: &Cohorts, cohorts: Vec<Cohort>) -> Vec<Self> {
        let clock = Clock { kind: asked.params.clock, by: asked.params.by, zone: asked.moment.zone };
        let columns = |cohort: &Cohort| clock.columns(cohort.period, asked.columns(), asked.range.horizon);
        cohorts.into_iter().map(|cohort| Self { columns: columns(&cohort), cohort }).collect()
    }

    /// Whether the column ends for somebody in the history of the segment.
    fn is_in_history(&self, column: usize, segment: Option<&Chosen>) -> bool {
        let begins = segment.and_then(|segment| segment.history_from);
        let [_, ends] = self.columns.of_user(self.cohort.period.starts, column);
        begins.is_some_and(|begins| begins <= ends)
    }

    fn shown(
        &self,
        cells: &[Option<cohort::Cell>],
        revenue: Option<&[BTreeMap<Currency, i128>]>,
    ) -> Result<CohortOfPeriod, ReportError> {
        let size = self.cohort.size();
        let mut cumulated = BTreeMap::<Currency, i128>::new();
        let mut shown = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            let net = revenue.map(|revenue| &revenue[column]);
            for (currency, minor) in net.into_iter().flatten() {
                *cumulated.entry(*currency).or_default() += minor;
            }
            let line = |(currency, sum): (&Currency, &i128)| {
                let net = net.and_then(|net| net.get(currency)).copied().unwrap_or_default();
                Ok(CohortRevenue {
                    currency: *currency,
                    net_minor: minor(net)?,
                    cumulated_minor: minor(*sum)?,
                    per_user_minor: divided(*sum, size.into()),
                })
            };
            let lines = net.map(|_| cumulated.iter().map(line).collect::<Result<_, ReportError>>()).transpose()?;
            shown.push(cell.map(|cohort::Cell { retained, is_complete: complete }| CohortCell {
                retained,
                complete,
                revenue: lines,
            }));
        }
        Ok(CohortOfPeriod { start: self.cohort.period.starts, size, cells: shown })
    }
}

fn by_instants(rows: &[Row], instants: impl IntoIterator<Item = (UserNo, Instant)>) -> Vec<Vec<UserSet>> {
    let places: HashMap<_, _> = rows
        .iter()
        .enumerate()
        .flat_map(|(place, row)| row.cohort.starts.iter().map(move |of| (*of.0, (place, *of.1))))
        .collect();
    let mut found: Vec<_> = rows.iter().map(|row| vec![UserSet::default(); row.columns.count()]).collect();
    for (user, at) in instants {
        let Some((place, start)) = places.get(&user) else { continue };
        if let Some(column) = rows[*place].columns.column(*start, at) {
            found[*place][column].insert(user);
        }
    }
    found
}

/// Members when a column ends for them, or now if it has begun.
fn by_stays(rows: &[Row], stays: Vec<PersonStay>, horizon: Instant) -> Vec<Vec<UserSet>> {
    let mut of_users = HashMap::<_, Vec<_>>::new();
    for stay in stays {
        of_users.entry(stay.user).or_default().push(stay);
    }
    let of_row = |row: &Row| {
        let mut found = vec![UserSet::default(); row.columns.count()];
        for (user, start) in &row.cohort.starts {
            let stays = of_users.get(user).map_or(&[][..], Vec::as_slice);
            for (column, users) in found.iter_mut().enumerate() {
                let [begins, ends] = row.columns.of_user(*start, column);
                if begins <= horizon && stays.iter().any(|stay| stay.is_at(ends.min(horizon))) {
                    users.insert(*user);
                }
            }
        }
        found
    };
    rows.iter().map(of_row).collect()
}
