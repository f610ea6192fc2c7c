//! The command line: one file per command.

mod analytics;
mod arguments;
mod attributes;
mod cleanup;
mod deliver;
mod erase_user;
mod export;
mod forget_clock;
mod held_back;
mod import;
mod ingest;
mod metrics_file;
mod migrate;
mod outcome;
mod output;
mod pull;
mod report;
mod reshard;
mod run;
mod run_user;
mod signals;
mod status;
mod sync;
mod sync_status;
mod verify;
mod webhook_status;

use std::process::ExitCode;

use chrono_tz::Tz;
use clap::{CommandFactory, Parser, Subcommand};
use persistence::{
    Database,
    database::{causes_in_words, missing_file},
};
use segmentation_engine::{secret_files::database_url, support::command_documents::CommandDocument};
use tracing_subscriber::EnvFilter;

use self::outcome::{Outcome, Usage, exit_code};

/// Keeps every user in the right segments.
///
/// Exit codes: 0 done; 1 failed; 2 usage; 3 done, but some users, segments, lines or rows were left out; 75 another run,
/// pull or sync is active, or this one was asked to stop: try again later.
#[derive(Debug, Parser)]
#[command(name = "segmentation-engine", version)]
struct Arguments {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
struct Shared {
    /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME. By default sqlite://audience.sqlite
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Migrate a PostgreSQL database first. SQLite files are always migrated
    #[arg(long, global = true)]
    migrate: bool,
    /// The time zone in which days, weeks and months begin
    #[arg(long, global = true, env = "TIME_ZONE", default_value = "UTC", value_parser = arguments::zone)]
    time_zone: Tz,
    /// A level or filter for the log on standard error, such as info or segmentation_engine=debug
    #[arg(long, global = true, env = "LOG", default_value = "warn")]
    log: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    OnDatabase(OnDatabase),
    #[command(flatten)]
    Document(CommandDocument),
}

#[derive(Debug, Subcommand)]
enum OnDatabase {
    /// Evaluate users and update their memberships
    Run(run::Arguments),
    /// Evaluate one user now
    RunUser(run_user::Arguments),
    /// Import users, quiz attempts and events from CSV files
    Import(import::Arguments),
    /// Pull users, quiz attempts and events from the host application's own database
    Pull(pull::Arguments),
    /// Declare attributes: fields of users beyond those that every user has
    Attributes(attributes::Arguments),
    /// Erase a user with all attempts, events, memberships and overrides
    EraseUser(erase_user::Arguments),
    /// Take back the clock of a run that is in the future
    ForgetClock(forget_clock::Arguments),
    /// Export the members of a segment, or the ledger, events and attempts, as CSV
    Export(export::Arguments),
    /// Show figures about segments: how they overlap, how users move, who reaches a goal
    Report(report::Arguments),
    /// Look at alerts, or make anew what reports read
    Analytics(analytics::Arguments),
    /// Carry over to the mail service what changed in synced segments
    Sync(sync::Arguments),
    /// Send webhooks what waits for them
    Deliver(deliver::Arguments),
    /// Check that ledger, memberships, counts and statistics are consistent
    Verify(verify::Arguments),
    /// Delete memberships that ended more than 90 days ago, and erase users deleted in the host application
    Cleanup(cleanup::Arguments),
    /// Show segments, their sizes, and the latest runs
    Status(status::Arguments),
    /// Bring the database up to date with this version
    Migrate(migrate::Arguments),
    /// Copy another database into a new one with more or fewer shards
    Reshard(reshard::Arguments),
}

impl OnDatabase {
    /// Whether it makes an embedded database that does not exist. At a mistyped path, any other command would find nothing
    /// in a new database, or change nothing in it, and call that a success.
    fn makes_database(&self) -> bool {
        matches!(self, Self::Run(_) | Self::Import(_) | Self::Pull(_) | Self::Migrate(_) | Self::Attributes(_))
    }

    fn is_dry_run(&self) -> bool {
        match self {
            Self::Run(arguments) => arguments.is_dry_run(),
            Self::Pull(arguments) => arguments.is_dry_run(),
            Self::Attributes(arguments) => arguments.is_dry_run(),
            _ => false,
        }
    }

    fn connections(&self) -> u32 {
        match self {
            Self::Run(arguments) => arguments.workers().saturating_mul(CONNECTIONS),
            _ => CONNECTIONS,
        }
    }

