//! `deliver`

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use domain::{instant::SystemClock, words::counted};
use persistence::Database;
use segmentation_engine::webhooks::{Delivered, Deliverer, WebhookSettings, status};
use serde_json::json;

use super::{metrics_file::write_metrics, outcome::Outcome, output, signals::stop_on_signal, webhook_status};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Also send to private and link-local addresses
    #[arg(long, env = "ALLOW_PRIVATE_WEBHOOKS")]
    allow_private_webhooks: bool,
    /// Write metrics for Prometheus to this file at the end, even after a failure
    #[arg(long, value_name = "PATH")]
    metrics_file: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let stop = stop_on_signal()?;
    let settings = WebhookSettings::new(arguments.allow_private_webhooks);
    let deliverer = Deliverer::new(database.clone(), settings, Arc::new(SystemClock), stop.clone())?;
    let delivered = deliverer.deliver().await.context("webhooks cannot be delivered");
    let measured = write_metrics(database, arguments.metrics_file.as_deref()).await;
    let (delivered, webhooks) = (delivered?, status::status(database.connection()).await?);
    if arguments.json {
        output::json(&json!({
            "delivered": delivered.delivered,
            "failed": delivered.failed,
            "givenUp": delivered.given_up,
            "stopped": stop.is_asked(),
            "webhooks": webhooks.iter().map(webhook_status::as_json).collect::<Vec<_>>(),
        }))?;
    } else {
        show(&delivered);
        webhook_status::show(&webhooks, 0);
    }
    measured?;
    let has_failed = delivered.given_up > 0 || webhooks.iter().any(status::WebhookStatus::needs_attention);
    Ok(match (stop.is_asked(), has_failed) {
        (true, _) => Outcome::TryLater,
        (false, true) => Outcome::DoneWithErrors,
        (false, false) => Outcome::Done,
    })
}

fn show(delivered: &Delivered) {
    output::line(format_args!("delivered {}", counted(delivered.delivered, "message", "messages")));
    if delivered.failed > 0 {
        output::line(format_args!("{} failed, to be tried again", counted(delivered.failed, "attempt", "attempts")));
    }
    if delivered.given_up > 0 {
        output::line(format_args!("gave up {}", counted(delivered.given_up, "message", "messages")));
    }
}
