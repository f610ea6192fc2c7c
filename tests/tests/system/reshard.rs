//! `reshard`: a database with history, copied into one with another number of shards.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{
    attribute::AttributeType,
    instant::Instant,
    profile::{QuizAttempt, User},
    run::RunMode,
};
use integration_tests::{Api, Ended, Kind, Program, TestDatabase, World, ago, now, options, quiz, user};
use persistence::reshard::{COPIED, FOLLOWING, LEFT_OUT};
use segmentation_engine::{run::RunOptions, support::failpoints::RESHARD_POINTS};
use serde_json::{Value as Json, json};

async fn empty(shards: u16) -> Option<World> {
    TestDatabase::create_in_shards(shards).await.map(World::new)
}

fn engine(world: &World, arguments: &[&str]) -> Ended {
    Program::engine(&world.test_database.url).args(arguments).run()
}

fn reshard(source: &World, target: &World) -> Program {
    let from = source.test_database.url.as_str();
    Program::engine(&target.test_database.url).args(["reshard", "--from", from, "--batch-size", "7"])
}

/// Users with attempts, attributes, overrides and changes of all kinds, two of whom are gone.
async fn with_history(shards: u16) -> Option<World> {
    let world = empty(shards).await?;
    make_history(&world).await;
    Some(world)
}

async fn make_history(world: &World) {
    let of_streak = |number: i64| User { current_streak: number % 10, ..user(&format!("u{number}")) };
    let users: Vec<_> = (0..40).map(of_streak).collect();
    world.users(&users).await;
    let attempt = |number: usize| QuizAttempt {
        score: Some(Some(0.1 * f64::from(u32::try_from(number).expect("a small number")))),
        ..quiz(&format!("u{}", number % 20), number, ["AWS-SAA-C03", "AZ-104", "unknown"][number % 3])
    };
    world.attempts(&(0..60).map(attempt).collect::<Vec<_>>()).await;
    world.declare_types(&[("country", AttributeType::Text), ("renewal", AttributeType::Date)]).await;
    world.values("u1", json!({"country": "DE", "renewal": "2026-03-12"})).await;
    let streak = json!([{"field": "currentStreak", "operator": ">=", "value": 7}]);
    world.custom_segment("streak", "On a streak", json!({"combineWith": "AND", "criteria": streak})).await;
    world.run(ago(3)).await;
    change(world, users).await;
}

async fn change(world: &World, mut users: Vec<User>) {
    for user in &mut users[..12] {
        user.current_streak = 9;
    }
    users[30].deleted_at = Some(ago(1));
    world.users(&users).await;
    let api = Api::at(world, now(), options()).await;
    for (method, user, segment_type, value) in [
        ("addUserToSegment", "u30", "custom", "streak"),
        ("removeUserFromSegment", "u3", "plan", "free"),
        ("removeUserFromSegment", "u4", "plan", "free"),
    ] {
        let of = json!({"userId": user, "segmentType": segment_type, "segmentValue": value});
        let called = api.call(&format!("adminAudience.{method}"), of).await;
        assert!(called.is_ok() || user == "u30", "{method}: {called:?}");
    }
    let none = json!([{"field": "currentStreak", "operator": ">=", "value": 8}]);
    let update =
        json!({"segmentValue": "streak", "version": 1, "name": "On a streak", "combineWith": "AND", "criteria": none});
    api.call("adminAudience.updateCustomSegment", update).await.expect("a second version");
    world.run(minutes(1)).await;
    let api = Api::at(world, minutes(2), options()).await.as_superadmin().await;
    for erased in ["u4", "u39"] {
        api.call("adminAudience.eraseUser", json!({"userId": erased})).await.expect("the user is erased");
    }
    world.users(&[User { current_streak: 8, ..user("u20") }]).await;
}

fn minutes(count: i64) -> Instant {
    now() + TimeDelta::minutes(count)
}

/// All that is stored, without numbers of users and shards.
async fn stored(world: &World) -> BTreeMap<&'static str, Vec<String>> {
    let mut stored = BTreeMap::new();
    for (table, sql) in tables() {
        let rows = world.query::<(String,)>(&sql).await;
        stored.insert(table, rows.into_iter().map(|(row,)| row).collect());
    }
    stored
}

