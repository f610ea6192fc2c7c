//! The server's command line.

use std::{io::Write, net::SocketAddr, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};
use domain::instant::{Clock, SystemClock};
use jsonrpsee::server::stop_channel;
use persistence::{
    Database, DatabaseError,
    database::DEFAULT_URL,
    tokens::{self, NewToken},
};
use rpc_server::{auth::token, context::Context, http};
use tracing::info;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

/// Serves the API. Exit codes: 0 done, 1 failed, 2 usage.
#[derive(Debug, Parser)]
#[command(name = "rpc-server", version)]
struct Arguments {
    /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, default_value = DEFAULT_URL)]
    database_url: String,
    /// Bring a PostgreSQL database up to date first; a SQLite file is brought up to date by itself
    #[arg(long, global = true)]
    migrate: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until a signal
    Serve {
        /// Where to listen
        #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
        listen: SocketAddr,
        /// What to log to standard error, such as info or rpc_server=debug
        #[arg(long, env = "LOG", default_value = "info")]
        log: String,
    },
    /// Manage API tokens
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Bring the database up to date
    Migrate,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token and print it; it is shown this once
    Create {
        /// For people, to know it by
        #[arg(long)]
        name: String,
        /// What its bearer may do
        #[arg(long)]
        role: Role,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Role {
    Admin,
    Superadmin,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Superadmin => "SUPERADMIN",
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match execute(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            match error.downcast_ref() {
                Some(DatabaseError::UnknownScheme | DatabaseError::BadUrl { .. }) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

async fn execute(arguments: Arguments) -> anyhow::Result<()> {
    let migrate = arguments.migrate || matches!(arguments.command, Command::Migrate);
    let database = Database::open(&arguments.database_url, migrate).await?;
    match arguments.command {
        Command::Serve { listen, log } => serve(database.clone(), listen, &log).await?,
        Command::Token { command: TokenCommand::Create { name, role } } => create_token(&database, name, role).await?,
        Command::Migrate => writeln!(std::io::stdout(), "the database is up to date")?,
    }
    database.close().await?;
    Ok(())
}

async fn serve(database: Database, listen: SocketAddr, log: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(log).context("--log is no filter such as info or rpc_server=debug")?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false).init();
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let (stop, stopped) = stop_channel();
    let router = http::router(Context { database, clock: Arc::new(SystemClock) }, stop);
    info!(address = %listener.local_addr()?, "serving");
    axum::serve(listener, router).with_graceful_shutdown(signal()).await.context("serving failed")?;
    // Already stopped is as good.
    let _ = stopped.stop();
    info!("stopped");
    Ok(())
}

async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

async fn create_token(database: &Database, name: String, role: Role) -> anyhow::Result<()> {
    let token = token::generate();
    let new = NewToken {
        id: Uuid::new_v4().to_string(),
        name,
        prefix: token::shown(&token),
        hash: token::hash(&token),
        role: role.name().into(),
    };
    tokens::insert(database.connection(), new, SystemClock.now()).await?;
    writeln!(std::io::stdout(), "{token}")?;
    Ok(())
}
