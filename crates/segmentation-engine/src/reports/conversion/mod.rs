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
        conversion::{self, Converted, Entrant, InsideAndOutside, Terms},
        entry::Person,
        goal::{Goal, GoalFault, Occurrences},
    },
};
use persistence::{
    Snapshot,
    reports::{
        entries,
        occurrences::{self, FoundGoal},
        payments,
    },
};

use self::answer::{ConversionOfPeriod, EntrantCounts, Others, RevenueWithin, TimeToConvert};
pub use self::{
    answer::ConversionAnswer,
    params::{ComparedWith, ConversionParams, CountedEntries, Per},
};
use super::{
    About, AboutRange, Note, Report, ReportError, ReportFault, Table,
    error::minor,
    given::{Chosen, find},
    note,
    range::{Range, read_window},
};

pub struct Conversion {
    params: ConversionParams,
    goal: Goal,
    range: Range,
    within: TimeDelta,
    moment: Moment,
}

/// What the database has for a question.
struct Facts {
    entrants: conversion::Entrants,
    occurrences: Occurrences,
    first_ever: HashMap<UserNo, Instant>,
    /// Everyone with an occurrence.
    people: HashMap<UserNo, Person>,
}

impl Report for Conversion {
    type Params = ConversionParams;
    type Answer = ConversionAnswer;

