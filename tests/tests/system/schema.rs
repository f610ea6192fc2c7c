//! The schema is the same on both databases, and the entities match it.

use domain::attribute::AttributeType;
use integration_tests::{Kind, Program, TestDatabase, World, now, on_both_databases, quiz, user};
use migration::Migrator;
use persistence::{Database, DatabaseError, entity, segments};
use sea_orm::{ConnectionTrait, EntityTrait};
use sea_orm_migration::MigratorTrait;
use serde_json::json;

on_both_databases! {
    async fn schema_entities_match_the_tables(world: World) {
        macro_rules! readable {
            ($($table:ident),+) => {$(
                let rows = entity::$table::Entity::find().all(world.database().connection()).await;
                rows.unwrap_or_else(|error| panic!("{}: {error}", stringify!($table)));
            )+};
        }
        readable!(
            alert_event, alert_rule, api_token, attribute, audit_log, custom_segment, custom_segment_version, pull_progress, pull_waiting, quiz_attempts, run_shard, segment,
            segment_event, segment_override, segment_sync, segmentation_run, sync_contact, sync_destination, sync_run, user_attribute_date, user_attributes, user_dirty, user_segment, user_stats, users, webhook, webhook_delivery, webhook_event
        );
    }

    /// The 13 system segments have rows; ids of custom segments start far above.
    async fn schema_has_the_catalogue_of_segments(world: World) {
        let counts = world.counts().await;
        assert_eq!(counts.len(), 13);
        assert!(counts.values().all(|count| *count == 0));
    }

    /// Not even by hand, since the driver could not read it. On SQLite it is an issue of one user.
    async fn schema_refuses_an_instant_that_programs_cannot_read(world: World) {
        world.users(&[user("ann")]).await;
        for (table, column) in [("users", "created_at"), ("users", "last_activity_at"), ("user_stats", "last_quiz_at")] {
            for instant in ["infinity", "-infinity", "20000-01-01T00:00:00Z"] {
                let sql = format!("UPDATE {table} SET {column} = '{instant}'");
                let written = world.database().connection().execute_unprepared(&sql).await;
                assert_eq!(written.is_ok(), world.database().is_embedded(), "{sql}");
            }
        }
        if world.database().is_embedded() {
            let ended = Program::engine(&world.test_database.url).args(["run"]).run().expect(3);
            assert!(ended.errors.contains("error: user ann: cannot read the stored created_at."), "{}", ended.errors);
        }
    }

    /// Migrating twice does nothing, and several may migrate at once.
    async fn migration_twice_changes_nothing(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        world.execute("UPDATE segment_count SET member_count = 7 WHERE segment_id = 1").await;
        for _ in 0..2 {
            world.test_database.database.migrate(None).await.expect("nothing to do");
        }
        assert_eq!(world.counts().await["plan:free"], 7);
    }

    async fn migration_of_a_newer_version_is_refused(world: World) {
        world.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m30000101_000001_later', 0)").await;
        let refused = Database::open(&world.test_database.url, false).await;
        assert!(matches!(refused, Err(DatabaseError::Newer { migration }) if migration == "m30000101_000001_later"));
        let ended = Program::engine(&world.test_database.url).args(["status"]).run().expect(1);
        assert_eq!(
            ended.errors,
            "error: the database is from a newer version of this program (migration m30000101_000001_later): \
             use that version\n"
        );
    }

    async fn erasure_leaves_only_an_opaque_number_in_the_ledger(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.attempts(&[quiz("ann", 1, "AWS-SAA-C03")]).await;
        world.declare_types(&[("country", AttributeType::Text), ("trial_ends", AttributeType::Date)]).await;
        world.values("ann", json!({"country": "DE", "trial_ends": "2026-01-31"})).await;
        world.run(now()).await;
        let no = world.no("ann").await.0;
        world.erase("ann").await;
        world.verify().await;
        for table in [
            "quiz_attempts", "user_stats", "user_dirty", "user_segment", "segment_override", "user_attributes",
            "user_attribute_date",
        ] {
            let left = world.query::<(i64,)>(&format!("SELECT count(*) FROM {table} WHERE user_no = {no}")).await;
            assert_eq!(left, [(0,)], "{table}");
        }
        let causes = "SELECT cause, count(*) FROM segment_event WHERE NOT entered GROUP BY cause";
        // Free, churned, casual, AWS focus.
        assert_eq!(world.query::<(String, i64)>(causes).await, [("erasure".into(), 4)]);
        assert_eq!(world.counts().await["plan:free"], 1);
    }
}

