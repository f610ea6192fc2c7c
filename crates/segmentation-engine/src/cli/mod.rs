//! The command line: one file per command, and what they share.

mod arguments;
mod audit;
mod cleanup;
mod erase_user;
mod export;
mod forget_clock;
mod import;
mod ingest;
mod migrate;
mod outcome;
mod output;
mod pull;
mod run;
mod run_user;
mod status;
mod verify;

use std::process::ExitCode;

use chrono_tz::Tz;
use clap::{Parser, Subcommand};
use persistence::{
    Database,
    database::{DEFAULT_URL, causes_in_words, missing_file},
};
use tracing_subscriber::EnvFilter;

use self::outcome::{Outcome, exit_code};

/// Keeps every user in the right segments.
///
/// Exit codes: 0 done, 1 failed, 2 usage, 3 done with errors in users or lines, 75 another run or
/// pull is active, or it was asked to stop before its end: try again later.
#[derive(Debug, Parser)]
#[command(name = "segmentation-engine", version)]
struct Arguments {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Shared {
    /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, default_value = DEFAULT_URL)]
    database_url: String,
    /// Bring a PostgreSQL database up to date first; a SQLite file is brought up to date by itself
    #[arg(long, global = true)]
    migrate: bool,
    /// The zone in which days, weeks and months begin
    #[arg(long, global = true, env = "TIME_ZONE", default_value = "UTC")]
    time_zone: Tz,
    /// What to log to standard error, such as info or segmentation_engine=debug
    #[arg(long, global = true, env = "LOG", default_value = "warn")]
    log: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Evaluate users, and make memberships follow
    Run(run::Arguments),
    /// Evaluate one user now
    RunUser(run_user::Arguments),
    /// Import users and quiz attempts from CSV files
    Import(import::Arguments),
    /// Pull users and quiz attempts from the host application's own database
    Pull(pull::Arguments),
    /// Erase a user: the person, attempts, memberships and decisions
    EraseUser(erase_user::Arguments),
    /// Take back the clock of a run that lies in the future
    ForgetClock(forget_clock::Arguments),
    /// Export the members of a segment as CSV, without a limit
    Export(export::Arguments),
    /// Check that ledger, memberships, counts and statistics agree
    Verify(verify::Arguments),
    /// Delete memberships that ended more than 90 days ago
    Cleanup(cleanup::Arguments),
    /// Show segments, their sizes, and the latest runs
    Status(status::Arguments),
    /// Bring the database up to date
    Migrate,
}

/// Runs the command that was asked for, and says how it ended.
pub(crate) async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Ok(filter) = EnvFilter::try_new(&arguments.shared.log) else {
        output::error("--log is no filter such as info or segmentation_engine=debug");
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

/// Of a run, three read, one writes, and one looks for the next users.
const CONNECTIONS: u32 = 5;

async fn execute(arguments: Arguments) -> anyhow::Result<Outcome> {
    let shared = &arguments.shared;
    if let Command::Migrate = arguments.command {
        return migrate::execute(&shared.database_url).await;
    }
    let makes_one = matches!(arguments.command, Command::Run(_) | Command::Import(_) | Command::Pull(_));
    if !makes_one && let Some(path) = missing_file(&shared.database_url) {
        anyhow::bail!("there is no database at {}: import, pull or run makes one", path.display());
    }
    let database = Database::open_with(&shared.database_url, CONNECTIONS, shared.migrate).await?;
    let outcome = match arguments.command {
        Command::Run(arguments) => run::execute(&database, shared.time_zone, arguments).await,
        Command::RunUser(arguments) => run_user::execute(&database, shared.time_zone, arguments).await,
        Command::Import(arguments) => import::execute(&database, arguments).await,
        Command::Pull(arguments) => pull::execute(&database, arguments).await,
        Command::EraseUser(arguments) => erase_user::execute(&database, arguments).await,
        Command::ForgetClock(arguments) => forget_clock::execute(&database, arguments).await,
        Command::Export(arguments) => export::execute(&database, arguments).await,
        Command::Verify(arguments) => verify::execute(&database, arguments).await,
        Command::Cleanup(arguments) => cleanup::execute(&database, arguments).await,
        Command::Status(arguments) => status::execute(&database, arguments).await,
        Command::Migrate => Ok(Outcome::Done),
    };
    // Whatever happened, the embedded database folds its log into its file.
    database.close().await?;
    outcome
}
