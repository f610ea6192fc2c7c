//! `token`: who may call.

use anyhow::bail;
use domain::instant::{Clock, SystemClock, format_instant};
use persistence::{
    Database,
    tokens::{self, NewToken},
};
use rpc_server::auth::{Role, token};
use uuid::Uuid;

use super::line;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a token and print it; it is shown this once
    Create {
        /// For people, to know it by: what the audit log shows
        #[arg(long)]
        name: String,
        /// What its bearer may do
        #[arg(long)]
        role: Role,
    },
    /// List all tokens
    List,
    /// Make a token void from the next call on
    Revoke {
        /// Its id, as listed
        id: String,
    },
}

pub(super) async fn execute(database: &Database, command: Command) -> anyhow::Result<()> {
    let now = SystemClock.now();
    match command {
        Command::Create { name, role } => create(database, name, role).await,
        Command::List => list(database).await,
        Command::Revoke { id } => {
            if !tokens::revoke(database.connection(), &id, now).await? {
                bail!("there is no valid token of that id");
            }
            line(format_args!("token {id} is revoked"))
        }
    }
}

async fn create(database: &Database, name: String, role: Role) -> anyhow::Result<()> {
    let token = token::generate();
    let new = NewToken {
        id: Uuid::new_v4().to_string(),
        name,
        prefix: token::shown(&token),
        hash: token::hash(&token),
        role: role.name().into(),
    };
    tokens::insert(database.connection(), new, SystemClock.now()).await?;
    line(token)
}

async fn list(database: &Database) -> anyhow::Result<()> {
    for token in tokens::all(database.connection()).await? {
        let state = token.revoked_at.map_or_else(|| "valid".into(), |at| format!("revoked {}", format_instant(at)));
        let made = format_instant(token.created_at);
        line(format_args!(
            "{}  {}…  {:<10}  made {made}  {state}  {}",
            token.id, token.prefix, token.role, token.name
        ))?;
    }
    Ok(())
}
