//! The command line: one file per command.

mod openrpc;
mod output;
mod serve;
mod token;
mod usage;

use std::{io::Write, process::ExitCode};

use clap::{Parser, Subcommand};
use persistence::{
    Database, DatabaseError,
    database::{DEFAULT_URL, causes_in_words},
};

use self::{output::line, usage::Usage};

/// Serves the API.
///
/// Exit codes: 0 done, 1 failed, 2 usage.
#[derive(Debug, Parser)]
#[command(name = "rpc-server", version)]
struct Arguments {
    /// Database URL: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, default_value = DEFAULT_URL)]
    database_url: String,
    /// Migrate a PostgreSQL database first. SQLite files are always migrated
    #[arg(long, global = true)]
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
    /// Migrate the database to the current schema
    Migrate,
    /// Print the OpenRPC document of the API
    Openrpc,
}

pub(crate) async fn main() -> ExitCode {
    match execute(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {}", causes_in_words(error.as_ref()));
            let is_bad_url = matches!(error.downcast_ref(), Some(DatabaseError::UnknownScheme | DatabaseError::BadUrl));
            if is_bad_url || error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

async fn execute(arguments: Arguments) -> anyhow::Result<()> {
    if let Command::Openrpc = arguments.command {
        return openrpc::execute();
    }
    let migrate = arguments.migrate || matches!(arguments.command, Command::Migrate);
    let database = Database::open(&arguments.database_url, migrate).await?;
    let done = match arguments.command {
        Command::Serve(arguments) => serve::execute(database.clone(), *arguments).await,
        Command::Token(command) => token::execute(&database, command).await,
        Command::Migrate | Command::Openrpc => line("the database is up to date"),
    };
    database.close().await?;
    done
}