/// As before users could be deleted, and before attempts had a source.
#[tokio::test]
async fn migration_keeps_users_and_attempts_of_an_earlier_version() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some((url, _folder)) = TestDatabase::create_empty(kind).await else { continue };
        let mut old = Database::connect(&url).await.expect("the database opens");
        Migrator::up(old.connection(), Some(9)).await.expect("the old schema");
        let at = "'2026-01-01T00:00:00+00:00'";
        for sql in [
            format!(
                "INSERT INTO users (no, id, email, email_folded, plan, role, current_streak, total_points, level, \
                 random_bucket, created_at, updated_at) \
                 VALUES (7, 'ann', 'ann@example.org', 'ann@example.org', 'FREE', 'USER', 0, 0, 1, 0, {at}, {at})"
            ),
            format!(
                "INSERT INTO quiz_attempts (user_no, id, certification, certification_folded, provider, completed_at) \
                 VALUES (7, 'a', 'other', 'other', 0, {at})"
            ),
            format!("INSERT INTO user_stats (user_no, quiz_count, last_quiz_at, recent_total) VALUES (7, 1, {at}, 1)"),
        ] {
            old.connection().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        if kind == Kind::Sqlite {
            let index = "INSERT INTO users_text (rowid, email, name) SELECT no, email, name FROM users_searchable";
            old.connection().execute_unprepared(index).await.expect("the index is written");
        }
        old.migrate(None).await.expect("the migration");
        old.close().await.expect("the connection closes");
        let world = World::open(&url).await;
        world.run(now()).await;
        assert_eq!(world.segments_of("ann").await, ["behavior:casual", "lifecycle:churned", "plan:free"]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM users WHERE deleted_at IS NULL").await, [(1,)]);
    }
}

#[tokio::test]
async fn migration_is_automatic_on_sqlite_and_on_request_on_postgres() {
    let (url, _folder) = TestDatabase::create_empty(Kind::Sqlite).await.expect("a file");
    let ended = Program::engine(&url).args(["verify"]).run().expect(1);
    assert!(
        ended.errors.starts_with("error: there is no database at "),
        "what only reads makes none: {}",
        ended.errors
    );
    Program::engine(&url).args(["run"]).run().expect(0);
    Program::engine(&url).args(["verify"]).run().expect(0);

    let Some((url, _)) = TestDatabase::create_empty(Kind::Postgres).await else { return };
    let ended = Program::engine(&url).args(["status"]).run().expect(1);
    assert_eq!(ended.errors, "error: the database is empty: run `segmentation-engine migrate`\n");
    Program::engine(&url).args(["status", "--migrate"]).run().expect(0);
    Program::engine(&url).args(["migrate"]).run().expect(0);
}

#[tokio::test]
async fn migration_eight_at_once_succeed() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some((url, _folder)) = TestDatabase::create_empty(kind).await else { continue };
        let children: Vec<_> = (0..8).map(|_| Program::engine(&url).args(["migrate"]).spawn()).collect();
        for child in children {
            assert!(child.wait_with_output().expect("it ends").status.success(), "{kind:?}");
        }
        let database = Database::open(&url, false).await.expect("it is up to date");
        database
            .connection()
            .execute_unprepared("SELECT * FROM user_segment_by_name")
            .await
            .expect("the view is there");
    }
}

/// A long reader only keeps the log from restarting.
#[tokio::test]
async fn checkpoint_wal_works_beside_readers() {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("SQLite needs no server"));
    let reader = world.database().begin_snapshot().await.expect("a snapshot");
    segments::all(&reader).await.expect("it reads");
    world.users(&[user("ann")]).await;

    world.database().checkpoint_wal().await.expect("it waits for the reader, and gives up");
    reader.close().await.expect("the reader ends");
    world.database().checkpoint_wal().await.expect("now there is nobody to wait for");

    world.users(&[user("bob")]).await;
    for _ in 0..20 {
        assert_eq!(world.query::<(i64,)>("PRAGMA busy_timeout").await, [(30_000,)], "writers wait as long as ever");
    }
}