fn tables() -> Vec<(&'static str, String)> {
    let counted = "& ((CAST(1 AS bigint) << 43) - 1)";
    let of_users = |table: &'static str| {
        let sql = format!(
            "SELECT CAST(to_jsonb(rows) - 'user_no' - 'shard' AS text) || coalesce(users.id, CAST(rows.user_no {counted} AS text)) \
             FROM {table} AS rows LEFT JOIN users ON users.no = rows.user_no AND users.shard = rows.shard ORDER BY 1"
        );
        (table, sql)
    };
    let tables = COPIED.iter().map(|table| table.name);
    let mut all: Vec<_> = tables
        .map(|table| match table {
            "users" => (table, "SELECT CAST(to_jsonb(rows) - 'no' - 'shard' AS text) FROM users AS rows ORDER BY 1".into()),
            "audit_log" => (table, format!(
                "SELECT CAST(to_jsonb(rows) - 'user_no' - 'target' AS text) || coalesce(CAST(rows.user_no {counted} AS text), '') \
                 FROM audit_log AS rows ORDER BY 1"
            )),
            "segment" | "segment_tag" | "segment_star" | "custom_segment" | "custom_segment_version" | "attribute" | "segmentation_run" | "run_segment" | "pull_progress"
            | "pull_waiting" | "api_token" | "event_name" | "erased_event" | "sync_destination" | "segment_sync"
            | "sync_contact" | "sync_member" | "sync_former_member" | "sync_drift" | "sync_dirty" | "suppression"
            | "sync_run" | "sync_erasure" | "sync_import" | "webhook_event" | "broadcast" | "webhook"
            | "webhook_interest" | "goal" | "alert_rule" | "alert_event" => {
                (table, format!("SELECT CAST(to_jsonb(rows) AS text) FROM {table} AS rows ORDER BY 1"))
            }
            _ => of_users(table),
        })
        .collect();
    let sums = [
        ("segment_count", "segment_id, max(counted_at), sum(member_count)", "GROUP BY segment_id"),
        ("segment_flow", "segment_id, at, sum(entries), sum(exits)", "GROUP BY segment_id, at"),
        ("user_stats_total", "sum(without_provider)", ""),
    ];
    all.extend(sums.map(|(table, columns, groups)| {
        let sql = format!("SELECT CAST(jsonb_build_array({columns}) AS text) FROM {table} {groups} ORDER BY 1");
        (table, sql)
    }));
    all
}

/// What the API says of segments and users.
async fn answers(world: &World) -> Vec<Json> {
    let api = Api::at(world, minutes(3), options()).await;
    let mut answers = Vec::new();
    for (segment_type, value) in [("custom", "streak"), ("plan", "free")] {
        let of = json!({"segmentType": segment_type, "segmentValue": value});
        for method in ["getSegment", "getSegmentStats", "getSegmentHistory"] {
            answers.push(api.call(&format!("adminAudience.{method}"), of.clone()).await.expect(method));
        }
    }
    for user in ["u1", "u3", "u20", "u30"] {
        let said = api.call("adminAudience.getUserSegments", json!({"userId": user})).await;
        answers.push(json!(said.map_err(|error| error.code)));
    }
    answers
}

async fn members(world: &World) -> BTreeSet<(String, i32)> {
    let sql = "SELECT users.id, segment_id FROM user_segment JOIN users ON users.no = user_no AND users.shard = user_segment.shard \
               WHERE removed_at IS NULL";
    world.query::<(String, i32)>(sql).await.into_iter().collect()
}

/// The target goes on as the source would.
async fn go_on(source: &World, target: &World) {
    let incremental = |at| RunOptions { mode: RunMode::Incremental, ..RunOptions::at(minutes(at)) };
    let [before, after] = [source.run_with(&incremental(4)).await, target.run_with(&incremental(4)).await];
    assert!(before.users_processed < 40, "it is settled");
    let summary = |report: segmentation_engine::run::RunReport| (report.users_processed, report.entered, report.left);
    assert_eq!(summary(after), summary(before));
    let next = target.run_with(&incremental(5)).await;
    assert_eq!((next.users_processed, next.entered, next.left), (0, 0, 0));
    assert_eq!(members(target).await, members(source).await);
    let new: Vec<_> = (0..20).map(|number| user(&format!("new{number}"))).collect();
    target.users(&new).await;
    target.run(minutes(6)).await;
    let twice = "SELECT count(*) FROM (SELECT user_no & ((CAST(1 AS bigint) << 43) - 1) AS counted FROM segment_event \
                 GROUP BY user_no) AS users GROUP BY counted HAVING count(*) > 1";
    assert_eq!(target.query::<(i64,)>(twice).await, [], "no number is used twice");
}

