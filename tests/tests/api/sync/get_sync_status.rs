//! `adminAudience.getSyncStatus`.

use integration_tests::{Api, MailWorld, now, on_both_databases, user};
use segmentation_engine::sync::settings::SyncSettings;
use serde_json::json;

use super::{api, of_free};

const METHOD: &str = "adminAudience.getSyncStatus";

on_both_databases! {
    async fn sync_status_is_empty_at_first(world: World) {
        let api = Api::with_mail(&world, now(), SyncSettings::NONE).await;
        let status = api.call(METHOD, json!({})).await.expect("a status");
        assert_eq!((&status["configured"], &status["webhook"]["configured"]), (&json!(false), &json!(false)));
        assert_eq!((&status["segments"], &status["lastRun"], &status["suppressed"]), (&json!([]), &json!(null), &json!([])));
        assert!(status["installation"].as_str().is_some_and(|installation| installation.len() == 8), "{status}");
    }

    /// The sum holds at every step: members = delivered + joins + held.
    async fn sync_status_accounts_for_every_member(world: World) {
        let mail = MailWorld::new(world).await;
        let mut nowhere = user("nowhere");
        nowhere.email = "nowhere".into();
        let mut refused = user("refused");
        refused.email = "refused@-".into();
        mail.world.users(&[user("ann"), user("bob"), user("cleo"), nowhere, refused]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        for step in 0..4 {
            let free = of_free(&mail).await;
            let sum: i64 = ["suppressed", "noAddress", "refused"].iter().map(|why| free["held"][why].as_i64().expect("a count")).sum();
            let of = |name: &str| free[name].as_i64().expect("a count");
            assert_eq!(of("members"), of("delivered") + free["pending"]["joins"].as_i64().expect("a count") + sum, "step {step}: {free}");
            match step {
                0 => mail.fake.unsubscribe("ann@example.org"),
                1 => mail.fake.bounce("bob@example.org"),
                _ => {}
            }
            mail.sync().await;
            mail.all_arrive().await;
        }
        let free = of_free(&mail).await;
        assert_eq!(free["held"]["noAddress"], 1);
        let status = api(&mail).await.call(METHOD, json!({})).await.expect("a status");
        assert_eq!(status["suppressed"], json!([{"reason": "bounced", "count": 1}]));
        assert_eq!((&status["configured"], &status["lastRun"]["state"]), (&json!(true), &json!("succeeded")));
    }
}
