//! `forget-clock`: a run whose clock was ahead of time.

use domain::{ids::RunId, instant::format_instant, words::counted};
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    forget_clock::{ForgottenClock, forget_clock},
};
use serde_json::json;

use super::{outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The id of the run, as status shows it
    #[arg(value_parser = super::arguments::whole::<i64>)]
    run: i64,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let run = RunId(arguments.run);
    let ForgottenClock { from, to, events } = forget_clock(database, run, &Audit::of_command("forgetClock")).await?;
    let [from, to] = [from, to].map(format_instant);
    if arguments.json {
        output::json(&json!({"runId": run, "from": from, "to": to, "events": events}))?;
    } else {
        output::line(format_args!(
            "run {run} was dated {from} and is dated {to} now, with {}",
            counted(events, "change of members", "changes of members")
        ));
        output::line("The next run evaluates all users.");
    }
    Ok(Outcome::Done)
}
