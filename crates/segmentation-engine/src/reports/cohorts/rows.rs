//! Cohorts with their columns.

use std::collections::{BTreeMap, HashMap};

use domain::{
    event::Currency,
    ids::UserNo,
    instant::Instant,
    rate::divided,
    report::{
        cohort::{self, Clock, Cohort, Columns},
        entry::PersonStay,
    },
    user_set::UserSet,
};

use super::answer::{CohortCell, CohortOfPeriod, CohortRevenue};
use crate::reports::{ReportError, error::minor, given::Chosen};

/// A cohort and its columns.
pub(super) struct Row {
    pub(super) cohort: Cohort,
    pub(super) columns: Columns,
}

/// From when on and before when any column of any cohort lies.
pub(super) fn span(rows: &[Row]) -> Option<[Instant; 2]> {
    let ends: Vec<_> = rows.iter().filter_map(|row| row.columns.ends()).collect();
    let (from, before) = (ends.iter().map(|[from, _]| *from).min(), ends.iter().map(|[_, before]| *before).max());
    Some([from?, before?])
}

/// The users of all cohorts.
pub(super) fn everyone(rows: &[Row]) -> UserSet {
    rows.iter().flat_map(|row| row.cohort.starts.keys().copied()).collect()
}

impl Row {
    pub(super) fn all(cohorts: Vec<Cohort>, clock: Clock, count: usize, horizon: Instant) -> Vec<Self> {
        let columns = |cohort: &Cohort| clock.columns(cohort.period, count, horizon);
        cohorts.into_iter().map(|cohort| Self { columns: columns(&cohort), cohort }).collect()
    }

    /// Whether the column ends for somebody in the history of the segment.
    pub(super) fn is_in_history(&self, column: usize, segment: &Chosen) -> bool {
        let [_, ends] = self.columns.of_user(self.cohort.period.starts, column);
        segment.history_from.is_some_and(|begins| begins <= ends)
    }

    pub(super) fn shown(
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

pub(super) fn by_instants(rows: &[Row], instants: impl IntoIterator<Item = (UserNo, Instant)>) -> Vec<Vec<UserSet>> {
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
pub(super) fn by_stays(rows: &[Row], stays: Vec<PersonStay>, horizon: Instant) -> Vec<Vec<UserSet>> {
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
