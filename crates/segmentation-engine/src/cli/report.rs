//! `report`: figures about segments, without a limit of time.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant as Deadline},
};

use anyhow::Context;
use chrono_tz::Tz;
use clap::Subcommand;
use domain::{
    calendar::CalendarUnit,
    instant::{Clock, SystemClock},
    period::Moment,
    report::{
        goal::{GoalText, PurchaseText, QuizText},
        revenue::{CreditBasis, CreditModel},
    },
    segment::SegmentKey,
    words::counted,
};
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    reports::{
        self, Cell, GivenTime, Note, Report, ReportError, Table,
        compare_as_of::{CompareAsOf, CompareAsOfParams, Shown},
        conversion::{ComparedWith, Conversion, ConversionParams, CountedEntries, Per},
        flow::{Family, Flow, FlowParams},
        overlap::{Overlap, OverlapParams},
        revenue::{By, Revenue, RevenueParams},
    },
    support::output_file::{NewFile, OutputFile},
};
use serde_json::json;

use super::{
    outcome::{Outcome, Usage},
    output::{self, Column},
};

/// As good as none. PostgreSQL takes at most 24 days.
const NO_LIMIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    report: Which,
    /// Print one line of JSON
    #[arg(long, global = true, conflicts_with = "csv")]
    json: bool,
    /// Write one table to this file as CSV
    #[arg(long, value_name = "FILE", global = true)]
    csv: Option<PathBuf>,
    /// The table to print or to write, such as byPeriod. By default the most important one
    #[arg(long, value_name = "NAME", global = true)]
    table: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Which {
    /// How segments overlap: every pair, and every combination
    Overlap(OverlapArguments),
    /// How users moved between segments from one point in time to the next
    Flow(FlowArguments),
    /// Who was in a segment at two points in time
    AsOf(AsOfArguments),
    /// How many of those who entered a segment reached a goal within some time
    Conversion(Box<ConversionArguments>),
    /// What users paid and got back, by the segments that they were in
    Revenue(RevenueArguments),
}

#[derive(Debug, clap::Args)]
struct OverlapArguments {
    /// A segment, such as plan:pro. Repeat it for each
    #[arg(long, required = true)]
    segment: Vec<SegmentKey>,
    /// When, as an RFC 3339 time or a date. By default now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

#[derive(Debug, clap::Args)]
struct FlowArguments {
    /// The segments of a type: plan or lifecycle
    #[arg(long, value_parser = family, conflicts_with = "segment")]
    family: Option<Family>,
    /// A segment, such as plan:pro. Repeat it for each. By default those of the lifecycle
    #[arg(long)]
    segment: Vec<SegmentKey>,
    /// When, as an RFC 3339 time or a date. Repeat it, in order
    #[arg(long, value_name = "TIME", required = true)]
    at: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct AsOfArguments {
    /// The segment, such as plan:pro
    #[arg(long)]
    segment: SegmentKey,
    /// The first point in time, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    a: String,
    /// The second one
    #[arg(long, value_name = "TIME")]
    b: String,
    /// The members that the table users has: both, only-a or only-b
    #[arg(long, value_parser = shown, default_value = "both")]
    show: Shown,
    /// The most users in that table. By default all
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("goal").args(["event", "purchase", "quiz", "enter"]).required(true))]
struct ConversionArguments {
    /// The segment, such as lifecycle:inactive
    #[arg(long)]
    segment: SegmentKey,
    /// The goal: an event of this name
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// The goal: a purchase
    #[arg(long)]
    purchase: bool,
    /// Only purchases of this name
    #[arg(long, value_name = "NAME", requires = "purchase")]
    purchase_name: Option<String>,
    /// Only purchases in this currency
    #[arg(long, value_name = "CODE", requires = "purchase")]
    currency: Option<String>,
    /// Only purchases of at least this amount, in minor units
    #[arg(long, value_name = "AMOUNT", requires = "purchase")]
    min_amount_minor: Option<i64>,
    /// The goal: a completed quiz
    #[arg(long)]
    quiz: bool,
    /// Only quizzes of this provider: aws, azure, gcp or other
    #[arg(long, requires = "quiz")]
    provider: Option<String>,
    /// Only quizzes of this certification
    #[arg(long, requires = "quiz")]
    certification: Option<String>,
    /// The goal: to enter this segment
    #[arg(long, value_name = "SEGMENT")]
    enter: Option<SegmentKey>,
    /// How long after the entry the goal counts, such as 14d or 12h
    #[arg(long, value_name = "SPAN", default_value = "14d")]
    within: String,
    /// Entries from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Entries before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// The periods of entries: day, week or month
    #[arg(long, default_value = "week", value_parser = unit)]
    by: CalendarUnit,
    /// Count all entries, also those by a changed definition and of users seen for the first time
    #[arg(long)]
    all_entries: bool,
    /// Count every entry, not the first of each user alone
    #[arg(long)]
    per_entry: bool,
    /// Leave out whoever reached the goal before
    #[arg(long)]
    new_only: bool,
    /// Count the goal only while the user is a member
    #[arg(long)]
    member_only: bool,
    /// What to compare with: before, others, inside-outside
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "before,others", value_parser = compared)]
    compare: Vec<ComparedWith>,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["family", "segment"]).required(true))]
