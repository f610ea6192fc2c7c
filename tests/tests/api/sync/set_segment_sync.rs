//! `adminAudience.setSegmentSync`.

use integration_tests::{MailWorld, on_both_databases, user};
use serde_json::{Value as Json, json};

use super::{api, of_free};

const METHOD: &str = "adminAudience.setSegmentSync";

fn free(more: Json) -> Json {
    integration_tests::streaks::merged(json!({"segmentType": "plan", "segmentValue": "free"}), more)
}

on_both_databases! {
    async fn sync_of_a_segment_is_switched_on_paused_and_off(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann"), user("bob")]).await;
        mail.evaluate().await;
        let api = api(&mail).await;
        let on = api.call(METHOD, free(json!({"state": "on"}))).await.expect("it is on");
        assert_eq!((&on["sync"]["state"], &on["sync"]["pending"]["joins"]), (&json!("on"), &json!(2)));
        mail.sync().await;
        assert_eq!(of_free(&mail).await["delivered"], 2);
        let paused = api.call(METHOD, free(json!({"state": "paused"}))).await.expect("it is paused");
        assert_eq!(paused["sync"]["state"], "paused");
        assert_eq!(api.call(METHOD, free(json!({"state": "off"}))).await.expect_err("not for admins").code, -32043);
        let off = api.as_superadmin().await.call(METHOD, free(json!({"state": "off"}))).await.expect("it is off");
        assert_eq!(off["sync"]["state"], "removing");
        let early = api.call(METHOD, free(json!({"state": "on"}))).await.expect_err("it is being removed");
        assert_eq!(early.message, "What was synced before is still to be removed: run a sync first");
        mail.sync().await;
        let again = api.as_superadmin().await.call(METHOD, free(json!({"state": "off"}))).await.expect("there is nothing to do");
        assert_eq!(again, json!({"sync": null}));
    }

    async fn sync_that_may_make_many_contacts_asks_first(world: World) {
        let mail = MailWorld::new(world).await;
        mail.fake.switch(|switches| switches.contact_limit = 1);
        mail.world.users(&[user("ann"), user("bob")]).await;
        mail.evaluate().await;
        let api = api(&mail).await;
        let asked = api.call(METHOD, free(json!({"state": "on"}))).await.expect_err("it asks");
        assert_eq!((asked.code, &asked.data["needsConfirmation"]), (-32049, &json!(true)));
        assert_eq!((&asked.data["preview"]["contactsUnknown"], &asked.data["preview"]["contactLimit"]), (&json!(2), &json!(1)));
        api.call(METHOD, free(json!({"state": "on", "confirm": true}))).await.expect("it is on");
    }

    async fn sync_to_a_segment_of_others_takes_a_superadmin(world: World) {
        let mail = MailWorld::new(world).await;
        let remote = mail.fake.foreign_segment("News");
        let api = api(&mail).await;
        let bind = free(json!({"state": "on", "remoteSegmentId": remote}));
        assert_eq!(api.call(METHOD, bind.clone()).await.expect_err("not for admins").code, -32043);
        let api = api.as_superadmin().await;
        let bound = api.call(METHOD, bind).await.expect("it is bound");
        assert_eq!((&bound["sync"]["remoteSegmentId"], &bound["sync"]["madeHere"]), (&json!(remote), &json!(false)));
        let remove = api.call(METHOD, free(json!({"state": "on", "extras": "remove"}))).await.expect_err("others are there");
        assert!(remove.message.starts_with("Others made that segment"), "{}", remove.message);
        let pro = json!({"segmentType": "plan", "segmentValue": "pro", "state": "on", "remoteSegmentId": remote});
        assert_eq!(api.call(METHOD, pro).await.expect_err("it is taken").data, json!({"segment": "plan:free"}));
        let hostile = free(json!({"state": "on", "remoteSegmentId": "../contacts"}));
        assert_eq!(api.call(METHOD, hostile).await.expect_err("no id").code, -32602);
    }
}
