//! How many of those who enter a segment reach a goal within some time, compared with the same people before and with everybody else.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::{
    calendar::CalendarUnit,
    event::Currency,
    ids::UserNo,
    instant::Instant,
    period::{Moment, Span},
    rate::{Difference, Rate, TimeRate, per_each},
    report::{
        conversion::{self, Converted, Entrant, Terms},
        entry::Person,
        goal::{Goal, GoalFault, GoalText, Occurrences},
    },
    segment::SegmentKey,
    words::counted,
};
use persistence::{
    Snapshot,
    reports::{
        entries,
        occurrences::{self, FoundGoal},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, AboutRange, GivenTime, Note, Report, ReportError, ReportFault,
    error::minor,
    given::{Chosen, find},
    note,
    range::{Range, read_window},
    table::{Cell, RATE, Table},
};

/// Which entries count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CountedEntries {
    /// Moves of users. Not entries by a changed definition, and of users who are seen for the first time though they were created
    /// more than 7 days before.
    #[default]
    Counted,
    /// All entries.
    All,
}

/// What counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Per {
    /// A user, at the first entry in the range.
    #[default]
    User,
    /// An entry.
    Entry,
}

/// What those who entered are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ComparedWith {
    /// The same people before they entered.
    Before,
    /// Everybody else at the same times.
    Others,
    /// How often the goal is reached in time, by members and by others.
    InsideOutside,
}

fn before_and_others() -> Vec<ComparedWith> {
    vec![ComparedWith::Before, ComparedWith::Others]
}

fn two_weeks() -> String {
    "14d".into()
}

fn week() -> CalendarUnit {
    CalendarUnit::Week
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConversionParams {
    pub segment: SegmentKey,
    /// What counts.
    pub goal: GoalText,
    /// How long after the entry, such as `14d` or `12h`. At most 90 days.
    #[serde(default = "two_weeks")]
    #[schemars(length(max = 8))]
    pub within: String,
    /// Entries from here on.
    pub from: GivenTime,
    /// Entries before here.
    pub to: GivenTime,
    /// The periods of entries that rates are shown for.
    #[serde(default = "week")]
    pub by: CalendarUnit,
    /// Which entries count.
    #[serde(default)]
    pub entries: CountedEntries,
    /// What counts once.
    #[serde(default)]
    pub per: Per,
    /// Leave out whoever reached the goal before.
    #[serde(default)]
    pub new_only: bool,
    /// The goal counts only while the user is still a member.
    #[serde(default)]
    pub member_only: bool,
    /// What to compare with.
    #[serde(default = "before_and_others")]
    #[schemars(length(max = 3))]
    pub compare: Vec<ComparedWith>,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}

/// How many of those who entered a segment reached a goal.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionAnswer {
    segment: SegmentKey,
    /// What counted.
    goal: GoalText,
    /// How long after the entry.
    within: String,
    /// What counted once.
    per: Per,
    /// Which entries counted.
    entries: CountedEntries,
    /// Who entered.
    entrants: EntrantCounts,
    /// Of those whose time is over, who reached the goal.
    conversion: Rate,
    /// How many still have time.
    pending: u64,
    /// How many of these have reached the goal already.
    pending_converted: u64,
    /// How many of those whose time is over had reached the goal after 0, 1, 2 … days of 24 hours.
    curve: Vec<u64>,
    /// How long they took. Null if nobody reached the goal.
    time_to_convert: Option<TimeToConvert>,
    /// The same rate by the period of the entry.
    by_period: Vec<ConversionOfPeriod>,
    /// What those whose time is over paid and got back within it.
    revenue_within: Vec<RevenueWithin>,
    /// The same people before they entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<BeforeEntry>,
    /// Everybody else at the same times.
    #[serde(skip_serializing_if = "Option::is_none")]
    others: Option<Others>,
    /// How often the goal was reached in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    inside_outside: Option<InsideAndOutside>,
    /// Always true: none of these figures proves a cause.
    observational: bool,
    /// Users who entered and have been erased since. They are left out.
    erased: u64,
    #[serde(flatten)]
    about: AboutRange,
}

/// Who entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntrantCounts {
    /// Those the figures are about.
    counted: u64,
    /// Seen for the first time, though created more than 7 days before.
    first_seen: u64,
    /// By a changed definition.
    definition: u64,
}

/// How long it took to reach the goal, by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimeToConvert {
    /// A quarter took no longer.
    lower_seconds: i64,
    /// Half took no longer.
    median_seconds: i64,
    /// Three quarters took no longer.
    upper_seconds: i64,
}

/// Those who entered in one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversionOfPeriod {
    /// The first instant.
    start: Instant,
    /// False while the period lasts.
    complete: bool,
    /// How many entered.
    entered: u64,
    /// Of those whose time is over, who reached the goal.
    conversion: Rate,
    /// How many still have time.
    pending: u64,
}

/// Purchases and refunds in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueWithin {
    /// The ISO 4217 code.
    #[schemars(with = "String")]
    currency: Currency,
    /// In minor units.
    minor: i64,
    /// For each of those whose time is over.
    per_entrant_minor: Option<i64>,
}

/// The same people before they entered, for as long as after. Only those who had been there for that long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BeforeEntry {
    /// How many people.
    pairs: u64,
    /// Reached the goal before, and not after.
    before_only: u64,
    /// Reached the goal after, and not before.
    after_only: u64,
    /// How much more reached it after than before. Null without people.
    difference: Option<Difference>,
}

