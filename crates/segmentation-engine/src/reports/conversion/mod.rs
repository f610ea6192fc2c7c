//! How many of those who enter a segment reach a goal within some time, compared with the same people before and with everybody else.

mod answer;
mod params;
mod tables;

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::{
    event::Currency,
    ids::UserNo,
    instant::Instant,
    period::Moment,
    rate::{Difference, Rate, divided},
    report::{
        conversion::{self, Converted, Entrant, Entrants, InsideAndOutside},
        goal::Occurrences,
    },
};
use persistence::{
    Snapshot,
    reports::{controls, entries, payments},
};

use self::answer::{ConversionOfPeriod, Others, RevenueWithin, TimeToConvert};
pub use self::{
    answer::{ConversionAnswer, EntrantCounts},
    params::{ComparedWith, ConversionParams, CountedEntries, Per},
};
use super::{
    About, AboutRange, Report, ReportError, ReportFault, Table,
    asked_goal::{AskedGoal, ReadGoal},
    entrants::{Entered, Entering},
    error::minor,
    given::{Chosen, find},
    note,
    range::Range,
};

pub struct Conversion {
    params: ConversionParams,
    goal: AskedGoal,
    range: Range,
    moment: Moment,
}

impl Report for Conversion {
    type Params = ConversionParams;
    type Answer = ConversionAnswer;

    fn read(params: ConversionParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let goal = AskedGoal::required(params.goal.as_ref(), params.goal_id.as_deref(), params.within.as_deref());
        match (goal, Range::read(&params.from, &params.to, params.as_of.as_ref(), moment)) {
            (Ok(goal), Ok(range)) => Ok(Self { params, goal, range, moment }),
            (goal, range) => Err([goal.err(), range.err()].into_iter().flatten().flatten().collect()),
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<ConversionAnswer, ReportError> {
        let (chosen, goal) = (find(tx, &self.params.segment).await?, self.goal.find(tx).await?);
        let entering = self.entering(&goal);
        let is_asked = |what| self.params.compare.contains(&what);
        let entered = entering.read(tx, &chosen).await?;
        let Entrants { list, erased, .. } = &entered.entrants;
        let all = conversion::converted(list);
        let within = goal.window.time;
        let before = is_asked(ComparedWith::Before).then(|| conversion::before(list, &entered.occurrences, within));
        let others = match is_asked(ComparedWith::Others) {
            true => Some(others(tx, &chosen, &entering, &entered, all.rate).await?),
            false => None,
        };
        let inside_outside = match is_asked(ComparedWith::InsideOutside) {
            true => Some(inside_and_outside(tx, &chosen, &entering).await?),
            false => None,
        };
        let periods = self.range.periods(self.params.by, self.moment);
        let of_period = |period| {
            let Converted { entered, rate, pending, .. } = conversion::converted_in(list, period);
            let complete = self.range.is_complete(period);
            ConversionOfPeriod { start: period.starts, complete, entered, conversion: rate, pending }
        };
        let segments = std::slice::from_ref(&chosen);
        let mut notes = note::of_range(tx, segments, self.range, self.range.incomplete(&periods)).await?;
        notes.extend(entering.goal_begins(tx, &entered.occurrences).await?);
        notes.extend(note::of_erased(*erased));
        Ok(ConversionAnswer {
            segment: chosen.key.clone(),
            goal: goal.text.clone(),
            within: goal.window.text.clone(),
            per: self.params.per,
            entries: self.params.entries,
            entrants: EntrantCounts::of(&entered.entrants),
            conversion: all.rate,
            pending: all.pending,
            pending_converted: all.pending_converted,
            curve: conversion::curve(list, within),
            time_to_convert: conversion::quartiles(list).map(in_seconds),
            by_period: periods.into_iter().map(of_period).collect(),
            revenue_within: revenue(tx, &entering, list, all.rate.of()).await?,
            before,
            others,
            inside_outside,
            observational: true,
            erased: *erased,
            about: AboutRange::of(self.range, self.moment, segments, notes),
        })
    }

    fn about(answer: &ConversionAnswer) -> &About {
        answer.about.about()
    }

    fn summary(answer: &ConversionAnswer) -> Vec<String> {
        answer.summary()
    }

    fn tables(answer: &ConversionAnswer) -> Vec<Table> {
        tables::of(answer)
    }
}

impl Conversion {
    fn entering<'a>(&self, goal: &'a ReadGoal) -> Entering<'a> {
        Entering {
            range: self.range,
            goal,
            all_entries: self.params.entries == CountedEntries::All,
            per_entry: self.params.per == Per::Entry,
            new_only: self.params.new_only,
            member_only: self.params.member_only,
        }
    }
}

