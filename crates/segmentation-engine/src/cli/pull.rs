//! `pull`

use std::{fs, path::PathBuf};

use anyhow::Context;
use domain::instant::SystemClock;
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    ingest::host::{PullOptions, config, pull},
    secret_files::or_in_file,
};

use super::{
    ingest::{self, Shown},
    outcome::{Outcome, Usage},
    output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A TOML file with the queries; docs/connecting-your-app.md has an example
    #[arg(long, value_name = "FILE", default_value = "pull.toml")]
    config: PathBuf,
    /// Read everything again, not only what is new
    #[arg(long)]
    from_start: bool,
    /// Let users go even if more than a fifth of them are deleted in the host database
    #[arg(long)]
    allow_shrink: bool,
    /// Report what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        options(self).map(|_| ())
    }
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let options = options(&arguments)?;
    let mut shown = Shown::new(!arguments.json);
    let report = if options.dry_run {
        pull(database, &options, &SystemClock, &mut shown).await
    } else {
        let target = Some(format!("source {}", options.config.source));
        let work = pull(database, &options, &SystemClock, &mut shown);
        Audit::of_command("pull").around(database, &SystemClock, target, ingest::counts, work).await
    };
    shown.clear();
    let report = report?;
    if arguments.json {
        let mut json = ingest::json(&report);
        json["dryRun"] = arguments.dry_run.into();
        for (name, counts) in [("users", report.users), ("attempts", report.attempts), ("events", report.events)] {
            if let Some(counts) = counts {
                json[name]["ahead"] = counts.ahead.into();
            }
        }
        output::json(&json)?;
    } else {
        if arguments.dry_run {
            output::line("dry run: nothing was changed");
        }
        ingest::show(&report);
    }
    Ok(if report.has_faults() { Outcome::DoneWithErrors } else { Outcome::Done })
}

fn options(arguments: &Arguments) -> anyhow::Result<PullOptions> {
    let file = arguments.config.display();
    let text = fs::read_to_string(&arguments.config).with_context(|| format!("{file} cannot be read"))?;
    let config = config::parse(&text).map_err(|error| Usage(format!("{file}: {error}")))?;
    let variable = &config.url_variable;
    let url = or_in_file(variable, std::env::var(variable).ok()).map_err(|error| Usage(error.to_string()))?;
    let url =
        url.ok_or_else(|| Usage(format!("{variable} is not set: {file} expects the URL of the host database there")))?;
    let Arguments { from_start, allow_shrink, dry_run, .. } = *arguments;
    Ok(PullOptions { config, url, from_start, allow_shrink, dry_run })
}
