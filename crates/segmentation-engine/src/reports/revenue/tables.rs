//! The answer as tables.

use super::answer::{RevenueAnswer, RevenueLine};
use crate::reports::table::{Cell, Table};

pub(super) fn of(answer: &RevenueAnswer) -> Vec<Table> {
    const LINE: [&str; 6] = ["gross", "refunded", "net", "purchases", "refunds", "buyers"];
    let cells = |line: &RevenueLine| {
        let RevenueLine { gross, refunded, net, purchases, refunds, buyers } = *line;
        let money = [gross, refunded, net].map(Cell::Whole);
        money.into_iter().chain([purchases, refunds, buyers].map(Cell::count)).collect::<Vec<_>>()
    };
    let (mut segments, mut periods) = (Vec::new(), Vec::new());
    for of in &answer.currencies {
        let currency = || Cell::text(of.currency);
        let row = |name: &str, line: &RevenueLine, each: Cell| {
            [currency(), Cell::text(name)].into_iter().chain(cells(line)).chain([each]).collect()
        };
        for segment in &of.segments {
            let each = segment.per_member_minor.map_or(Cell::Empty, Cell::Whole);
            segments.push(row(&segment.id.to_string(), &segment.line, each));
        }
        for (name, line) in [("unattributed", &of.unattributed), ("erased", &of.erased), ("total", &of.total)] {
            segments.push(row(name, line, Cell::Empty));
        }
        for period in of.periods.iter().flatten() {
            let lines = period.segments.iter().map(|segment| (segment.id.to_string(), segment.line));
            let others = [("unattributed", period.unattributed), ("erased", period.erased), ("total", period.total)];
            for (name, line) in lines.chain(others.map(|(name, line)| (name.to_owned(), line))) {
                let keys = [Cell::instant(period.start), Cell::text(period.complete), currency(), Cell::Text(name)];
                periods.push(keys.into_iter().chain(cells(&line)).collect());
            }
        }
    }
    let columns = |keys: &[&'static str], more: &[&'static str]| [keys, &LINE, more].concat();
    vec![
        Table { name: "segments", columns: columns(&["currency", "segment"], &["perMemberMinor"]), rows: segments },
        Table { name: "periods", columns: columns(&["start", "complete", "currency", "segment"], &[]), rows: periods },
    ]
}
