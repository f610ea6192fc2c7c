//! The engine, on users with years of quizzes, against SQL that does the same work on the same tables.

mod full_runs;
pub(crate) mod history;
mod imports;
mod incremental;
pub(crate) mod memory;
mod per_user;
mod reads;
pub(crate) mod report;
mod rules;
mod shards;
pub(crate) mod states;

use std::time::{Duration, Instant};

use integration_tests::{Kind, TestDatabase, World};

pub(crate) use self::report::{Bar, Row, Unit};
use crate::crowd;

/// Reads per measurement: pages are fast.
const READS: usize = 50;

pub(crate) async fn measure(users: usize, rounds: usize, file: &str) {
    let mut rows = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some(test_database) = TestDatabase::create(kind).await else { continue };
        let world = World::new(test_database);
        eprintln!("{kind:?}: {users} users …");
        let (taken, ()) = timed(build(&world, users)).await;
        eprintln!("{kind:?}: made in {} s", taken.as_secs());
        rows.extend(full_runs::measure(&world, kind, rounds).await);
        rows.extend(incremental::measure(&world, kind, users, rounds).await);
        rows.extend(memory::measure(&world, kind).await);
        rows.extend(reads::measure(&world, kind, rounds.max(READS)).await);
        rows.extend(imports::measure(kind, rounds).await);
        rows.extend(rules::measure(kind, users, rounds).await);
        rows.extend(shards::measure(kind, users, rounds).await);
        rows.extend(per_user::measure(&world, kind, users).await);
    }
    report::print(&rows);
    report::write(&rows, users, rounds, file);
}

async fn build(world: &World, users: usize) {
    crowd::write(world, users).await;
    history::build(world, users).await;
}

pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let begun = Instant::now();
    let result = work.await;
    (begun.elapsed(), result)
}
