//! `status` of active runs and of runs that ended.

use chrono::TimeDelta;
use domain::{
    instant::{Clock, Instant, SystemClock, format_instant},
    run::{RunMode, RunTrigger},
};
use integration_tests::{Program, World, at, now, on_both_databases};
use persistence::runs::{self, LEASE, NewRun};
use serde_json::{Value as Json, json};

async fn begin(world: &World) {
    let new = NewRun {
        trigger: RunTrigger::Cron,
        mode: RunMode::Full,
        as_of: now(),
        as_of_is_given: true,
        owner: "a test".into(),
    };
    let id = runs::begin(world.database(), &new).await.expect("the lease is free").id;
    let tx = world.database().begin().await.expect("a transaction");
    runs::set_plan(&tx, id, &json!({}), Some(1_000)).await.expect("it holds the lease");
    tx.commit().await.expect("it is committed");
}

/// Times of a run, in seconds since it started.
#[derive(Clone, Copy)]
struct Life {
    began: Instant,
    /// The last heartbeat.
    beat: i64,
    ended: Option<i64>,
}

impl Life {
    async fn set(self, world: &World, state: &str, users: i64) {
        let after = |seconds| self.began + TimeDelta::seconds(seconds);
        let text = |instant: Instant| format!("'{}'", instant.to_rfc3339());
        let [began, lease] = [self.began, after(self.beat) + LEASE].map(text);
        let ended = self.ended.map_or("NULL".into(), |ended| text(after(ended)));
        world
            .execute(&format!(
                "UPDATE segmentation_run SET state = '{state}', users_processed = {users}, started_at = {began}, \
                 lease_until = {lease}, finished_at = {ended}"
            ))
            .await;
    }
}

async fn set_issues(world: &World, unreadable: &[&str], count: u64) {
    let issue = |user: &&str| json!({"kind": "unreadableUser", "user": user, "column": "plan"});
    let issues: Vec<_> = unreadable.iter().map(issue).collect();
    let sql = format!("UPDATE segmentation_run SET issues = '{}', issue_count = {count}", json!(issues));
    world.execute(&sql).await;
}

fn status(world: &World) -> String {
    Program::engine(&world.test_database.url).args(["status"]).run().expect(0).output
}

fn run_in_json(world: &World) -> Json {
    Program::engine(&world.test_database.url).args(["status", "--json"]).run().expect(0).json()["runs"][0].clone()
}

