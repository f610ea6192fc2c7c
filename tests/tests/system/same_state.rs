//! A preview reads one state of the database, however many connections share the work.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use integration_tests::{World, on_both_databases, user};
use persistence::{ConnectionTrait, Snapshot};

const READS: usize = 300;

/// Writers change both users in one transaction, so both have the same number in every state.
async fn change(world: &World, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        world.execute("UPDATE users SET total_points = total_points + 1").await;
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

async fn points(snapshot: &Snapshot) -> i64 {
    let row = snapshot.query_one_raw(sea_orm::Statement::from_string(
        snapshot.get_database_backend(),
        "SELECT min(total_points) FROM users",
    ));
    row.await.expect("a query").expect("a row").try_get_by_index(0).expect("a number")
}

/// How often there was a second snapshot.
async fn read(world: &World, is_over: &AtomicBool) -> usize {
    let soon = Instant::now() + Duration::from_secs(60);
    let mut wide = 0;
    for _ in 0..READS {
        let slot = world.database().query_slot(soon).await.expect("a connection").expect("a slot");
        let (first, second) = slot.begin_wide(soon).await.expect("snapshots");
        if let Some(second) = second {
            wide += 1;
            assert_eq!(points(&first).await, points(&second).await);
            second.close().await.expect("its end");
        }
        first.close().await.expect("its end");
    }
    is_over.store(true, Ordering::Relaxed);
    wide
}

on_both_databases! {
    async fn same_state_is_read_on_both_connections_while_others_write(world: World) {
        world.users(&[user("u1"), user("u2")]).await;
        let is_over = AtomicBool::new(false);
        let (wide, ()) = tokio::join!(read(&world, &is_over), change(&world, &is_over));
        if world.database().is_embedded() {
            assert!(wide > 0, "there is never a second snapshot");
        } else {
            assert_eq!(wide, 0, "PostgreSQL needs no second connection");
        }
    }
}