struct RevenueArguments {
    /// The segments of a type: plan or lifecycle
    #[arg(long, value_parser = family)]
    family: Option<Family>,
    /// A segment, such as plan:pro. Repeat it for each
    #[arg(long)]
    segment: Vec<SegmentKey>,
    /// How an amount is divided among several segments: full, equal or last
    #[arg(long, default_value = "equal", value_parser = model)]
    model: CreditModel,
    /// Which segments it is credited to: member (those the user was in) or entered (those entered within --within before)
    #[arg(long, default_value = "member", value_parser = basis)]
    basis: CreditBasis,
    /// With --basis entered: how long before, such as 5d
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// The periods to show beside the whole range: none, day, week or month
    #[arg(long, default_value = "none", value_parser = by)]
    by: By,
    /// Purchases and refunds from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Purchases and refunds before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

fn model(text: &str) -> Result<CreditModel, String> {
    text.parse().map_err(|_| "expected full, equal or last".into())
}

fn basis(text: &str) -> Result<CreditBasis, String> {
    text.parse().map_err(|_| "expected member or entered".into())
}

fn by(text: &str) -> Result<By, String> {
    match text {
        "none" => Ok(By::None),
        "day" => Ok(By::Day),
        "week" => Ok(By::Week),
        "month" => Ok(By::Month),
        _ => Err("expected none, day, week or month".into()),
    }
}

fn family(text: &str) -> Result<Family, String> {
    match text {
        "plan" => Ok(Family::Plan),
        "lifecycle" => Ok(Family::Lifecycle),
        _ => Err("expected plan or lifecycle".into()),
    }
}

fn shown(text: &str) -> Result<Shown, String> {
    match text {
        "both" => Ok(Shown::Both),
        "only-a" => Ok(Shown::OnlyA),
        "only-b" => Ok(Shown::OnlyB),
        _ => Err("expected both, only-a or only-b".into()),
    }
}

fn compared(text: &str) -> Result<ComparedWith, String> {
    match text {
        "before" => Ok(ComparedWith::Before),
        "others" => Ok(ComparedWith::Others),
        "inside-outside" => Ok(ComparedWith::InsideOutside),
        _ => Err("expected before, others or inside-outside".into()),
    }
}

fn unit(text: &str) -> Result<CalendarUnit, String> {
    text.parse().map_err(|_| "expected day, week or month".into())
}

pub(super) async fn execute(database: &Database, zone: Tz, arguments: Arguments) -> anyhow::Result<Outcome> {
    let Arguments { report, json, csv, table } = arguments;
    // What leaves the terminal as a file, and users by id.
    let gives_out = csv.is_some() || matches!(report, Which::AsOf(_));
    let asked = Asked {
        database,
        moment: Moment { now: SystemClock.now(), zone },
        json,
        csv,
        table,
        name: report.name(),
        gives_out,
    };
    match report {
        Which::Overlap(arguments) => asked.answer::<Overlap>(arguments.into()).await,
        Which::Flow(arguments) => asked.answer::<Flow>(arguments.into()).await,
        Which::AsOf(arguments) => asked.answer::<CompareAsOf>(arguments.into()).await,
        Which::Revenue(arguments) => asked.answer::<Revenue>(arguments.into()).await,
        Which::Conversion(arguments) => asked.answer::<Conversion>((*arguments).into()).await,
    }
}

impl Which {
    fn name(&self) -> &'static str {
        match self {
            Self::Overlap(_) => "overlap",
            Self::Flow(_) => "flow",
            Self::AsOf(_) => "as-of",
            Self::Conversion(_) => "conversion",
            Self::Revenue(_) => "revenue",
        }
    }
}

/// What to do with an answer.
struct Asked<'a> {
    database: &'a Database,
    moment: Moment,
    json: bool,
    csv: Option<PathBuf>,
    table: Option<String>,
    /// As on the command line.
    name: &'static str,
    /// It goes on record.
    gives_out: bool,
}

