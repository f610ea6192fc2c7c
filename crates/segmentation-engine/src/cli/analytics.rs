//! `analytics`: what follows from figures about segments.

use chrono_tz::Tz;
use clap::Subcommand;
use domain::{
    alert::{AlertState, AlertTurn},
    instant::{Clock, SystemClock},
    period::Moment,
    words::counted,
};
use persistence::{Database, alerts::events::AlertEvent};
use segmentation_engine::alerts::{Turned, look_at_all, status};
use serde_json::json;

use super::{outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at all alerts once, as the end of a run does
    Alerts {
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn execute(database: &Database, zone: Tz, arguments: Arguments) -> anyhow::Result<Outcome> {
    let Command::Alerts { json } = arguments.command;
    let turned = look_at_all(database, Moment { now: SystemClock.now(), zone }).await?;
    let alerts = status(database.connection()).await?;
    let firing = alerts.iter().filter(|alert| alert.rule.standing.state == AlertState::Firing).count();
    if json {
        let turned: Vec<_> = turned.iter().map(as_json).collect();
        output::json(&json!({"alerts": alerts.len(), "firing": firing, "turned": turned}))?;
        return Ok(Outcome::Done);
    }
    for Turned { event, .. } in &turned {
        output::line(in_words(event));
    }
    output::line(format_args!("{}, {firing} firing", counted(alerts.len() as u64, "alert", "alerts")));
    Ok(Outcome::Done)
}

fn as_json(Turned { id, event }: &Turned) -> serde_json::Value {
    json!({
        "id": id, "alertId": event.rule, "segment": event.segment, "kind": event.kind, "state": event.turn,
        "observed": event.seen.observed, "base": event.seen.base,
    })
}

fn in_words(AlertEvent { rule, segment, kind, seen, turn, .. }: &AlertEvent) -> String {
    let turn = match turn {
        AlertTurn::Firing => "fires",
        AlertTurn::Resolved => "is over",
    };
    let base = seen.base.map(|base| format!(", compared with {base}")).unwrap_or_default();
    format!("{rule} {turn}: {kind} of {segment}, {}{base}", seen.observed)
}
