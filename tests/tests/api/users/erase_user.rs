//! `adminAudience.eraseUser`.

use integration_tests::{Api, now, on_both_databases, quiz, user};
use serde_json::json;

const METHOD: &str = "adminAudience.eraseUser";

on_both_databases! {
    async fn erase_user_leaves_only_a_number(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
        world.run(now()).await;
        let no = world.no("ann").await;
        let api = Api::new(&world).await.as_superadmin().await;

        assert_eq!(api.call(METHOD, json!({"userId": "ann"})).await, Ok(json!({"success": true})));

        for table in ["users WHERE no", "quiz_attempts WHERE user_no", "user_segment WHERE user_no", "user_stats WHERE user_no"] {
            assert_eq!(world.query::<(i64,)>(&format!("SELECT count(*) FROM {table} = {no}")).await, [(0,)], "{table}");
        }
        assert_eq!(world.members("plan:free").await, ["bob"]);
        assert_eq!(world.counts().await["plan:free"], 1);
        world.verify().await;
        let events = "SELECT DISTINCT actor FROM segment_event WHERE cause = 'erasure'";
        assert_eq!(world.query::<(String,)>(events).await, [("token:test SUPERADMIN".into(),)]);
        let audit = "SELECT action, target FROM audit_log";
        assert_eq!(world.query::<(String, String)>(audit).await, [("eraseUser".into(), format!("user number {no}"))]);
        assert_eq!(api.call(METHOD, json!({"userId": "ann"})).await.expect_err("gone").code, -32044);
    }

    async fn erase_user_is_not_allowed_for_an_admin(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        assert_eq!(api.call(METHOD, json!({"userId": "ann"})).await.expect_err("it is refused").code, -32043);
        world.no("ann").await;
    }

    async fn erase_user_removes_the_person_from_the_audit_log(world: World) {
        world.users(&[user("ann"), user("annabel")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await.as_superadmin().await;
        for id in ["ann", "annabel"] {
            let params = json!({"userId": id, "segmentType": "plan", "segmentValue": "free", "reason": "Ann asked for it"});
            api.call("adminAudience.removeUserFromSegment", params).await.expect("removed");
        }
        let no = world.no("ann").await;
        api.call(METHOD, json!({"userId": "ann"})).await.expect("erased");
        let audit = "SELECT target, CAST(detail IS NULL AS INTEGER) FROM audit_log ORDER BY no";
        assert_eq!(world.query::<(String, i32)>(audit).await, [
            (format!("segment plan:free, user number {no}"), 1),
            ("segment plan:free, user annabel".into(), 0),
            (format!("user number {no}"), 1),
        ]);
    }
}
