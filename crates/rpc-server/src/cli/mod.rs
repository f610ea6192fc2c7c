//! The command line: one file per command.

mod health;
mod openrpc;
mod output;
mod serve;
mod token;
mod usage;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use persistence::{
    Database, DatabaseError,
    database::{causes_in_words, missing_file},
};
use segmentation_engine::{secret_files::database_url, support::command_documents::CommandDocument};

use self::{
    output::{line, note},
    usage::Usage,
};

/// Serves the API.
///
/// Exit codes: 0 done, 1 failed, 2 usage.
#[derive(Debug, Parser)]
#[command(name = "rpc-server", version)]
struct Arguments {
    /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME. By default sqlite://audience.sqlite
    #[arg(long, global = true, help_heading = "Global options", env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Migrate a PostgreSQL database first. SQLite files are always migrated
    #[arg(long, global = true, help_heading = "Global options")]
    migrate: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    OnDatabase(OnDatabase),
    /// Ask a server on this machine whether it is ready, that is, whether its database answers
    Health(health::Arguments),
    /// Print the OpenRPC document of the API
    Openrpc,
    #[command(flatten)]
    Document(CommandDocument),
}

#[derive(Debug, Subcommand)]
enum OnDatabase {
    /// Run the server until it receives a signal
    Serve(Box<serve::Arguments>),
    /// Manage API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Bring the database up to date with this version
    Migrate,
}

impl OnDatabase {
    /// Whether it makes an embedded database that does not exist. At a mistyped path there would be no token to list or to
    /// revoke.
    fn makes_database(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Token(token::Command::Create(_)) | Self::Migrate)
    }
}

pub(crate) async fn main() -> ExitCode {
    match execute(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(format_args!("error: {}", causes_in_words(error.as_ref())));
            let is_bad_url = error.downcast_ref().is_some_and(DatabaseError::is_of_the_url);
            if is_bad_url || error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

async fn execute(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::OnDatabase(command) => execute_on_database(arguments.database_url, arguments.migrate, command).await,
        Command::Health(arguments) => health::execute(&arguments),
        Command::Openrpc => openrpc::execute(),
        Command::Document(document) => Ok(document.write(Arguments::command())?),
    }
}

async fn execute_on_database(url: Option<String>, migrate: bool, command: OnDatabase) -> anyhow::Result<()> {
    let makes_database = command.makes_database();
    match command {
        OnDatabase::Serve(arguments) => {
            // Before the database is opened, which may create it.
            let server = serve::Prepared::new(*arguments)?;
            on_database(url, migrate, makes_database, async |database| server.serve(database.clone()).await).await
        }
        OnDatabase::Token(command) => {
            on_database(url, migrate, makes_database, async |database| token::execute(database, command).await).await
        }
        OnDatabase::Migrate => {
            on_database(url, true, makes_database, async |_| line("the database is up to date")).await
        }
    }
}

async fn on_database(
    url: Option<String>,
    migrate: bool,
    makes_database: bool,
    work: impl AsyncFnOnce(&Database) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let url = database_url(url).map_err(|error| Usage(error.to_string()))?;
    let missing = missing_file(&url);
    if let Some(path) = missing.as_ref().filter(|_| !makes_database) {
        anyhow::bail!("there is no database at {}: serve or token create makes one", path.display());
    }
    let database = Database::open(&url, migrate).await?;
    if let Some(path) = missing {
        note(format_args!("there was no database at {}: a new one was made", path.display()));
    }
    let done = work(&database).await;
    database.close().await?;
    done
}
