//! `adminAudience.previewSegment`.

use domain::profile::User;
use integration_tests::{Api, World, ago, on_both_databases, quiz, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.previewSegment";

async fn world_of_ten(world: &World) {
    let users: Vec<_> = (0..10)
        .map(|number| {
            let mut user = user(&format!("u{number}"));
            user.current_streak = number;
            user.plan = if number % 2 == 0 { "PRO" } else { "FREE" }.into();
            user.last_activity_at = (number > 4).then(|| ago(number));
            user
        })
        .collect();
    world.users(&users).await;
}

fn counts(answer: &Json) -> Vec<(&str, i64)> {
    let conditions = answer["conditions"].as_array().expect("conditions");
    let count = |one: &Json| one["count"].as_i64().expect("a count");
    conditions.iter().map(|one| (one["path"].as_str().expect("a path"), count(one))).collect()
}

fn remaining(answer: &Json) -> Vec<Option<i64>> {
    answer["conditions"].as_array().expect("conditions").iter().map(|one| one["remaining"].as_i64()).collect()
}

on_both_databases! {
    async fn preview_counts_the_whole_and_every_part(world: World) {
        world_of_ten(&world).await;
        world.attempts(&[quiz("u1", 1, "AZ-104"), quiz("u2", 2, "AWS-SAA-C03")]).await;
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, json!({
            "combineWith": "AND", "sampleSize": 2,
            "criteria": [
                {"field": "plan", "operator": "equals", "value": "PRO"},
                {"combineWith": "OR", "not": true, "criteria": [
                    {"field": "currentStreak", "operator": "<", "value": 3},
                    {"field": "quizAttempts", "operator": ">=", "value": 1},
                    {"combineWith": "AND", "criteria": [{"field": "lastActivityAt", "operator": "not_within_last", "value": "7d"}]},
                ]},
            ],
        })).await.expect("a preview");
        // Streak < 3: u0 u1 u2; attempts: u1 u2; idle: u0…u4 u8 u9; none of these: u5 u6 u7; of them PRO: u6.
        assert_eq!((&answer["matchCount"], &answer["totalUsers"]), (&json!(1), &json!(10)));
        assert_eq!(counts(&answer), [
            ("criteria[0]", 5),
            ("criteria[1]", 3),
            ("criteria[1].criteria[0]", 3),
            ("criteria[1].criteria[1]", 2),
            ("criteria[1].criteria[2]", 7),
            ("criteria[1].criteria[2].criteria[0]", 7),
        ]);
        assert_eq!(remaining(&answer), [Some(5), Some(1), None, None, None, Some(7)]);
        let sample = answer["sampleUsers"].as_array().expect("users");
        assert_eq!(sample.len(), 1);
        assert_eq!((&sample[0]["id"], &sample[0]["email"]), (&json!("u6"), &json!("u6@example.org")));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM segment").await, [(13,)], "nothing is saved");
    }

    async fn preview_says_what_remains_after_each_item_of_a_set(world: World) {
        world_of_ten(&world).await;
        let api = Api::new(&world).await;
        let streak = |operator: &str, value: i64| json!({"field": "currentStreak", "operator": operator, "value": value});
        let pro = json!({"field": "plan", "operator": "equals", "value": "PRO"});
        let idle = json!({"field": "lastActivityAt", "operator": "is_not_set"});
        for (set, expected) in [
            // Streak < 8: u0…u7; PRO: u0 u2 u4 u6; never active: u0 u2 u4; streak ≥ 3: u4.
            (
                json!({"combineWith": "AND", "criteria": [streak("<", 8), pro, idle, streak(">=", 3)]}),
                vec![Some(8), Some(4), Some(3), Some(1)],
            ),
            // A negated set counts what it takes away; the others go on with what it leaves.
            (
                json!({"combineWith": "AND", "criteria": [
                    pro, {"combineWith": "AND", "not": true, "criteria": [streak(">=", 2), streak("<", 8)]}, idle,
                ]}),
                vec![Some(5), Some(2), Some(8), Some(6), Some(1)],
            ),
            (json!({"combineWith": "AND", "criteria": [pro]}), vec![Some(5)]),
            (json!({"combineWith": "OR", "criteria": [pro, idle]}), vec![None, None]),
            (
                json!({"combineWith": "OR", "criteria": [pro, {"combineWith": "AND", "criteria": [idle, pro]}]}),
                vec![None, None, Some(5), Some(3)],
            ),
            // Nobody comes back.
            (
                json!({"combineWith": "AND", "criteria": [streak(">", 100), pro, idle]}),
                vec![Some(0), Some(0), Some(0)],
            ),
        ] {
            let answer = api.call(METHOD, set.clone()).await.expect("a preview");
            assert_eq!(remaining(&answer), expected, "{set}");
        }
    }

    /// Enough users for several parts of the range of keys, with keys that nobody has.
    async fn preview_of_many_users_counts_each_once_and_samples_in_order(world: World) {
        let users: Vec<_> = (0..4_500).map(|number| User { current_streak: number, ..user(&format!("u{number}")) }).collect();
        world.users(&users).await;
        world.execute("UPDATE users SET deleted_at = created_at WHERE current_streak BETWEEN 500 AND 2599").await;
        world.execute("DELETE FROM users WHERE current_streak BETWEEN 2000 AND 2499").await;
        let api = Api::new(&world).await;
        let every = |operator: &str, value: i64| json!({"field": "currentStreak", "operator": operator, "value": value});
        let rare = [400, 600, 3_000, 4_499].map(|streak| every("equals", streak));
        let answer = api.call(METHOD, json!({"combineWith": "OR", "sampleSize": 3, "criteria": [
            {"combineWith": "OR", "criteria": rare}, every(">=", 4_400),
        ]})).await.expect("a preview");
        assert_eq!((&answer["isEstimate"], &answer["totalUsers"]), (&json!(false), &json!(2_400)));
        assert_eq!(answer["matchCount"], 102);
        assert_eq!(counts(&answer)[..4], [
            ("criteria[0]", 3),
            ("criteria[0].criteria[0]", 1),
            ("criteria[0].criteria[1]", 0),
            ("criteria[0].criteria[2]", 1),
        ]);
        let sample = answer["sampleUsers"].as_array().expect("users");
        let ids: Vec<_> = sample.iter().map(|user| user["id"].as_str().expect("an id").to_owned()).collect();
        let first = "SELECT id FROM users WHERE current_streak IN (400, 3000) OR current_streak >= 4400 ORDER BY no LIMIT 3";
        assert_eq!(ids, world.query::<(String,)>(first).await.into_iter().map(|(id,)| id).collect::<Vec<_>>());
    }

    async fn preview_day_in_a_definition_is_the_whole_day(world: World) {
        let mut person = user("u1");
        person.created_at = "2014-06-30T09:00:00Z".parse().expect("an instant");
        world.users(&[person]).await;
        let api = Api::new(&world).await;
        for (operator, value, expected) in [
            ("between", json!(["2014-06-01", "2014-06-30"]), 1),
            ("between", json!(["2014-06-30", "2014-06-30"]), 1),
            ("between", json!(["2014-07-01", "2014-07-01"]), 0),
            (">", json!("2014-06-30"), 0),
            (">", json!("2014-06-29"), 1),
            ("<", json!("2014-06-30"), 0),
            ("<", json!("2014-07-01"), 1),
        ] {
            let criteria = json!([{"field": "createdAt", "operator": operator, "value": value}]);
            let answer = api.call(METHOD, json!({"combineWith": "AND", "criteria": criteria})).await.expect("a preview");
            assert_eq!(answer["matchCount"], expected, "{operator} {value}");
        }
    }

    async fn preview_sample_has_the_requested_size(world: World) {
        world_of_ten(&world).await;
        let api = Api::new(&world).await;
        let criteria = json!([{"field": "level", "operator": "equals", "value": 1}]);
        for (size, expected) in [(json!(0), 0), (json!(3), 3), (json!(50), 10)] {
            let params = json!({"combineWith": "OR", "criteria": criteria, "sampleSize": size});
            let answer = api.call(METHOD, params).await.expect("a preview");
            assert_eq!(answer["sampleUsers"].as_array().map(Vec::len), Some(expected));
            assert_eq!(answer["matchCount"], 10);
        }
        for size in [json!(-1), json!(51), json!("ten"), json!(1.5)] {
            let params = json!({"combineWith": "OR", "criteria": criteria, "sampleSize": size});
            let error = api.call(METHOD, params).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!("sampleSize")));
        }
    }

    async fn preview_without_users_is_empty(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"combineWith": "AND", "criteria": [{"field": "plan", "operator": "in", "value": ["FREE"]}]});
        let answer = api.call(METHOD, params).await.expect("a preview");
        assert_eq!(answer, json!({
            "isEstimate": false, "countedUsers": 0, "matchCount": 0, "totalUsers": 0, "sampleUsers": [], "conditions": [
                {"path": "criteria[0]", "count": 0, "remaining": 0},
            ],
        }));
    }

    /// The largest valid definitions, by conditions and by depth, with all values.
    async fn preview_counts_the_largest_definitions(world: World) {
        world_of_ten(&world).await;
        let api = Api::new(&world).await;
        let condition = json!({"field": "segment", "operator": "not_in", "value": ["plan:pro", "plan:free", "plan:premium"]});
        let mut criteria = json!(vec![condition; 100]);
        for _ in 0..7 {
            criteria = json!([{"combineWith": "AND", "not": true, "criteria": criteria}]);
        }
        let params = json!({"combineWith": "AND", "criteria": criteria, "sampleSize": 0});
        let answer = api.call(METHOD, params).await.expect("a preview");
        assert_eq!((&answer["matchCount"], counts(&answer).len()), (&json!(0), 107));
        assert_eq!(remaining(&answer).len(), 107);
        assert!(remaining(&answer).iter().all(Option::is_some));
        let deep = |field: &str| {
            let mut item = json!({"field": field, "operator": ">=", "value": 0});
            for _ in 0..7 {
                item = json!({"combineWith": "OR", "criteria": [item]});
            }
            item
        };
        let params = json!({"combineWith": "AND", "criteria": vec![deep("level"); 100], "sampleSize": 0});
        let answer = api.call(METHOD, params).await.expect("a preview");
        assert_eq!((&answer["matchCount"], counts(&answer).len()), (&json!(10), 800));
        // What remains after the first of few items contains it again, on each level.
        let few = json!({"field": "awsShare", "operator": "between", "value": [0, 100]});
        let mut criteria = json!(vec![few.clone(); 6]);
        for _ in 0..7 {
            let mut items = vec![json!({"combineWith": "AND", "not": true, "criteria": criteria})];
            items.extend(vec![few.clone(); 5]);
            criteria = json!(items);
        }
        let params = json!({"combineWith": "AND", "criteria": criteria, "sampleSize": 0});
        let answer = api.call(METHOD, params).await.expect("a preview");
        assert_eq!((counts(&answer).len(), remaining(&answer).len()), (48, 48));
    }

    async fn preview_refuses_faults_with_their_paths(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": "contains", "value": 1, "more": 2}]});
        let faults = api.call(METHOD, params).await.expect_err("it is refused").faults();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults.iter().all(|fault| fault.starts_with("criteria[0]")), "{faults:?}");
    }
}
