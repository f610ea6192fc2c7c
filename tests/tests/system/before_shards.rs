//! A database of the version before there were shards comes up to date: it has one.

use std::collections::BTreeMap;

use domain::{
    facts::random_bucket, ids::UserId, instant::Instant, profile::User, run::RunMode, shard::Shards,
    system_segments::catalogue,
};
use integration_tests::{Kind, NOW, Program, TestDatabase, World, at, now, quiz, user};
use migration::Migrator;
use persistence::{ConnectionTrait, Database};
use sea_orm_migration::MigratorTrait;
use segmentation_engine::run::RunOptions;

/// The migrations of that version.
const EARLIER: u32 = 15;
const FEBRUARY: &str = "2026-02-01T00:00:00+00:00";
const MARCH: &str = "2026-03-09T00:00:00+00:00";

type Text = &'static str;
/// Id, plan, streak, last activity, and when the host application deleted them.
type OldUser = (Text, Text, i64, Option<Text>, Option<Text>);

/// Their numbers are drawn: 1 to 4. Zoe was erased.
const USERS: [OldUser; 4] = [
    ("ann", "PRO", 7, Some(MARCH), None),
    ("bob", "FREE", 0, None, None),
    ("zoe", "FREE", 0, None, None),
    ("cleo", "PREMIUM", 0, None, Some(MARCH)),
];

/// User, segment, since when and until when. Ann was inactive before; nobody puts Bob among free users.
const STAYS: [(i64, i32, Text, Option<Text>); 12] = [
    (1, 2, FEBRUARY, None),
    (1, 5, MARCH, None),
    (1, 6, FEBRUARY, Some(MARCH)),
    (1, 9, FEBRUARY, None),
    (1, 10, MARCH, None),
    (1, 11, FEBRUARY, None),
    (2, 1, FEBRUARY, Some(MARCH)),
    (2, 7, FEBRUARY, None),
    (2, 9, FEBRUARY, None),
    (3, 1, FEBRUARY, Some(MARCH)),
    (4, 3, FEBRUARY, Some(MARCH)),
    (4, 7, FEBRUARY, Some(MARCH)),
];

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".into(), |text| format!("'{text}'"))
}

/// The statements that make what that version has stored.
fn statements() -> Vec<String> {
    let mut sql = Vec::new();
    for (id, plan, streak, active, deleted) in USERS {
        let (bucket, active, deleted) = (random_bucket(&UserId(id.into())), quoted(active), quoted(deleted));
        sql.push(format!(
            "INSERT INTO users (id, email, email_folded, plan, role, current_streak, total_points, level, random_bucket, \
             last_activity_at, created_at, updated_at, deleted_at) VALUES ('{id}', '{id}@example.org', \
             '{id}@example.org', '{plan}', 'USER', {streak}, 0, 1, {bucket}, {active}, '2025-03-10T12:00:00+00:00', \
             '{FEBRUARY}', {deleted})"
        ));
    }
    sql.push("DELETE FROM users WHERE id = 'zoe'".into());
    for (user, id, text, provider) in [(1, "a", "AWS-SAA-C03", 1), (1, "b", "AWS-SAA-C03", 1), (2, "a", "Linux", 0)] {
        sql.push(format!(
            "INSERT INTO quiz_attempts (user_no, id, certification, certification_folded, provider, completed_at) \
             VALUES ({user}, '{id}', '{text}', '{folded}', {provider}, '{FEBRUARY}')",
            folded = text.to_lowercase(),
        ));
    }
    for (user, count, aws, without) in [(1, 2, 2, 0), (2, 1, 0, 1), (4, 0, 0, 0)] {
        let last = quoted((count > 0).then_some(FEBRUARY));
        sql.push(format!(
            "INSERT INTO user_stats (user_no, quiz_count, last_quiz_at, recent_total, recent_aws, without_provider) \
             VALUES ({user}, {count}, {last}, {count}, {aws}, {without})"
        ));
    }
    sql.push("UPDATE user_stats_total SET without_provider = 1".into());
    sql.push("INSERT INTO user_dirty (user_no) VALUES (2)".into());
    sql.extend(segments());
    sql.push(format!(
        "INSERT INTO segment_override (user_no, segment_id, decision, actor, created_at) \
         VALUES (2, 1, 'exclude', 'token:ops', '{FEBRUARY}')"
    ));
    sql.extend(ledger());
    sql.push(format!(
        "INSERT INTO segmentation_run (state, \"trigger\", mode, as_of, started_at, finished_at, lease_until, owner, users_total, \
         users_processed) VALUES ('succeeded', 'command_line', 'full', '{MARCH}', '{MARCH}', '{MARCH}', '{MARCH}', 'host 1', 2, 2)"
    ));
    sql
}

fn segments() -> Vec<String> {
    let of_segment = |id: i32| STAYS.iter().filter(|stay| stay.1 == id && stay.3.is_none()).count();
    let insert = |system: &domain::system_segments::SystemSegment| {
        format!(
            "INSERT INTO segment (id, segment_type, segment_value, is_active, created_at, member_count, counted_at, settled_at, \
             settled_rule) VALUES ({id}, '{kind}', '{value}', true, '{FEBRUARY}', {members}, '{MARCH}', '{MARCH}', 'earlier')",
            id = system.id,
            kind = system.key.kind.name(),
            value = system.key.value,
            members = of_segment(system.id.0),
        )
    };
    catalogue().iter().map(insert).collect()
}