/// Users who were not members, at the times of those who entered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Others {
    /// Who reached the goal.
    conversion: Rate,
    /// How much more of those who entered reached it. Null if either group is empty.
    difference: Option<Difference>,
}

/// How often the goal was reached in time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct InsideAndOutside {
    /// By members.
    inside: TimeRate,
    /// By users while they were not.
    outside: TimeRate,
}

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
        let before = is_asked(ComparedWith::Before).then(|| self.before(&facts));
        let others = match is_asked(ComparedWith::Others) {
            true => Some(self.others(tx, &chosen, &facts, all.rate).await?),
            false => None,
        };
        let inside_outside = match is_asked(ComparedWith::InsideOutside) {
            true => Some(self.inside_outside(tx, &chosen, found).await?),
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
        notes.extend(self.goal_begins(tx, found).await?);
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
        let [from, to] = answer.about.in_words();
        let (rate, segment) = (answer.conversion, &answer.segment);
        let within = answer.within.parse::<Span>().map_or_else(|_| answer.within.clone(), Span::in_words);
        let share = rate
            .percent()
            .zip(rate.interval())
            .map_or_else(String::new, |(percent, [low, high])| format!(": {percent:.2} % ({low:.2} to {high:.2})"));
        let reached = answer.goal.in_words();
        let part = rate.part();
        let mut sentences = vec![format!(
            "{part} of {} who entered {segment} from {from} to {to} {reached} within {within}{share}.",
            rate.of()
        )];
        if answer.pending > 0 {
            let more = counted(answer.pending, "more is", "more are");
            sentences.push(format!("{more} still within the {within}."));
        }
        sentences
    }

    fn tables(answer: &ConversionAnswer) -> Vec<Table> {
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

impl Conversion {
    fn terms(&self) -> Terms {
        Terms {
            from: self.range.from,
            to: self.range.to,
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
        // Nobody's occurrences are looked at if nobody entered.
        let occurred = match entries.iter().any(|entry| entry.person.is_some()) {
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

    fn before(&self, facts: &Facts) -> BeforeEntry {
        let conversion::Before { pairs, before_only, after_only, difference } =
            conversion::before(&facts.entrants.list, &facts.occurrences, self.within);
        BeforeEntry { pairs, before_only, after_only, difference }
    }

    async fn others(&self, tx: &Snapshot, chosen: &Chosen, facts: &Facts, rate: Rate) -> Result<Others, ReportError> {
        let terms = self.terms();
        let instants = terms.control_instants(&facts.entrants.list);
        let range = [self.range.from, self.range.to];
        let controls = occurrences::controls(tx, chosen.id, range, &instants, &facts.people).await?;
        let others = terms.others(&controls, &facts.occurrences, &facts.first_ever);
        Ok(Others { conversion: others, difference: Difference::between(rate, others) })
    }

    async fn inside_outside(
        &self,
        tx: &Snapshot,
        chosen: &Chosen,
        goal: FoundGoal<'_>,
    ) -> Result<InsideAndOutside, ReportError> {
        let Range { from, to, .. } = self.range;
        let from = chosen.history_from.map_or(to, |begins| begins.max(from).min(to));
        let stays = entries::stays(tx, chosen.id, from, to).await?;
        let (earlier, later) = entries::created(tx, from, to).await?;
        let whole = (to - from) * i32::try_from(earlier).unwrap_or(i32::MAX);
        let user_time = later.into_iter().fold(whole, |time, created| time + (to - created));
        let occurred = goal.between(tx, from, to).await?;
        let created = occurred.iter().map(|one| (one.user, one.person.created_at)).collect();
        let occurrences = occurred.into_iter().map(|one| (one.user, one.at)).collect();
        let found = conversion::inside_outside([from, to], &stays, user_time, &occurrences, &created);
        Ok(InsideAndOutside { inside: found.inside, outside: found.outside })
    }

    async fn revenue(&self, tx: &Snapshot, list: &[Entrant], mature: u64) -> Result<Vec<RevenueWithin>, ReportError> {
        let mut of_users = HashMap::<_, Vec<_>>::new();
        for (user, at, money) in occurrences::amounts(tx, self.range.from, self.through()).await? {
            of_users.entry(user).or_default().push((at, money));
        }
        let sums = conversion::revenue(list, &of_users, self.within);
        let line = |(currency, sum): (Currency, i128)| {
            Ok(RevenueWithin { currency, minor: minor(sum)?, per_entrant_minor: per_each(sum, mature) })
        };
        sums.into_iter().map(line).collect()
    }

    /// The goal is not known from the beginning: whoever entered then could not have reached it.
    async fn goal_begins(&self, tx: &Snapshot, goal: FoundGoal<'_>) -> Result<Option<Note>, ReportError> {
        let begins = goal.begins(tx, self.range.horizon).await?;
        let is_late = begins.is_none_or(|at| at > self.range.from + self.within);
        Ok(is_late.then_some(Note::GoalBegins { at: begins }))
    }
}

/// Halves away from zero.
fn in_seconds(quartiles: [TimeDelta; 3]) -> TimeToConvert {
    let [lower_seconds, median_seconds, upper_seconds] =
        quartiles.map(|time| (time + TimeDelta::milliseconds(500)).num_seconds());
    TimeToConvert { lower_seconds, median_seconds, upper_seconds }
}
