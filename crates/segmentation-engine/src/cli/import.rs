//! `import`: users and attempts from CSV files.

use std::path::PathBuf;

use domain::instant::SystemClock;
use indicatif::ProgressBar;
use persistence::Database;
use segmentation_engine::import::{
    AttemptsReport, Fault, ImportObserver, ImportOptions, ImportReport, UsersReport, import,
};
use serde_json::{Value as Json, json};

use super::{Outcome, output};

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
        output::json(&as_json(&report))?;
    } else {
        show(&report);
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

fn as_json(report: &ImportReport) -> Json {
    let mut result = json!({"duration": report.duration_ms});
    if let Some(UsersReport { rows, created, updated, unchanged, faults }) = report.users {
        result["users"] = json!(
            {"rows": rows, "created": created, "updated": updated, "unchanged": unchanged, "faults": faults}
        );
    }
    if let Some(AttemptsReport { rows, written, unchanged, faults }) = report.attempts {
        result["attempts"] = json!({"rows": rows, "written": written, "unchanged": unchanged, "faults": faults});
    }
    result
}

fn show(report: &ImportReport) {
    if let Some(UsersReport { rows, created, updated, unchanged, faults }) = report.users {
        output::line(format_args!(
            "users: {rows} rows, {created} created, {updated} updated, {unchanged} unchanged, {faults} left out"
        ));
    }
    if let Some(AttemptsReport { rows, written, unchanged, faults }) = report.attempts {
        output::line(format_args!(
            "attempts: {rows} rows, {written} written, {unchanged} unchanged, {faults} left out"
        ));
    }
    output::line(format_args!("in {} ms", report.duration_ms));
}