on_both_databases! {
    async fn status_shows_age_and_speed_of_a_run(world: World) {
        begin(&world).await;
        // Stored: state, users evaluated, seconds since the start; last heartbeat and end, in seconds after the start.
        // Shown: state, seconds, users per second.
        for (stored, users, ago, beat, ended, state, seconds, rate) in [
            ("running", 800, 100, 80, None, "running", 100, Some(10.0)),
            ("running", 0, 5, 0, None, "running", 5, None),
            ("running", 0, 5, 4, None, "running", 5, None),
            // Dead for an hour, which does not count as slower.
            ("running", 800, 3_700, 80, None, "overdue", 3_700, Some(10.0)),
            ("succeeded", 1_000, 3_700, 2, Some(4), "succeeded", 4, Some(250.0)),
            ("failed", 100, 3_700, 1, Some(3), "failed", 3, Some(33.3)),
            // The last transaction took longer than the lease, and no run took over.
            ("succeeded", 1_000, 3_700, 0, Some(50), "succeeded", 50, Some(20.0)),
            ("succeeded", 0, 3_700, 0, Some(0), "succeeded", 0, None),
            // Stopped.
            ("abandoned", 800, 3_700, 39, Some(40), "abandoned", 40, Some(20.0)),
            // Died after 80 seconds; another run took over after an hour.
            ("abandoned", 800, 7_200, 80, Some(3_600), "abandoned", 3_600, Some(10.0)),
        ] {
            let life = Life { began: SystemClock.now() - TimeDelta::seconds(ago), beat, ended };
            life.set(&world, stored, users).await;
            let run = run_in_json(&world);
            let case = format!("{stored} {users} {ago} {beat} {ended:?}: {run}");
            assert_eq!(run["overdue"], state == "overdue", "{case}");
            assert_eq!(run["usersPerSecond"], json!(rate), "{case}");
            let since = run["durationMs"].as_i64().expect("milliseconds") - seconds * 1_000;
            // While it runs, the duration grows until the query.
            let passes = if ended.is_some() { 0..1 } else { 0..60_000 };
            assert!(passes.contains(&since), "{case}");

            let shown = status(&world);
            let line = shown.lines().find(|line| line.starts_with("1 ")).expect("a line of the run");
            let cells: Vec<_> = line.split_whitespace().collect();
            assert_eq!((cells[1], cells[3]), (state, format!("{users}/1000").as_str()), "{line}");
            assert_eq!(cells.get(8).map(ToString::to_string), rate.map(|rate| format!("{rate:.1}")), "{line}");
            assert!(ended.is_none() || cells[7] == format!("{seconds}.0"), "{line}");
        }
    }

    async fn status_shows_the_last_heartbeat_of_an_active_run(world: World) {
        begin(&world).await;
        let began = at("2026-03-10T12:00:00Z");
        Life { began, beat: 80, ended: None }.set(&world, "running", 800).await;
        let heard = "2026-03-10T12:01:20Z";
        assert!(status(&world).ends_with(&format!("\nrun 1: last heard of at {heard}\n")), "{}", status(&world));
        assert_eq!(run_in_json(&world)["lastHeardOfAt"], heard);

        Life { began, beat: 80, ended: Some(82) }.set(&world, "succeeded", 1_000).await;
        assert!(!status(&world).contains("last heard of"), "{}", status(&world));
        assert_eq!(run_in_json(&world)["lastHeardOfAt"], format_instant(began + TimeDelta::seconds(82)));
    }

    async fn status_shows_long_reasons_below_the_table(world: World) {
        let health = json!({"kind": "heldBack", "leaving": 80, "members": 150});
        world.execute(&format!("UPDATE segment SET health = '{health}' WHERE segment_value = 'active'")).await;
        let health = json!({"kind": "ruleFailed", "reason": {"kind": "cycle"}});
        world.execute(&format!("UPDATE segment SET health = '{health}', is_active = false WHERE segment_value = 'new'")).await;
        let shown = status(&world);
        let table = shown.split("\n\n").nth(1).expect("a table");
        let lines: Vec<_> = table.lines().collect();
        let head = "segment                    members  counted at  state";
        assert_eq!(lines[0], head, "{table}");
        for line in [
            "lifecycle:active                 0  never       held back",
            "lifecycle:new                    0  never       not evaluated",
            "plan:free                        0  never       active",
            "lifecycle:active: Held back: 80 of 150 members would be removed. Check the data. If it is right, run again with \
             --allow-shrink.",
            "lifecycle:new: Not evaluated: the definition refers to itself through other segments.",
        ] {
            assert!(lines.contains(&line), "{line}\n{table}");
        }
        assert_eq!(lines.len(), 1 + 13 + 2);
    }

    async fn status_shows_the_first_issues_below_the_table(world: World) {
        begin(&world).await;
        Life { began: at("2026-03-10T12:00:00Z"), beat: 2, ended: Some(4) }.set(&world, "succeeded", 1_000).await;
        set_issues(&world, &["ann", "bob"], 2).await;
        let table = "\n\
            run  state      as of                     users  created  removed  errors  seconds  users/s\n\
            1    succeeded  2026-03-10T12:00:00Z  1000/1000        0        0       2      4.0    250.0\n\
            run 1: user ann: cannot read the stored plan.\n\
            run 1: user bob: cannot read the stored plan.\n";
        assert!(status(&world).ends_with(table), "{}", status(&world));

        let many = ["ann", "bob", "cleo", "dan", "eve"];
        set_issues(&world, &many, 5).await;
        let end = "\nrun 1: user cleo: cannot read the stored plan.\nrun 1: and 2 more\n";
        assert!(status(&world).ends_with(end), "{}", status(&world));
        let sentences = many.map(|user| format!("user {user}: cannot read the stored plan."));
        let run = run_in_json(&world);
        assert_eq!((&run["errors"], &run["issueCount"]), (&json!(sentences), &json!(5)));
        assert_eq!(run["issues"][4], json!({"kind": "unreadableUser", "user": "eve", "column": "plan"}));

        // A run lists a thousand issues and counts all.
        set_issues(&world, &many, 62).await;
        let shown = status(&world);
        assert!(shown.contains("  62      4.0    250.0\n") && shown.ends_with("\nrun 1: and 59 more\n"), "{shown}");
    }
}