/// In the order of time: who entered, then who left.
fn ledger() -> Vec<String> {
    let event = |user: i64, segment: i32, entered: bool, at: &str, since: Option<&str>| {
        let since = quoted(since);
        format!(
            "INSERT INTO segment_event (user_no, segment_id, entered, at, cause, since) \
             VALUES ({user}, {segment}, {entered}, '{at}', 'run', {since})"
        )
    };
    let enters = STAYS.iter().map(|(user, segment, since, _)| event(*user, *segment, true, since, None));
    let leaves = STAYS.iter().filter_map(|(user, segment, since, until)| {
        until.map(|until| event(*user, *segment, false, until, Some(since)))
    });
    let members = STAYS.iter().filter(|stay| stay.0 != 3).map(|(user, segment, since, until)| {
        let until = quoted(*until);
        format!(
            "INSERT INTO user_segment (user_no, segment_id, added_at, removed_at) \
             VALUES ({user}, {segment}, '{since}', {until})"
        )
    });
    let flow = "INSERT INTO segment_flow (segment_id, at, entries, exits) SELECT segment_id, at, \
                sum(CASE WHEN entered THEN 1 ELSE 0 END), sum(CASE WHEN entered THEN 0 ELSE 1 END) \
                FROM segment_event GROUP BY segment_id, at";
    enters.chain(leaves).chain(members).chain([flow.to_owned()]).collect()
}

/// The URL of such a database.
async fn earlier(kind: Kind) -> Option<(String, Option<tempfile::TempDir>)> {
    let (url, folder) = TestDatabase::create_empty(kind).await?;
    let old = Database::connect(&url).await.expect("the database opens");
    Migrator::up(old.connection(), Some(EARLIER)).await.expect("the old schema");
    for sql in statements() {
        old.connection().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    if kind == Kind::Sqlite {
        // Programs write this index with each user.
        let rebuild = "INSERT INTO users_text (users_text) VALUES ('rebuild')";
        old.connection().execute_unprepared(rebuild).await.expect("the index is made");
    }
    old.close().await.expect("the connection closes");
    Some((url, folder))
}

#[tokio::test]
async fn migration_to_shards_keeps_everything() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some((url, _folder)) = earlier(kind).await else { continue };
        Program::engine(&url).args(["migrate"]).run().expect(0);
        let world = World::open(&url).await;
        assert_eq!(world.database().shards(), Shards::ONE);
        world.verify().await;
        let counted = |id: i32| STAYS.iter().filter(|stay| stay.1 == id && stay.3.is_none()).count() as i64;
        let expected: BTreeMap<_, _> =
            catalogue().iter().map(|system| (system.key.to_string(), counted(system.id.0))).collect();
        assert_eq!(world.counts().await, expected);
        assert_eq!(
            world.segments_of("ann").await,
            ["behavior:casual", "behavior:streak_7", "certification:aws_focus", "lifecycle:active", "plan:pro"]
        );
        let flow = "SELECT at, entries, exits FROM segment_flow WHERE segment_id = 1 ORDER BY at";
        assert_eq!(world.query::<(Instant, i64, i64)>(flow).await, [(at(FEBRUARY), 2, 0), (at(MARCH), 0, 2)]);

        // Everyone is evaluated, since the rules were another version's.
        let newest = "SELECT max(no) FROM segment_event";
        let before = world.query::<(i64,)>(newest).await[0].0;
        let report = world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) }).await;
        assert_eq!((report.users_processed, report.entered, report.left), (2, 0, 0));
        let report = world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) }).await;
        assert_eq!((report.users_processed, report.entered, report.left), (0, 0, 0));

        // What is new has numbers above the old ones.
        world.users(&[user("dan"), User { plan: "PREMIUM".into(), ..user("bob") }]).await;
        world.attempts(&[quiz("dan", 1, "AZ-104")]).await;
        let report = world.run(now()).await;
        assert_eq!((report.entered, report.left), (5, 0), "dan enters four, bob one");
        let first = format!("SELECT min(no) FROM segment_event WHERE at = '{}'", at(NOW).to_rfc3339());
        assert!(world.query::<(i64,)>(&first).await[0].0 > before);
        assert!(world.no("dan").await > world.no("cleo").await);
        assert_eq!(world.segments_of("bob").await, ["behavior:casual", "lifecycle:churned", "plan:premium"]);
    }
}

/// Its users have numbers of one shard already.
#[tokio::test]
async fn migration_to_several_shards_changes_nothing() {
    let Some((url, _)) = earlier(Kind::Postgres).await else { return };
    let refused = Program::engine(&url).args(["migrate", "--shards", "8"]).run().expect(1);
    let said = "error: the database has 1 shard, not 8. The number is fixed when a database is made: make a new one\n";
    assert_eq!(refused.errors, said);
    let refused = Program::engine(&url).args(["status"]).run().expect(1);
    assert!(refused.errors.contains("the database is from an older version"), "{}", refused.errors);
    Program::engine(&url).args(["migrate", "--shards", "1"]).run().expect(0);
    Program::engine(&url).args(["verify"]).run().expect(0);
}
