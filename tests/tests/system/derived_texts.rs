//! Earlier versions kept spaces around texts, compared them in another way, and recognized fewer certifications. A
//! migration brings what they stored to the present rules.

use domain::{ids::UserId, run::RunMode, shard::Shard};
use integration_tests::{Kind, TestDatabase, World, now};
use migration::Migrator;
use persistence::{
    ConnectionTrait, Database,
    ingest::users,
    reads::{
        member_pages::{Page, PageStart},
        members::{self, Search, Which},
    },
};
use sea_orm_migration::MigratorTrait;
use segmentation_engine::run::RunOptions;

/// The migrations of the version before.
const EARLIER: u32 = 9;

/// A database of that version, as it was filled then.
async fn earlier(kind: Kind) -> Option<(String, Option<tempfile::TempDir>)> {
    let (url, folder) = TestDatabase::create_empty(kind).await?;
    let old = Database::connect(&url).await.expect("the database opens");
    Migrator::up(old.connection(), Some(EARLIER)).await.expect("the old schema");
    for sql in statements(kind) {
        old.connection().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    old.close().await.expect("the connection closes");
    Some((url, folder))
}

fn statements(kind: Kind) -> Vec<String> {
    let mut statements: Vec<_> = [
        (1, "plain", "plain@example.org", "Ann", "ann"),
        (2, " spaced", " spaced@example.org", " Bob ", " bob "),
        (3, "taken", "taken@example.org", "Cleo", "cleo"),
        (4, "taken ", "taken@example.org", " ", " "),
        (5, "composed", "jos\u{e9}@example.org", "Jos\u{c9}", "jos\u{e9}"),
        (6, "decomposed", "jose@example.org", "Jose\u{301}", "jose\u{301}"),
        (7, " twin", "twin@example.org", "Dan", "dan"),
        (8, "twin ", "twin@example.org", "Dan", "dan"),
    ]
    .map(user)
    .into();
    statements.extend(
        [
            (1, "a1", "CompTIA", 0, "comptia"),
            (1, "a2", "AWS: Solutions Architect", 0, "aws: solutions architect"),
            (1, "a3", "AWS-SAA-C03", 1, "aws-saa-c03"),
            (2, " a1", "AZ\u{2013}104 ", 0, "az\u{2013}104 "),
            (3, "a1", "AZ-104", 2, "az-104"),
            (3, " a1", "AZ-104", 2, "az-104"),
            (6, "a1", "Cafe\u{301}", 0, "cafe\u{301}"),
        ]
        .map(attempt),
    );
    statements.extend([
        "UPDATE user_stats SET quiz_count = 3, recent_total = 3, recent_aws = 1 WHERE user_no = 1".into(),
        "UPDATE user_stats SET quiz_count = 1, recent_total = 1 WHERE user_no IN (2, 6)".into(),
        "UPDATE user_stats SET quiz_count = 2, recent_total = 2, recent_azure = 2 WHERE user_no = 3".into(),
        format!("UPDATE user_stats SET last_quiz_at = {AT} WHERE quiz_count > 0"),
        "INSERT INTO pull_waiting (source, user_id) VALUES ('host', ' late'), ('host', 'late'), ('host', 'later')"
            .into(),
        format!(
            "INSERT INTO audit_log (at, actor, action, target, user_no) \
             VALUES ({AT}, 'token:ops', 'removeUserFromSegment', 'user  spaced', 2)"
        ),
        format!(
            "INSERT INTO segmentation_run (state, \"trigger\", mode, as_of, started_at, lease_until, owner, issues) \
             VALUES ('succeeded', 'cron', 'full', {AT}, {AT}, {AT}, 'process 1', \
             '[{{\"kind\":\"unwritableUser\",\"user\":\" spaced\",\"reason\":\"code 19\"}}]')"
        ),
    ]);
    statements.extend(
        [(2_001, "one", "Jose\u{301}"), (2_002, "two", "Caf\u{e9}"), (2_003, "three", "Cafe\u{301}")].map(segment),
    );
    if kind == Kind::Sqlite {
        statements
            .push("INSERT INTO users_text (rowid, email, name) SELECT no, email, name FROM users_searchable".into());
    }
    statements
}

const AT: &str = "'2026-03-09T12:00:00+00:00'";

fn user((no, id, email, name, folded): (i64, &str, &str, &str, &str)) -> String {
    format!(
        "INSERT INTO users (no, id, email, email_folded, first_name, first_name_folded, plan, role, current_streak, \
         total_points, level, random_bucket, created_at, updated_at) \
         VALUES ({no}, '{id}', '{email}', '{email}', '{name}', '{folded}', 'FREE', 'USER', 0, 0, 1, 0, {AT}, {AT}); \
         INSERT INTO user_stats (user_no) VALUES ({no})"
    )
}

fn attempt((user, id, certification, provider, folded): (i64, &str, &str, i16, &str)) -> String {
    format!(
        "INSERT INTO quiz_attempts (user_no, id, certification, certification_folded, provider, completed_at) \
         VALUES ({user}, '{id}', '{certification}', '{folded}', {provider}, {AT})"
    )
}

fn segment((number, id, name): (i64, &str, &str)) -> String {
    let folded = name.to_lowercase();
    format!(
        "INSERT INTO segment (id, segment_type, segment_value, created_at) VALUES ({number}, 'custom', '{id}', {AT}); \
         INSERT INTO custom_segment (id, segment_id, name, name_folded, criteria, combine_with, version, created_by, \
         created_at, updated_at) VALUES ('{id}', {number}, '{name}', '{folded}', '[]', 'AND', 1, 'token:ops', {AT}, {AT})"
    )
}

async fn search(world: &World, text: &str) -> Vec<String> {
    let (segment, search) = (world.segment("plan:free").await, Search::new(text).expect("a text"));
    let found = members::members(
        world.database().connection(),
        segment,
        Which { search: Some(&search), ..Which::default() },
        &Page::by_key(PageStart::Offset(0), 100),
    )
    .await;
    found.expect("a query").into_iter().map(|member| member.id).collect()
}

#[tokio::test]
async fn migration_brings_stored_texts_to_the_present_rules() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some((url, _folder)) = earlier(kind).await else { continue };
        let database = Database::open(&url, true).await.expect("the migration");
        database.close().await.expect("the connection closes");
        let world = World::open(&url).await;

        let ids = world.query::<(String,)>("SELECT id FROM users ORDER BY no").await;
        let expected =
            ["plain", "spaced", "taken", "taken (duplicate 4)", "composed", "decomposed", "twin", "twin (duplicate 8)"];
        assert_eq!(ids, expected.map(|id| (id.to_owned(),)), "{kind:?}");
        let texts = "SELECT email, coalesce(first_name, '-'), coalesce(first_name_folded, '-') FROM users WHERE no IN (2, 4, 6) ORDER BY no";
        let text = |texts: [&str; 3]| (texts[0].to_owned(), texts[1].to_owned(), texts[2].to_owned());
        assert_eq!(
            world.query::<(String, String, String)>(texts).await,
            [
                text(["spaced@example.org", "Bob", "bob"]),
                text(["taken@example.org", "-", "-"]),
                text(["jose@example.org", "Jose\u{301}", "jos\u{e9}"]),
            ]
        );
        let bucket = domain::facts::random_bucket(&UserId("spaced".into()));
        let buckets = "SELECT CAST(random_bucket AS bigint) FROM users WHERE no = 2";
        assert_eq!(world.query::<(i64,)>(buckets).await, [(bucket,)]);

        let attempts = "SELECT user_no, id, certification_folded, CAST(provider AS bigint) FROM quiz_attempts ORDER BY user_no, id";
        let attempt = |user, id: &str, folded: &str, provider| (user, id.to_owned(), folded.to_owned(), provider);
        assert_eq!(
            world.query::<(i64, String, String, i64)>(attempts).await,
            [
                attempt(1, "a1", "comptia", 0),
                attempt(1, "a2", "aws: solutions architect", 1),
                attempt(1, "a3", "aws-saa-c03", 1),
                attempt(2, "a1", "az\u{2013}104", 2),
                attempt(3, "a1", "az-104", 2),
                attempt(6, "a1", "caf\u{e9}", 0),
            ]
        );
        // Also that the statistics and the index follow.
        world.verify().await;
        let without = "SELECT user_no FROM user_stats WHERE without_provider = 1 ORDER BY user_no";
        assert_eq!(world.query::<(i64,)>(without).await, [(1,), (6,)]);
        let marked = "SELECT user_no FROM user_dirty ORDER BY user_no";
        assert_eq!(world.query::<(i64,)>(marked).await, [(1,), (2,), (3,), (4,), (6,), (7,), (8,)]);

        let names = "SELECT id, name_folded FROM custom_segment ORDER BY id";
        let name = |id: &str, folded: &str| (id.to_owned(), folded.to_owned());
        let expected = [name("one", "jos\u{e9}"), name("three", "cafe\u{301}"), name("two", "caf\u{e9}")];
        assert_eq!(world.query::<(String, String)>(names).await, expected);
        let waiting = world.query::<(String,)>("SELECT user_id FROM pull_waiting ORDER BY user_id").await;
        assert_eq!(waiting, [("late".into(),), ("later".into(),)]);

        world.execute("DELETE FROM custom_segment").await;
        world.execute("DELETE FROM segment WHERE segment_type = 'custom'").await;
        world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) }).await;
        assert_eq!(world.members("certification:aws_focus").await, ["plain"]);
        assert_eq!(world.members("certification:azure_focus").await, ["spaced", "taken"]);
        for text in ["Jos\u{e9}", "JOSE\u{301}"] {
            assert_eq!(search(&world, text).await, ["composed", "decomposed"], "{kind:?} {text}");
        }
        world.erase("spaced").await;
        for table in ["audit_log", "segmentation_run"] {
            let rows = world.dump().await.remove(table).expect("the table");
            assert!(rows.iter().all(|row| !row.contains("spaced")), "{kind:?} {rows:?}");
        }
        let found = users::find(world.database().connection(), Shard::FIRST, &UserId("spaced".into())).await;
        assert!(found.expect("a query").is_none());
    }
}