    /// Checks arguments and files as far as that needs no database, so that a command that fails leaves none behind.
    fn check(&self) -> anyhow::Result<()> {
        match self {
            Self::Run(arguments) => arguments.check(),
            Self::Import(arguments) => arguments.check(),
            Self::Pull(arguments) => arguments.check(),
            Self::Attributes(arguments) => arguments.check(),
            _ => Ok(()),
        }
    }
}

pub(crate) async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Ok(filter) = EnvFilter::try_new(&arguments.shared.log) else {
        output::error("invalid value for --log: expected a level or filter such as info or segmentation_engine=debug");
        return ExitCode::from(2);
    };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false).init();
    match execute(arguments).await {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::error(&causes_in_words(error.as_ref()));
            exit_code(&error)
        }
    }
}

/// A worker of a run uses three to read, one to write, and one to find the next users.
const CONNECTIONS: u32 = 5;

async fn execute(arguments: Arguments) -> anyhow::Result<Outcome> {
    match arguments.command {
        Command::OnDatabase(command) => execute_on_database(arguments.shared, command).await,
        Command::Document(document) => {
            document.write(Arguments::command())?;
            Ok(Outcome::Done)
        }
    }
}

async fn execute_on_database(shared: Shared, command: OnDatabase) -> anyhow::Result<Outcome> {
    let database_url = database_url(shared.database_url).map_err(|error| Usage(error.to_string()))?;
    let missing = missing_file(&database_url);
    if let Some(path) = missing.as_ref().filter(|_| !command.makes_database()) {
        anyhow::bail!("there is no database at {}: run import, pull or run to create one", path.display());
    }
    let is_dry_run = command.is_dry_run();
    if missing.is_some() {
        command.check()?;
    }
    // Deleted when it is dropped, after the database is closed.
    let in_its_place = missing.as_ref().filter(|_| is_dry_run).map(|_| tempfile::tempdir()).transpose()?;
    let url = match &in_its_place {
        Some(folder) => format!("sqlite:{}", folder.path().join("dry-run.sqlite").display()),
        None => database_url,
    };
    let database = match &command {
        OnDatabase::Migrate(arguments) => arguments.open(&url, CONNECTIONS).await?,
        OnDatabase::Reshard(_) => Database::open_to_fill(&url, CONNECTIONS, shared.migrate).await?,
        command => Database::open_with(&url, command.connections(), shared.migrate).await?,
    };
    if let Some(path) = missing {
        let then =
            if is_dry_run { "the dry run begins with an empty one and makes none" } else { "a new one was made" };
        output::note(format_args!("there was no database at {}: {then}", path.display()));
    }
    let outcome = match command {
        OnDatabase::Run(arguments) => run::execute(&database, shared.time_zone, arguments).await,
        OnDatabase::RunUser(arguments) => run_user::execute(&database, shared.time_zone, arguments).await,
        OnDatabase::Import(arguments) => import::execute(&database, arguments).await,
        OnDatabase::Pull(arguments) => pull::execute(&database, arguments).await,
        OnDatabase::Attributes(arguments) => attributes::execute(&database, shared.time_zone, arguments).await,
        OnDatabase::EraseUser(arguments) => erase_user::execute(&database, arguments).await,
        OnDatabase::ForgetClock(arguments) => forget_clock::execute(&database, arguments).await,
        OnDatabase::Export(arguments) => export::execute(&database, arguments).await,
        OnDatabase::Report(arguments) => report::execute(&database, shared.time_zone, arguments).await,
        OnDatabase::Analytics(arguments) => analytics::execute(&database, shared.time_zone, arguments).await,
        OnDatabase::Sync(arguments) => sync::execute(&database, arguments).await,
        OnDatabase::Deliver(arguments) => deliver::execute(&database, arguments).await,
        OnDatabase::Verify(arguments) => verify::execute(&database, arguments).await,
        OnDatabase::Cleanup(arguments) => cleanup::execute(&database, arguments).await,
        OnDatabase::Status(arguments) => status::execute(&database, arguments).await,
        OnDatabase::Migrate(_) => migrate::execute(&database).await,
        OnDatabase::Reshard(arguments) => reshard::execute(&database, arguments).await,
    };
    // Also after a failure: closing copies SQLite's write-ahead log into the file.
    database.close().await?;
    outcome
}
