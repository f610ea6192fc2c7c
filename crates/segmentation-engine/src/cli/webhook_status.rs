//! The part of `status` about webhooks. URLs are left out: they may hold a token of the receiver.

use domain::{
    instant::format_instant,
    webhook::{OffReason, WebhookState},
    words::counted,
};
use segmentation_engine::webhooks::status::WebhookStatus;
use serde_json::{Value as Json, json};

use super::output::{
    self,
    Column::{Number, Text},
};

/// Nothing, unless there is a webhook. `outbox`: messages that nobody has begun to deliver.
pub(super) fn show(webhooks: &[WebhookStatus], outbox: u64) {
    if webhooks.is_empty() {
        return;
    }
    output::line("");
    let rows: Vec<_> = webhooks.iter().map(row).collect();
    output::table([Text("webhook"), Text("state"), Number("waiting"), Text("delivered at")], &rows);
    if outbox > 0 {
        let messages = counted(outbox, "message", "messages");
        output::line(format_args!(
            "{messages} to deliver: a running server does, and so does segmentation-engine deliver"
        ));
    }
    for WebhookStatus { webhook, .. } in webhooks {
        match (webhook.off_reason, webhook.failing_since) {
            (Some(OffReason::Gone), _) => {
                output::line(format_args!(
                    "{}: switched off, since the endpoint answered 410. Save another URL, then read the members anew",
                    webhook.id
                ));
            }
            (Some(OffReason::Failing), _) => {
                output::line(format_args!(
                    "{}: switched off after it failed for 5 days. Repair it, switch it on, then read the members anew",
                    webhook.id
                ));
            }
            (None, Some(since)) => {
                output::line(format_args!("{}: no message was delivered since {}", webhook.id, format_instant(since)));
            }
            (Some(OffReason::Admin) | None, _) => {}
        }
    }
}

fn row(status: &WebhookStatus) -> [String; 4] {
    let state = match (status.webhook.state, status.webhook.failing_since) {
        (WebhookState::On, None) => "on",
        (WebhookState::On, Some(_)) => "failing",
        (WebhookState::Off, _) => "off",
    };
    [status.webhook.id.to_string(), state.into(), status.waiting.to_string(), output::time(status.webhook.delivered_at)]
}

pub(super) fn as_json(status: &WebhookStatus) -> Json {
    let webhook = &status.webhook;
    json!({
        "webhook": webhook.id,
        "state": webhook.state,
        "offReason": webhook.off_reason,
        "failingSince": webhook.failing_since.map(format_instant),
        "deliveredAt": webhook.delivered_at.map(format_instant),
        "waiting": status.waiting,
        "oldestWaitingSince": status.oldest.map(format_instant),
    })
}
