//! The command line: one file per command.

mod openrpc;
mod output;
mod serve;
mod token;
mod usage;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use persistence::{
    Database, DatabaseError,
    database::{DEFAULT_URL, causes_in_words, missing_file},
};

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
    /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, global = true, help_heading = "Global options", env = "DATABASE_URL", hide_env_values = true, default_value = DEFAULT_URL)]
    database_url: String,
    /// Migrate a PostgreSQL database first. SQLite files are always migrated
    #[arg(long, global = true, help_heading = "Global options")]
    migrate: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it receives a signal
    Serve(Box<serve::Arguments>),
    /// Manage API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Bring the database up to date with this version
    Migrate,
    /// Print the OpenRPC document of the API
    Openrpc,
}

impl Command {
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
    if let Command::Openrpc = arguments.command {
        return openrpc::execute();
    }
    // Before the database is opened, which may create it.
    if let Command::Serve(arguments) = &arguments.command {
        serve::options(arguments)?;
        serve::sync_settings()?;
    }
    let missing = missing_file(&arguments.database_url);
    if let Some(path) = missing.as_ref().filter(|_| !arguments.command.makes_database()) {
        anyhow::bail!("there is no database at {}: serve or token create makes one", path.display());
    }
    let migrate = arguments.migrate || matches!(arguments.command, Command::Migrate);
    let database = Database::open(&arguments.database_url, migrate).await?;
    if let Some(path) = missing {
        note(format_args!("there was no database at {}: a new one was made", path.display()));
    }
    let done = match arguments.command {
        Command::Serve(arguments) => serve::execute(database.clone(), *arguments).await,
        Command::Token(command) => token::execute(&database, command).await,
        Command::Migrate | Command::Openrpc => line("the database is up to date"),
    };
    database.close().await?;
    done
}
