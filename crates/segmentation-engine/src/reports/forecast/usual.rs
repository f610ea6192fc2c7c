//! What usually happens, with how good earlier forecasts were.

use chrono::TimeDelta;
use domain::{
    instant::{Instant, format_instant},
    period::Moment,
    rate::mean,
    report::forecast::{self, ForecastMethod, ForecastStatus, Forecaster, Terms, Test, Usual},
    segment::{SegmentKey, SegmentType},
    words::counted,
};
use persistence::{Snapshot, reports::histories};
use schemars::JsonSchema;
use serde::Serialize;

use crate::reports::{
    Family, ReportError, ReportFault,
    ahead::days_ahead,
    given::{Chosen, find_all},
    table::{Cell, Table},
};

/// What usually happens.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct UsualForecast {
    /// When the sizes are expected.
    at: Instant,
    method: ForecastMethod,
    status: ForecastStatus,
    /// The expected sizes of all segments of the type, in their order. Empty if the history is too short.
    sizes: Vec<ForecastSize>,
    /// How far off earlier forecasts of the segment were. Null without any.
    band: Option<ForecastBand>,
    /// Earlier forecasts, the latest first, each from what was known then.
    backtest: Vec<Backtest>,
    wape: Wape,
}

/// The expected size of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct ForecastSize {
    id: SegmentKey,
    size: u64,
}

/// Within which eight of ten earlier forecasts were.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct ForecastBand {
    /// Of the forecast, to either side.
    percent: f64,
    /// How many of the earlier forecasts were within it.
    within: u64,
    /// How many earlier forecasts there are.
    of: u64,
}

/// An earlier forecast, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Backtest {
    /// Nothing later was used.
    origin: Instant,
    segments: Vec<BacktestSegment>,
}

/// A size as it was forecast, and as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct BacktestSegment {
    id: SegmentKey,
    forecast: u64,
    actual: u64,
}

/// Members in the wrong place, in percent of all, over all earlier forecasts. Null without any.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub(super) struct Wape {
    /// Of these forecasts.
    method: Option<f64>,
    /// If sizes had been expected to stay as they were.
    same: Option<f64>,
}

/// The segments among which users move, if the segment is one of them.
pub(super) fn family_of(segment: &SegmentKey) -> Result<Family, ReportFault> {
    match segment.kind {
        SegmentType::Plan => Ok(Family::Plan),
        SegmentType::Lifecycle => Ok(Family::Lifecycle),
        SegmentType::Behavior | SegmentType::Certification | SegmentType::Custom => {
            Err(ReportFault::new("segment", "expected a segment of the type plan or lifecycle: users move among these"))
        }
    }
}

impl UsualForecast {
    pub(super) async fn of(
        tx: &Snapshot,
        segment: &Chosen,
        family: Family,
        (now, days): (Moment, u32),
    ) -> Result<Self, ReportError> {
        let keys = family.segments();
        let chosen = find_all(tx, "segment", &keys).await?;
        let ids: Vec<_> = chosen.iter().map(|segment| segment.id).collect();
        let terms = Terms {
            now: now.now,
            ahead: TimeDelta::days(days.into()),
            zone: now.zone,
            segments: keys.len(),
            new: keys.iter().position(|key| key.kind == SegmentType::Lifecycle && key.value == "new"),
            history_from: segment.history_from,
        };
        let mut forecaster = Forecaster::new(terms);
        histories::each(tx, &ids, |user| forecaster.add(user)).await?;
        let at = days_ahead(now.now, days);
        Ok(Self::shown(&keys, &segment.key, (at, terms.method()), forecaster.forecast()))
    }

    fn shown(keys: &[SegmentKey], segment: &SegmentKey, (at, method): (Instant, ForecastMethod), usual: Usual) -> Self {
        let Usual { sizes, tests, status } = usual;
        let size = |(id, size): (&SegmentKey, u64)| ForecastSize { id: id.clone(), size };
        let backtest = |test: &Test| {
            let sizes = keys.iter().zip(test.forecast.iter().zip(&test.actual));
            let shown = |(id, (forecast, actual)): (&SegmentKey, (&u64, &u64))| BacktestSegment {
                id: id.clone(),
                forecast: *forecast,
                actual: *actual,
            };
            Backtest { origin: test.origin, segments: sizes.map(shown).collect() }
        };
        let band = keys.iter().position(|key| key == segment).and_then(|place| forecast::band(&tests, place));
        let ([missed, missed_by_same], of) = forecast::misses(&tests);
        Self {
            at,
            method,
            status,
            sizes: keys.iter().zip(sizes.into_iter().flatten()).map(size).collect(),
            band: band.map(|band| ForecastBand { percent: band.percent, within: band.within, of: band.of }),
            backtest: tests.iter().map(backtest).collect(),
            wape: Wape { method: mean(100 * missed, of), same: mean(100 * missed_by_same, of) },
        }
    }

    pub(super) fn summary(&self, segment: &SegmentKey) -> Vec<String> {
        match self.status {
            ForecastStatus::NotEnoughHistory => vec!["The history is too short for a forecast.".into()],
            ForecastStatus::NoBetterThanToday => {
                vec!["Earlier forecasts were no better than to expect that sizes stay as they are.".into()]
            }
            ForecastStatus::Shown => {
                let size = self.sizes.iter().find(|size| size.id == *segment);
                let at = format_instant(self.at);
                let expected = |size: &ForecastSize| {
                    format!("{segment} is expected to have {} at {at}.", counted(size.size, "member", "members"))
                };
                let size = size.map(expected);
                let band = self.band.as_ref().map(|ForecastBand { percent, within, of }| {
                    format!("{within} of {of} earlier forecasts were within {percent:.2} %.")
                });
                size.into_iter().chain(band).collect()
            }
        }
    }

    pub(super) fn tables(&self) -> [Table; 2] {
        let size = |size: &ForecastSize| vec![Cell::text(&size.id), Cell::count(size.size)];
        let rows = |test: &Backtest| {
            let row = |origin: Instant, segment: &BacktestSegment| {
                let counts = [segment.forecast, segment.actual].map(Cell::count);
                [Cell::instant(origin), Cell::text(&segment.id)].into_iter().chain(counts).collect::<Vec<_>>()
            };
            test.segments.iter().map(|segment| row(test.origin, segment)).collect::<Vec<_>>()
        };
        [
            Table { name: "sizes", columns: vec!["segment", "size"], rows: self.sizes.iter().map(size).collect() },
            Table {
                name: "backtest",
                columns: vec!["origin", "segment", "forecast", "actual"],
                rows: self.backtest.iter().flat_map(rows).collect(),
            },
        ]
    }
}
