//! A database of every earlier version, with what it had stored, comes up to date and loses nothing.
//!
//! `tests/upgrade` has a file for each migration after which there was something new to store. A database of a version is made as it
//! came to be: migration after migration, each file when its tables were there. So it is also one whose migration was killed on the
//! way, since each migration is a transaction.

use std::{fmt::Write, fs, path::Path};

use domain::run::RunMode;
use integration_tests::{Kind, TestDatabase, World, now};
use migration::Migrator;
use persistence::{ConnectionTrait, Database, database::citus};
use sea_orm_migration::MigratorTrait;
use segmentation_engine::run::RunOptions;

/// Rows that no upgrade may lose or double, by the migration since which there are some.
const KEPT: [(&str, &str, i64); 14] = [
    ("m20261123_000001_initial", "users", 4),
    ("m20261123_000001_initial", "quiz_attempts", 3),
    ("m20261123_000001_initial", "custom_segment_version", 2),
    ("m20261123_000001_initial", "segment_override", 1),
    ("m20261123_000001_initial", "segmentation_run", 2),
    ("m20261123_000001_initial", "api_token", 1),
    ("m20261123_000001_initial", "audit_log", 1),
    ("m20261125_000005_pull", "pull_waiting", 1),
    ("m20261129_000019_attributes", "user_attributes", 1),
    ("m20261129_000021_events", "user_event", 4),
    ("m20261129_000023_sync", "suppression", 1),
    ("m20261129_000025_webhooks", "webhook_delivery", 1),
    ("m20261129_000026_engagement", "email_message", 1),
    ("m20261130_000031_tags_and_stars", "segment_tag", 1),
];

/// The newest migration of 1.0.0-rc.1.
const FIRST_RELEASED: &str = "m20261130_000033_run_segments";

fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// What a version stored once it had this migration.
fn stored(migration: &str, kind: Kind) -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("upgrade").join(format!("{migration}.sql"));
    let text = fs::read_to_string(file).ok()?;
    // A file of SQLite is one shard and has no such columns.
    let [column, value] = if kind == Kind::Postgres { ["shard,", "0,"] } else { ["", ""] };
    Some(text.replace("{shard}", column).replace("{0}", value))
}

/// The URL of a database of the version with the first `count` migrations.
async fn earlier(kind: Kind, count: usize) -> Option<(String, Option<tempfile::TempDir>)> {
    let (url, folder) = TestDatabase::create_empty(kind).await?;
    let old = Database::connect(&url).await.expect("the database opens");
    fill(&old, kind, count).await;
    old.close().await.expect("the connection closes");
    Some((url, folder))
}

async fn fill(old: &Database, kind: Kind, count: usize) {
    for name in names().iter().take(count) {
        Migrator::up(old.connection(), Some(1)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        if let Some(sql) = stored(name, kind) {
            old.connection().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

/// The URL of a database of that version on a cluster, with eight shards, of which one has everybody.
async fn earlier_on_citus(count: usize) -> Option<String> {
    let url = TestDatabase::create_empty_on_citus().await?;
    let old = Database::connect(&url).await.expect("the database opens");
    old.connection().execute_unprepared("CREATE EXTENSION IF NOT EXISTS citus").await.expect("the extension");
    fill(&old, Kind::Postgres, count).await;
    let beside = "create_distributed_table(oid, 'shard', colocate_with => 'users')";
    let mut sql = "SET citus.multi_shard_modify_mode = 'sequential';
        UPDATE deployment SET citus = true, shards = 8;
        ALTER TABLE segment_override DROP CONSTRAINT segment_override_segment_id_fkey;
        CREATE TABLE shards (shard smallint PRIMARY KEY);
        INSERT INTO shards SELECT generate_series(0, 7);"
        .to_owned();
    let tables = citus::REFERENCE.map(|table| (table, "create_reference_table(oid)")).into_iter();
    let tables = tables.chain([("users", "create_distributed_table(oid, 'shard', colocate_with => 'none')")]);
    let others = citus::DISTRIBUTED.into_iter().filter(|table| *table != "users");
    let tables = tables.chain(others.map(|table| (table, beside)));
    let tables = tables.chain(citus::LOCAL.map(|table| (table, "citus_add_local_table_to_metadata(oid)")));
    for (table, place) in tables {
        writeln!(sql, "SELECT {place} FROM pg_class WHERE oid = to_regclass('{table}');")
            .expect("a string takes everything");
    }
    old.connection().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{count} migrations: {error}"));
    old.close().await.expect("the connection closes");
    Some(url)
}

async fn comes_up_to_date(kind: Kind, count: usize) {
    let Some((url, _folder)) = earlier(kind, count).await else { return };
    comes_up_to_date_there(&url, count).await;
}

async fn comes_up_to_date_there(url: &str, count: usize) {
    let mut database = Database::connect(url).await.expect("the database opens");
    database.migrate(None).await.expect("the migration");
    database.close().await.expect("the connection closes");
    let (names, world) = (names(), World::open(url).await);
    let version = &names[count - 1];
    for (since, table, rows) in KEPT.iter().filter(|(since, ..)| *since <= version.as_str()) {
        let counted = world.query::<(i64,)>(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(counted, [(*rows,)], "{table}, since {since}, from {version}");
    }
    world.verify().await;
    assert_eq!(world.segments_of("ann").await.len(), 3, "from {version}");
    // Everyone is evaluated, since the rules were another version's.
    let incremental = RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) };
    let report = world.run_with(&incremental).await;
    assert!(report.users_processed >= 3 && report.issue_count == 0, "from {version}: {report:?}");
    assert!(!world.segments_of("bob").await.contains(&"plan:free".to_owned()), "the override holds, from {version}");
    world.verify().await;
    let report = world.run_with(&incremental).await;
    assert_eq!((report.users_processed, report.entered, report.left), (0, 0, 0), "from {version}");
}

#[tokio::test]
async fn upgrade_from_every_earlier_version_on_sqlite() {
    for count in 1..=names().len() {
        comes_up_to_date(Kind::Sqlite, count).await;
    }
}

#[tokio::test]
async fn upgrade_from_every_earlier_version_on_postgres() {
    for count in 1..=names().len() {
        comes_up_to_date(Kind::Postgres, count).await;
    }
}

/// Each table that such a version had lay then where it lies now.
#[tokio::test]
async fn upgrade_from_every_release_on_citus() {
    let names = names();
    let first = names.iter().position(|name| name == FIRST_RELEASED).expect("a migration") + 1;
    for count in first..=names.len() {
        let Some(url) = earlier_on_citus(count).await else { return };
        comes_up_to_date_there(&url, count).await;
    }
}

#[test]
fn upgrade_stores_something_for_migrations_that_exist() {
    let names = names();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("upgrade");
    for entry in fs::read_dir(folder).expect("the folder") {
        let file = entry.expect("a file").file_name().into_string().expect("a name in UTF-8");
        assert!(names.contains(&file.trim_end_matches(".sql").to_owned()), "{file}");
    }
}