impl Asked<'_> {
    async fn answer<R: Report>(&self, params: R::Params) -> anyhow::Result<Outcome> {
        let work = self.show::<R>(params);
        if self.gives_out {
            let on_record = |rows: &usize| json!({"report": self.name, "table": self.table, "rowCount": rows});
            Audit::of_command("exportReport").around(self.database, &SystemClock, None, on_record, work).await?;
        } else {
            work.await?;
        }
        Ok(Outcome::Done)
    }

    /// Returns the number of rows of the table.
    async fn show<R: Report>(&self, params: R::Params) -> anyhow::Result<usize> {
        let question = R::read(params, self.moment).map_err(ReportError::Invalid).map_err(as_usage)?;
        let deadline = Deadline::now() + NO_LIMIT;
        let answer = reports::report(self.database, &question, deadline, std::future::pending()).await;
        let answer = answer.map_err(as_usage)?;
        let table = self.choose(R::tables(&answer))?;
        match &self.csv {
            _ if self.json => output::json(&answer)?,
            Some(path) => {
                write(path, &table).with_context(|| format!("{} cannot be written", path.display()))?;
                output::note(counted(table.rows.len() as u64, "row", "rows"));
                R::about(&answer).notes().iter().map(Note::in_words).for_each(output::note);
            }
            None => {
                R::summary(&answer).into_iter().for_each(output::line);
                show(&table);
                R::about(&answer).notes().iter().map(Note::in_words).for_each(output::note);
            }
        }
        Ok(table.rows.len())
    }

    fn choose(&self, tables: Vec<Table>) -> anyhow::Result<Table> {
        let names: Vec<_> = tables.iter().map(|table| table.name).collect();
        let found = match &self.table {
            None => tables.into_iter().next(),
            Some(name) => tables.into_iter().find(|table| table.name == name),
        };
        Ok(found.ok_or_else(|| Usage(format!("the report has no such table: expected one of {}", names.join(", "))))?)
    }
}

fn write(path: &Path, table: &Table) -> anyhow::Result<()> {
    let output = OutputFile::create(path, NewFile::Private)?;
    std::io::Write::write_all(&mut output.writer()?, table.to_csv()?.as_bytes())?;
    Ok(output.finish()?)
}

/// Params that are wrong are a mistake of the command line.
fn as_usage(error: ReportError) -> anyhow::Error {
    match error {
        ReportError::Invalid(_) | ReportError::NoSegment(_) => Usage(error.to_string()).into(),
        ReportError::TooLong | ReportError::TooLarge | ReportError::Busy | ReportError::Statement(_) => error.into(),
    }
}

fn show(table: &Table) {
    let is_text = |place: usize| table.rows.iter().any(|row| matches!(row.get(place), Some(Cell::Text(_))));
    let column = |(place, head): (usize, &&'static str)| match is_text(place) {
        true => Column::Text(head),
        false => Column::Number(head),
    };
    let columns: Vec<_> = table.columns.iter().enumerate().map(column).collect();
    let rows: Vec<Vec<_>> = table.rows.iter().map(|row| row.iter().map(Cell::to_string).collect()).collect();
    output::table(columns, &rows);
}

impl From<OverlapArguments> for OverlapParams {
    fn from(OverlapArguments { segment, at }: OverlapArguments) -> Self {
        Self { segments: segment, at: at.map(GivenTime) }
    }
}

impl From<FlowArguments> for FlowParams {
    fn from(FlowArguments { family, segment, at }: FlowArguments) -> Self {
        let segments = (!segment.is_empty()).then_some(segment);
        Self { family, segments, at: at.into_iter().map(GivenTime).collect() }
    }
}

impl From<AsOfArguments> for CompareAsOfParams {
    fn from(AsOfArguments { segment, a, b, show, limit }: AsOfArguments) -> Self {
        Self { segment, a: GivenTime(a), b: GivenTime(b), show, limit: limit.unwrap_or(u32::MAX), cursor: None }
    }
}

impl From<ConversionArguments> for ConversionParams {
    fn from(arguments: ConversionArguments) -> Self {
        Self {
            goal: arguments.goal(),
            segment: arguments.segment,
            within: arguments.within,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            by: arguments.by,
            entries: if arguments.all_entries { CountedEntries::All } else { CountedEntries::Counted },
            per: if arguments.per_entry { Per::Entry } else { Per::User },
            new_only: arguments.new_only,
            member_only: arguments.member_only,
            compare: arguments.compare,
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

impl From<RevenueArguments> for RevenueParams {
    fn from(arguments: RevenueArguments) -> Self {
        let RevenueArguments { family, segment, model, basis, within, by, from, to, as_of } = arguments;
        Self {
            segments: (!segment.is_empty()).then_some(segment),
            family,
            model,
            basis,
            within,
            by,
            from: GivenTime(from),
            to: GivenTime(to),
            as_of: as_of.map(GivenTime),
        }
    }
}

impl ConversionArguments {
    fn goal(&self) -> GoalText {
        if let Some(name) = &self.event {
            GoalText::Event(name.clone())
        } else if let Some(segment) = &self.enter {
            GoalText::Enter(segment.clone())
        } else if self.quiz {
            GoalText::Quiz(QuizText { provider: self.provider.clone(), certification: self.certification.clone() })
        } else {
            GoalText::Purchase(PurchaseText {
                name: self.purchase_name.clone(),
                currency: self.currency.clone(),
                min_amount_minor: self.min_amount_minor,
            })
        }
    }
}
