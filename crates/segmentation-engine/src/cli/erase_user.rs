//! `erase-user`

use domain::{
    ids::UserId,
    instant::{Clock, SystemClock},
};
use persistence::Database;
use segmentation_engine::{audit::Audit, erase::erase_user};
use serde_json::json;

use super::{
    outcome::{Outcome, Usage},
    output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The host application's id of the user
    id: String,
    /// Required, since erasing cannot be undone
    #[arg(long)]
    confirm: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    if !arguments.confirm {
        let said = "erasing a user cannot be undone and deletes all attempts, memberships and overrides: add --confirm";
        return Err(Usage(said.into()).into());
    }
    let number =
        erase_user(database, &UserId::parse(&arguments.id), SystemClock.now(), &Audit::of_command("eraseUser")).await?;
    if arguments.json {
        output::json(&json!({"success": true, "userNumber": number}))?;
    } else {
        output::line(format_args!("erased; the ledger and the audit log keep the number {number}"));
    }
    Ok(Outcome::Done)
}
