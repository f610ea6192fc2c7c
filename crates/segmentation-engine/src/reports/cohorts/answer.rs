//! What callers get.

use domain::{
    calendar::CalendarUnit,
    event::Currency,
    instant::Instant,
    rate::Rate,
    report::{
        activity::ActivityKind,
        cohort::{CohortClock, CohortMeasure, CohortMode, CohortStart},
        goal::GoalText,
    },
    segment::SegmentKey,
    words::counted,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::reports::{
    AboutRange,
    conversion::EntrantCounts,
    table::{Cell, RATE, Table},
};

/// What users did in the periods after they began, by when they began.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CohortsAnswer {
    pub(super) start: CohortStart,
    pub(super) measure: CohortMeasure,
    /// The segment that users entered, or are members of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) segment: Option<SegmentKey>,
    /// The name of the event that users begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// What counted as the goal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) goal: Option<GoalText>,
    pub(super) by: CalendarUnit,
    pub(super) clock: CohortClock,
    pub(super) mode: CohortMode,
    /// What showed that a user was active.
    pub(super) activity: Vec<ActivityKind>,
    /// Oldest first.
    pub(super) cohorts: Vec<CohortOfPeriod>,
    /// Of each column, all cohorts in which it is complete together. Null where there is none.
    pub(super) pooled: Vec<Option<Rate>>,
    /// Who entered in the range. Only of the start `entered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entrants: Option<EntrantCounts>,
    /// Users who would be in a cohort and have been erased since. They are left out.
    pub(super) erased: u64,
    #[serde(flatten)]
    pub(super) about: AboutRange,
}

/// The users who began in one period.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct CohortOfPeriod {
    /// The first instant of the period.
    pub(super) start: Instant,
    /// How many users. The whole of every column.
    pub(super) size: u64,
    /// By column. Null where nothing can be known yet, or any more.
    pub(super) cells: Vec<Option<CohortCell>>,
}

/// One column of a cohort.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct CohortCell {
    /// Of the whole cohort, who did it.
    pub(super) retained: Rate,
    /// False while the column lasts for some of the cohort.
    pub(super) complete: bool,
    /// What the cohort paid and got back, by currency. Only of the measure `revenue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revenue: Option<Vec<CohortRevenue>>,
}

/// Money of a cohort in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CohortRevenue {
    /// The ISO 4217 code.
    #[schemars(with = "String")]
    pub(super) currency: Currency,
    /// Purchases less refunds in this column, in minor units.
    pub(super) net_minor: i64,
    /// The same of all columns up to this one.
    pub(super) cumulated_minor: i64,
    /// That for each user of the cohort. Null without users.
    pub(super) per_user_minor: Option<i64>,
}

impl CohortsAnswer {
    pub(super) fn summary(&self) -> Vec<String> {
        let users: u64 = self.cohorts.iter().map(|cohort| cohort.size).sum();
        let [from, to] = self.about.in_words();
        let first = format!("{} began from {from} to {to}.", counted(users, "user", "users"));
        let next = self.pooled.get(1).copied().flatten().and_then(|rate| Some((rate, rate.percent()?)));
        let next = next.map(|(rate, percent)| {
            format!("Of {} whose next {} is over, {} ({percent:.2} %) did it then.", rate.of(), self.by, rate.part())
        });
        std::iter::once(first).chain(next).collect()
    }

    pub(super) fn tables(&self) -> Vec<Table> {
        let cells = || {
            self.cohorts.iter().flat_map(|cohort| {
                let cells = cohort.cells.iter().zip(0_i64..);
                cells.filter_map(move |(cell, column)| Some((cohort, column, cell.as_ref()?)))
            })
        };
        let keys = |cohort: &CohortOfPeriod, column, cell: &CohortCell| {
            let keys = [Cell::instant(cohort.start), Cell::count(cohort.size), Cell::Whole(column)];
            keys.into_iter().chain([Cell::text(cell.complete)]).collect::<Vec<_>>()
        };
        let rates = cells()
            .map(|(cohort, column, cell)| [keys(cohort, column, cell), Cell::rate(cell.retained).to_vec()].concat());
        let money = cells().flat_map(|(cohort, column, cell)| {
            cell.revenue.iter().flatten().map(move |revenue| {
                let CohortRevenue { currency, net_minor, cumulated_minor, per_user_minor } = *revenue;
                let each = per_user_minor.map_or(Cell::Empty, Cell::Whole);
                let money = vec![Cell::text(currency), Cell::Whole(net_minor), Cell::Whole(cumulated_minor), each];
                [keys(cohort, column, cell), money].concat()
            })
        });
        let pooled = self
            .pooled
            .iter()
            .zip(0..)
            .filter_map(|(rate, column)| Some([vec![Cell::Whole(column)], Cell::rate((*rate)?).to_vec()].concat()));
        let columns = |more: &[&'static str]| [&["start", "size", "column", "complete"], more].concat();
        let of_money = columns(&["currency", "netMinor", "cumulatedMinor", "perUserMinor"]);
        vec![
            Table { name: "cells", columns: columns(&RATE), rows: rates.collect() },
            Table { name: "pooled", columns: [&["column"], &RATE[..]].concat(), rows: pooled.collect() },
            Table { name: "revenue", columns: of_money, rows: money.collect() },
        ]
    }
}
