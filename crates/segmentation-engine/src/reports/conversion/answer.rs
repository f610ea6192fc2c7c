//! What callers get.

use domain::{
    event::Currency,
    instant::Instant,
    period::Span,
    rate::{Difference, Rate},
    report::{
        conversion::{BeforeEntry, Entrants, InsideAndOutside},
        goal::GoalText,
    },
    segment::SegmentKey,
    words::counted,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::params::{CountedEntries, Per};
use crate::reports::AboutRange;

/// How many of those who entered a segment reached a goal.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionAnswer {
    pub(super) segment: SegmentKey,
    /// What counted.
    pub(super) goal: GoalText,
    /// How long after the entry.
    pub(super) within: String,
    /// What counted once.
    pub(super) per: Per,
    /// Which entries counted.
    pub(super) entries: CountedEntries,
    /// Who entered.
    pub(super) entrants: EntrantCounts,
    /// Of those whose time is over, who reached the goal.
    pub(super) conversion: Rate,
    /// How many still have time.
    pub(super) pending: u64,
    /// How many of these have reached the goal already.
    pub(super) pending_converted: u64,
    /// How many of those whose time is over had reached the goal after 0, 1, 2 … days of 24 hours.
    pub(super) curve: Vec<u64>,
    /// How long they took. Null if nobody reached the goal.
    pub(super) time_to_convert: Option<TimeToConvert>,
    /// The same rate by the period of the entry.
    pub(super) by_period: Vec<ConversionOfPeriod>,
    /// What those whose time is over paid and got back within it.
    pub(super) revenue_within: Vec<RevenueWithin>,
    /// The same people before they entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<BeforeEntry>,
    /// Everybody else at the same times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) others: Option<Others>,
    /// How often the goal was reached in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inside_outside: Option<InsideAndOutside>,
    /// Always true: none of these figures proves a cause.
    pub(super) observational: bool,
    /// Users who entered and have been erased since. They are left out.
    pub(super) erased: u64,
    #[serde(flatten)]
    pub(super) about: AboutRange,
}

/// Who entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntrantCounts {
    /// Those the figures are about.
    pub(in crate::reports) counted: u64,
    /// Seen for the first time, though created more than 7 days before.
    pub(in crate::reports) first_seen: u64,
    /// By a changed definition.
    pub(in crate::reports) definition: u64,
}

impl EntrantCounts {
    pub(in crate::reports) fn of(entrants: &Entrants) -> Self {
        let Entrants { list, first_seen, definition, erased: _ } = entrants;
        Self { counted: list.len() as u64, first_seen: *first_seen, definition: *definition }
    }
}

/// How long it took to reach the goal, by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TimeToConvert {
    /// A quarter took no longer.
    pub(super) lower_seconds: i64,
    /// Half took no longer.
    pub(super) median_seconds: i64,
    /// Three quarters took no longer.
    pub(super) upper_seconds: i64,
}

/// Those who entered in one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConversionOfPeriod {
    /// The first instant.
    pub(super) start: Instant,
    /// False while the period lasts.
    pub(super) complete: bool,
    /// How many entered.
    pub(super) entered: u64,
    /// Of those whose time is over, who reached the goal.
    pub(super) conversion: Rate,
    /// How many still have time.
    pub(super) pending: u64,
}

/// Purchases and refunds in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevenueWithin {
    /// The ISO 4217 code.
    #[schemars(with = "String")]
    pub(super) currency: Currency,
    /// In minor units.
    pub(super) minor: i64,
    /// For each of those whose time is over.
    pub(super) per_entrant_minor: Option<i64>,
}

/// Users who were not members, at the times of those who entered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub(super) struct Others {
    /// Who reached the goal.
    pub(super) conversion: Rate,
    /// How much more of those who entered reached it. Null if either group is empty.
    pub(super) difference: Option<Difference>,
}

impl ConversionAnswer {
    pub(super) fn summary(&self) -> Vec<String> {
        let [from, to] = self.about.in_words();
        let (rate, segment) = (self.conversion, &self.segment);
        let within = self.within.parse::<Span>().map_or_else(|_| self.within.clone(), Span::in_words);
        let share = rate
            .percent()
            .zip(rate.interval())
            .map_or_else(String::new, |(percent, [low, high])| format!(": {percent:.2} % ({low:.2} to {high:.2})"));
        let reached = self.goal.in_words();
        let part = rate.part();
        let mut sentences = vec![format!(
            "{part} of {} who entered {segment} from {from} to {to} {reached} within {within}{share}.",
            rate.of()
        )];
        if self.pending > 0 {
            let more = counted(self.pending, "more is", "more are");
            sentences.push(format!("{more} still within the {within}."));
        }
        sentences
    }
}
