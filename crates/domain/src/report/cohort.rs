//! Groups of users who began in the same period, and what they did in the periods after it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::{
    calendar::{CalendarPeriod, CalendarUnit},
    event::{Currency, Money},
    ids::UserNo,
    instant::Instant,
    period::midnight,
    rate::Rate,
    text_enum::text_enum,
    user_set::UserSet,
};

text_enum! {
    /// When a user begins.
    pub enum CohortStart {
        /// When the user was created.
        Registered = "registered",
        /// The first entry into a segment ever.
        Entered = "entered",
        /// The first purchase ever.
        FirstPurchase = "firstPurchase",
        /// The first event of a name ever.
        FirstEvent = "firstEvent",
    }
}

text_enum! {
    /// What users of a cohort do later.
    pub enum CohortMeasure {
        /// They are active.
        Activity = "activity",
        /// They are members of a segment when the column ends.
        Member = "member",
        /// They buy.
        Purchase = "purchase",
        /// They reach a goal.
        Goal = "goal",
        /// They buy, and what they pay and get back is added up.
        Revenue = "revenue",
    }
}

text_enum! {
    /// How columns are counted.
    pub enum CohortClock {
        /// Column k is the k-th calendar period after that of the cohort.
        Calendar = "calendar",
        /// Columns begin with each user: column k is the k-th 24 hours, 7 days or 30 days after the start.
        Own = "own",
    }
}

text_enum! {
    /// Which columns count.
    pub enum CohortMode {
        /// A user counts in the columns in which it happens.
        On = "on",
        /// A user counts in a column if it happens in this one or a later one that is complete.
        OnOrAfter = "onOrAfter",
    }
}

/// How columns of cohorts lie in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    pub kind: CohortClock,
    pub by: CalendarUnit,
    pub zone: Tz,
}

/// The columns of one cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    clock: Clock,
    /// From when on each lies for the first user, and before when for the last one.
    spans: Vec<[Instant; 2]>,
    /// Nothing later is known.
    horizon: Instant,
}

impl Clock {
    /// Of a column by the clock of a user.
    fn length(&self) -> TimeDelta {
        match self.by {
            CalendarUnit::Day => TimeDelta::days(1),
            CalendarUnit::Week => TimeDelta::days(7),
            CalendarUnit::Month => TimeDelta::days(30),
        }
    }

    fn after(&self, start: Instant, columns: usize) -> Instant {
        start + self.length() * i32::try_from(columns).unwrap_or(i32::MAX)
    }

    pub fn columns(self, cohort: CalendarPeriod, count: usize, horizon: Instant) -> Columns {
        let days = std::iter::successors(Some(cohort.first_day), |day| Some(self.by.next(*day)));
        let spans = match self.kind {
            CohortClock::Calendar => {
                days.take(count).map(|day| [day, self.by.next(day)].map(|day| midnight(day, self.zone))).collect()
            }
            CohortClock::Own => (0..count)
                .map(|column| [self.after(cohort.starts, column), self.after(cohort.ends, column + 1)])
                .collect(),
        };
        Columns { clock: self, spans, horizon }
    }
}

impl Columns {
    pub fn count(&self) -> usize {
        self.spans.len()
    }

    pub fn spans(&self) -> &[[Instant; 2]] {
        &self.spans
    }

    /// The first and the last instant of all columns, for any user of the cohort.
    pub fn ends(&self) -> Option<[Instant; 2]> {
        Some([self.spans.first()?[0], self.spans.last()?[1]])
    }

    /// The column of a user that an instant lies in.
    pub fn column(&self, start: Instant, at: Instant) -> Option<usize> {
        match self.clock.kind {
            CohortClock::Calendar => {
                let column = self.spans.partition_point(|[_, before]| *before <= at);
                self.spans.get(column).filter(|[from, _]| *from <= at).map(|_| column)
            }
            CohortClock::Own if at < start => None,
            CohortClock::Own => {
                let column = (at - start).num_microseconds()? / self.clock.length().num_microseconds()?;
                usize::try_from(column).ok().filter(|column| *column < self.count())
            }
        }
    }

    /// When a column begins and ends for a user.
    pub fn of_user(&self, start: Instant, column: usize) -> [Instant; 2] {
        match self.clock.kind {
            CohortClock::Calendar => self.spans[column],
            CohortClock::Own => [column, column + 1].map(|column| self.clock.after(start, column)),
        }
    }

