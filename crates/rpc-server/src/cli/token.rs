//! `token`: API tokens.

use anyhow::bail;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::instant::{Clock, SystemClock, format_instant};
use persistence::{Database, ops::tokens};
use rpc_server::auth::{Role, token};
use segmentation_engine::{audit::Audit, tokens as changes};

use super::output::line;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Create a token and print it. It is shown only once
    Create(NewTokenArguments),
    /// List all tokens
    List,
    /// Revoke a token. Takes effect on the next call
    Revoke {
        /// The token's id, as shown by `list`
        id: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct NewTokenArguments {
    /// A name for the token, shown in the audit log
    #[arg(long, value_parser = name)]
    pub(super) name: String,
    /// What the bearer may do
    #[arg(long, value_parser = role())]
    pub(super) role: Role,
    /// Number of days the token is valid. Without it, the token is valid until revoked
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(super) days: Option<u32>,
}

pub(super) async fn execute(database: &Database, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create(arguments) => line(create(database, arguments).await?),
        Command::List => list(database).await,
        Command::Revoke { id } => revoke(database, &id).await,
    }
}

pub(super) async fn create(database: &Database, arguments: NewTokenArguments) -> anyhow::Result<String> {
    let now = SystemClock.now();
    let (new, token) = token::make(arguments.name, arguments.role, arguments.days, now);
    changes::create(database, &new, now, &Audit::of_command("createToken")).await?;
    Ok(token)
}

async fn revoke(database: &Database, id: &str) -> anyhow::Result<()> {
    if !changes::revoke(database, id, SystemClock.now(), &Audit::of_command("revokeToken")).await? {
        bail!("no valid token has this id");
    }
    line(format_args!("revoked token {id}"))
}

fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.as_str())).try_map(|text| text.parse::<Role>())
}

fn name(text: &str) -> Result<String, String> {
    token::name(text).ok_or_else(|| token::NAME.into())
}

async fn list(database: &Database) -> anyhow::Result<()> {
    let now = SystemClock.now();
    for token in tokens::all(database.connection()).await? {
        let state = match (token.revoked_at, token.expires_at) {
            (Some(at), _) => format!("revoked {}", format_instant(at)),
            (None, Some(at)) if at <= now => format!("expired {}", format_instant(at)),
            (None, Some(at)) => format!("valid until {}", format_instant(at)),
            (None, None) => "valid".into(),
        };
        let created = format_instant(token.created_at);
        line(format_args!(
            "{}  {}…  {:<10}  created {created}  {state}  {}",
            token.id, token.prefix, token.role, token.name
        ))?;
    }
    Ok(())
}
