//! SQLite has one writer. Writers in any program wait for each other, and none fails because the database is locked.

use std::{
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use integration_tests::{Kind, Program, TestDatabase, World, moment, now, quiz, user, write_attempts, write_users};
use persistence::Database;
use segmentation_engine::{
    evaluate_user::run_user,
    run::{NoObserver, RunError, RunOptions, run},
};

const WRITERS: usize = 32;
const USERS: usize = 50;

/// Half of them in one program, half in programs of their own.
#[tokio::test]
async fn locked_database_is_reported_to_none_of_32_writers() {
    let test_database = TestDatabase::create(Kind::Sqlite).await.expect("a file");
    let world = World::new(test_database);
    world.users(&(0..USERS).map(|index| user(&format!("user-{index}"))).collect::<Vec<_>>()).await;
    let lasting = Duration::from_secs(if std::env::var_os("TEST_LONG").is_some() { 60 } else { 4 });
    let end = Stopwatch::now() + lasting;
    let database = Arc::new(world.database().clone());
    let within: Vec<_> = (0..WRITERS / 2).map(|writer| tokio::spawn(write(database.clone(), writer, end))).collect();
    let beside: Vec<_> = (0..WRITERS / 2).map(|writer| programs(&world, writer, end)).collect();
    let mut writes = 0;
    for writer in within {
        writes += writer.await.expect("nobody fails");
    }
    for writer in beside {
        writes += tokio::task::spawn_blocking(|| writer.join()).await.expect("it ends").expect("nobody fails");
    }
    assert!(writes >= WRITERS, "{writes}");
    world.verify().await;
}

async fn write(database: Arc<Database>, writer: usize, end: Stopwatch) -> usize {
    let mut writes = 0;
    while Stopwatch::now() < end {
        let id = format!("user-{}", (writer + writes) % USERS);
        match writer % 4 {
            0 => {
                let mut changed = user(&id);
                changed.total_points = i64::try_from(writes).expect("few");
                write_users(&database, &[changed.into()]).await;
            }
            1 => {
                write_attempts(&database, &[quiz(&id, 1_000 * writer + writes, "AZ-104")]).await;
            }
            2 => {
                run_user(&database, &user(&id).id, moment(now()), None).await.expect("it succeeds");
            }
            _ => match run(&database, &RunOptions::at(now()), &NoObserver).await {
                Ok(_) | Err(RunError::Lease(_)) => {}
                Err(error) => panic!("{error}"),
            },
        }
        writes += 1;
    }
    writes
}

fn programs(world: &World, writer: usize, end: Stopwatch) -> std::thread::JoinHandle<usize> {
    let url = world.test_database.url.clone();
    std::thread::spawn(move || {
        let mut writes = 0;
        while writes == 0 || Stopwatch::now() < end {
            let id = format!("user-{}", (writer + writes) % USERS);
            let arguments = if writer.is_multiple_of(2) {
                vec!["run-user", &id, "--as-of", AS_OF]
            } else {
                vec!["run", "--as-of", AS_OF]
            };
            let ended = Program::engine(&url).args(arguments).run();
            assert!(ended.code == 0 || ended.code == 75, "{}", ended.errors);
            assert!(!ended.errors.contains("busy") && !ended.errors.contains("locked"), "{}", ended.errors);
            writes += 1;
        }
        writes
    })
}

const AS_OF: &str = integration_tests::NOW;
