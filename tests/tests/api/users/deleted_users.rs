//! Users deleted in the host application: they are counted nowhere and listed nowhere, and come back as they were.

use chrono::TimeDelta;
use domain::instant::format_instant;
use integration_tests::{Api, World, ago, now, on_both_databases, user};
use serde_json::{Value as Json, json};

const DELETED_AT: &str = "2026-03-09T08:00:00Z";

async fn call(api: &Api, method: &str, params: Json) -> Json {
    let answer = api.call(&format!("adminAudience.{method}"), params.clone()).await;
    answer.unwrap_or_else(|error| panic!("{method} {params}: {error:?}"))
}

async fn upsert(api: &Api, change: Json, evaluate: bool) -> Json {
    let answer = call(api, "upsertUsers", json!({"users": [change], "evaluate": evaluate})).await;
    answer["results"][0]["status"].clone()
}

fn free() -> Json {
    json!({"segmentType": "plan", "segmentValue": "free"})
}

fn with(mut params: Json, more: Json) -> Json {
    let more = more.as_object().expect("an object").clone();
    params.as_object_mut().expect("an object").extend(more);
    params
}

fn everybody() -> Json {
    json!({"criteria": [{"field": "level", "operator": ">=", "value": 0}], "combineWith": "AND"})
}

/// Ann is on the free plan, and an admin has included her in the premium plan. Bob is on the free plan.
async fn world_of_two(world: &World) -> Api {
    world.users(&[user("ann"), user("bob")]).await;
    world.run(ago(3)).await;
    let api = Api::new(world).await;
    let include = json!({"userId": "ann", "segmentType": "plan", "segmentValue": "premium"});
    call(&api, "addUserToSegment", include).await;
    let exclude = json!({"userId": "ann", "segmentType": "behavior", "segmentValue": "casual"});
    call(&api, "removeUserFromSegment", exclude).await;
    api
}

