//! Ten users, u0 to u9, each with a streak of as many days, and custom segments over them.

use serde_json::{Value as Json, json};

use crate::{Api, World, user};

/// The users.
pub async fn world_of_streaks(world: &World) {
    let of_streak = |streak: i64| {
        let mut user = user(&format!("u{streak}"));
        user.current_streak = streak;
        user
    };
    world.users(&(0..10).map(of_streak).collect::<Vec<_>>()).await;
}

/// Name and criteria of a segment of those with a streak of at least so many days.
pub fn on_streak(name: &str, days: i64) -> Json {
    json!({
        "name": name, "combineWith": "AND",
        "criteria": [{"field": "currentStreak", "operator": ">=", "value": days}],
    })
}

/// Makes such a segment; says its `segmentValue`.
pub async fn make_on_streak(api: &Api, name: &str, days: i64) -> String {
    make(api, on_streak(name, days)).await
}

/// Makes a segment; says its `segmentValue`.
pub async fn make(api: &Api, params: Json) -> String {
    let made = api.call("adminAudience.createCustomSegment", params).await.expect("the segment is made");
    made["segment"]["segmentValue"].as_str().expect("a value").to_owned()
}

/// Name and criteria of a segment of those who are in all of some custom ones.
pub fn in_all_of(name: &str, values: &[&str]) -> Json {
    let condition = |value: &&str| json!({"field": "segment", "operator": "in", "value": [format!("custom:{value}")]});
    json!({"name": name, "combineWith": "AND", "criteria": values.iter().map(condition).collect::<Vec<_>>()})
}

/// One JSON object with the keys of both.
pub fn merged(mut one: Json, other: Json) -> Json {
    one.as_object_mut().expect("an object").extend(other.as_object().expect("an object").clone());
    one
}
