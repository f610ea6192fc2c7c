//! What users paid and got back, by the segments that they were in.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::{
    calendar::{CalendarPeriod, CalendarUnit},
    event::Currency,
    ids::UserNo,
    instant::{EARLIEST, Instant},
    period::Moment,
    report::revenue::{self, CreditBasis, CreditModel, Credited, ErasedSum, Line},
    segment::SegmentKey,
};
use persistence::{
    Snapshot,
    reports::{credits, entries},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, AboutRange, Family, GivenTime, Note, Report, ReportError, ReportFault,
    error::minor,
    given::{Chosen, faults_of_keys, find_all},
    note,
    range::{Range, read_window},
    table::{Cell, Table},
};

/// The periods of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The whole range alone.
    #[default]
    None,
    /// Days too.
    Day,
    /// Weeks too.
    Week,
    /// Months too.
    Month,
}

impl By {
    fn unit(self) -> Option<CalendarUnit> {
        match self {
            Self::None => None,
            Self::Day => Some(CalendarUnit::Day),
            Self::Week => Some(CalendarUnit::Week),
            Self::Month => Some(CalendarUnit::Month),
        }
    }
}

fn equal() -> CreditModel {
    CreditModel::Equal
}

fn member() -> CreditBasis {
    CreditBasis::Member
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevenueParams {
    /// The segments, each once. Give either segments or a family.
    #[schemars(length(min = 1, max = 50))]
    pub segments: Option<Vec<SegmentKey>>,
    /// The segments of a type.
    pub family: Option<Family>,
    /// How an amount is divided among several segments.
    #[serde(default = "equal")]
    pub model: CreditModel,
    /// Which segments an amount is credited to.
    #[serde(default = "member")]
    pub basis: CreditBasis,
    /// With the basis `entered`: how long before the purchase, such as `5d`. At most 90 days.
    #[schemars(length(max = 8))]
    pub within: Option<String>,
    /// The periods to show beside the whole range.
    #[serde(default)]
    pub by: By,
    /// Purchases and refunds from here on.
    pub from: GivenTime,
    /// Purchases and refunds before here.
    pub to: GivenTime,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}

/// What users paid and got back, by currency and segment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueAnswer {
    /// How amounts were divided among several segments.
    model: CreditModel,
    /// Which segments amounts were credited to.
    basis: CreditBasis,
    /// How long before the purchase segments were entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
    /// By code. Amounts of different currencies are never added.
    currencies: Vec<RevenueOfCurrency>,
    /// Whether segments, `unattributed` and `erased` add up to the total. Buyers never do.
    sums_to_total: bool,
    #[serde(flatten)]
    about: AboutRange,
}

/// One currency.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueOfCurrency {
    /// The ISO 4217 code.
    #[schemars(with = "String")]
    currency: Currency,
    /// Everything.
    total: RevenueLine,
    /// Segments to which something is credited.
    segments: Vec<RevenueOfSegment>,
    /// Of users who were in none of the segments.
    unattributed: RevenueLine,
    /// Of users erased since. Only sums are known, so they are no purchases and refunds here.
    erased: RevenueLine,
    /// The same by period.
    #[serde(skip_serializing_if = "Option::is_none")]
    periods: Option<Vec<RevenueOfPeriod>>,
}

/// Sums in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueLine {
    /// Of purchases.
    gross: i64,
    /// Of refunds: 0 or less.
    refunded: i64,
    /// Purchases less refunds.
    net: i64,
    /// How many purchases.
    purchases: u64,
    /// How many refunds.
    refunds: u64,
    /// How many users bought. They do not add up.
    buyers: u64,
}

/// What is credited to one segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueOfSegment {
    id: SegmentKey,
    #[serde(flatten)]
    line: RevenueLine,
    /// Net for each member on average over the range. Null without members.
    per_member_minor: Option<i64>,
}

/// What is credited to one segment in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodOfSegment {
    id: SegmentKey,
    #[serde(flatten)]
    line: RevenueLine,
}

/// A period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RevenueOfPeriod {
    /// The first instant.
    start: Instant,
    /// False while the period lasts.
    complete: bool,
    total: RevenueLine,
    segments: Vec<PeriodOfSegment>,
    unattributed: RevenueLine,
    erased: RevenueLine,
}

pub struct Revenue {
    params: RevenueParams,
    segments: Vec<SegmentKey>,
    range: Range,
    within: Option<TimeDelta>,
    moment: Moment,
}

impl Report for Revenue {
    type Params = RevenueParams;
    type Answer = RevenueAnswer;