async fn others(
    tx: &Snapshot,
    chosen: &Chosen,
    entering: &Entering<'_>,
    entered: &Entered,
    rate: Rate,
) -> Result<Others, ReportError> {
    let controls = controls::controls(tx, entering.terms().control_instants(&entered.entrants.list)).await?;
    let range = [entering.range.from, entering.range.to];
    let mut excluded = controls::excluded(tx, chosen.id, range, &controls).await?;
    if entering.new_only {
        let is_known = |(user, first): &(&UserNo, &Instant)| controls.at(**user).is_some_and(|at| **first <= at);
        excluded.extend(entered.first_ever.iter().filter(is_known).map(|(user, _)| *user));
    }
    let (goal, within, horizon) = (entering.goal.found(), entering.goal.window.time, entering.range.horizon);
    let reached = goal.reached_after(tx, &controls, within, horizon).await?.without(&excluded);
    let users = controls.len().saturating_sub(excluded.len());
    let others = Rate::new(reached.len(), users);
    Ok(Others { conversion: others, difference: Difference::between(rate, others) })
}

async fn inside_and_outside(
    tx: &Snapshot,
    chosen: &Chosen,
    entering: &Entering<'_>,
) -> Result<InsideAndOutside, ReportError> {
    let Range { from, to, .. } = entering.range;
    let from = chosen.history_from.map_or(to, |begins| begins.max(from).min(to));
    let stays = entries::stays(tx, chosen.id, from, to).await?;
    let (earlier, later) = entries::created(tx, from, to).await?;
    let whole = (to - from) * i32::try_from(earlier).unwrap_or(i32::MAX);
    let user_time = later.into_iter().fold(whole, |time, created| time + (to - created));
    let occurrences: Occurrences = entering.goal.found().between(tx, from, to).await?.into_iter().collect();
    let created = entries::created_at(tx, &occurrences.users().collect()).await?;
    Ok(conversion::inside_and_outside([from, to], &stays, user_time, &occurrences, &created))
}

async fn revenue(
    tx: &Snapshot,
    entering: &Entering<'_>,
    list: &[Entrant],
    mature: u64,
) -> Result<Vec<RevenueWithin>, ReportError> {
    let mut of_users = HashMap::<_, Vec<_>>::new();
    let users = list.iter().map(|entrant| entrant.user).collect();
    for (user, at, money) in payments::amounts(tx, &users, entering.range.from, entering.through()).await? {
        of_users.entry(user).or_default().push((at, money));
    }
    let sums = conversion::revenue(list, &of_users, entering.goal.window.time);
    let line = |(currency, sum): (Currency, i128)| {
        Ok(RevenueWithin { currency, minor: minor(sum)?, per_entrant_minor: divided(sum, mature.into()) })
    };
    sums.into_iter().map(line).collect()
}

/// Halves away from zero.
fn in_seconds(quartiles: [TimeDelta; 3]) -> TimeToConvert {
    let [lower_seconds, median_seconds, upper_seconds] =
        quartiles.map(|time| (time + TimeDelta::milliseconds(500)).num_seconds());
    TimeToConvert { lower_seconds, median_seconds, upper_seconds }
}
