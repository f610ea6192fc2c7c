//! No change is dated in the future of the database's clock, and a run that was can be taken back.

use chrono::TimeDelta;
use domain::{
    instant::{Clock, SystemClock, format_instant},
    segment::{SegmentKey, SegmentType},
};
use integration_tests::{Program, World, moment, now, on_both_databases, user};
use persistence::runs;
use segmentation_engine::{
    audit::Audit,
    segments::{
        delete::delete,
        save::{ProposedSegment, create},
    },
};
use serde_json::json;

const FUTURE: &str = "2062-11-28T00:00:00Z";

/// What a run with a wrong clock leaves behind.
pub(crate) async fn slip(world: &World) {
    let at = format!("'{}'", FUTURE.replace('Z', "+00:00"));
    for (table, column) in [
        ("segmentation_run", "as_of"),
        ("segment_event", "at"),
        ("segment_flow", "at"),
        ("user_segment", "added_at"),
        ("segment", "settled_at"),
        ("segment", "followed_at"),
        ("segment_count", "counted_at"),
    ] {
        world.execute(&format!("UPDATE {table} SET {column} = {at} WHERE {column} IS NOT NULL")).await;
    }
}

on_both_databases! {
    async fn clock_in_the_future_is_refused_at_every_door(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let before = world.dump().await;
        let url = &world.test_database.url;
        let soon = format_instant(SystemClock.now() + TimeDelta::minutes(3));
        for at in [FUTURE, &soon] {
            for command in [&["run"][..], &["run-user", "ann"], &["cleanup"]] {
                let ended = Program::engine(url).args(command).args(["--as-of", at]).run().expect(2);
                assert!(ended.errors.starts_with("error: --as-of is in the future: "), "{}", ended.errors);
            }
            Program::engine(url).args(["run", "--dry-run", "--as-of", at]).run().expect(0);
        }
        assert_eq!(world.dump().await, before);
        let soon = format_instant(SystemClock.now() + TimeDelta::seconds(20));
        for command in [&["cleanup"][..], &["run"], &["run-user", "ann"]] {
            Program::engine(url).args(command).args(["--as-of", &soon]).run().expect(0);
        }
    }

    /// A run may begin after a call has read its clock, and before the call writes.
    async fn clock_of_a_change_is_not_before_the_latest_run(world: World) {
        let mut ann = user("ann");
        ann.last_activity_at = Some(now());
        world.users(&[ann]).await;
        let later = now() + TimeDelta::days(30);
        world.run(later).await;
        let this_month = json!({"combineWith": "AND", "criteria": [
            {"field": "lastActivityAt", "operator": "in_period", "value": "this_month"},
        ]});
        let last_month = json!({"combineWith": "AND", "criteria": [
            {"field": "lastActivityAt", "operator": "in_period", "value": "last_month"},
        ]});
        let audit = Audit::of_command("test");
        for (id, definition, members) in [("a", this_month, 0), ("b", last_month, 1)] {
            let proposed = ProposedSegment { name: id.into(), description: None, definition };
            let saved = create(world.database(), id, &proposed, moment(now()), &audit).await.expect("it is saved");
            assert_eq!(saved.segment.member_count, members, "{id}");
        }
        let b = SegmentKey::new(SegmentType::Custom, "b");
        delete(world.database(), &b, moment(now()), &audit).await.expect("it is deleted");
        let earlier = "SELECT count(*) FROM segment_event WHERE at < (SELECT max(as_of) FROM segmentation_run)";
        assert_eq!(world.query::<(i64,)>(earlier).await, [(0,)]);
        world.verify().await;
    }

    async fn clock_of_a_run_is_taken_back(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let url = &world.test_database.url;
        let ended = Program::engine(url).args(["forget-clock", "1"]).run().expect(2);
        assert!(ended.errors.contains("is not in the future"), "{}", ended.errors);
        Program::engine(url).args(["forget-clock", "7"]).run().expect(1);

        slip(&world).await;
        Program::engine(url).args(["run"]).run().expect(2);
        world.execute("UPDATE segmentation_run SET state = 'running'").await;
        Program::engine(url).args(["forget-clock", "1"]).run().expect(75);
        world.execute("UPDATE segmentation_run SET state = 'succeeded'").await;

        let began = runs::latest(world.database().connection(), 1).await.expect("a query")[0].started_at;
        let ended = Program::engine(url).args(["forget-clock", "1", "--json"]).run().expect(0);
        let to = format_instant(began);
        assert_eq!(ended.json(), json!({"runId": 1, "from": FUTURE, "to": to, "events": 4}));
        let mut dump = world.dump().await;
        let audit = dump.remove("audit_log").expect("a table");
        assert!(audit.len() == 1 && audit[0].contains("forgetClock") && audit[0].contains("run 1"), "{audit:?}");
        assert!(!dump.values().flatten().any(|row| row.contains("2062-")), "{dump:?}");

        let ended = Program::engine(url).args(["run", "--incremental", "--json"]).run().expect(0);
        assert_eq!(ended.json()["totalUsersProcessed"], 2, "everyone is evaluated");
        world.verify().await;
        Program::engine(url).args(["forget-clock", "1"]).run().expect(2);
    }
}
