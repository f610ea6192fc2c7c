//! The answer as tables.

use domain::rate::{Difference, TimeRate};

use super::answer::{ConversionAnswer, ConversionOfPeriod, EntrantCounts, RevenueWithin};
use crate::reports::table::{Cell, RATE, Table};

pub(super) fn of(answer: &ConversionAnswer) -> Vec<Table> {
    let period = |one: &ConversionOfPeriod| {
        let keys = [Cell::instant(one.start), Cell::text(one.complete), Cell::count(one.entered)];
        keys.into_iter().chain(Cell::rate(one.conversion)).chain([Cell::count(one.pending)]).collect()
    };
    let revenue = |one: &RevenueWithin| {
        let each = one.per_entrant_minor.map_or(Cell::Empty, Cell::Whole);
        vec![Cell::text(one.currency), Cell::Whole(one.minor), each]
    };
    let EntrantCounts { counted, first_seen, definition } = answer.entrants;
    let total = [Cell::text(&answer.segment), Cell::instant(answer.about.from), Cell::instant(answer.about.to)]
        .into_iter()
        .chain([counted, first_seen, definition].map(Cell::count))
        .chain(Cell::rate(answer.conversion))
        .chain([answer.pending, answer.pending_converted].map(Cell::count));
    let days = answer.curve.iter().zip(0..).map(|(converted, day)| vec![Cell::Whole(day), Cell::count(*converted)]);
    vec![
        Table {
            name: "byPeriod",
            columns: ["start", "complete", "entered"].into_iter().chain(RATE).chain(["pending"]).collect(),
            rows: answer.by_period.iter().map(period).collect(),
        },
        Table {
            name: "total",
            columns: ["segment", "from", "to", "counted", "firstSeen", "definition"]
                .into_iter()
                .chain(RATE)
                .chain(["pending", "pendingConverted"])
                .collect(),
            rows: vec![total.collect()],
        },
        table_of_comparisons(answer),
        table_in_time(answer),
        Table { name: "curve", columns: vec!["day", "converted"], rows: days.collect() },
        Table {
            name: "revenueWithin",
            columns: vec!["currency", "minor", "perEntrantMinor"],
            rows: answer.revenue_within.iter().map(revenue).collect(),
        },
    ]
}

fn table_of_comparisons(answer: &ConversionAnswer) -> Table {
    let difference = |found: Option<Difference>| match found {
        Some(found) => found.ends().map(|points| Cell::percent(Some(points))).to_vec(),
        None => vec![Cell::Empty; 3],
    };
    let before = answer.before.iter().map(|before| {
        let counts = [before.pairs, before.before_only, before.after_only].map(Cell::count);
        let rate = vec![Cell::Empty; RATE.len()];
        [vec![Cell::text("before")], counts.to_vec(), rate, difference(before.difference)].concat()
    });
    let others = answer.others.iter().map(|others| {
        let rate = Cell::rate(others.conversion).to_vec();
        [vec![Cell::text("others")], vec![Cell::Empty; 3], rate, difference(others.difference)].concat()
    });
    let keys = ["comparedWith", "pairs", "beforeOnly", "afterOnly"];
    let columns = keys.into_iter().chain(RATE).chain(["points", "pointsLow", "pointsHigh"]);
    Table { name: "compared", columns: columns.collect(), rows: before.chain(others).collect() }
}

fn table_in_time(answer: &ConversionAnswer) -> Table {
    let row = |name: &str, rate: TimeRate| {
        let [days, rates @ ..] = rate.figures();
        let rates = rates.map(|figure| figure.map_or(Cell::Empty, |figure| Cell::Decimal(figure, 3)));
        let counts = vec![Cell::text(name), Cell::count(rate.occurrences()), Cell::percent(days)];
        [counts, rates.to_vec()].concat()
    };
    let rows = answer.inside_outside.iter().flat_map(|both| [row("inside", both.inside), row("outside", both.outside)]);
    let columns = vec!["where", "occurrences", "days", "perThousandDays", "low", "high"];
    Table { name: "insideOutside", columns, rows: rows.collect() }
}
