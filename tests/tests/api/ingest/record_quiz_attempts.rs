//! `adminAudience.recordQuizAttempts`.

use integration_tests::{Api, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.recordQuizAttempts";

fn attempt(user: &str, id: &str) -> Json {
    json!({"id": id, "userId": user, "certification": "AWS-SAA-C03", "completedAt": "2026-03-09T12:00:00Z"})
}

fn statuses(answer: &Json) -> Vec<&str> {
    let results = answer["results"].as_array().expect("results");
    results.iter().map(|one| one["status"].as_str().expect("a status")).collect()
}

on_both_databases! {
    async fn record_quiz_attempts_records_corrects_and_leaves_as_it_is(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let api = Api::new(&world).await;
        let first = json!({"attempts": [attempt("bob", "1"), attempt("ann", "1"), attempt("ann", "2")]});
        let answer = api.call(METHOD, first.clone()).await.expect("an answer");
        assert_eq!(statuses(&answer), ["recorded", "recorded", "recorded"]);
        assert_eq!(answer["results"][0], json!({"id": "1", "userId": "bob", "status": "recorded"}));
        let answer = api.call(METHOD, first).await.expect("an answer");
        assert_eq!(statuses(&answer), ["unchanged", "unchanged", "unchanged"]);
        let mut scored = attempt("ann", "1");
        scored["score"] = json!(87.5);
        let answer = api.call(METHOD, json!({"attempts": [attempt("ann", "2"), scored]})).await.expect("an answer");
        assert_eq!(statuses(&answer), ["unchanged", "recorded"]);
        let stored = "SELECT quiz_count, recent_aws FROM user_stats ORDER BY quiz_count";
        assert_eq!(world.query::<(i64, i64)>(stored).await, [(1, 1), (2, 2)]);
        assert_eq!(world.events().await, 0);
        world.verify().await;
        // Each shard that a call writes to has an entry.
        let audit = "SELECT count(DISTINCT request_id) FROM audit_log WHERE action = 'recordQuizAttempts'";
        assert_eq!(world.query::<(i64,)>(audit).await, [(3,)]);
    }

    async fn record_quiz_attempts_leaves_a_score_that_is_not_given(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        let with = |id: &str, changes: Json| {
            let mut attempt = attempt("ann", id);
            attempt.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
            attempt
        };
        let first = [with("1", json!({"score": 7})), with("2", json!({"score": 8})), with("3", json!({}))];
        api.call(METHOD, json!({"attempts": first})).await.expect("an answer");
        let next = [
            with("1", json!({"certification": "AZ-104"})),
            with("2", json!({"score": null})),
            with("3", json!({})),
            with("4", json!({"score": 9.5})),
        ];
        let answer = api.call(METHOD, json!({"attempts": next})).await.expect("an answer");
        assert_eq!(statuses(&answer), ["recorded", "recorded", "unchanged", "recorded"]);
        let stored = "SELECT id, certification, coalesce(score, -1.0) FROM quiz_attempts ORDER BY id";
        let expected = [("1", "AZ-104", 7.0), ("2", "AWS-SAA-C03", -1.0), ("3", "AWS-SAA-C03", -1.0), ("4", "AWS-SAA-C03", 9.5)];
        let expected = expected.map(|(id, certification, score)| (id.to_owned(), certification.to_owned(), score));
        assert_eq!(world.query::<(String, String, f64)>(stored).await, expected);
        world.verify().await;
    }

    async fn record_quiz_attempts_refuses_faulty_attempts_alone(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        let with = |key: &str, value: Json| {
            let mut attempt = attempt("ann", "9");
            attempt[key] = value;
            attempt
        };
        let faulty = [
            (json!({}), "id is required; userId is required; certification is required; completedAt is required"),
            (with("score", json!("good")), "score must be a number"),
            (with("certification", json!("a\0b")), "certification must not contain a NUL character"),
            (with("completedAt", json!(0)), "completedAt must be an RFC 3339 time"),
            (with("userId", json!("nobody")), "userId does not match any user"),
            (with("certification", json!(null)), "certification must not be null"),
        ];
        let mut attempts: Vec<_> = faulty.iter().map(|(attempt, _)| attempt.clone()).collect();
        attempts.extend([attempt("ann", "1"), attempt("ann", "1")]);
        let answer = api.call(METHOD, json!({"attempts": attempts})).await.expect("an answer");
        let results = answer["results"].as_array().expect("results");
        for ((_, expected), result) in faulty.iter().zip(results) {
            let faults = result["faults"].as_array().expect("faults").iter();
            let faults: Vec<_> = faults
                .map(|fault| format!("{} {}", fault["path"].as_str().expect("a path"), fault["message"].as_str().expect("a message")))
                .collect();
            assert_eq!((result["status"].as_str(), faults.join("; ").as_str()), (Some("refused"), *expected));
        }
        assert_eq!(statuses(&answer)[6..], ["recorded", "refused"]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM quiz_attempts").await, [(1,)]);
    }

    async fn record_quiz_attempts_evaluates_users_at_once_if_asked(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let api = Api::new(&world).await;
        let params = json!({"attempts": [attempt("ann", "1"), attempt("nobody", "1")], "evaluate": true});
        api.call(METHOD, params).await.expect("an answer");
        assert_eq!(
            world.segments_of("ann").await,
            ["behavior:casual", "certification:aws_focus", "lifecycle:churned", "plan:free"]
        );
        assert!(world.segments_of("bob").await.is_empty());
        world.verify().await;
    }

    async fn record_quiz_attempts_refuses_too_few_and_too_many(world: World) {
        let api = Api::new(&world).await;
        for attempts in [json!([]), json!(vec![attempt("ann", "1"); 1001])] {
            let error = api.call(METHOD, json!({"attempts": attempts})).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!("attempts")));
        }
    }
}
