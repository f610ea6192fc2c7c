//! What users paid and got back, by the segments that they were in.

mod answer;
mod params;
mod tables;

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::{
    calendar::CalendarPeriod,
    event::Currency,
    ids::UserNo,
    instant::{EARLIEST, Instant, format_instant, micros},
    period::Moment,
    rate::divided,
    report::revenue::{self, CreditBasis, CreditModel, Credited, ErasedSum, Line},
    segment::SegmentKey,
};
use persistence::{
    Snapshot,
    reports::{
        credits::{self, Which},
        entries,
        member_time::member_time,
        payments,
    },
};

use self::answer::{PeriodOfSegment, RevenueLine, RevenueOfCurrency, RevenueOfPeriod, RevenueOfSegment};
pub use self::{
    answer::RevenueAnswer,
    params::{By, RevenueParams},
};
use super::{
    About, AboutRange, GivenTime, Note, Report, ReportError, ReportFault, Table,
    asked_goal::read_window,
    given::{Chosen, faults_of_keys, find_all},
    note,
    range::Range,
};

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
        let mut notes = note::of_range(tx, &chosen, self.range, self.range.incomplete(&periods)).await?;
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
        answer.summary()
    }

    fn tables(answer: &RevenueAnswer) -> Vec<Table> {
        tables::of(answer)
    }
}

/// Net of a segment for each member, by its sum.
type PerMember = Vec<Option<(i128, i128)>>;

impl Revenue {
    /// All that the members of one segment paid and got back.
    pub(super) fn of_members(segment: SegmentKey, range: Range, moment: Moment) -> Self {
        let given = |at| GivenTime(format_instant(at));
        let params = RevenueParams {
            segments: Some(vec![segment.clone()]),
            family: None,
            model: CreditModel::Full,
            basis: CreditBasis::Member,
            within: None,
            by: By::None,
            from: given(range.from),
            to: given(range.to),
            as_of: Some(given(range.horizon)),
        };
        Self { params, segments: vec![segment], range, within: None, moment }
    }

    fn instants(&self) -> [Instant; 3] {
        [self.range.from, self.range.to, self.range.horizon]
    }

    async fn by_membership(&self, tx: &Snapshot, chosen: &[Chosen]) -> Result<Vec<Credited>, ReportError> {
        let ids: Vec<_> = chosen.iter().map(|segment| segment.id).collect();
        let (model, instants) = (self.params.model, self.instants());
        let looked_up = async |which| credits::by_membership(tx, model, &ids, instants, which).await;
        match model {
            // When each was entered is not kept.
            CreditModel::Last => Ok(looked_up(Which::All).await?),
            CreditModel::Full | CreditModel::Equal => {
                let mut credited = credits::kept(tx, &ids, instants).await?;
                credited.extend(looked_up(Which::NotKept).await?);
                Ok(credited)
            }
        }
    }

    /// The latest entry within the time before counts.
    async fn by_entry(
        &self,
        tx: &Snapshot,
        chosen: &[Chosen],
        within: TimeDelta,
    ) -> Result<Vec<Credited>, ReportError> {
        let paid = payments::payments(tx, self.instants()).await?;
        let times = || paid.iter().map(|paid| paid.credited_at);
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
        let credited = paid.into_iter().map(|paid| Credited {
            user: paid.user,
            at: paid.at,
            money: paid.money,
            segments: self.params.model.credited(
                &(0..chosen.len())
                    .filter_map(|place| Some((place, latest(paid.user, place, paid.credited_at)?)))
                    .collect::<Vec<_>>(),
            ),
        });
        Ok(credited.collect())
    }

    /// For each segment: the time of its members and the time, in microseconds. `None` without members.
    async fn per_member(&self, tx: &Snapshot, chosen: &[Chosen]) -> Result<PerMember, ReportError> {
        let mut found = Vec::new();
        for segment in chosen {
            let to = self.range.to;
            let from = segment.history_from.map_or(to, |begins| begins.max(self.range.from).min(to));
            let of_members = member_time(tx, segment.id, [from, to]).await?;
            found.push((of_members > 0).then(|| (of_members, micros(to - from))));
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
            let segment =
                |(place, line): (&usize, &Line)| Ok(PeriodOfSegment { id: key(*place), line: RevenueLine::of(line)? });
            Ok(RevenueOfPeriod {
                start: period.starts,
                complete: self.range.is_complete(*period),
                total: RevenueLine::of(&of.total)?,
                segments: of.segments.iter().map(segment).collect::<Result<_, ReportError>>()?,
                unattributed: RevenueLine::of(&of.unattributed)?,
                erased: RevenueLine::of(&of.erased)?,
            })
        };
        let segment = |(place, line): (&usize, &Line)| {
            let per_member_minor =
                per_member[*place].and_then(|(members, time)| divided(line.net().checked_mul(time)?, members));
            Ok(RevenueOfSegment { id: key(*place), line: RevenueLine::of(line)?, per_member_minor })
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
                total: RevenueLine::of(&of.total)?,
                segments: of.segments.iter().map(segment).collect::<Result<_, ReportError>>()?,
                unattributed: RevenueLine::of(&of.unattributed)?,
                erased: RevenueLine::of(&of.erased)?,
                periods: periods.transpose()?,
            })
        };
        revenue([from, to]).into_iter().map(currency).collect()
    }
}
