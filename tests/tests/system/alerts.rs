//! Rules that watch segments: when they fire, once, and who hears of it.

use chrono::TimeDelta;
use domain::{instant::Instant, profile::User, run::RunMode};
use integration_tests::{Api, Program, World, at, moment, on_both_databases, options, streaks::merged, user};
use segmentation_engine::{
    alerts::look_at_unevaluated,
    metrics,
    run::{MayShrink, NoObserver, RunOptions, run},
};
use serde_json::{Value as Json, json};

fn start() -> Instant {
    at("2026-02-01T06:00:00Z")
}

fn days(count: i64) -> Instant {
    start() + TimeDelta::days(count)
}

/// The first users have a plan that is paid for, the others do not.
async fn ten_users(world: &World, paying: usize) {
    let users: Vec<_> = (0..10)
        .map(|number| User { plan: if number < paying { "PRO" } else { "FREE" }.into(), ..user(&format!("u{number}")) })
        .collect();
    world.users(&users).await;
}

async fn run_at(world: &World, clock: Instant) {
    world
        .run_with(&RunOptions { may_shrink: MayShrink::All, mode: RunMode::Incremental, ..RunOptions::at(clock) })
        .await;
}

/// Saves a rule and returns its id.
async fn save(world: &World, clock: Instant, params: Json) -> String {
    let api = Api::at(world, clock, options()).await;
    let saved = api.call("adminAudience.saveAlert", params).await.expect("it is saved");
    saved["alert"]["alertId"].as_str().expect("an id").to_owned()
}

async fn call(world: &World, method: &str, params: Json) -> Json {
    Api::at(world, days(60), options()).await.call(&format!("adminAudience.{method}"), params).await.expect("an answer")
}

async fn alert(world: &World, id: &str) -> Json {
    let alerts = call(world, "getAlerts", json!({})).await;
    alerts["alerts"]
        .as_array()
        .expect("alerts")
        .iter()
        .find(|alert| alert["alertId"] == id)
        .expect("it is there")
        .clone()
}

/// State and clock of what happened, oldest first.
async fn events(world: &World) -> Vec<(String, Instant)> {
    let events = call(world, "getAlertEvents", json!({})).await;
    let text = |event: &Json, key: &str| event[key].as_str().expect("a text").to_owned();
    let events = events["events"].as_array().expect("events").iter().rev();
    events.map(|event| (text(event, "state"), at(&text(event, "at")))).collect()
}

fn happened(said: &[(&str, Instant)]) -> Vec<(String, Instant)> {
    said.iter().map(|(state, at)| ((*state).to_owned(), *at)).collect()
}

