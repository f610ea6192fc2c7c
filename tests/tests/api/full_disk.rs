//! A disk that fills up and has room again: what was answered is written, what was refused is not, and nobody restarts
//! anything.

use std::time::Duration;

use integration_tests::{Api, Kind, RpcError, TestDatabase, World, now, user};
use serde_json::{Value as Json, json};
use tokio::time::timeout;

const TRY_AGAIN: i64 = -32053;

/// One connection, since the limit on pages that stands for a full disk is that of a connection.
async fn world_of_100() -> (World, World) {
    let test_database = TestDatabase::create(Kind::Sqlite).await.expect("SQLite is embedded");
    let elsewhere = World::new(test_database);
    let users: Vec<_> = (0..100).map(|number| user(&format!("user-{number:03}"))).collect();
    elsewhere.users(&users).await;
    elsewhere.run(now()).await;
    (World::open_with(&elsewhere.test_database.url, 1).await, elsewhere)
}

/// Limits how many pages can be added from now on.
async fn room_for(world: &World, pages: i64) {
    let (count,) = world.query::<(i64,)>("PRAGMA page_count").await[0];
    world.query::<(i64,)>(&format!("PRAGMA max_page_count = {}", count + pages)).await;
}

async fn room_again(world: &World) {
    world.query::<(i64,)>("PRAGMA max_page_count = 1073741823").await;
}

/// One of each kind of write; the number makes it new.
fn writes(number: usize) -> [(&'static str, Json); 4] {
    let padding = "x".repeat(200);
    let users: Vec<_> = (0..5)
        .map(|item| {
            json!({"id": format!("new-{number}-{item}"), "email": format!("{padding}@example.org"), "plan": "FREE",
                   "role": "USER", "currentStreak": 0, "totalPoints": 0, "level": 1, "createdAt": "2025-03-10T12:00:00Z"})
        })
        .collect();
    let criteria = json!([{"field": "totalPoints", "operator": ">=", "value": number}]);
    [
        ("upsertUsers", json!({"users": users})),
        (
            "createCustomSegment",
            json!({"name": format!("segment {number}"), "description": "d".repeat(400), "criteria": criteria,
                   "combineWith": "AND"}),
        ),
        (
            "removeUserFromSegment",
            json!({"userId": format!("user-{number:03}"), "segmentType": "plan", "segmentValue": "free",
                   "reason": "r".repeat(400)}),
        ),
        ("autoSegmentUser", json!({"userId": format!("user-{:03}", 99 - number)})),
    ]
}

async fn call(api: &Api, (method, params): (&str, Json)) -> Result<Json, RpcError> {
    let method = format!("adminAudience.{method}");
    let call = api.call(&method, params);
    timeout(Duration::from_secs(10), call).await.expect("nobody holds the write lock")
}

/// What another process sees of the writes of a number.
async fn is_written(elsewhere: &World, number: usize) -> [bool; 4] {
    let count = async |sql: String| elsewhere.query::<(i64,)>(&sql).await[0].0;
    let users = count(format!("SELECT count(*) FROM users WHERE id LIKE 'new-{number}-%'")).await;
    assert!([0, 5].contains(&users), "all of them or none: {users}");
    let removed = count(format!(
        "SELECT count(*) FROM segment_override JOIN users ON no = user_no WHERE id = 'user-{number:03}'"
    ));
    let evaluated = count(format!(
        "SELECT count(*) FROM audit_log WHERE action = 'autoSegmentUser' AND target = 'user user-{:03}'",
        99 - number
    ));
    let segments = count(format!("SELECT count(*) FROM custom_segment WHERE name = 'segment {number}'")).await;
    [users == 5, segments == 1, removed.await == 1, evaluated.await > 0]
}

#[tokio::test]
async fn what_is_answered_is_written_while_the_disk_is_full_and_afterwards() {
    let (world, elsewhere) = world_of_100().await;
    let api = Api::new(&world).await;
    let mut refused = 0;
    let steps = if std::env::var_os("TEST_LONG").is_some() { 45 } else { 12 };
    for step in 0..steps {
        room_for(&world, step).await;
        for number in [2 * step as usize, 2 * step as usize + 1] {
            let mut answered = [false; 4];
            for (place, write) in writes(number).into_iter().enumerate() {
                match call(&api, write).await {
                    Ok(_) => answered[place] = true,
                    Err(error) => {
                        assert_eq!(error.code, TRY_AGAIN, "{error:?}");
                        refused += 1;
                    }
                }
            }
            assert_eq!(is_written(&elsewhere, number).await, answered, "room for {step} pages, number {number}");
        }
        room_again(&world).await;
        for number in [2 * step as usize, 2 * step as usize + 1] {
            for write in writes(number) {
                // What was made already may be a conflict; nothing else stands in the way.
                let name = write.0;
                if let Err(error) = call(&api, write).await {
                    assert!(error.code == -32049 && name == "createCustomSegment", "{name}: {error:?}");
                }
            }
            assert_eq!(is_written(&elsewhere, number).await, [true; 4], "there is room again");
        }
        // Another process is not kept from writing.
        elsewhere.execute("UPDATE users SET updated_at = updated_at WHERE id = 'user-000'").await;
    }
    assert!(refused > 0, "the disk was never full");
    elsewhere.verify().await;
}
