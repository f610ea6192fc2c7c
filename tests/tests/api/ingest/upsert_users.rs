//! `adminAudience.upsertUsers`.

use domain::profile::USER_FIELDS;
use integration_tests::{Api, now, on_both_databases, user};
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
    async fn upsert_users_creates_updates_and_leaves_as_it_is(world: World) {
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
        // Each shard that a call writes to has an entry.
        let audit = "SELECT action, CAST(detail AS text) FROM audit_log \
                     WHERE request_id = (SELECT request_id FROM audit_log ORDER BY no DESC LIMIT 1)";
        let mut counts = [("created", 0), ("updated", 0), ("unchanged", 0), ("refused", 0)];
        for (action, detail) in world.query::<(String, String)>(audit).await {
            let detail: Json = detail.parse().expect("JSON");
            assert_eq!((action.as_str(), &detail["evaluated"]), ("upsertUsers", &json!(false)));
            counts.iter_mut().for_each(|(name, count)| *count += detail[*name].as_i64().expect("a count"));
        }
        assert_eq!(counts, [("created", 1), ("updated", 1), ("unchanged", 1), ("refused", 0)]);
        world.verify().await;
    }

    async fn upsert_users_evaluates_written_users_at_once_if_asked(world: World) {
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

    async fn upsert_users_refuses_faulty_users_alone_and_names_every_fault(world: World) {
        let api = Api::new(&world).await;
        let with = |key: &str, value: Json| {
            let mut user = bare("x");
            user[key] = value;
            user
        };
        let unknown =
            format!(" has unknown key \"phone\": expected only {}, attributes", USER_FIELDS.join(", "));
        let hidden = "id must not contain line breaks, tabs, or invisible or direction characters";
        let faulty = [
            (json!({}), "id is required"),
            (json!(7), " must be an object"),
            (with("id", json!(" ")), "id is required"),
            (with("id", json!("x".repeat(1025))), "id must not be longer than 1024 bytes"),
            (with("id", json!("a\0b")), "id must not contain a NUL character"),
            (with("id", json!("x\u{200b}")), hidden),
            (with("email", json!(7)), "email must be a string"),
            (with("firstName", json!("x".repeat(70_000))), "firstName must not be longer than 65536 bytes"),
            (with("currentStreak", json!(-1)), "currentStreak must not be negative"),
            (with("level", json!(-1)), "level must not be negative"),
            (with("totalPoints", json!(1.5)), "totalPoints must be an integer"),
            (with("lastActivityAt", json!("yesterday")), "lastActivityAt must be an RFC 3339 time"),
            (with("createdAt", json!("2025-01-01")), "createdAt must be an RFC 3339 time"),
            (with("phone", json!("1")), unknown.as_str()),
            (with("email", json!("")), "email is required"),
            (with("plan", json!(null)), "plan must not be null"),
            (json!({"id": null, "email": null, "role": null, "currentStreak": null, "totalPoints": null, "level": null, "createdAt": null}),
             "id must not be null; email must not be null; role must not be null; currentStreak must not be null; \
              totalPoints must not be null; level must not be null; createdAt must not be null"),
            (json!({"id": "new"}), "email is required for a new user; createdAt is required for a new user"),
            (json!({"id": "newer", "email": "n@example.org", "plan": "PRO"}), "createdAt is required for a new user"),
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

    async fn upsert_users_drops_spaces_around_texts(world: World) {
        let api = Api::new(&world).await;
        let spaced = json!({"id": " ann\t", "email": " ann@example.org ", "firstName": " Ann ", "lastName": " ", "plan": " pro ", "createdAt": "2025-01-01T00:00:00Z"});
        let answer = api.call(METHOD, json!({"users": [spaced, ann()]})).await.expect("an answer");
        assert_eq!(statuses(&answer), [(" ann\t", "created"), ("ann", "refused")]);
        assert_eq!(answer["results"][1]["faults"], json!([{"path": "id", "message": "was already used in this call"}]));
        let stored = "SELECT id, email, first_name, coalesce(last_name, '-'), plan FROM users";
        let expected = ["ann", "ann@example.org", "Ann", "-", "PRO"].map(String::from);
        let found = world.query::<(String, String, String, String, String)>(stored).await.remove(0);
        assert_eq!([found.0, found.1, found.2, found.3, found.4], expected);
        let attempt = json!({"id": " 1", "userId": "ann ", "certification": " AZ-104", "completedAt": "2026-03-09T12:00:00Z"});
        let answer = api.call("adminAudience.recordQuizAttempts", json!({"attempts": [attempt]})).await.expect("an answer");
        assert_eq!(answer["results"][0]["status"], "recorded");
        let attempts = world.query::<(String, String)>("SELECT id, certification FROM quiz_attempts").await;
        assert_eq!(attempts, [("1".into(), "AZ-104".into())]);
    }

    async fn upsert_users_takes_an_id_once_in_a_call(world: World) {
        let api = Api::new(&world).await;
        let mut faulty = ann();
        faulty["level"] = json!(-1);
        let answer = api.call(METHOD, json!({"users": [faulty, ann(), ann()]})).await.expect("an answer");
        assert_eq!(statuses(&answer), [("ann", "refused"), ("ann", "created"), ("ann", "refused")]);
        assert_eq!(answer["results"][2]["faults"], json!([{"path": "id", "message": "was already used in this call"}]));
    }

    async fn upsert_users_leaves_absent_keys_as_they_are(world: World) {
        let api = Api::new(&world).await;
        api.call(METHOD, json!({"users": [ann(), bare("bob")]})).await.expect("an answer");
        world.run(now()).await;
        // Items with different keys, including new users, in one call.
        let answer = api.call(METHOD, json!({"users": [
            {"id": "bob", "plan": "premium"},
            {"id": "ann", "totalPoints": 9},
            bare("cleo"),
            {"id": "dan", "email": "dan@example.org", "createdAt": "2025-01-01T00:00:00Z", "level": 4, "lastName": null},
            {"id": "eve", "plan": "PRO"},
        ]})).await.expect("an answer");
        assert_eq!(statuses(&answer), [
            ("bob", "updated"), ("ann", "updated"), ("cleo", "created"), ("dan", "created"), ("eve", "refused"),
        ]);
        let stored = "SELECT id, email, coalesce(first_name, '-'), plan, current_streak, total_points, level FROM users ORDER BY id";
        let expected = |id: &str, first_name: &str, plan: &str, numbers: (i64, i64, i64)| {
            let email = format!("{id}@example.org");
            (id.to_owned(), email, first_name.to_owned(), plan.to_owned(), numbers.0, numbers.1, numbers.2)
        };
        assert_eq!(world.query::<(String, String, String, String, i64, i64, i64)>(stored).await, [
            expected("ann", "Ann", "PRO", (7, 9, 1)),
            expected("bob", "-", "PREMIUM", (0, 0, 1)),
            expected("cleo", "-", "FREE", (0, 0, 1)),
            expected("dan", "-", "FREE", (0, 0, 4)),
        ]);
        let last_active = "SELECT id FROM users WHERE last_activity_at IS NOT NULL";
        assert_eq!(world.query::<(String,)>(last_active).await, [("ann".into(),)]);
        let marked = "SELECT id FROM users JOIN user_dirty ON user_no = no ORDER BY id";
        assert_eq!(world.query::<(String,)>(marked).await.len(), 4);
        world.verify().await;
    }

    async fn upsert_users_marks_only_users_who_really_changed(world: World) {
        let api = Api::new(&world).await;
        api.call(METHOD, json!({"users": [ann(), bare("bob"), bare("cleo")]})).await.expect("an answer");
        world.run(now()).await;
        let answer = api.call(METHOD, json!({"users": [
            {"id": "ann", "plan": "PRO", "firstName": "Ann"}, {"id": "bob"}, {"id": "cleo", "lastName": "Lind"},
        ]})).await.expect("an answer");
        assert_eq!(statuses(&answer), [("ann", "unchanged"), ("bob", "unchanged"), ("cleo", "updated")]);
        let marked = "SELECT id FROM users JOIN user_dirty ON user_no = no ORDER BY id";
        assert_eq!(world.query::<(String,)>(marked).await, [("cleo".into(),)]);
    }

    async fn upsert_users_null_unsets_names_and_the_last_activity(world: World) {
        let api = Api::new(&world).await;
        api.call(METHOD, json!({"users": [ann()]})).await.expect("an answer");
        let unset = json!({"users": [{"id": "ann", "firstName": null, "lastActivityAt": null}]});
        let answer = api.call(METHOD, unset).await.expect("an answer");
        assert_eq!(statuses(&answer), [("ann", "updated")]);
        let stored = "SELECT plan FROM users WHERE first_name IS NULL AND first_name_folded IS NULL AND last_activity_at IS NULL";
        assert_eq!(world.query::<(String,)>(stored).await, [("PRO".into(),)]);
    }

    async fn upsert_users_keeps_texts_findable_when_only_some_are_given(world: World) {
        let api = Api::new(&world).await;
        api.call(METHOD, json!({"users": [ann(), bare("bob")]})).await.expect("an answer");
        let renamed = json!({"users": [{"id": "ann", "lastName": "Lindqvist"}, {"id": "bob", "email": "robert@example.org"}]});
        api.call(METHOD, renamed).await.expect("an answer");
        world.run(now()).await;
        for (text, id) in [("ann", "ann"), ("lindqvist", "ann"), ("robert", "bob")] {
            let params = json!({"segmentType": "plan", "segmentValue": if id == "ann" { "pro" } else { "free" }, "searchQuery": text});
            let found = api.call("adminAudience.getSegmentUsers", params).await.expect("an answer");
            assert_eq!((&found["total"], &found["users"][0]["id"]), (&json!(1), &json!(id)), "{text}");
        }
        world.verify().await;
    }

    async fn upsert_users_refuses_too_few_and_too_many(world: World) {
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
