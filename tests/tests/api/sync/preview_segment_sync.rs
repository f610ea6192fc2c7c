//! `adminAudience.previewSegmentSync`.

use integration_tests::{Api, MailWorld, on_both_databases, user};
use serde_json::json;

use super::api;

const METHOD: &str = "adminAudience.previewSegmentSync";

on_both_databases! {
    async fn preview_says_what_a_sync_would_do(world: World) {
        let mail = MailWorld::new(world).await;
        let mut twin = user("twin");
        twin.email = "ann@example.org".into();
        let mut nowhere = user("nowhere");
        nowhere.email = "nowhere".into();
        mail.world.users(&[user("ann"), twin, nowhere, user("bob")]).await;
        mail.evaluate().await;
        mail.world.execute(
            "INSERT INTO suppression (address_key, reason, origin, set_at) \
             VALUES ('bob@example.org', 'bounced', 'webhook', '2026-03-01T00:00:00+00:00')"
        ).await;
        let free = json!({"segmentType": "plan", "segmentValue": "free"});
        let preview = api(&mail).await.call(METHOD, free.clone()).await.expect("a preview");
        let expected = json!({
            "members": 4, "withoutAddress": 1, "suppressed": 1, "sharedAddresses": 1, "contactsKnown": 0, "contactsUnknown": 1,
            "requests": {"least": 3, "most": 4}, "minutes": {"least": 1, "most": 1}, "contactLimit": 1_000_000, "contactsUsed": 0,
            "needsConfirmation": false,
        });
        assert_eq!(preview, expected);
        assert_eq!(mail.fake.requests().len(), 1, "one question about the plan");
        let without = Api::new(&mail.world).await.call(METHOD, free).await.expect("a preview without an answer");
        assert_eq!((&without["members"], &without["contactLimit"]), (&json!(4), &json!(null)));
        let gold = json!({"segmentType": "plan", "segmentValue": "gold"});
        assert_eq!(api(&mail).await.call(METHOD, gold).await.expect_err("there is none").code, -32044);
    }
}
