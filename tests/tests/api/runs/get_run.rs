//! `adminAudience.getRun`.

use chrono::TimeDelta;
use domain::{
    profile::User,
    run::{RunMode, RunTrigger},
};
use integration_tests::{Api, now, on_both_databases, user};
use persistence::runs::{self, NewRun};
use serde_json::{Value as Json, json};

async fn run_of(api: &Api, id: i64) -> Json {
    api.call("adminAudience.getRun", json!({"runId": id})).await.expect("a run")
}

on_both_databases! {
    async fn get_run_shows_a_run_that_ended(world: World) {
        world.users(&[user("ann"), User { plan: "GOLD".into(), ..user("bob") }]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let [(id,)] = world.query::<(i64,)>("SELECT id FROM segmentation_run").await[..] else { panic!("one run") };
        let run = run_of(&api, id).await;
        for (name, value) in [
            ("state", json!("succeeded")),
            ("trigger", json!("command_line")),
            ("mode", json!("full")),
            ("asOf", json!("2026-03-10T12:00:00Z")),
            ("totalUsers", json!(2)),
            ("totalUsersProcessed", json!(2)),
            ("segmentsCreated", json!(3)),
            ("segmentsRemoved", json!(0)),
            ("unknownPlans", json!(1)),
            ("issues", json!([])),
            ("issueCount", json!(0)),
            ("failure", Json::Null),
            ("overdue", json!(false)),
        ] {
            assert_eq!(run[name], value, "{name}");
        }
        assert!(run["durationMs"].as_i64().is_some_and(|milliseconds| (0..60_000).contains(&milliseconds)), "{run}");
        assert!(run["finishedAt"].is_string() && run["startedAt"].is_string());

        // Four seconds for two users.
        world.execute(
            "UPDATE segmentation_run SET started_at = '2026-03-10T12:00:00+00:00', finished_at = '2026-03-10T12:00:04+00:00'"
        ).await;
        let run = run_of(&api, id).await;
        assert_eq!((&run["durationMs"], &run["usersPerSecond"]), (&json!(4_000), &json!(0.5)));
        assert_eq!(run["lastHeardOfAt"], run["finishedAt"]);
    }

    async fn get_run_shows_what_it_did_in_each_segment(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        world.users(&[User { plan: "PRO".into(), ..user("bob") }]).await;
        world.run(now() + TimeDelta::hours(1)).await;
        let api = Api::new(&world).await;
        let ids = world.query::<(i64,)>("SELECT id FROM segmentation_run ORDER BY id").await;
        let [(first,), (second,)] = ids[..] else { panic!("two runs") };
        let of = |segment: &str, entered: u32, left: u32| json!({"segment": segment, "entered": entered, "left": left});
        let is_plan = |one: &&Json| one["segment"].as_str().is_some_and(|key| key.starts_with("plan:"));
        let plans = |run: &Json| run["segments"].as_array().expect("a list").iter().filter(is_plan).cloned().collect::<Vec<_>>();
        assert_eq!(plans(&run_of(&api, first).await), [of("plan:free", 2, 0)]);
        assert_eq!(plans(&run_of(&api, second).await), [of("plan:free", 0, 1), of("plan:pro", 1, 0)]);
    }

    async fn get_run_shows_the_speed_of_an_active_run(world: World) {
        let new = NewRun { trigger: RunTrigger::Admin, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "a test".into() };
        let id = runs::begin(world.database(), &new).await.expect("it begins").id.0;
        let api = Api::new(&world).await;
        let run = run_of(&api, id).await;
        assert_eq!((&run["state"], &run["trigger"], &run["totalUsers"]), (&json!("running"), &json!("admin"), &json!(0)));
        assert_eq!((&run["finishedAt"], &run["usersPerSecond"], &run["overdue"]), (&Json::Null, &Json::Null, &json!(false)));
        assert!(run["durationMs"].as_i64().is_some_and(|milliseconds| (0..60_000).contains(&milliseconds)), "{run}");

        // It started long ago; its last heartbeat was 30 seconds before the end of its lease.
        world.execute(
            "UPDATE segmentation_run SET started_at = '2020-01-01T00:00:00+00:00', \
             lease_until = '2020-01-01T00:01:00+00:00', users_processed = 6"
        ).await;
        let run = run_of(&api, id).await;
        assert_eq!((&run["overdue"], &run["usersPerSecond"], &run["finishedAt"]), (&json!(true), &json!(0.2), &Json::Null));
        assert_eq!(run["lastHeardOfAt"], json!("2020-01-01T00:00:30Z"));
        assert!(run["durationMs"].as_i64().is_some_and(|milliseconds| milliseconds > 60_000), "{run}");
    }

    async fn get_run_of_an_unknown_run_is_not_found(world: World) {
        let api = Api::new(&world).await;
        let error = api.call("adminAudience.getRun", json!({"runId": 99})).await.expect_err("there is none");
        assert_eq!((error.code, error.message.as_str()), (-32044, "Not found: run 99"));
        for params in
            [json!({}), json!({"runId": 0}), json!({"runId": "1"}), json!({"runId": 9_007_199_254_740_992_i64})]
        {
            let error = api.call("adminAudience.getRun", params.clone()).await.expect_err("a refusal");
            assert_eq!(error.code, -32602, "{params}");
            assert!(error.faults()[0].starts_with("runId: "), "{params}: {:?}", error.faults());
        }
    }
}
