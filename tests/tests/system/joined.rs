//! Several engines in one run, on a database of eight shards: they share the work, take over from those that die or freeze, and
//! end where one engine ends.

use std::{collections::BTreeMap, process::Child, time::Duration};

use domain::{
    instant::Instant,
    segment::{SegmentKey, SegmentType},
};
use integration_tests::{Kind, Program, TestDatabase, World, ago, at, moment, now, quiz, user};
use segmentation_engine::{audit::Audit, segments::activate::set_active};
use serde_json::json;

const USERS: usize = 400;
const AS_OF: &str = "2026-03-10T12:00:00Z";

/// Without a server there is none.
async fn world_of_eight_shards() -> Option<World> {
    Some(World::new(TestDatabase::create_sharded().await?))
}

/// Users with plans, streaks and attempts of many kinds.
async fn crowd(world: &World, round: usize) {
    let users: Vec<_> = (0..USERS)
        .map(|index| {
            let mut user = user(&format!("user-{index}"));
            user.plan = ["FREE", "PRO", "PREMIUM"][(index + round) % 3].into();
            user.current_streak = (index % 10) as i64;
            user.last_activity_at = (index % 4 > 0).then(|| ago(7 * (index % 4) as i64));
            user
        })
        .collect();
    world.users(&users).await;
    let attempts: Vec<_> =
        (0..USERS).step_by(3).map(|index| quiz(&format!("user-{index}"), round, "AWS-SAA-C03")).collect();
    world.attempts(&attempts).await;
}

fn engine(world: &World, arguments: &[&str]) -> Program {
    let batches = ["--batch-size", "10", "--commit-users", "20"];
    Program::engine(&world.test_database.url).args(["run"]).args(batches).args(arguments.iter().copied())
}

fn begin(world: &World) -> Program {
    engine(world, &["--as-of", AS_OF, "--allow-shrink", "--json"])
}

/// Who is where since when, by the ids of the host application.
async fn state(world: &World) -> (BTreeMap<String, Vec<String>>, Vec<(String, i64)>) {
    let sql = "SELECT user_id, segment_type || ':' || segment_value || CASE WHEN removed_at IS NULL THEN '' ELSE ' left' END \
               FROM user_segment_by_name ORDER BY 1, 2";
    let mut memberships: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (user, segment) in world.query::<(String, String)>(sql).await {
        memberships.entry(user).or_default().push(segment);
    }
    let sql = "SELECT users.id, count(*) FROM segment_event JOIN users ON users.no = segment_event.user_no \
               GROUP BY users.id ORDER BY users.id";
    (memberships, world.query::<(String, i64)>(sql).await)
}

/// What one engine makes of the same users.
async fn expected(rounds: usize) -> (BTreeMap<String, Vec<String>>, Vec<(String, i64)>) {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("a file"));
    for round in 0..rounds {
        crowd(&world, round).await;
        begin(&world).run().expect(0);
    }
    state(&world).await
}

fn signal(child: &Child, name: &str) {
    let sent = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success(), "{name}");
}

