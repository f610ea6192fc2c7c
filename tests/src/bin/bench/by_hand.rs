//! The same questions in SQL as somebody would write it by hand, with the same indexes.

use std::time::Instant;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use integration_tests::{Kind, World, ago};
use serde_json::Value as Json;

use crate::engine::{Bar, Row, Unit};

/// How much longer a report may take.
const MOST_TIMES: f64 = 1.2;

/// Conversions of the segment that people enter, within 14 days.
pub(crate) const ENTERED: &str = "lifecycle:inactive";
pub(crate) const WITHIN_DAYS: i64 = 14;
/// Combinations that an overlap lists.
const LISTED: usize = 200;
const FIRST_SEEN_AFTER_DAYS: i64 = 7;

#[derive(Debug, Clone, Copy)]
pub(crate) enum ByHand {
    /// Of all segments, at a time this many days ago.
    Overlap { days: i64 },
    /// Of the four segments of the lifecycle, from a time this many days ago until now.
    Flow { days: i64 },
    /// Of those who entered in this many days until now.
    Conversion { days: i64 },
}

impl ByHand {
    /// As the report's row, and the row it is compared with.
    pub(crate) async fn compare(self, world: &World, kind: Kind, report: &Row, answer: &Json) -> [Row; 2] {
        let case = format!("{}, SQL by hand", report.case());
        let mut by_hand = Row::new(kind, case.clone(), Unit::Milliseconds, Bar::None);
        for round in 0..=report.values().len() {
            let begun = Instant::now();
            let figures = world.query::<(i64, i64)>(&self.sql(world)).await;
            if round > 0 {
                by_hand.note(begun.elapsed().as_secs_f64() * 1e3);
            }
            assert_eq!(self.of_sql(figures), self.of_report(answer), "{case}: the same figures");
        }
        let against = format!("{} against SQL by hand", report.case());
        let mut against = Row::new(kind, against, Unit::Milliseconds, Bar::Times(case, MOST_TIMES));
        report.values().iter().for_each(|value| against.note(*value));
        [by_hand, against]
    }

    /// Two numbers a row.
    fn sql(self, world: &World) -> String {
        let text = |at: DateTime<Utc>| format!("'{}'", at.to_rfc3339_opts(SecondsFormat::AutoSi, false));
        match self {
            Self::Overlap { days } => format!(
                "SELECT mask, count(*) FROM (SELECT user_no, CAST(sum(CAST(1 AS bigint) << segment_id) AS bigint) AS mask \
                 FROM ({stays}) AS stay GROUP BY user_no) AS member GROUP BY mask",
                stays = stays_at(&text(ago(days)), ""),
            ),
            Self::Flow { days } => {
                let family = "AND segment_id IN (SELECT id FROM segment WHERE segment_type = 'lifecycle')";
                format!(
                    "SELECT CAST(before.segment_id * 100 + after.segment_id AS bigint), count(*) FROM ({before}) AS before \
                     JOIN ({after}) AS after ON after.user_no = before.user_no GROUP BY 1",
                    before = stays_at(&text(ago(days)), family),
                    after = stays_at(&text(ago(0)), family),
                )
            }
            Self::Conversion { days } => {
                let later = |at: &str, days: i64| {
                    if world.database().is_embedded() {
                        format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {at}, '{days} days')")
                    } else {
                        format!("{at} + INTERVAL '{days} days'")
                    }
                };
                let [from, to] = [text(ago(days)), text(ago(0))];
                let segment = format!(
                    "segment_id = (SELECT id FROM segment WHERE segment_type || ':' || segment_value = '{ENTERED}')"
                );
                format!(
                    "WITH entry AS (SELECT stay.user_no, min(stay.since) AS at FROM ( \
                     SELECT user_no, added_at AS since FROM user_segment WHERE {segment} AND removed_at IS NULL \
                     AND added_at >= {from} AND added_at < {to} UNION ALL \
                     SELECT user_no, since FROM segment_event WHERE {segment} AND NOT entered AND at > {from} \
                     AND since >= {from} AND since < {to} AND since < at) AS stay \
                     JOIN users ON users.no = stay.user_no \
                     WHERE users.created_at >= {week_before} OR EXISTS (SELECT 1 FROM segment_event AS earlier \
                     WHERE earlier.user_no = stay.user_no AND earlier.at < stay.since) GROUP BY stay.user_no), \
                     mature AS (SELECT user_no, EXISTS (SELECT 1 FROM user_event WHERE user_event.user_no = entry.user_no \
                     AND amount >= 1 AND refund_of IS NULL AND occurred_at > entry.at AND occurred_at <= {end}) AS reached \
                     FROM entry WHERE at <= {last}) \
                     SELECT CAST(count(*) AS bigint), CAST(sum(CASE WHEN reached THEN 1 ELSE 0 END) AS bigint) FROM mature",
                    week_before = later("stay.since", -FIRST_SEEN_AFTER_DAYS),
                    end = later("entry.at", WITHIN_DAYS),
                    last = text(ago(0) - TimeDelta::days(WITHIN_DAYS)),
                )
            }
        }
    }

    /// What both say, in an order that does not depend on the names of segments.
    fn of_sql(self, rows: Vec<(i64, i64)>) -> Vec<i64> {
        match self {
            Self::Overlap { .. } => {
                // The report lists the largest, and adds up the others.
                let mut counts = sorted(rows.into_iter().map(|(_, users)| users).collect());
                let rest = counts.split_off(counts.len().min(LISTED));
                counts.extend([rest.iter().sum(), i64::try_from(rest.len()).expect("a few")]);
                counts
            }
            Self::Flow { .. } => sorted(rows.into_iter().map(|(_, users)| users).collect()),
            Self::Conversion { .. } => rows.into_iter().flat_map(|(of, part)| [of, part]).collect(),
        }
    }

    fn of_report(self, answer: &Json) -> Vec<i64> {
        let number = |value: &Json| value.as_i64().expect("a number");
        let list = |value: &Json| value.as_array().expect("a list").clone();
        match self {
            Self::Overlap { .. } => {
                let mut counts =
                    sorted(list(&answer["combinations"]).iter().map(|one| number(&one["users"])).collect());
                counts.extend(["restUsers", "restCombinations"].map(|name| number(&answer[name])));
                counts
            }
            Self::Flow { .. } => {
                let is_segment: Vec<_> =
                    list(&answer["states"]).iter().map(|state| state.to_string().contains(':')).collect();
                let rows = list(&answer["steps"][0]["matrix"]).into_iter().zip(&is_segment).filter(|(_, is)| **is);
                let cells = rows.flat_map(|(row, _)| list(&row).into_iter().zip(&is_segment).collect::<Vec<_>>());
                let cells = cells.filter(|(_, is)| **is).map(|(cell, _)| number(&cell["part"]));
                sorted(cells.filter(|users| *users > 0).collect())
            }
            Self::Conversion { .. } => ["of", "part"].map(|name| number(&answer["conversion"][name])).into(),
        }
    }
}

/// Who was where.
fn stays_at(at: &str, family: &str) -> String {
    format!(
        "SELECT user_no, segment_id FROM user_segment WHERE removed_at IS NULL AND added_at <= {at} {family} \
         UNION ALL SELECT user_no, segment_id FROM segment_event WHERE NOT entered AND at > {at} AND since <= {at} {family}"
    )
}

/// The largest first.
fn sorted(mut figures: Vec<i64>) -> Vec<i64> {
    figures.sort_unstable_by(|one, other| other.cmp(one));
    figures
}
