//! A first run on databases with more and more shards, by one worker: the work of a run must not grow with them. And by several
//! workers, which share it. On PostgreSQL: an SQLite file has one shard.

use std::num::NonZeroUsize;

use integration_tests::{Kind, TestDatabase, World, now};
use segmentation_engine::run::{NoObserver, RunOptions, run};

use super::{Bar, Row, Unit, states, timed};
use crate::crowd;

/// Shards, and workers.
const CASES: [(u16, usize); 6] = [(1, 1), (8, 1), (64, 1), (512, 1), (8, 2), (64, 2)];
/// The sum of all shards, against one.
const MOST: f64 = 1.15;

pub(crate) async fn measure(kind: Kind, users: usize, rounds: usize) -> Vec<Row> {
    match kind {
        Kind::Sqlite => Vec::new(),
        Kind::Postgres => on_postgres(users, rounds).await,
    }
}

async fn on_postgres(users: usize, rounds: usize) -> Vec<Row> {
    let (mut worlds, mut rows) = (Vec::new(), Vec::new());
    for (shards, workers) in CASES {
        let world = World::new(TestDatabase::create_in_shards(shards).await.expect("a database"));
        crowd::write(&world, users).await;
        let bar = match (shards, workers) {
            (1, 1) => Bar::None,
            (_, 1) => Bar::Times(case(1, 1), MOST),
            // Two workers on two processors, beside the server.
            _ => Bar::Times(case(1, 1), 1.0),
        };
        rows.push(Row::new(Kind::Postgres, case(shards, workers), Unit::Milliseconds, bar));
        worlds.push((world, workers));
    }
    for round in 0..=rounds {
        for ((world, workers), row) in worlds.iter().zip(&mut rows) {
            states::empty(world).await;
            let workers = NonZeroUsize::new(*workers).unwrap_or(NonZeroUsize::MIN);
            let options = RunOptions { workers, ..RunOptions::at(now()) };
            let (time, report) = timed(run(world.database(), &options, &NoObserver)).await;
            let report = report.expect("the run succeeds");
            assert_eq!(report.users_processed, users as u64);
            if round > 0 {
                row.note(time.as_secs_f64() * 1e3);
            }
        }
    }
    rows
}

fn case(shards: u16, workers: usize) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    format!("users without quizzes, {shards} shard{}, {workers} worker{}", plural(shards.into()), plural(workers))
}