on_both_databases! {
    /// Ten free users, of whom four pay a week later.
    async fn alert_of_each_kind_fires_when_its_condition_holds(world: World) {
        ten_users(&world, 0).await;
        let nobody = json!({"combineWith": "AND", "criteria": [{"field": "plan", "operator": "equals", "value": "FREE"}]});
        world.custom_segment("off", "Off", nobody).await;
        run_at(&world, start()).await;
        let off = Api::at(&world, start(), options()).await;
        off.call("adminAudience.setSegmentActive", json!({"segmentValue": "off", "isActive": false})).await.expect("it is off");
        let change = |segment: &str, kind: &str, threshold: u32, more: Json| {
            merged(json!({"segment": segment, "kind": kind, "threshold": threshold, "minSize": 1}), more)
        };
        let simple = |segment: &str, kind: &str, threshold: u32| json!({"segment": segment, "kind": kind, "threshold": threshold});
        let mut rules = Vec::new();
        for (params, state, observed, base) in [
            (simple("plan:free", "sizeAbove", 5), "firing", 6, None),
            (simple("plan:free", "sizeAbove", 6), "quiet", 6, None),
            (simple("plan:free", "sizeBelow", 7), "firing", 6, None),
            (simple("plan:free", "sizeBelow", 6), "quiet", 6, None),
            (change("plan:free", "changePercent", 40, json!({"direction": "down"})), "firing", 6, Some(10)),
            (change("plan:free", "changePercent", 40, json!({"direction": "up"})), "quiet", 6, Some(10)),
            (change("plan:free", "changePercent", 41, json!({})), "quiet", 6, Some(10)),
            (change("plan:free", "changeAbsolute", 4, json!({})), "firing", 6, Some(10)),
            // Of so few there is not much to say.
            (simple("plan:free", "changePercent", 20), "notEnough", 6, Some(10)),
            // The history does not reach back four weeks.
            (change("plan:free", "changePercent", 20, json!({"against": "fourWeeks"})), "notEnough", 6, None),
            // There is no percentage of nobody.
            (change("plan:pro", "changePercent", 20, json!({"minSize": 0})), "notEnough", 4, Some(0)),
            (change("plan:pro", "changeAbsolute", 4, json!({"minSize": 0, "direction": "up"})), "firing", 4, Some(0)),
            (simple("plan:pro", "enteredAbove", 3), "firing", 4, None),
            (simple("plan:pro", "leftAbove", 0), "quiet", 0, None),
            (simple("plan:free", "leftAbove", 4), "quiet", 4, None),
            (simple("plan:free", "leftAbove", 3), "firing", 4, None),
            (simple("plan:free", "notEvaluated", 1), "quiet", 0, None),
            (simple("custom:off", "sizeAbove", 0), "notEnough", 10, None),
        ] {
            rules.push((save(&world, days(6), params.clone()).await, params, state, observed, base));
        }
        ten_users(&world, 4).await;
        run_at(&world, days(7)).await;
        for (id, params, state, observed, base) in rules {
            let alert = alert(&world, &id).await;
            assert_eq!(
                [&alert["state"], &alert["observed"], &alert["base"]],
                [&json!(state), &json!(observed), &json!(base)],
                "{params}"
            );
        }
        let fired = events(&world).await;
        assert_eq!(fired.len(), 7);
        assert!(fired.iter().all(|(state, at)| state == "firing" && *at == days(7)), "{fired:?}");
        let measured = metrics::stored(world.database()).await.expect("metrics");
        assert_eq!(measured.matches("audience_alert_firing{alert=\"al_").count(), 18, "{measured}");
    }

    async fn alert_compares_with_the_median_of_four_weeks(world: World) {
        for (week, paying) in [(0, 1), (1, 2), (2, 4), (3, 9)] {
            ten_users(&world, paying).await;
            run_at(&world, days(7 * week)).await;
        }
        let params = json!({
            "segment": "plan:pro", "kind": "changeAbsolute", "threshold": 6, "against": "fourWeeks", "minSize": 1,
        });
        let id = save(&world, days(27), params).await;
        run_at(&world, days(28)).await;
        let alert = alert(&world, &id).await;
        assert_eq!([&alert["state"], &alert["observed"], &alert["base"]], [&json!("firing"), &json!(9), &json!(3)]);
    }

    async fn alert_fires_once_is_over_and_fires_again_after_its_cooldown(world: World) {
        ten_users(&world, 0).await;
        run_at(&world, start()).await;
        let id = save(&world, start(), json!({"segment": "plan:pro", "kind": "sizeAbove", "threshold": 2})).await;
        let hours = |count| start() + TimeDelta::hours(count);
        for (hour, paying) in [(1, 3), (2, 4), (3, 0), (4, 5), (24, 5), (25, 5), (26, 5)] {
            ten_users(&world, paying).await;
            run_at(&world, hours(hour)).await;
        }
        let expected = [("firing", hours(1)), ("resolved", hours(3)), ("firing", hours(25))];
        assert_eq!(events(&world).await, happened(&expected));
        let alert = alert(&world, &id).await;
        assert_eq!([&alert["state"], &alert["since"]], [&json!("firing"), &alert["firedAt"]]);
    }

    async fn alert_about_a_segment_that_no_run_evaluates_fires_without_a_run(world: World) {
        ten_users(&world, 0).await;
        run_at(&world, start()).await;
        save(&world, start(), json!({"segment": "plan:free", "kind": "notEvaluated", "threshold": 24})).await;
        save(&world, start(), json!({"segment": "plan:free", "kind": "sizeAbove", "threshold": 1})).await;
        let hours = |count| start() + TimeDelta::hours(count);
        for hour in [23, 24, 25] {
            look_at_unevaluated(world.database(), moment(hours(hour))).await.expect("a look");
        }
        assert_eq!(events(&world).await, happened(&[("firing", hours(24))]), "the other rule waits for a run");
        run_at(&world, hours(26)).await;
        let ended = events(&world).await;
        assert!(ended.contains(&("resolved".to_owned(), hours(26))) && ended.len() == 3, "{ended:?}");
    }

    async fn alert_that_is_changed_or_deleted_while_it_fires_is_over(world: World) {
        ten_users(&world, 0).await;
        let rule = json!({"segment": "plan:free", "kind": "sizeAbove", "threshold": 1});
        let id = save(&world, start(), rule.clone()).await;
        run_at(&world, start()).await;
        save(&world, days(1), merged(rule, json!({"alertId": id}))).await;
        assert_eq!(alert(&world, &id).await["state"], "quiet");
        run_at(&world, days(2)).await;
        let api = Api::at(&world, days(3), options()).await;
        api.call("adminAudience.deleteAlert", json!({"alertId": id})).await.expect("it is deleted");
        let expected = [("firing", start()), ("resolved", days(1)), ("firing", days(2)), ("resolved", days(3))];
        assert_eq!(events(&world).await, happened(&expected));
    }

    async fn alert_is_seen_once_by_a_run_that_is_killed_at_its_end(world: World) {
        ten_users(&world, 0).await;
        let engine = || Program::engine(&world.test_database.url).args(["run", "--allow-shrink"]);
        engine().run().expect(0);
        for (killed, expected) in [("before_finish", 0), ("mid_finish", 0), ("after_finish", 1)] {
            world.execute("DELETE FROM alert_rule").await;
            world.execute("DELETE FROM alert_event").await;
            save(&world, start(), json!({"segment": "plan:free", "kind": "sizeAbove", "threshold": 1})).await;
            let ended = engine().env("FAILPOINTS", &format!("{killed}=return")).run();
            assert_eq!(ended.code, -1, "{killed}: {}", ended.errors);
            assert_eq!(events(&world).await.len(), expected, "killed at {killed}");
            world.expire_leases().await;
            for _ in 0..2 {
                engine().run().expect(0);
            }
            assert_eq!(events(&world).await.len(), 1, "killed at {killed}");
        }
    }

    async fn alert_that_cannot_be_stored_is_seen_by_the_next_run(world: World) {
        ten_users(&world, 0).await;
        save(&world, start(), json!({"segment": "plan:free", "kind": "sizeAbove", "threshold": 1})).await;
        world.refuse_writes("alert_event").await;
        run(world.database(), &RunOptions::at(start()), &NoObserver).await.expect_err("it fails");
        world.allow_writes("alert_event").await;
        assert_eq!(events(&world).await, []);
        run_at(&world, days(1)).await;
        assert_eq!(events(&world).await, happened(&[("firing", days(1))]));
    }

    async fn alerts_are_looked_at_by_a_command(world: World) {
        ten_users(&world, 0).await;
        run_at(&world, start()).await;
        let id = save(&world, start(), json!({"segment": "plan:free", "kind": "sizeAbove", "threshold": 9})).await;
        let engine = |arguments: &[&str]| Program::engine(&world.test_database.url).args(arguments).run().expect(0);
        let ended = engine(&["analytics", "alerts"]);
        assert_eq!(ended.output, format!("{id} fires: sizeAbove of plan:free, 10\n1 alert, 1 firing\n"));
        assert!(ended.errors.contains("alert fires") && ended.errors.contains("plan:free"), "{}", ended.errors);
        assert_eq!(engine(&["analytics", "alerts", "--json"]).json(), json!({"alerts": 1, "firing": 1, "turned": []}));
    }
}