    /// Whether a column begins for somebody by the horizon.
    pub fn has_begun(&self, column: usize) -> bool {
        self.spans[column][0] <= self.horizon
    }

    /// Whether a column is over for the whole cohort.
    pub fn is_complete(&self, column: usize) -> bool {
        self.spans[column][1] <= self.horizon
    }
}

/// The users who began in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    pub period: CalendarPeriod,
    pub starts: BTreeMap<UserNo, Instant>,
}

impl Cohort {
    /// One for each period. Starts outside of all periods are left out.
    pub fn of(periods: &[CalendarPeriod], starts: impl IntoIterator<Item = (UserNo, Instant)>) -> Vec<Self> {
        let mut cohorts: Vec<_> =
            periods.iter().map(|period| Self { period: *period, starts: BTreeMap::new() }).collect();
        for (user, start) in starts {
            let place = cohorts.partition_point(|cohort| cohort.period.ends <= start);
            if let Some(cohort) = cohorts.get_mut(place).filter(|cohort| cohort.period.starts <= start) {
                cohort.starts.insert(user, start);
            }
        }
        cohorts
    }

    pub fn size(&self) -> u64 {
        self.starts.len() as u64
    }
}

/// A cell of a cohort.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    pub retained: Rate,
    /// The column is over for the whole cohort.
    pub is_complete: bool,
}

/// The cells of a cohort. `users` are those who did it, by column. `None` stands for a column that is not known, for one that has not
/// begun, and in the mode [`CohortMode::OnOrAfter`] for one that is not over.
pub fn cells(
    cohort: &Cohort,
    users: &[UserSet],
    columns: &Columns,
    mode: CohortMode,
    is_known: impl Fn(usize) -> bool,
) -> Vec<Option<Cell>> {
    let mut later = UserSet::default();
    let mut cell = |(column, users): (usize, &UserSet)| {
        let is_complete = columns.is_complete(column);
        let count = match mode {
            _ if !is_known(column) => return None,
            CohortMode::On if columns.has_begun(column) => users.len(),
            CohortMode::OnOrAfter if is_complete => {
                later.add_all(users);
                later.len()
            }
            CohortMode::On | CohortMode::OnOrAfter => return None,
        };
        Some(Cell { retained: Rate::new(count, cohort.size()), is_complete })
    };
    // From the last column on, since each counts those after it.
    let mut cells: Vec<_> = users.iter().enumerate().rev().map(&mut cell).collect();
    cells.reverse();
    cells
}

/// Of each column, all cohorts in which it is complete together. `None` where there is none.
pub fn pooled<'a>(rows: impl IntoIterator<Item = &'a [Option<Cell>]>, columns: usize) -> Vec<Option<Rate>> {
    let mut sums = vec![None; columns];
    for row in rows {
        for (sum, cell) in sums.iter_mut().zip(row) {
            if let Some(Cell { retained, is_complete: true }) = cell {
                let (part, of) = sum.unwrap_or((0, 0));
                *sum = Some((part + retained.part(), of + retained.of()));
            }
        }
    }
    sums.into_iter().map(|sum| sum.map(|(part, of)| Rate::new(part, of))).collect()
}

/// What a cohort paid and got back, by column.
pub type Revenue = Vec<BTreeMap<Currency, i128>>;

