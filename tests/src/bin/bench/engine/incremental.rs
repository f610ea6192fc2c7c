//! Incremental runs: right after another run, and after some users changed. Their time depends on how many changed, not
//! on how many there are.

use domain::{instant::Instant, run::RunMode};
use integration_tests::{Kind, World, now};
use segmentation_engine::run::{MayShrink, NoObserver, RunOptions, RunReport, run};

use super::{
    Bar, Row, Unit,
    states::{self, Changed},
    timed,
};

/// Users that change, for any number of users.
const CHANGED: [usize; 4] = [10, 100, 1_000, 10_000];
/// Per candidate, and per membership entered or left.
fn most_microseconds(kind: Kind) -> f64 {
    match kind {
        Kind::Sqlite => 24.0,
        Kind::Postgres => 20.0,
    }
}

/// Starts after a full run. A last full run then has nothing to do.
pub(crate) async fn measure(world: &World, kind: Kind, users: usize, rounds: usize) -> Vec<Row> {
    states::empty(world).await;
    go(world, RunOptions::at(now())).await;
    states::settle(world).await;
    let mut rows = vec![nothing_to_do(world, kind, rounds).await];
    for changed in CHANGED.into_iter().filter(|changed| *changed <= users / 10) {
        rows.extend(after_changes(world, kind, users, changed, rounds).await);
    }
    let rest = go(world, RunOptions { dry_run: true, ..RunOptions::at(now()) }).await;
    assert_eq!((rest.entered, rest.left), (0, 0), "incremental runs leave nothing to a full one");
    rows
}

async fn nothing_to_do(world: &World, kind: Kind, rounds: usize) -> Row {
    let mut row = Row::new(kind, "incremental, nothing to do".into(), Unit::Milliseconds, Bar::AtMost(3.0));
    for round in 0..=rounds {
        let (time, report) = timed(incremental(world, now())).await;
        assert_eq!((report.users_processed, report.entered, report.left), (0, 0, 0));
        if round > 0 {
            row.note(time.as_secs_f64() * 1e3);
        }
    }
    row
}

/// The time, also per candidate and change.
async fn after_changes(world: &World, kind: Kind, users: usize, changed: usize, rounds: usize) -> [Row; 2] {
    let case = format!("incremental, {changed} users changed");
    // With few changes, the fixed cost of a run dominates: no limit.
    let bar = if changed < 1_000 { Bar::None } else { Bar::AtMost(most_microseconds(kind)) };
    let mut time_of_run = Row::new(kind, case.clone(), Unit::Milliseconds, Bar::None);
    let mut time_of_each = Row::new(kind, format!("{case}, for each user and each change"), Unit::Microseconds, bar);
    for round in 0..=rounds {
        states::change(world, Changed { every: users / changed, from: round }).await;
        let (time, report) = timed(incremental(world, now())).await;
        assert!(report.users_processed >= changed as u64 && report.entered > 0 && report.left > 0);
        if round > 0 {
            time_of_run.note(time.as_secs_f64() * 1e3);
            let each = (report.users_processed + report.entered + report.left) as f64;
            time_of_each.note(time.as_secs_f64() * 1e6 / each);
        }
    }
    [time_of_run, time_of_each]
}

async fn incremental(world: &World, as_of: Instant) -> RunReport {
    go(world, RunOptions { mode: RunMode::Incremental, may_shrink: MayShrink::All, ..RunOptions::at(as_of) }).await
}

async fn go(world: &World, options: RunOptions) -> RunReport {
    let report = run(world.database(), &options, &NoObserver).await.expect("the run succeeds");
    assert!(report.issues.is_empty(), "{:?}", report.issues);
    report
}
