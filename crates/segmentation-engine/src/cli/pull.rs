//! `pull`: users and attempts from the host application's own database.

use std::{fs, path::PathBuf};

use anyhow::Context;
use domain::instant::SystemClock;
use indicatif::ProgressBar;
use persistence::{Database, ops::pulls::Part};
use segmentation_engine::ingest::host::{PullFault, PullObserver, PullOptions, config, pull};

use super::{Outcome, Usage, output, taken_in};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The queries, in TOML; docs/connecting-your-app.md has an example
    #[arg(long, value_name = "FILE", default_value = "pull.toml")]
    config: PathBuf,
    /// Read everything again, rather than what is new
    #[arg(long)]
    from_start: bool,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let options = options(&arguments)?;
    let mut shown =
        Shown { bar: output::progress_bar("{spinner} {human_pos} rows of {msg}  {per_sec}", !arguments.json) };
    let report = pull(database, &options, &SystemClock, &mut shown).await;
    shown.bar.finish_and_clear();
    let report = report?;
    if arguments.json {
        let mut json = taken_in::json(report.users, report.attempts, report.duration_ms);
        json["dryRun"] = arguments.dry_run.into();
        output::json(&json)?;
    } else {
        if arguments.dry_run {
            output::line("dry run: nothing was changed");
        }
        taken_in::show(report.users, report.attempts, report.duration_ms);
    }
    Ok(if report.faults() == 0 { Outcome::Done } else { Outcome::DoneWithErrors })
}

fn options(arguments: &Arguments) -> anyhow::Result<PullOptions> {
    let file = arguments.config.display();
    let text = fs::read_to_string(&arguments.config).with_context(|| format!("{file} cannot be read"))?;
    let config = config::parse(&text).map_err(|error| Usage(format!("{file}: {error}")))?;
    let url = std::env::var(&config.url_variable).map_err(|_| {
        Usage(format!("{} is not set: {file} expects the URL of the host database in it", config.url_variable))
    })?;
    Ok(PullOptions { config, url, from_start: arguments.from_start, dry_run: arguments.dry_run })
}

struct Shown {
    bar: ProgressBar,
}

impl PullObserver for Shown {
    fn fault(&mut self, fault: &PullFault) {
        self.bar.suspend(|| output::note(fault));
    }

    fn unordered(&mut self, part: Part, rows: u64) {
        let part = part.name();
        let advice = "give each a time or a whole number in the query";
        self.bar.suspend(|| output::note(format_args!("{part}: {rows} rows have no watermark: {advice}")));
    }

    fn progress(&mut self, part: Part, rows: u64) {
        self.bar.set_message(part.name());
        self.bar.set_position(rows);
    }
}
