//! Ten users, u0 to u9, with streaks of 0 to 9 days, and custom segments of them.

use serde_json::{Value as Json, json};

use crate::{Api, World, user};

pub async fn world_of_streaks(world: &World) {
    let of_streak = |streak: i64| {
        let mut user = user(&format!("u{streak}"));
        user.current_streak = streak;
        user
    };
    world.users(&(0..10).map(of_streak).collect::<Vec<_>>()).await;
}

/// Name and criteria of a segment of users with a streak of at least this many days.
pub fn on_streak(name: &str, days: i64) -> Json {
    json!({
        "name": name, "combineWith": "AND",
        "criteria": [{"field": "currentStreak", "operator": ">=", "value": days}],
    })
}

/// Creates such a segment and returns its `segmentValue`.
pub async fn make_on_streak(api: &Api, name: &str, days: i64) -> String {
    make(api, on_streak(name, days)).await
}

/// Creates a segment and returns its `segmentValue`.
pub async fn make(api: &Api, params: Json) -> String {
    let made = api.call("adminAudience.createCustomSegment", params).await.expect("the segment is made");
    made["segment"]["segmentValue"].as_str().expect("a value").to_owned()
}

/// Name and criteria of a segment of users who are in all of these custom ones.
pub fn in_all_of(name: &str, values: &[&str]) -> Json {
    let condition = |value: &&str| json!({"field": "segment", "operator": "in", "value": [format!("custom:{value}")]});
    json!({"name": name, "combineWith": "AND", "criteria": values.iter().map(condition).collect::<Vec<_>>()})
}

/// Merges two objects.
pub fn merged(mut one: Json, other: Json) -> Json {
    one.as_object_mut().expect("an object").extend(other.as_object().expect("an object").clone());
    one
}
