//! `cleanup`

use chrono::TimeDelta;
use domain::{
    instant::{Clock, Instant, SystemClock},
    period::Span,
    words::counted,
};
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    cleanup::{DeletedOfSync, cleanup_messages, cleanup_old_segments, cleanup_syncs},
    clock,
    erase::erase_gone,
};
use serde_json::json;

use super::{
    erase_user::{naming_json, print_naming},
    outcome::Outcome,
    output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Count the days back from this time instead of now
    #[arg(long, value_parser = super::arguments::instant, value_name = "TIME")]
    as_of: Option<Instant>,
    /// Erase users deleted in the host application longer ago than this, such as 30d or 12h
    #[arg(long, value_parser = age, value_name = "DURATION", default_value = "30d")]
    erase_deleted_after: Span,
    /// Delete what became of mails that were sent longer ago than this many days
    #[arg(long, value_name = "DAYS", default_value_t = 400, value_parser = clap::value_parser!(u16).range(1..))]
    engagement_days: u16,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let now = clock::of_command(database, arguments.as_of).await?;
    let deleted = cleanup_old_segments(database, now, &Audit::of_command("cleanupOldSegments")).await?;
    let mails_before = now - TimeDelta::days(i64::from(arguments.engagement_days));
    let DeletedOfSync { events, syncs, mails } = cleanup_syncs(database, now, mails_before).await?;
    let messages = cleanup_messages(database, now).await?;
    let due = arguments.erase_deleted_after.before(now);
    let erased = erase_gone(database, due, SystemClock.now(), &Audit::of_command("eraseUser")).await?;
    let naming: Vec<_> = erased.iter().flat_map(|erased| erased.named_in.clone()).collect();
    let is_in_log = erased.iter().any(|erased| erased.is_in_log);
    let erased = erased.len() as u64;
    if arguments.json {
        let naming: Vec<_> = naming.iter().map(naming_json).collect();
        output::json(&json!({
            "deleted": deleted,
            "erased": erased,
            "namedIn": naming,
            "isInLog": is_in_log,
            "deletedEvents": events,
            "deletedSyncs": syncs,
            "deletedMails": mails,
            "deletedMessages": messages,
        }))?;
    } else {
        let memberships = counted(deleted, "membership", "memberships");
        output::line(format_args!("deleted {memberships} that ended more than 90 days ago"));
        if events > 0 || syncs > 0 {
            let (events, syncs) = (counted(events, "event", "events"), counted(syncs, "sync", "syncs"));
            output::line(format_args!("deleted {events} of the mail service and {syncs} on record"));
        }
        if mails > 0 {
            let (mails, days) = (counted(mails, "mail", "mails"), arguments.engagement_days);
            output::line(format_args!("deleted what became of {mails} sent more than {days} days ago"));
        }
        if messages > 0 {
            let messages = counted(messages, "message", "messages");
            output::line(format_args!("deleted {messages} to webhooks that were queued more than 30 days ago"));
        }
        if erased > 0 {
            let users = counted(erased, "user", "users");
            let after = arguments.erase_deleted_after;
            output::line(format_args!("erased {users} deleted in the host application more than {after} ago"));
            print_naming(&naming);
        }
    }
    Ok(Outcome::Done)
}

fn age(text: &str) -> Result<Span, String> {
    match text.trim_start_matches('0') {
        "d" | "h" | "m" => Err("a duration is longer than 0: 1m erases users deleted more than a minute ago".into()),
        _ => super::arguments::span(text),
    }
}