    fn read(params: RevenueParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let mut faults = Vec::new();
        let segments = match (params.family, &params.segments) {
            (Some(_), Some(_)) => Err(ReportFault::new("segments", "cannot be used with family")),
            (None, None) => Err(ReportFault::new("segments", "is required, unless family is given")),
            (Some(family), None) => Ok(family.segments()),
            (None, Some(segments)) => {
                faults.extend(faults_of_keys("segments", segments, 1..=50));
                Ok(segments.clone())
            }
        };
        let within = match (params.basis, params.within.as_deref()) {
            (CreditBasis::Entered, Some(within)) => read_window("within", within).map(Some),
            (CreditBasis::Entered, None) => Err(ReportFault::new("within", "is required with the basis entered")),
            (CreditBasis::Member, Some(_)) => Err(ReportFault::new("within", "cannot be used with the basis member")),
            (CreditBasis::Member, None) => Ok(None),
        };
        let range = Range::read(&params.from, &params.to, params.as_of.as_ref(), moment);
        match (segments, within, range) {
            (Ok(segments), Ok(within), Ok(range)) if faults.is_empty() => {
                Ok(Self { params, segments, range, within, moment })
            }
            (segments, within, range) => {
                faults.extend(segments.err().into_iter().chain(within.err()));
                faults.extend(range.err().into_iter().flatten());
                Err(faults)
            }
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<RevenueAnswer, ReportError> {
        let mut chosen = find_all(tx, "segments", &self.segments).await?;
        // What cannot be divided goes to the first ones.
        chosen.sort_by_key(|segment| segment.id);
        let credited = match self.within {
            None => self.by_membership(tx, &chosen).await?,
            Some(within) => self.by_entry(tx, &chosen, within).await?,
        };
        let erased = credits::erased(tx).await?;
        let per_member = self.per_member(tx, &chosen).await?;
        let periods = self.params.by.unit().map(|unit| self.range.periods(unit, self.moment)).unwrap_or_default();
        let sums_to_total = self.sums_to_total();
        let mut notes = note::of_segments(&chosen, self.range.from);
        notes.extend(self.range.notes(&periods));
        for segment in &chosen {
            notes.extend(note::definition_changes(tx, segment, [self.range.from, self.range.to]).await?);
        }
        notes.extend((!sums_to_total).then_some(Note::Overlapping));
        Ok(RevenueAnswer {
            model: self.params.model,
            basis: self.params.basis,
            within: self.params.within.clone(),
            currencies: self.currencies(&chosen, &credited, &erased, &per_member)?,
            sums_to_total,
            about: AboutRange::of(self.range, self.moment, &chosen, notes),
        })
    }

    fn about(answer: &RevenueAnswer) -> &About {
        answer.about.about()
    }

    fn summary(answer: &RevenueAnswer) -> Vec<String> {
        let sentence = |of: &RevenueOfCurrency| {
            let RevenueLine { gross, refunded, net, .. } = of.total;
            let unattributed = of.unattributed.net;
            let currency = of.currency;
            format!(
                "{currency}, in minor units: {gross} bought, {refunded} refunded, {net} in all, {unattributed} of it in none of \
                 the segments."
            )
        };
        answer.currencies.iter().map(sentence).collect()
    }

    fn tables(answer: &RevenueAnswer) -> Vec<Table> {
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
                let others =
                    [("unattributed", period.unattributed), ("erased", period.erased), ("total", period.total)];
                for (name, line) in lines.chain(others.map(|(name, line)| (name.to_owned(), line))) {
                    let keys = [Cell::instant(period.start), Cell::text(period.complete), currency(), Cell::Text(name)];
                    periods.push(keys.into_iter().chain(cells(&line)).collect());
                }
            }
        }
        let columns = |keys: &[&'static str], more: &[&'static str]| [keys, &LINE, more].concat();
        vec![
            Table { name: "segments", columns: columns(&["currency", "segment"], &["perMemberMinor"]), rows: segments },
            Table {
                name: "periods",
                columns: columns(&["start", "complete", "currency", "segment"], &[]),
                rows: periods,
            },
        ]
    }
}

/// Net of a segment for each member, by its sum.
type PerMember = Vec<Option<(i128, i128)>>;

impl Revenue {
    fn instants(&self) -> [Instant; 3] {
        [self.range.from, self.range.to, self.range.horizon]
    }

    async fn by_membership(&self, tx: &Snapshot, chosen: &[Chosen]) -> Result<Vec<Credited>, ReportError> {
        let ids: Vec<_> = chosen.iter().map(|segment| segment.id).collect();
        Ok(credits::by_membership(tx, &ids, self.instants()).await?)
    }

