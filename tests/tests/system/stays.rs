//! Stays of members: what leaves in the ledger say of them, the counts of entries and exits, and rows of users who are gone.

use domain::ids::UserId;
use integration_tests::{Kind, TestDatabase, World, at, now, on_both_databases, quiz, user};
use migration::Migrator;
use persistence::{
    ConnectionTrait, Database,
    ingest::{attempts, erasure},
    membership::ledger::ChangeContext,
};
use sea_orm_migration::MigratorTrait;
use segmentation_engine::verify::verify;

/// The promises that are broken.
async fn broken(world: &World) -> Vec<(&'static str, u64)> {
    let findings = verify(world.database()).await.expect("the checks run");
    findings.into_iter().filter(|finding| finding.broken > 0).map(|finding| (finding.promise, finding.broken)).collect()
}

/// User 7 left a segment and came back. User 8, who was erased since, left two.
#[tokio::test]
async fn stays_and_flows_of_an_earlier_version_follow_from_its_ledger() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some((url, _folder)) = TestDatabase::create_empty(kind).await else { continue };
        let mut old = Database::connect(&url).await.expect("the database opens");
        Migrator::up(old.connection(), Some(14)).await.expect("the old schema");
        let day = |day: u8| format!("2026-01-0{day}T00:00:00+00:00");
        for (user, segment, entered, at) in [
            (7, 1, true, 1),
            (8, 1, true, 1),
            (8, 2, true, 2),
            (7, 1, false, 3),
            (8, 1, false, 3),
            (7, 1, true, 4),
            (8, 2, false, 5),
        ] {
            let sql = format!(
                "INSERT INTO segment_event (user_no, segment_id, entered, at, cause) \
                 VALUES ({user}, {segment}, {entered}, '{}', 'run')",
                day(at)
            );
            old.connection().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        old.migrate(None).await.expect("the migration");
        old.close().await.expect("the connection closes");
        let world = World::open(&url).await;
        let stays = world.query::<(i64, i32, domain::instant::Instant, domain::instant::Instant)>(
            "SELECT user_no, segment_id, since, at FROM segment_event WHERE since IS NOT NULL ORDER BY user_no, segment_id",
        );
        let stay = |user, segment, from, until| (user, segment, at(&day(from)), at(&day(until)));
        assert_eq!(stays.await, [stay(7, 1, 1, 3), stay(8, 1, 1, 3), stay(8, 2, 2, 5)]);
        let flows = world.query::<(i32, domain::instant::Instant, i64, i64)>(
            "SELECT segment_id, at, entries, exits FROM segment_flow ORDER BY segment_id, at",
        );
        let flow = |segment, on, entries, exits| (segment, at(&day(on)), entries, exits);
        let expected = [flow(1, 1, 2, 0), flow(1, 3, 0, 2), flow(1, 4, 1, 0), flow(2, 2, 1, 0), flow(2, 5, 0, 1)];
        assert_eq!(flows.await, expected);
    }
}

on_both_databases! {
    async fn verify_finds_rows_of_a_user_deleted_by_hand(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.attempts(&[quiz("ann", 1, "AWS-SAA-C03")]).await;
        world.run(now()).await;
        world.execute("DELETE FROM users WHERE id = 'ann'").await;
        // The memberships free, churned, casual and AWS focus. On SQLite, attempts and statistics have keys that delete them.
        let left = if world.database().is_embedded() { 4 } else { 6 };
        let mut expected = vec![
            ("every row about a user or a segment is of one that exists", left),
            ("every user in the ledger exists or is recorded as erased", 1),
        ];
        // Without the attempt nobody was active on its day.
        expected.extend(world.database().is_embedded().then_some(("who is kept as active on a day was active, and nobody else", 1)));
        assert_eq!(broken(&world).await, expected);
    }

    async fn verify_finds_counts_and_stays_that_the_ledger_does_not_give(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        world.execute("UPDATE segment_flow SET entries = 2 WHERE segment_id = 1").await;
        assert_eq!(broken(&world).await, [("the counts of entries and exits are those of the ledger", 1)]);
        world.execute("UPDATE segment_flow SET entries = 1 WHERE segment_id = 1").await;
        world.execute("UPDATE user_segment SET added_at = '2026-01-01T00:00:00+00:00' WHERE segment_id = 1").await;
        assert_eq!(broken(&world).await, [("every stay begins when its user entered", 1)]);
    }

    /// No key refuses the attempt of a user whose erasure has begun.
    async fn attempt_recorded_during_an_erasure_is_not_kept(world: World) {
        let bob = world.beside("ann");
        world.users(&[user("ann"), user(&bob)]).await;
        let no = world.no("ann").await;
        let erasing = world.change_of("ann").await;
        let context = ChangeContext { at: now(), cause: domain::membership::Cause::Erasure, run: None, actor: None };
        erasure::erase(&erasing, (no, &UserId("ann".into())), &context).await.expect("erased");
        let (database, shard) = (world.database().clone(), no.shard());
        let recording = tokio::spawn(async move {
            let tx = database.begin_membership_change(shard).await.expect("a transaction");
            let given = [quiz("ann", 1, "AWS-SAA-C03"), quiz(&bob, 1, "AWS-SAA-C03")];
            let changes = attempts::upsert(&tx, &given, attempts::Origin::Partial).await.expect("attempts are written");
            tx.commit().await.expect("a commit");
            changes
        });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!recording.is_finished(), "it waits for the erasure");
        erasing.commit().await.expect("a commit");
        let changes = recording.await.expect("no panic");
        assert_eq!(changes, [attempts::Change::WithoutUser, attempts::Change::Recorded]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM quiz_attempts").await, [(1,)]);
        world.run(now()).await;
    }
}