async fn until_it_has_begun(world: &World) {
    for _ in 0..2_000 {
        if world.progress_of_the_active_run().await.is_some_and(|(_, users)| users > 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no run comes so far");
}

#[tokio::test]
async fn joined_engines_share_a_run_and_report_all_of_it() {
    let Some(world) = world_of_eight_shards().await else { return };
    crowd(&world, 0).await;
    let none = engine(&world, &["--join"]).run().expect(75);
    assert_eq!(none.errors, "there is no run to join\n");
    let begun = begin(&world).env("FAILPOINTS", "mid_batch=sleep(2)").spawn();
    until_it_has_begun(&world).await;
    let joined = engine(&world, &["--join", "--json"]).run().expect(0).json();
    let begun = begun.wait_with_output().expect("it ends");
    assert!(begun.status.success());
    let begun: serde_json::Value = serde_json::from_slice(&begun.stdout).expect("JSON");
    for field in ["runId", "asOf", "mode", "totalUsersProcessed", "segmentsCreated", "segmentsRemoved", "segments"] {
        assert_eq!(joined[field], begun[field], "{field}");
    }
    assert_eq!(joined["totalUsersProcessed"], USERS);
    let owners = "SELECT count(DISTINCT owner) FROM run_shard";
    assert_eq!(world.query::<(i64,)>(owners).await, [(2,)], "each has worked");
    world.verify().await;
    assert_eq!(state(&world).await, expected(1).await);
}

#[tokio::test]
async fn joined_engines_of_one_process_end_where_one_ends() {
    let Some(world) = world_of_eight_shards().await else { return };
    for round in 0..2 {
        crowd(&world, round).await;
        begin(&world).args(["--workers", "4"]).run().expect(0);
        world.verify().await;
    }
    assert_eq!(state(&world).await, expected(2).await);
}

/// Each kind of engine is stopped once: one that joined, and then the one that began.
#[tokio::test]
async fn joined_engine_that_stops_leaves_the_run_to_the_others() {
    let Some(world) = world_of_eight_shards().await else { return };
    for round in 0..2 {
        crowd(&world, round).await;
        let slow = "mid_batch=sleep(10)";
        let began = begin(&world).env("FAILPOINTS", slow).spawn();
        until_it_has_begun(&world).await;
        let joined = engine(&world, &["--join"]).env("FAILPOINTS", slow).spawn();
        until_it_has_a_shard(&world, &joined).await;
        let (stopped, other) = if round == 0 { (joined, began) } else { (began, joined) };
        stop(stopped, 75);
        ends_well(other);
    }
    world.verify().await;
    assert_eq!(state(&world).await, expected(2).await);
}

async fn until_it_has_a_shard(world: &World, engine: &Child) {
    let shards = format!("SELECT count(*) FROM run_shard WHERE owner LIKE 'process {},%'", engine.id());
    for _ in 0..2_000 {
        if world.query::<(i64,)>(&shards).await[0].0 > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it has no shard");
}

fn stop(mut child: Child, code: i32) {
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(code));
}

fn ends_well(mut child: Child) {
    assert!(child.wait().expect("it ends").success());
}

/// The one that began drops what refers to a segment that is deactivated, so those that joined later must not call it settled.
#[tokio::test]
async fn joined_engine_leaves_what_the_others_have_dropped_to_the_next_run() {
    let Some(world) = world_of_eight_shards().await else { return };
    let on = |field: &str, operator: &str, value: serde_json::Value| json!({"combineWith": "AND", "criteria": [{"field": field, "operator": operator, "value": value}]});
    world.custom_segment("x", "x", on("currentStreak", ">=", json!(5))).await;
    world.custom_segment("z", "z", on("segment", "not_in", json!(["custom:x"]))).await;
    crowd(&world, 0).await;
    let began = begin(&world).env("FAILPOINTS", "mid_batch=sleep(10)").spawn();
    until_it_has_begun(&world).await;
    let (database, x) = (world.database(), SegmentKey::new(SegmentType::Custom, "x"));
    set_active(database, &x, false, moment(at(AS_OF)), &Audit::of_command("test")).await.expect("it is inactive");
    let joined = engine(&world, &["--join"]).env("FAILPOINTS", "mid_batch=sleep(10)").spawn();
    until_it_has_a_shard(&world, &joined).await;
    let mut began = began;
    signal(&began, "-KILL");
    began.wait().expect("it is dead");
    world.execute("UPDATE run_shard SET lease_until = now() WHERE lease_until < now() + interval '29 seconds 900 milliseconds'").await;
    ends_well(joined);
    let settled =
        "SELECT settled_rule IS NOT NULL FROM segment WHERE segment_value IN ('x', 'z') ORDER BY segment_value";
    assert_eq!(world.query::<(bool,)>(settled).await, [(false,), (false,)]);
    engine(&world, &["--incremental", "--as-of", AS_OF]).run().expect(0);
    world.verify().await;
    let x: std::collections::BTreeSet<_> = world.members("custom:x").await.into_iter().collect();
    assert_eq!(world.members("custom:z").await.len(), USERS - x.len());
}

/// The engine that began may die too: the others end the run.
#[tokio::test]
async fn joined_engines_take_over_from_those_that_die_or_freeze() {
    let Some(world) = world_of_eight_shards().await else { return };
    let rounds = if std::env::var_os("TEST_LONG").is_some() { 200 } else { 4 };
    for round in 0..rounds {
        crowd(&world, round).await;
        let slow = "mid_batch=sleep(4)";
        let mut engines = vec![begin(&world).env("FAILPOINTS", slow).spawn()];
        until_it_has_begun(&world).await;
        for _ in 0..4 {
            engines.push(engine(&world, &["--join"]).env("FAILPOINTS", slow).spawn());
        }
        tokio::time::sleep(Duration::from_millis((round as u64 * 53) % 200)).await;
        // The one that began and another, in turns killed and frozen.
        let frozen = engines.remove(1);
        signal(&frozen, "-STOP");
        let mut killed = engines.remove(if round % 2 == 0 { 0 } else { 1 });
        signal(&killed, "-KILL");
        killed.wait().expect("it is dead");
        // As if half a minute had passed for the two.
        tokio::time::sleep(Duration::from_millis(100)).await;
        world.execute("UPDATE run_shard SET lease_until = now() WHERE lease_until < now() + interval '29 seconds 900 milliseconds'").await;
        for mut engine in engines {
            let ended = engine.wait().expect("it ends");
            assert!(ended.success(), "round {round}: {ended}");
        }
        signal(&frozen, "-CONT");
        let mut frozen = frozen;
        frozen.wait().expect("it ends");
        world.verify().await;
        let states = "SELECT DISTINCT state FROM segmentation_run";
        assert_eq!(world.query::<(String,)>(states).await, [("succeeded".to_owned(),)], "round {round}");
    }
    let (mut members, events) = state(&world).await;
    let (expected_members, _) = expected_after(rounds).await;
    members.values_mut().for_each(|segments| segments.retain(|segment| !segment.ends_with(" left")));
    assert_eq!(members, expected_members);
    assert_eq!(events.len(), USERS);
}

/// The members after the last round.
async fn expected_after(rounds: usize) -> (BTreeMap<String, Vec<String>>, Instant) {
    let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("a file"));
    for round in 0..rounds {
        crowd(&world, round).await;
    }
    begin(&world).run().expect(0);
    (state(&world).await.0, now())
}

/// The guard counts over all shards before anybody leaves.
#[tokio::test]
async fn joined_engines_hold_back_together() {
    let Some(world) = world_of_eight_shards().await else { return };
    let of_plan = |plan: &str, count: usize| -> Vec<_> {
        (0..count)
            .map(|index| {
                let mut user = user(&format!("user-{index:03}"));
                user.plan = plan.into();
                user
            })
            .collect()
    };
    world.users(&of_plan("FREE", 300)).await;
    engine(&world, &["--as-of", AS_OF, "--workers", "3"]).run().expect(0);
    world.users(&of_plan("PRO", 151)).await;
    let ended = engine(&world, &["--as-of", AS_OF, "--workers", "3", "--json"]).run().expect(3).json();
    assert_eq!(ended["issues"][0]["kind"], "heldBack", "{ended}");
    assert_eq!((&ended["issues"][0]["leaving"], &ended["issues"][0]["members"]), (&151.into(), &300.into()));
    assert_eq!(world.members("plan:free").await.len(), 300);
    assert_eq!(world.members("plan:pro").await, [""; 0]);
    // One less is let go.
    world.users(&of_plan("FREE", 1)).await;
    let ended = engine(&world, &["--incremental", "--as-of", AS_OF, "--workers", "3", "--json"]).run().expect(0).json();
    assert_eq!(ended["segmentsRemoved"], 150, "{ended}");
    world.verify().await;
}
