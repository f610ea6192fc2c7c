//! `erase-user`

use domain::{
    ids::UserId,
    instant::{Clock, SystemClock},
};
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    erase::{Erased, erase_user},
    naming::NamingVersion,
};
use serde_json::{Value as Json, json};

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
        let message = "erasing a user cannot be undone and deletes all attempts, events, memberships and overrides: \
                       add --confirm";
        return Err(Usage(message.into()).into());
    }
    let audit = Audit::of_command("eraseUser");
    let Erased { number, named_in, is_in_log } =
        erase_user(database, &UserId::parse(&arguments.id), SystemClock.now(), &audit).await?;
    if arguments.json {
        let named_in: Vec<_> = named_in.iter().map(naming_json).collect();
        output::json(&json!({"success": true, "userNumber": number, "namedIn": named_in, "isInLog": is_in_log}))?;
    } else {
        output::line(format_args!("erased; the ledger and the audit log keep the number {number}"));
        print_naming(&named_in);
    }
    Ok(Outcome::Done)
}

pub(super) fn print_naming(versions: &[NamingVersion]) {
    for NamingVersion { segment, name, version, .. } in versions {
        output::line(format_args!("still named in version {version} of {segment}, {name}: change or delete it"));
    }
}

pub(super) fn naming_json(NamingVersion { segment, name, version, is_current }: &NamingVersion) -> Json {
    json!({"segment": segment.to_string(), "name": name, "version": version, "isCurrent": is_current})
}