on_both_databases! {
    async fn deleted_user_leaves_every_segment_at_once(world: World) {
        let api = world_of_two(&world).await;
        assert_eq!(world.segments_of("ann").await, ["lifecycle:churned", "plan:free", "plan:premium"]);
        assert_eq!(upsert(&api, json!({"id": "ann", "deletedAt": DELETED_AT}), false).await, "updated");

        assert_eq!(world.segments_of("ann").await, [""; 0]);
        assert_eq!(world.members("plan:free").await, ["bob"]);
        let causes = "SELECT DISTINCT cause FROM segment_event WHERE NOT entered";
        assert_eq!(world.query::<(String,)>(causes).await, [("host_deleted".to_owned(),)]);
        world.verify().await;
        // Nothing is left for a run.
        let report = world.run(now()).await;
        assert_eq!((report.users_processed, report.entered, report.left), (1, 0, 0));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await, [(0,)]);
    }

    async fn deleted_user_needs_nothing_but_an_id(world: World) {
        let api = world_of_two(&world).await;
        let emptied = json!({"id": "ann", "email": "", "firstName": null, "plan": 7, "level": -1, "deletedAt": DELETED_AT});
        assert_eq!(upsert(&api, emptied.clone(), false).await, "updated");
        let kept = "SELECT email, plan, level FROM users WHERE id = 'ann'";
        let ann = user("ann");
        assert_eq!(world.query::<(String, String, i64)>(kept).await, [(ann.email, ann.plan, ann.level)]);
        assert_eq!(world.members("plan:free").await, ["bob"]);
        assert_eq!(upsert(&api, emptied, false).await, "unchanged");
        assert_eq!(upsert(&api, json!({"id": "nobody", "deletedAt": DELETED_AT}), true).await, "unchanged");
        let complete = json!({"id": "nobody", "email": "n@example.org", "createdAt": DELETED_AT, "deletedAt": DELETED_AT});
        assert_eq!(upsert(&api, complete, true).await, "unchanged");
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM users").await, [(2,)]);
        let unknown = json!({"users": [{"id": " ", "email": "", "deletedAt": DELETED_AT}]});
        let refused = call(&api, "upsertUsers", unknown).await["results"][0].clone();
        assert_eq!(refused["faults"], json!([{"path": "id", "message": "is required"}]));
    }

    async fn deleted_user_is_not_deleted_in_the_future(world: World) {
        let api = world_of_two(&world).await;
        let tomorrow = format_instant(now() + TimeDelta::days(1));
        let users = json!([{"id": "ann", "level": 9, "deletedAt": tomorrow}, {"id": "bob", "deletedAt": DELETED_AT}]);
        let results = call(&api, "upsertUsers", json!({"users": users})).await["results"].clone();
        assert_eq!(results[0]["faults"], json!([{"path": "deletedAt", "message": "must not be in the future"}]));
        assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("refused"), &json!("updated")));
        assert_eq!(world.members("plan:free").await, ["ann"]);
    }

    async fn deleted_user_is_counted_nowhere_and_listed_nowhere(world: World) {
        let api = world_of_two(&world).await;
        upsert(&api, json!({"id": "ann", "deletedAt": DELETED_AT}), true).await;

        let listed = call(&api, "getSegmentUsers", free()).await;
        assert_eq!((&listed["total"], &listed["users"][0]["id"]), (&json!(1), &json!("bob")));
        let searched = call(&api, "getSegmentUsers", with(free(), json!({"searchQuery": "ann@"}))).await;
        assert_eq!((&searched["total"], &searched["users"]), (&json!(0), &json!([])));
        let casual = json!({"segmentType": "behavior", "segmentValue": "casual", "show": "excluded"});
        let excluded = call(&api, "getSegmentUsers", casual).await;
        assert_eq!((&excluded["total"], &excluded["users"]), (&json!(0), &json!([])));
        let exported = call(&api, "exportSegmentUsers", free()).await;
        assert_eq!((&exported["rowCount"], &exported["totalCount"]), (&json!(1), &json!(1)));
        assert!(!exported["csv"].as_str().expect("CSV").contains("ann"));
        assert_eq!(call(&api, "getSegmentStats", free()).await["currentCount"], 1);
        let size = call(&api, "getAudienceSize", json!({})).await;
        assert_eq!(size, json!({"segmentedUsers": 1, "totalUsers": 1}));
        let preview = call(&api, "previewSegment", everybody()).await;
        assert_eq!((&preview["matchCount"], &preview["totalUsers"]), (&json!(1), &json!(1)));
        let before = call(&api, "getSegmentMembersAsOf", with(free(), json!({"at": "2026-03-08T00:00:00Z"}))).await;
        assert_eq!(before["userIds"], json!(["bob"]));

        let made = call(&api, "createCustomSegment", with(everybody(), json!({"name": "Everybody"}))).await;
        let key = made["segment"]["id"].as_str().expect("a key").to_owned();
        assert_eq!(world.members(&key).await, ["bob"], "a save lets nobody in who is gone");
        let nobody = json!({"criteria": [{"field": "level", "operator": "<", "value": 0}], "combineWith": "AND", "not": true});
        assert_eq!(call(&api, "previewSegment", nobody).await["matchCount"], 1, "a negation neither");
        world.verify().await;
    }

    async fn deleted_user_is_explained(world: World) {
        let api = world_of_two(&world).await;
        let there = call(&api, "explainUser", with(free(), json!({"userId": "ann"}))).await;
        assert_eq!((&there["deletedAt"], &there["matches"]), (&Json::Null, &json!(true)));
        upsert(&api, json!({"id": "ann", "deletedAt": DELETED_AT}), false).await;

        let gone = call(&api, "explainUser", with(free(), json!({"userId": "ann"}))).await;
        assert_eq!((&gone["deletedAt"], &gone["matches"]), (&json!(DELETED_AT), &json!(false)));
        let membership = &gone["membership"];
        assert_eq!((&membership["isMember"], &membership["wanted"], &membership["differs"]), (&json!(false), &json!(false), &json!(false)));
        assert_eq!(membership["lastChange"]["cause"], "host_deleted");
        let unsaved = call(&api, "explainUser", with(everybody(), json!({"userId": "ann"}))).await;
        assert_eq!((&unsaved["deletedAt"], &unsaved["matches"]), (&json!(DELETED_AT), &json!(false)));

        let segments = call(&api, "getUserSegments", json!({"userId": "ann"})).await;
        assert_eq!((&segments["deletedAt"], &segments["segments"]), (&json!(DELETED_AT), &json!([])));
        assert_eq!(segments["overrides"].as_array().map(Vec::len), Some(2), "they stay");
        let evaluated = call(&api, "autoSegmentUser", json!({"userId": "ann"})).await;
        assert_eq!(evaluated, json!({"segmentsAdded": [], "segmentsRemoved": [], "currentSegments": []}));
    }

    async fn deleted_user_who_is_there_again_comes_back_as_before(world: World) {
        let api = world_of_two(&world).await;
        let before = world.segments_of("ann").await;
        upsert(&api, json!({"id": "ann", "deletedAt": DELETED_AT}), false).await;
        // What an item leaves out stays as it is.
        upsert(&api, json!({"id": "ann", "level": 3}), true).await;
        assert_eq!(world.segments_of("ann").await, [""; 0]);
        assert_eq!(call(&api, "getUserSegments", json!({"userId": "ann"})).await["deletedAt"], DELETED_AT);

        upsert(&api, json!({"id": "ann", "deletedAt": null}), false).await;
        assert_eq!(call(&api, "getUserSegments", json!({"userId": "ann"})).await["deletedAt"], Json::Null);
        world.run(now()).await;
        assert_eq!(world.segments_of("ann").await, before);
        assert!(!before.contains(&"behavior:casual".to_owned()));
    }

    async fn deleted_user_cannot_be_included_until_there_again(world: World) {
        let api = world_of_two(&world).await;
        upsert(&api, json!({"id": "ann", "deletedAt": DELETED_AT}), false).await;
        let include = json!({"userId": "ann", "segmentType": "plan", "segmentValue": "pro"});
        let refused = api.call("adminAudience.addUserToSegment", include.clone()).await.expect_err("nobody would enter");
        assert_eq!((refused.code, &*refused.message), (-32049, "The user is deleted in the host application"));
        assert_eq!(world.segments_of("ann").await, [""; 0]);
        world.verify().await;
        upsert(&api, json!({"id": "ann", "deletedAt": null}), true).await;
        assert_eq!(call(&api, "addUserToSegment", include).await, json!({"success": true}));
        assert!(world.members("plan:pro").await.contains(&"ann".to_owned()));
    }

}