/// `payments` of other users are left out.
pub fn revenue(cohort: &Cohort, payments: &[(UserNo, Instant, Money)], columns: &Columns) -> Revenue {
    let mut sums = vec![BTreeMap::new(); columns.count()];
    for (user, at, money) in payments {
        let column = cohort.starts.get(user).and_then(|start| columns.column(*start, *at));
        if let Some(of_column) = column.and_then(|column| sums.get_mut(column)) {
            *of_column.entry(money.currency).or_default() += i128::from(money.minor);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::instant::parse_instant;

    fn at(text: &str) -> Instant {
        parse_instant(&format!("2026-{text}Z")).expect("an instant")
    }

    fn weeks(cohort: &Cohort, kind: CohortClock, horizon: Instant) -> Columns {
        Clock { kind, by: CalendarUnit::Week, zone: Tz::UTC }.columns(cohort.period, 4, horizon)
    }

    fn cohorts() -> Vec<Cohort> {
        let periods = CalendarUnit::Week.periods(at("03-02T00:00:00"), at("03-16T00:00:00"), Tz::UTC);
        Cohort::of(&periods, [(UserNo(5), at("03-04T10:00:00")), (UserNo(6), at("03-10T08:00:00"))])
    }

    /// User 5 buys in the week after the start, and user 6 at once.
    fn row(cohort: &Cohort, mode: CohortMode) -> Vec<Option<Cell>> {
        let columns = weeks(cohort, CohortClock::Calendar, at("03-24T00:00:00"));
        let mut users = vec![UserSet::default(); columns.count()];
        for (user, at) in [(UserNo(5), at("03-14T08:00:00")), (UserNo(6), at("03-10T15:00:00"))] {
            let column = cohort.starts.get(&user).and_then(|start| columns.column(*start, at));
            if let Some(column) = column {
                users[column].insert(user);
            }
        }
        cells(cohort, &users, &columns, mode, |_| true)
    }

    fn shown(cells: &[Option<Cell>]) -> Vec<String> {
        let cell = |cell: &Option<Cell>| match cell {
            None => "null".to_owned(),
            Some(Cell { retained, is_complete: true }) => retained.part().to_string(),
            Some(Cell { retained, is_complete: false }) => format!("{}, so far", retained.part()),
        };
        cells.iter().map(cell).collect()
    }

    #[test]
    fn cohort_of_the_example_has_its_cells() {
        let rows: Vec<_> = cohorts().iter().map(|cohort| row(cohort, CohortMode::On)).collect();
        assert_eq!(shown(&rows[0]), ["0", "1", "0", "0, so far"]);
        assert_eq!(shown(&rows[1]), ["1", "0", "0, so far", "null"]);
        let pooled = pooled(rows.iter().map(Vec::as_slice), 4);
        assert_eq!(pooled, [Some(Rate::new(1, 2)), Some(Rate::new(1, 2)), Some(Rate::new(0, 1)), None]);
    }

    #[test]
    fn cohort_on_or_after_counts_later_columns_that_are_over() {
        let rows: Vec<_> = cohorts().iter().map(|cohort| shown(&row(cohort, CohortMode::OnOrAfter))).collect();
        assert_eq!(rows, [["1", "1", "0", "null"], ["1", "0", "null", "null"]]);
    }

    #[test]
    fn cohort_columns_of_a_user_begin_with_the_start() {
        let columns = weeks(&cohorts()[0], CohortClock::Own, at("03-24T00:00:00"));
        let start = at("03-04T10:00:00");
        for (instant, expected) in [
            ("03-04T09:59:59.999999", None),
            ("03-04T10:00:00", Some(0)),
            ("03-11T09:59:59.999999", Some(0)),
            ("03-11T10:00:00", Some(1)),
            ("04-01T10:00:00", None),
        ] {
            assert_eq!(columns.column(start, at(instant)), expected, "{instant}");
        }
        // The last user of the week may have begun at its end.
        assert_eq!([columns.is_complete(0), columns.is_complete(1), columns.is_complete(2)], [true, true, false]);
    }

    #[test]
    fn cohorts_are_pooled_by_people() {
        let cell = |part, of| vec![Some(Cell { retained: Rate::new(part, of), is_complete: true })];
        let rows = [cell(500, 1_000), cell(400, 500)];
        assert_eq!(pooled(rows.iter().map(Vec::as_slice), 1), [Some(Rate::new(900, 1_500))]);
    }

    proptest! {
        #[test]
        fn cohort_on_or_after_never_rises_and_is_at_least_on(
            users in vec(vec(1_i64..30, 0..10), 4), days in 0_i64..60,
        ) {
            let starts = (1..30).map(|user| (UserNo(user), at("03-04T10:00:00")));
            let periods = CalendarUnit::Week.periods(at("03-02T00:00:00"), at("03-09T00:00:00"), Tz::UTC);
            let cohort = &Cohort::of(&periods, starts)[0];
            let columns = weeks(cohort, CohortClock::Calendar, at("03-02T00:00:00") + TimeDelta::days(days));
            let users: Vec<UserSet> = users.iter().map(|users| users.iter().copied().map(UserNo).collect()).collect();
            let modes = [CohortMode::On, CohortMode::OnOrAfter];
            let [on, after] = modes.map(|mode| cells(cohort, &users, &columns, mode, |_| true));
            let parts: Vec<_> = after.iter().flatten().map(|cell| cell.retained.part()).collect();
            prop_assert!(parts.is_sorted_by(|one, next| one >= next));
            for (on, after) in on.iter().zip(&after) {
                if let (Some(on), Some(after)) = (on, after) {
                    prop_assert!(after.retained.part() >= on.retained.part() && on.retained.part() <= cohort.size());
                }
            }
        }
    }
}
