//! `report`: figures about segments, without a limit of time.

mod arguments;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant as Deadline},
};

use anyhow::Context;
use chrono_tz::Tz;
use domain::{
    instant::{Clock, SystemClock},
    period::Moment,
    words::counted,
};
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    reports::{
        self, Cell, Note, Report, ReportError, Table, choose, cohorts::Cohorts, compare_as_of::CompareAsOf,
        compare_segments::CompareSegments, conversion::Conversion, engagement::Engagement, flow::Flow,
        forecast::Forecast, forecast_users::ForecastUsers, lift::Lift, overlap::Overlap, revenue::Revenue,
    },
    support::output_file::{NewFile, OutputFile},
};
use serde_json::json;

use self::arguments::Which;
use super::{
    outcome::{Outcome, Usage},
    output::{self, Column},
};

/// Commands have no limit, but PostgreSQL takes at most 24 days.
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

pub(super) async fn execute(database: &Database, zone: Tz, arguments: Arguments) -> anyhow::Result<Outcome> {
    let Arguments { report, json, csv, table } = arguments;
    // What leaves the terminal as a file, and users by id.
    let gives_out = csv.is_some() || matches!(report, Which::AsOf(_) | Which::ForecastUsers(_));
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
        Which::Forecast(arguments) => asked.answer::<Forecast>(arguments.into()).await,
        Which::ForecastUsers(arguments) => asked.answer::<ForecastUsers>(arguments.into()).await,
        Which::Revenue(arguments) => asked.answer::<Revenue>(arguments.into()).await,
        Which::Conversion(arguments) => asked.answer::<Conversion>((*arguments).into()).await,
        Which::Engagement(arguments) => asked.answer::<Engagement>(arguments.into()).await,
        Which::Cohorts(arguments) => asked.answer::<Cohorts>((*arguments).into()).await,
        Which::Compare(arguments) => asked.answer::<CompareSegments>((*arguments).into()).await,
        Which::Lift(arguments) => asked.answer::<Lift>((*arguments).into()).await,
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
        let tables = R::tables(&answer);
        let others: Vec<_> =
            tables.iter().skip(1).filter(|table| !table.rows.is_empty()).map(|table| table.name).collect();
        let table = choose(tables, self.table.as_deref())
            .map_err(|names| Usage(format!("the report has no such table: {names}")))?;
        let rows = table.rows.len();
        if self.json {
            output::json(&answer)?;
            return Ok(rows);
        }
        match &self.csv {
            Some(path) => {
                write(path, &table).with_context(|| format!("{} cannot be written", path.display()))?;
                output::note(counted(rows as u64, "row", "rows"));
            }
            None => {
                R::summary(&answer).into_iter().for_each(output::line);
                show(&table);
                if self.table.is_none() && !others.is_empty() {
                    output::note(format!("More with --table: {}.", others.join(", ")));
                }
            }
        }
        R::about(&answer).notes().iter().map(Note::in_words).for_each(output::note);
        Ok(rows)
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
        ReportError::Invalid(_) | ReportError::NoSegment(_) | ReportError::NoGoal(_) => Usage(error.to_string()).into(),
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