    /// The latest entry within the time before counts.
    async fn by_entry(
        &self,
        tx: &Snapshot,
        chosen: &[Chosen],
        within: TimeDelta,
    ) -> Result<Vec<Credited>, ReportError> {
        let payments = credits::payments(tx, self.instants()).await?;
        let times = || payments.iter().map(|paid| paid.credited_at);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(Vec::new()) };
        let mut entered = HashMap::<(UserNo, usize), Vec<Instant>>::new();
        for (place, segment) in chosen.iter().enumerate() {
            let from = first.checked_sub_signed(within).map_or(EARLIEST, |from| from.max(EARLIEST));
            for entry in entries::entries(tx, segment.id, from, last).await? {
                if entry.kind.is_counted() {
                    entered.entry((entry.user, place)).or_default().push(entry.at);
                }
            }
        }
        let latest = |user: UserNo, place: usize, at: Instant| {
            let entries = entered.get(&(user, place))?;
            entries.iter().copied().filter(|entry| *entry < at && at <= *entry + within).max()
        };
        let credited = payments.into_iter().map(|paid| Credited {
            user: paid.user,
            at: paid.at,
            money: paid.money,
            segments: (0..chosen.len())
                .filter_map(|place| Some((place, latest(paid.user, place, paid.credited_at)?)))
                .collect(),
        });
        Ok(credited.collect())
    }

    /// For each segment: the time of its members and the time, in microseconds. `None` without members.
    async fn per_member(&self, tx: &Snapshot, chosen: &[Chosen]) -> Result<PerMember, ReportError> {
        let mut found = Vec::new();
        for segment in chosen {
            let to = self.range.to;
            let from = segment.history_from.map_or(to, |begins| begins.max(self.range.from).min(to));
            let times = credits::member_times(tx, &[segment.id], [from, to]).await?;
            let time = i128::from((to - from).num_microseconds().unwrap_or(i64::MAX));
            found
                .push(times.first().copied().filter(|of_members| *of_members > 0).map(|of_members| (of_members, time)));
        }
        Ok(found)
    }

    fn sums_to_total(&self) -> bool {
        let kind = |segment: &SegmentKey| segment.kind;
        let is_family = self.segments.first().is_some_and(|first| {
            first.kind.is_exclusive() && self.segments.iter().map(kind).all(|kind| kind == first.kind)
        });
        match (self.params.model, self.params.basis) {
            (CreditModel::Equal | CreditModel::Last, _) => true,
            (CreditModel::Full, _) if self.segments.len() == 1 => true,
            (CreditModel::Full, CreditBasis::Member) => is_family,
            // A user can enter two of a family within the time.
            (CreditModel::Full, CreditBasis::Entered) => false,
        }
    }

    fn currencies(
        &self,
        chosen: &[Chosen],
        credited: &[Credited],
        erased: &[ErasedSum],
        per_member: &PerMember,
    ) -> Result<Vec<RevenueOfCurrency>, ReportError> {
        let Range { from, to, .. } = self.range;
        let revenue = |range| revenue::revenue(credited, erased, self.params.model, range);
        let periods = self.params.by.unit().map(|unit| {
            let periods = self.range.periods(unit, self.moment).into_iter();
            periods.map(|period| (period, revenue([period.starts.max(from), period.ends.min(to)]))).collect::<Vec<_>>()
        });
        let key = |place: usize| chosen[place].key.clone();
        let of_period = |period: &CalendarPeriod, of: &revenue::Revenue| {
            let segment = |(place, line): (&usize, &Line)| Ok(PeriodOfSegment { id: key(*place), line: shown(line)? });
            Ok(RevenueOfPeriod {
                start: period.starts,
                complete: self.range.is_complete(*period),
                total: shown(&of.total)?,
                segments: of.segments.iter().map(segment).collect::<Result<_, ReportError>>()?,
                unattributed: shown(&of.unattributed)?,
                erased: shown(&of.erased)?,
            })
        };
        let segment = |(place, line): (&usize, &Line)| {
            let per_member_minor = per_member[*place].and_then(|(members, time)| average(line.net(), members, time));
            Ok(RevenueOfSegment { id: key(*place), line: shown(line)?, per_member_minor })
        };
        let none = revenue::Revenue::default();
        let currency = |(currency, of): (Currency, revenue::Revenue)| {
            let periods = periods.as_ref().map(|periods| {
                let found =
                    periods.iter().map(|(period, found)| of_period(period, found.get(&currency).unwrap_or(&none)));
                found.collect::<Result<_, ReportError>>()
            });
            Ok(RevenueOfCurrency {
                currency,
                total: shown(&of.total)?,
                segments: of.segments.iter().map(segment).collect::<Result<_, ReportError>>()?,
                unattributed: shown(&of.unattributed)?,
                erased: shown(&of.erased)?,
                periods: periods.transpose()?,
            })
        };
        revenue([from, to]).into_iter().map(currency).collect()
    }
}

/// Halves away from zero.
fn average(net: i128, of_members: i128, time: i128) -> Option<i64> {
    let (product, whole) = (net.checked_mul(time)?, of_members);
    i64::try_from((2 * product + whole * product.signum()) / (2 * whole)).ok()
}

fn shown(line: &Line) -> Result<RevenueLine, ReportError> {
    Ok(RevenueLine {
        gross: minor(line.gross)?,
        refunded: minor(line.refunded)?,
        net: minor(line.net())?,
        purchases: line.purchases,
        refunds: line.refunds,
        buyers: line.buyers.len() as u64,
    })
}
