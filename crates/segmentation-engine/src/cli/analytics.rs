//! `analytics`: what follows from figures about segments, and what they are read from.

use chrono_tz::Tz;
use clap::Subcommand;
use domain::{
    alert::{AlertState, AlertTurn},
    instant::{Clock, SystemClock},
    period::Moment,
    words::counted,
};
use persistence::{Database, alerts::events::AlertEvent};
use segmentation_engine::{
    alerts::{Turned, look_at_all, status},
    audit::Audit,
    rebuild::{Rebuilt, rebuild},
};
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
    /// Make anew what reports read: entries and exits, what users spent and the segments they were in, and who was active on each day
    Rebuild {
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn execute(database: &Database, zone: Tz, arguments: Arguments) -> anyhow::Result<Outcome> {
    match arguments.command {
        Command::Alerts { json } => look_at_alerts(database, zone, json).await,
        Command::Rebuild { json } => make_anew(database, zone, json).await,
    }
}

async fn make_anew(database: &Database, zone: Tz, json: bool) -> anyhow::Result<Outcome> {
    let moment = Moment { now: SystemClock.now(), zone };
    let outcome =
        |Rebuilt { segments, users, days }: &Rebuilt| json!({"segments": segments, "users": users, "days": days});
    let audit = Audit::of_command("rebuildAnalytics");
    let rebuilt = audit.around(database, &SystemClock, None, outcome, rebuild(database, moment)).await?;
    if json {
        output::json(&outcome(&rebuilt))?;
        return Ok(Outcome::Done);
    }
    let Rebuilt { segments, users, days } = rebuilt;
    let [segments, users, days] = [(segments, "segment", "segments"), (users, "user", "users"), (days, "day", "days")]
        .map(|(count, one, many)| counted(count, one, many));
    output::line(format_args!(
        "counted who entered and left {segments}, what {users} spent, and who was active on {days}"
    ));
    Ok(Outcome::Done)
}

async fn look_at_alerts(database: &Database, zone: Tz, json: bool) -> anyhow::Result<Outcome> {
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
