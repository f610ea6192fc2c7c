//! `adminAudience.getSegmentDefinitionHistory`.

use integration_tests::{
    Api, now, on_both_databases,
    streaks::{make_on_streak, merged, on_streak},
};
use serde_json::json;

const METHOD: &str = "adminAudience.getSegmentDefinitionHistory";

on_both_databases! {
    async fn definition_history_keeps_every_version_with_its_author(world: World) {
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let change = merged(on_streak("Long streak", 14), json!({"segmentValue": value, "version": 1}));
        let boss = api.as_superadmin().await;
        boss.call("adminAudience.updateCustomSegment", change).await.expect("it is saved");

        let history = api.call(METHOD, json!({"segmentValue": value})).await.expect("a history");

        let version = |version: i64, name: &str, days: i64, author: &str| {
            json!({
                "version": version, "name": name, "description": "", "author": author,
                "definition": {
                    "combineWith": "AND", "criteria": [{"field": "currentStreak", "operator": ">=", "value": days}],
                },
                "criteriaInWords": format!("current streak is at least {days}"),
                "createdAt": now().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            })
        };
        assert_eq!(history, json!({"versions": [
            version(2, "Long streak", 14, "token:test SUPERADMIN"), version(1, "Streak", 7, "token:test ADMIN"),
        ]}));
        assert_eq!(api.call(METHOD, json!({"segmentValue": "no-such"})).await.expect_err("none").code, -32044);
    }
}