    fn read(params: ConversionParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let fault = |GoalFault { path, message }: GoalFault| ReportFault::new(format!("goal{path}"), message);
        let goal = params.goal.read().map_err(|faults| faults.into_iter().map(fault).collect::<Vec<_>>());
        let within = read_window("within", &params.within);
        match (goal, within, Range::read(&params.from, &params.to, params.as_of.as_ref(), moment)) {
            (Ok(goal), Ok(within), Ok(range)) => Ok(Self { params, goal, range, within, moment }),
            (goal, within, range) => {
                let faults = goal.err().into_iter().flatten().chain(within.err());
                Err(faults.chain(range.err().into_iter().flatten()).collect())
            }
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<ConversionAnswer, ReportError> {
        let (chosen, found) = (find(tx, &self.params.segment).await?, self.find_goal(tx).await?);
        let facts = self.facts(tx, &chosen, found).await?;
        let list = &facts.entrants.list;
        let all = conversion::converted(list);
        let is_asked = |what| self.params.compare.contains(&what);
        let before = is_asked(ComparedWith::Before).then(|| conversion::before(list, &facts.occurrences, self.within));
        let others = match is_asked(ComparedWith::Others) {
            true => Some(self.others(tx, &chosen, &facts, all.rate).await?),
            false => None,
        };
        let inside_outside = match is_asked(ComparedWith::InsideOutside) {
            true => Some(self.inside_and_outside(tx, &chosen, &facts).await?),
            false => None,
        };
        let periods = self.range.periods(self.params.by, self.moment);
        let of_period = |period| {
            let Converted { entered, rate, pending, .. } = conversion::converted_in(list, period);
            let complete = self.range.is_complete(period);
            ConversionOfPeriod { start: period.starts, complete, entered, conversion: rate, pending }
        };
        let mut notes = note::of_segments(std::slice::from_ref(&chosen), self.range.from);
        notes.extend(self.range.notes(&periods));
        notes.extend(self.goal_begins(tx, found, &facts).await?);
        notes.extend(note::definition_changes(tx, &chosen, [self.range.from, self.range.to]).await?);
        notes.extend(note::of_erased(facts.entrants.erased));
        Ok(ConversionAnswer {
            segment: chosen.key.clone(),
            goal: self.params.goal.clone(),
            within: self.params.within.clone(),
            per: self.params.per,
            entries: self.params.entries,
            entrants: EntrantCounts {
                counted: all.entered,
                first_seen: facts.entrants.first_seen,
                definition: facts.entrants.definition,
            },
            conversion: all.rate,
            pending: all.pending,
            pending_converted: all.pending_converted,
            curve: conversion::curve(list, self.within),
            time_to_convert: conversion::quartiles(list).map(in_seconds),
            by_period: periods.into_iter().map(of_period).collect(),
            revenue_within: self.revenue(tx, list, all.rate.of()).await?,
            before,
            others,
            inside_outside,
            observational: true,
            erased: facts.entrants.erased,
            about: AboutRange::of(self.range, self.moment, std::slice::from_ref(&chosen), notes),
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
    fn terms(&self) -> Terms {
        Terms {
            horizon: self.range.horizon,
            within: self.within,
            all_entries: self.params.entries == CountedEntries::All,
            per_entry: self.params.per == Per::Entry,
            new_only: self.params.new_only,
            member_only: self.params.member_only,
        }
    }

    async fn find_goal(&self, tx: &Snapshot) -> Result<FoundGoal<'_>, ReportError> {
        let segment = match &self.goal {
            Goal::Enter(key) => match find(tx, key).await {
                Ok(found) => Some(found.id),
                Err(ReportError::NoSegment(_)) => {
                    return Err(ReportError::Invalid(vec![ReportFault::new("goal.enter", "names no segment")]));
                }
                Err(other) => return Err(other),
            },
            Goal::Event(_) | Goal::Purchase(_) | Goal::Quiz(_) => None,
        };
        Ok(FoundGoal { goal: &self.goal, segment })
    }

    /// The last instant at which anything counts for those who entered in the range.
    fn through(&self) -> Instant {
        (self.range.to + self.within).min(self.range.horizon)
    }

    async fn facts(&self, tx: &Snapshot, chosen: &Chosen, goal: FoundGoal<'_>) -> Result<Facts, ReportError> {
        let Range { from, to, .. } = self.range;
        let entries = entries::entries(tx, chosen.id, from, to).await?;
        let is_about_everyone = self.params.compare.contains(&ComparedWith::InsideOutside);
        // If nobody entered, only inside and outside need occurrences.
        let occurred = match is_about_everyone || entries.iter().any(|entry| entry.person.is_some()) {
            true => goal.between(tx, from - self.within, self.through()).await?,
            false => Vec::new(),
        };
        let mut people: HashMap<_, _> = occurred.iter().map(|one| (one.user, one.person)).collect();
        let mut first_ever = HashMap::new();
        if self.params.new_only && !entries.is_empty() {
            for (user, (at, person)) in goal.first_of_each(tx, self.through()).await? {
                first_ever.insert(user, at);
                people.insert(user, person);
            }
        }
        let occurrences = occurred.into_iter().map(|one| (one.user, one.at)).collect();
        let entrants = self.terms().entrants(&entries, &occurrences, &first_ever);
        Ok(Facts { entrants, occurrences, first_ever, people })
    }

    async fn others(&self, tx: &Snapshot, chosen: &Chosen, facts: &Facts, rate: Rate) -> Result<Others, ReportError> {
        let terms = self.terms();
        let instants = terms.control_instants(&facts.entrants.list);
        let range = [self.range.from, self.range.to];
        let controls = occurrences::controls(tx, chosen.id, range, &instants, &facts.people).await?;
        let others = terms.others(&controls, &facts.occurrences, &facts.first_ever);
        Ok(Others { conversion: others, difference: Difference::between(rate, others) })
    }

    async fn inside_and_outside(
        &self,
        tx: &Snapshot,
        chosen: &Chosen,
        facts: &Facts,
    ) -> Result<InsideAndOutside, ReportError> {
        let Range { from, to, .. } = self.range;
        let from = chosen.history_from.map_or(to, |begins| begins.max(from).min(to));
        let stays = entries::stays(tx, chosen.id, from, to).await?;
        let (earlier, later) = entries::created(tx, from, to).await?;
        let whole = (to - from) * i32::try_from(earlier).unwrap_or(i32::MAX);
        let user_time = later.into_iter().fold(whole, |time, created| time + (to - created));
        Ok(conversion::inside_and_outside([from, to], &stays, user_time, &facts.occurrences, &facts.people))
    }

    async fn revenue(&self, tx: &Snapshot, list: &[Entrant], mature: u64) -> Result<Vec<RevenueWithin>, ReportError> {
        let mut of_users = HashMap::<_, Vec<_>>::new();
        for (user, at, money) in payments::amounts(tx, self.range.from, self.through()).await? {
            of_users.entry(user).or_default().push((at, money));
        }
        let sums = conversion::revenue(list, &of_users, self.within);
        let line = |(currency, sum): (Currency, i128)| {
            Ok(RevenueWithin { currency, minor: minor(sum)?, per_entrant_minor: divided(sum, mature.into()) })
        };
        sums.into_iter().map(line).collect()
    }

    /// A note if the goal was first reached too late for the users who entered at the start of the range. Asks the database only if the
    /// occurrences at hand do not tell.
    async fn goal_begins(
        &self,
        tx: &Snapshot,
        goal: FoundGoal<'_>,
        facts: &Facts,
    ) -> Result<Option<Note>, ReportError> {
        let by = self.range.from + self.within;
        if facts.occurrences.earliest().is_some_and(|at| at <= by) {
            return Ok(None);
        }
        let begins = goal.begins(tx, self.range.horizon).await?;
        Ok(begins.is_none_or(|at| at > by).then_some(Note::GoalBegins { at: begins }))
    }
}

/// Halves away from zero.
fn in_seconds(quartiles: [TimeDelta; 3]) -> TimeToConvert {
    let [lower_seconds, median_seconds, upper_seconds] =
        quartiles.map(|time| (time + TimeDelta::milliseconds(500)).num_seconds());
    TimeToConvert { lower_seconds, median_seconds, upper_seconds }
}
