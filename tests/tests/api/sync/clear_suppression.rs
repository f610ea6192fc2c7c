//! `adminAudience.clearSuppression`.

use integration_tests::{MailWorld, on_both_databases, user};
use serde_json::json;

use super::api;

const METHOD: &str = "adminAudience.clearSuppression";

on_both_databases! {
    async fn suppression_is_lifted_with_a_reason_on_record(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann"), user("bob")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.fake.delete_contact("ann@example.org");
        mail.fake.unsubscribe("bob@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        let api = api(&mail).await;
        let of = |user: &str, reason: &str| json!({"userId": user, "reason": reason, "why": "asked for it"});
        assert_eq!(api.call(METHOD, of("ann", "deleted")).await, Ok(json!({"success": true, "wasHeld": true})));
        assert_eq!(api.call(METHOD, of("ann", "refused")).await, Ok(json!({"success": true, "wasHeld": false})));
        let refused = api.as_superadmin().await.call(METHOD, of("bob", "unsubscribed")).await.expect_err("not here");
        assert_eq!(refused.message, "That can only be lifted by the person, or by somebody at the mail service");
        assert_eq!(api.call(METHOD, of("nobody", "deleted")).await.expect_err("no user").code, -32044);
        let detail = "SELECT CAST(detail AS text) FROM audit_log WHERE action = 'clearSuppression'";
        let recorded = mail.world.query::<(String,)>(detail).await.remove(0).0;
        assert!(recorded.contains("asked for it") && recorded.contains("deleted"), "{recorded}");
        assert_eq!(mail.sync().await.counts.created, 1);
        mail.is_at_rest("made again").await;
    }
}