async fn copies(source: Option<World>, target: Option<World>) {
    let (Some(source), Some(target)) = (source, target) else { return };
    make_history(&source).await;
    let before = stored(&source).await;
    let said = reshard(&source, &target).run().expect(0).output;
    assert!(said.contains("checksum of the ledger") && !said.contains("DIFFERS"), "{said}");
    let named = "SELECT count(*) FROM audit_log JOIN (SELECT DISTINCT user_no FROM segment_event WHERE cause = 'erasure') AS erased \
                 ON target LIKE '%user number ' || erased.user_no";
    assert_eq!(
        target.query::<(i64,)>(named).await,
        [(3,)],
        "two erasures and an override name the numbers of the ledger"
    );
    let [from, to] = [&source, &target].map(|world| world.database().shards().count());
    let entry = "SELECT CAST(detail - 'account' - 'host' AS text) FROM audit_log WHERE action = 'reshard' AND actor = 'command line'";
    assert_eq!(target.query::<(String,)>(entry).await, [(format!(r#"{{"toShards": {to}, "fromShards": {from}}}"#),)]);
    target.execute("DELETE FROM audit_log WHERE action = 'reshard'").await;
    assert_eq!(stored(&target).await, before);
    assert_eq!(stored(&source).await, before, "the source is as it was");
    target.verify().await;
    assert_eq!(answers(&target).await, answers(&source).await);
    go_on(&source, &target).await;
    let again = reshard(&source, &target).run().expect(1);
    assert!(
        again.errors.starts_with("error: the target is not empty: it has rows in the table segment."),
        "{}",
        again.errors
    );
}

#[tokio::test]
async fn reshard_divides_one_shard_into_eight() {
    copies(empty(1).await, empty(8).await).await;
}

#[tokio::test]
async fn reshard_makes_one_shard_of_eight() {
    copies(empty(8).await, empty(1).await).await;
}

#[tokio::test]
async fn reshard_moves_to_citus_and_back() {
    let on_citus = || async { TestDatabase::create_on_citus(8).await.map(World::new) };
    copies(empty(2).await, on_citus().await).await;
    copies(on_citus().await, empty(2).await).await;
}

#[tokio::test]
async fn reshard_that_is_cut_off_goes_on() {
    let Some(source) = with_history(1).await else { return };
    let before = stored(&source).await;
    for point in RESHARD_POINTS {
        let target = empty(8).await.expect("there is a server");
        for batches in [3, 20] {
            let armed = format!("{point}={batches}*off->return");
            assert_eq!(reshard(&source, &target).env("FAILPOINTS", &armed).run().code, -1, "{armed}");
            let refused = engine(&target, &["run"]).expect(1).errors;
            assert!(refused.starts_with("error: the database is half filled:"), "{refused}");
        }
        let other = empty(1).await.expect("there is a server");
        let refused = reshard(&other, &target).run().expect(1).errors;
        assert!(refused.starts_with("error: the target has a part of another source:"), "{refused}");
        reshard(&source, &target).run().expect(0);
        target.execute("DELETE FROM audit_log WHERE action = 'reshard'").await;
        assert_eq!(stored(&target).await, before, "{point}");
        target.verify().await;
    }
}

/// The number of a user who is erased changes in the texts of the ledger too.
#[tokio::test]
async fn reshard_copies_what_an_erased_user_has_changed() {
    let Some(source) = with_history(8).await else { return };
    let target = empty(1).await.expect("there is a server");
    source.execute("UPDATE segment_event SET actor = 'user number ' || user_no WHERE cause = 'erasure'").await;
    reshard(&source, &target).run().expect(0);
    let by_themselves = "SELECT count(*) FROM segment_event WHERE actor = 'user number ' || user_no";
    let all = source.query::<(i64,)>(by_themselves).await;
    assert!(all[0].0 > 0 && target.query::<(i64,)>(by_themselves).await == all, "{all:?}");
}

#[tokio::test]
async fn reshard_is_alone_in_its_target() {
    let Some(source) = with_history(1).await else { return };
    let target = empty(8).await.expect("there is a server");
    let mut first = reshard(&source, &target).env("FAILPOINTS", "reshard_after_batch=sleep(100)").spawn();
    let begun = "SELECT count(*) FROM pg_tables WHERE tablename = 'reshard_progress'";
    while target.query::<(i64,)>(begun).await == [(0,)] {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let second = reshard(&source, &target).run().expect(1).errors;
    assert!(second.starts_with("error: another `reshard` copies into the target:"), "{second}");
    assert!(first.wait().expect("it ends").success());
}

/// By the checksum.
#[tokio::test]
async fn reshard_finds_that_the_source_was_changed() {
    let Some(source) = with_history(1).await else { return };
    let target = empty(8).await.expect("there is a server");
    let armed = "reshard_after_batch=50*off->return";
    assert_eq!(reshard(&source, &target).env("FAILPOINTS", armed).run().code, -1);
    source.execute("UPDATE user_segment SET added_at = added_at - interval '1 second'").await;
    for _ in 0..2 {
        let ended = reshard(&source, &target).run().expect(1);
        assert!(
            ended.errors.starts_with("error: the copy differs from the source, which was changed"),
            "{}",
            ended.errors
        );
        assert!(ended.output.contains("DIFFERS  checksum of memberships"), "{}", ended.output);
    }
}

#[tokio::test]
async fn reshard_refuses_what_it_cannot_copy() {
    let Some(source) = empty(1).await else { return };
    let target = empty(8).await.expect("there is a server");
    let (unmigrated, _) = TestDatabase::create_empty(Kind::Postgres).await.expect("there is a server");
    let file = TestDatabase::create(Kind::Sqlite).await.expect("a file");
    let refused = |from: &str, to: &str, code: i32, said: &str| {
        let ended = Program::engine(to).args(["reshard", "--from", from]).run().expect(code);
        assert!(ended.errors.starts_with(&format!("error: {said}")), "{}", ended.errors);
    };
    let (from, to) = (source.test_database.url.as_str(), target.test_database.url.as_str());
    refused(&file.url, to, 2, "--from names an SQLite file: reshard copies PostgreSQL databases");
    refused(from, &file.url, 1, "reshard copies into a PostgreSQL database, and the target is an SQLite file.");
    refused(to, to, 1, "the source and the target are the same database:");
    refused(&unmigrated, to, 1, "the database of --from: the database is empty: run `segmentation-engine migrate`");
    source.users(&[user("ann")]).await;
    source.run(now()).await;
    source.execute("UPDATE segmentation_run SET state = 'running'").await;
    refused(from, to, 1, "a run is active in the source: wait until it has ended.");
    source.execute("UPDATE segmentation_run SET state = 'succeeded'").await;
    target.users(&[user("bob")]).await;
    refused(from, to, 1, "the target is not empty: it has rows in the table users.");
    let half = "SELECT count(*) FROM pg_class WHERE relname = 'reshard_progress'";
    assert_eq!(target.query::<(i64,)>(half).await, [(0,)], "nothing is begun");
}

#[tokio::test]
async fn reshard_knows_what_becomes_of_every_table() {
    let Some(world) = empty(1).await else { return };
    let sql = "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public'";
    let tables: BTreeSet<_> = world.query::<(String,)>(sql).await.into_iter().map(|(table,)| table).collect();
    let copied = COPIED.iter().map(|table| table.name);
    let known = copied.chain(FOLLOWING).chain(LEFT_OUT.iter().map(|(table, _)| *table));
    // On Citus alone.
    let known: BTreeSet<_> = known.filter(|table| *table != "shards").map(str::to_owned).collect();
    assert_eq!(
        tables.difference(&known).collect::<Vec<_>>(),
        [""; 0],
        "persistence/src/reshard/tables.rs has every table"
    );
    assert_eq!(known.difference(&tables).collect::<Vec<_>>(), [""; 0], "tables that are gone");
}
