//! `adminAudience.upsertUsers`.

use integration_tests::{Api, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.upsertUsers";

fn ann() -> Json {
    json!({
        "id": "ann", "email": "ann@example.org", "firstName": "Ann", "plan": "pro", "currentStreak": 7,
        "totalPoints": -5, "lastActivityAt": "2026-03-09T12:00:00+01:00", "createdAt": "2025-01-01T00:00:00Z",
    })
}

fn bare(id: &str) -> Json {
    json!({"id": id, "email": format!("{id}@example.org"), "createdAt": "2025-01-01T00:00:00Z"})
}

fn statuses(answer: &Json) -> Vec<(&str, &str)> {
    answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|one| (one["id"].as_str().unwrap_or("none"), one["status"].as_str().expect("a status")))
        .collect()
}

on_both_databases! {
    async fn users_are_created_updated_and_left_as_they_are(world: World) {
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, json!({"users": [ann(), bare("bob")]})).await.expect("an answer");
        assert_eq!(statuses(&answer), [("ann", "created"), ("bob", "created")]);
        let mut changed = ann();
        changed["level"] = 3.into();
        let answer = api.call(METHOD, json!({"users": [bare("cleo"), bare("bob"), changed]})).await.expect("an answer");
        assert_eq!(statuses(&answer), [("cleo", "created"), ("bob", "unchanged"), ("ann", "updated")]);
        let stored = "SELECT id, plan, role, current_streak, total_points, level FROM users ORDER BY id LIMIT 2";
        assert_eq!(world.query::<(String, String, String, i64, i64, i64)>(stored).await, [
            ("ann".into(), "PRO".into(), "USER".into(), 7, -5, 3),
            ("bob".into(), "FREE".into(), "USER".into(), 0, 0, 1),
        ]);
        assert_eq!(world.events().await, 0, "evaluated with the next run");
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await, [(3,)]);
        let audit = "SELECT action, CAST(detail AS text) FROM audit_log ORDER BY no DESC LIMIT 1";
        let [(action, detail)] = &world.query::<(String, String)>(audit).await[..] else { panic!("an entry") };
        assert_eq!(action, "upsertUsers");
        assert_eq!(serde_json::from_str::<Json>(detail).expect("JSON"), json!({
            "created": 1, "updated": 1, "unchanged": 1, "refused": 0, "evaluated": false,
        }));
        world.verify().await;
    }

    async fn who_was_written_is_evaluated_at_once_if_asked(world: World) {
        world.users(&[user("cleo")]).await;
        let api = Api::new(&world).await;
        let params = json!({"users": [ann(), bare("bob")], "evaluate": true});
        api.call(METHOD, params).await.expect("an answer");
        assert_eq!(world.segments_of("ann").await, ["behavior:streak_7", "lifecycle:active", "plan:pro"]);
        assert_eq!(world.segments_of("bob").await, ["lifecycle:churned", "plan:free"]);
        assert!(world.segments_of("cleo").await.is_empty());
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await, [(1,)]);
        world.verify().await;
    }

    async fn a_faulty_user_costs_no_other_and_is_told_everything(world: World) {
        let api = Api::new(&world).await;
        let with = |key: &str, value: Json| {
            let mut user = bare("x");
            user[key] = value;
            user
        };
        let faulty = [
            (json!({}), "id is missing; email is missing; createdAt is missing"),
            (json!(7), " is no object"),
            (with("id", json!(" ")), "id is missing"),
            (with("id", json!("x".repeat(1025))), "id is longer than 1024 bytes"),
            (with("id", json!("a\0b")), "id is not text: it contains a NUL"),
            (with("email", json!(7)), "email is no text"),
            (with("firstName", json!("x".repeat(70_000))), "firstName is longer than 65536 bytes"),
            (with("currentStreak", json!(-1)), "currentStreak is negative"),
            (with("level", json!(-1)), "level is negative"),
            (with("totalPoints", json!(1.5)), "totalPoints is no whole number"),
            (with("lastActivityAt", json!("yesterday")), "lastActivityAt is no RFC 3339 time"),
            (with("createdAt", json!("2025-01-01")), "createdAt is no RFC 3339 time"),
            (with("phone", json!("1")), " has keys other than id, email, firstName, lastName, plan, role, currentStreak, \
                                          totalPoints, level, lastActivityAt, createdAt"),
        ];
        let mut users: Vec<_> = faulty.iter().map(|(user, _)| user.clone()).collect();
        users.push(bare("good"));
        let answer = api.call(METHOD, json!({"users": users})).await.expect("an answer");
        let results = answer["results"].as_array().expect("results");
        for ((_, expected), result) in faulty.iter().zip(results) {
            let faults = result["faults"].as_array().expect("faults").iter();
            let faults: Vec<_> = faults
                .map(|fault| format!("{} {}", fault["path"].as_str().expect("a path"), fault["message"].as_str().expect("a message")))
                .collect();
            assert_eq!((result["status"].as_str(), faults.join("; ").as_str()), (Some("refused"), *expected));
        }
        assert_eq!(results.last(), Some(&json!({"id": "good", "status": "created"})));
        assert_eq!(world.query::<(String,)>("SELECT id FROM users").await, [("good".into(),)]);
    }

    async fn an_id_counts_once_in_a_call(world: World) {
        let api = Api::new(&world).await;
        let mut faulty = ann();
        faulty["level"] = json!(-1);
        let answer = api.call(METHOD, json!({"users": [faulty, ann(), ann()]})).await.expect("an answer");
        assert_eq!(statuses(&answer), [("ann", "refused"), ("ann", "created"), ("ann", "refused")]);
        assert_eq!(answer["results"][2]["faults"], json!([{"path": "id", "message": "was already used in this call"}]));
    }

    async fn too_few_and_too_many_are_refused(world: World) {
        let api = Api::new(&world).await;
        for users in [json!([]), json!(vec![bare("x"); 501]), json!("ann")] {
            let error = api.call(METHOD, json!({"users": users})).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!("users")));
        }
        let many: Vec<_> = (0..500).map(|number| bare(&format!("u{number}"))).collect();
        let answer = api.call(METHOD, json!({"users": many, "evaluate": true})).await.expect("an answer");
        assert!(statuses(&answer).iter().all(|(_, status)| *status == "created"));
        assert_eq!(world.counts().await["plan:free"], 500);
    }
}
