//! `attributes`

use std::{fs, path::PathBuf};

use anyhow::Context;
use chrono_tz::Tz;
use clap::Subcommand;
use domain::{
    attribute::Attributes,
    instant::{Clock, SystemClock},
    period::Moment,
    words::counted,
};
use persistence::Database;
use segmentation_engine::{
    attributes::{AttributeChange, apply, changes, check, parse},
    audit::Audit,
};

use super::{
    outcome::{Outcome, Usage},
    output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print how a file differs from what is declared, then declare its attributes and archive all others
    Apply(Apply),
}

#[derive(Debug, clap::Args)]
struct Apply {
    /// A TOML file with a table [[attributes]] for each; docs/connecting-your-app.md has an example
    file: PathBuf,
    /// Print the differences, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Arguments {
    pub(super) fn is_dry_run(&self) -> bool {
        let Command::Apply(arguments) = &self.command;
        arguments.dry_run
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        let Command::Apply(arguments) = &self.command;
        arguments.read().map(|_| ())
    }
}

impl Apply {
    fn read(&self) -> anyhow::Result<Attributes> {
        let file = self.file.display();
        let text = fs::read_to_string(&self.file).with_context(|| format!("{file} cannot be read"))?;
        Ok(parse(&text).map_err(|error| Usage(format!("{file}: {error}")))?)
    }
}

pub(super) async fn execute(database: &Database, zone: Tz, arguments: Arguments) -> anyhow::Result<Outcome> {
    let Command::Apply(arguments) = arguments.command;
    let file = arguments.read()?;
    let found = changes(database.connection(), &file).await?;
    let moment = Moment { now: SystemClock.now(), zone };
    if arguments.dry_run {
        output::line("dry run: nothing was changed");
        found.iter().for_each(output::line);
        check(database.connection(), &file, moment).await?;
        return Ok(Outcome::Done);
    }
    // Results are on standard output, and this may still be refused.
    found.iter().for_each(output::note);
    let applied = apply(database, &file, moment, &Audit::of_command("applyAttributes")).await?;
    let count = |is: fn(&AttributeChange) -> bool| applied.iter().filter(|change| is(change)).count() as u64;
    let changed = count(|change| matches!(change, AttributeChange::Changed(..)));
    let archived = count(|change| matches!(change, AttributeChange::Archived(_)));
    let declared = count(|change| matches!(change, AttributeChange::Declared(_)));
    let declared = counted(declared, "attribute", "attributes");
    output::line(format_args!("{declared} declared, {changed} changed, {archived} archived"));
    Ok(Outcome::Done)
}
