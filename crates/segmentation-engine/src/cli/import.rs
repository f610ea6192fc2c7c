//! `import`: users and attempts from CSV files.

use std::path::PathBuf;

use domain::instant::SystemClock;
use indicatif::ProgressBar;
use persistence::Database;
use segmentation_engine::ingest::csv::{Fault, ImportObserver, ImportOptions, import};

use super::{Outcome, output, taken_in};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// users.csv, plain, .gz or .xz; - for standard input
    #[arg(long, value_name = "FILE", required_unless_present = "attempts")]
    users: Option<PathBuf>,
    /// quiz_attempts.csv, plain, .gz or .xz; - for standard input
    #[arg(long, value_name = "FILE")]
    attempts: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let options = ImportOptions { users: arguments.users, attempts: arguments.attempts };
    let mut shown =
        Shown { bar: output::progress_bar("{spinner} {human_pos} rows of {msg}  {per_sec}", !arguments.json) };
    let report = import(database, &options, &SystemClock, &mut shown).await;
    shown.bar.finish_and_clear();
    let report = report?;
    if arguments.json {
        output::json(&taken_in::json(report.users, report.attempts, report.duration_ms))?;
    } else {
        taken_in::show(report.users, report.attempts, report.duration_ms);
    }
    Ok(if report.faults() == 0 { Outcome::Done } else { Outcome::DoneWithErrors })
}

struct Shown {
    bar: ProgressBar,
}

impl ImportObserver for Shown {
    fn fault(&mut self, fault: &Fault) {
        self.bar.suspend(|| output::note(fault));
    }

    fn progress(&mut self, file: &str, rows: u64) {
        self.bar.set_message(file.to_owned());
        self.bar.set_position(rows);
    }

    fn ignored_columns(&mut self, file: &str, columns: &[String]) {
        self.bar.suspend(|| output::note(format_args!("{file}: ignored unknown columns {}", columns.join(", "))));
    }
}
