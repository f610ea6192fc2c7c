//! `adminAudience.setSyncPaused`: nothing is sent for a time, but erasures.

use std::collections::BTreeSet;

use integration_tests::{MailWorld, on_both_databases, user};
use serde_json::{Value as Json, json};

use super::api;

const METHOD: &str = "adminAudience.setSyncPaused";

async fn is_paused(mail: &MailWorld) -> Json {
    api(mail).await.call("adminAudience.getSyncStatus", json!({})).await.expect("a status")["paused"].clone()
}

on_both_databases! {
    async fn sync_that_is_paused_sends_only_erasures(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann"), user("bob")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        let paused = api(&mail).await.call(METHOD, json!({"paused": true})).await.expect("it is paused");
        assert_eq!((paused, is_paused(&mail).await), (json!({"paused": true}), json!(true)));
        mail.world.users(&[user("cleo")]).await;
        mail.evaluate().await;
        api(&mail).await.as_superadmin().await.call("adminAudience.eraseUser", json!({"userId": "bob"})).await.expect("erased");
        mail.fake.state().erased.insert("bob@example.org".into());
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.erased), (0, 1));
        assert_eq!(mail.delivered("plan:free").await, BTreeSet::from(["ann@example.org".into()]));
        api(&mail).await.call(METHOD, json!({"paused": false})).await.expect("it goes on");
        mail.sync().await;
        mail.is_at_rest("resumed").await;
        assert_eq!(is_paused(&mail).await, json!(false));
    }
}
