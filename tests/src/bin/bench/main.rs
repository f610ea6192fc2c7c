//! Measures what has to be fast. `cargo xtask bench` builds and runs it as `bench USERS ROUNDS FILE`, as
//! `bench engine USERS ROUNDS FILE`, as `bench sync USERS ROUNDS FILE`, and as `bench analytics USERS ROUNDS FILE`.
//!
//! Nothing is timed before it has given the right answer. Times are medians over rounds in which the cases take turns,
//! so that other load on the machine affects all of them.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a terminal program: its output is what it is for")]

mod analytics;
mod arrivals;
mod by_hand;
mod cases;
mod crowd;
mod engine;
mod followers;
mod refusals;
mod report;
mod sync;

use integration_tests::{Kind, TestDatabase, World};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    let what = arguments.next_if(|word| matches!(word.as_str(), "engine" | "sync" | "analytics"));
    let mut next = || arguments.next().expect("[engine | sync | analytics] USERS ROUNDS FILE");
    let users = next().parse().expect("a number of users");
    let rounds = next().parse().expect("a number of rounds");
    let file = next();
    match what.as_deref() {
        Some("engine") => return engine::measure(users, rounds, &file).await,
        Some("analytics") => return analytics::measure(users, rounds, &file).await,
        Some(_) => return sync::measure(users, rounds, &file).await,
        None => {}
    }
    let mut measured = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some(test_database) = TestDatabase::create(kind).await else { continue };
        let world = World::new(test_database);
        eprintln!("{kind:?}: {users} users …");
        crowd::build(&world, users).await;
        measured.extend(cases::measure(&world, kind, users, rounds).await);
        measured.extend(refusals::measure(&world, kind, rounds).await);
    }
    report::print(&measured);
    report::write(&measured, users, rounds, &file);
}
