//! What a sync carries over, and with how many requests.

use std::collections::BTreeSet;

use domain::mail::SyncMode;
use integration_tests::{MailWorld, on_both_databases, user};

fn addresses(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| format!("{id}@example.org")).collect()
}

on_both_databases! {
    async fn carried_are_members_who_join_and_leave(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann"), user("bob"), user("cleo")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.created, report.issue_count), (3, 3, 0));
        assert_eq!(mail.delivered("plan:free").await, addresses(&["ann", "bob", "cleo"]));
        // The remote segment is made, and each contact is looked up and made.
        assert_eq!(report.counts.requests, 1 + 2 * 3);
        mail.is_at_rest("after the first sync").await;

        mail.fake.forget_requests();
        let again = mail.sync().await;
        assert_eq!((again.counts.requests, mail.fake.requests().len()), (0, 0), "where nothing changed, nothing is sent");

        let mut bob = user("bob");
        bob.plan = "PRO".into();
        mail.world.users(&[bob, user("dora")]).await;
        mail.evaluate().await;
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.left), (1, 1));
        // The segment is looked at, dora is looked up and made, bob leaves.
        assert_eq!(report.counts.requests, 4);
        assert_eq!(mail.delivered("plan:free").await, addresses(&["ann", "cleo", "dora"]));
        mail.is_at_rest("after a leave").await;
    }

    async fn carried_contact_is_made_once_with_all_its_segments(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann")]).await;
        mail.evaluate().await;
        for key in ["plan:free", "lifecycle:churned"] {
            mail.on(key).await;
        }
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.created), (2, 1));
        assert_eq!(report.counts.requests, 2 + 2, "two segments are made, one contact is looked up and made");
        mail.is_at_rest("two segments").await;
    }

    async fn carried_are_names_of_contacts_made_here_alone(world: World) {
        let mail = MailWorld::new(world).await;
        mail.fake.foreign_contact("bob@example.org");
        let named = |id: &str, name: &str| {
            let mut user = user(id);
            user.first_name = Some(name.into());
            user
        };
        mail.world.users(&[named("ann", "Ann\u{7}e"), named("bob", "Bob")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.world.users(&[named("ann", "Anna"), named("bob", "Robert")]).await;
        let report = mail.sync().await;
        assert_eq!((report.counts.renamed, report.counts.requests), (1, 1));
        let names: Vec<_> = mail.fake.state().contacts.values().map(|contact| contact.first_name.clone()).collect();
        assert!(names.contains(&Some("Anna".into())) && names.contains(&None), "{names:?}");
        assert_eq!(mail.sync().await.counts.requests, 0);
        mail.is_at_rest("names").await;
    }

    async fn carried_is_one_contact_for_two_users_with_one_address(world: World) {
        let mail = MailWorld::new(world).await;
        let mut twin = user("twin");
        twin.email = " ANN@example.org ".into();
        mail.world.users(&[user("ann"), twin.clone()]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        assert_eq!(mail.delivered("plan:free").await, addresses(&["ann"]));
        // One of them leaving does not take the other one out.
        let mut ann = user("ann");
        ann.plan = "PRO".into();
        mail.world.users(&[ann]).await;
        mail.evaluate().await;
        assert_eq!(mail.sync().await.counts.left, 0);
        assert_eq!(mail.delivered("plan:free").await, addresses(&["ann"]));
        twin.plan = "PRO".into();
        mail.world.users(&[twin]).await;
        mail.evaluate().await;
        assert_eq!(mail.sync().await.counts.left, 1);
        mail.is_at_rest("nobody with the address is a member any more").await;
    }

    async fn carried_address_that_changes_leaves_and_joins(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        let mut ann = user("ann");
        ann.email = "ann.new+1/2%3?#@example.org".into();
        mail.world.users(&[ann]).await;
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.left, report.counts.created), (1, 1, 1));
        assert_eq!(mail.delivered("plan:free").await, BTreeSet::from(["ann.new+1/2%3?#@example.org".to_owned()]));
        assert!(mail.fake.state().contacts.values().any(|contact| contact.email == "ann@example.org"), "the old contact stays");
        mail.is_at_rest("a new address").await;
    }

    async fn carried_are_no_addresses_that_no_mail_reaches(world: World) {
        let mail = MailWorld::new(world).await;
        let mut nowhere = user("nowhere");
        nowhere.email = "not an address".into();
        mail.world.users(&[user("ann"), nowhere]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.issue_count), (1, 0));
        assert_eq!(mail.sync().await.counts.requests, 0);
        mail.is_at_rest("no address").await;
    }

    async fn carried_erasure_reaches_the_mail_service(world: World) {
        let mail = MailWorld::new(world).await;
        mail.fake.foreign_contact("bob@example.org");
        mail.world.users(&[user("ann"), user("bob"), user("cleo")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        let mut ann = user("ann");
        ann.email = "ann2@example.org".into();
        mail.world.users(&[ann]).await;
        mail.sync().await;
        mail.fake.state().erased.extend(["ann@example.org", "ann2@example.org", "bob@example.org"].map(String::from));
        for id in ["ann", "bob"] {
            mail.world.erase(id).await;
        }
        let report = mail.sync().await;
        assert_eq!(report.counts.erased, 3, "two addresses of ann, and bob whoever made him");
        let left: Vec<_> = mail.fake.state().contacts.values().map(|contact| contact.email.clone()).collect();
        assert_eq!(left, ["cleo@example.org"]);
        for table in ["sync_contact", "sync_member", "sync_erasure", "sync_dirty", "suppression", "user_former_address"] {
            let of_others = if ["sync_contact", "sync_member"].contains(&table) { 1 } else { 0 };
            let count = mail.world.query::<(i64,)>(&format!("SELECT count(*) FROM {table}")).await[0].0;
            assert_eq!(count, of_others, "{table}");
        }
        mail.is_at_rest("erased").await;
    }

    async fn carried_in_small_steps_is_the_same_in_the_end(world: World) {
        let mail = MailWorld::new(world).await;
        let users: Vec<_> = (0..30).map(|number| user(&format!("u{number}"))).collect();
        mail.world.users(&users).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        for _ in 0..20 {
            let options = MailWorld::options(SyncMode::Delta);
            let report = mail.try_sync(segmentation_engine::sync::SyncOptions { max_requests: Some(7), ..options }).await.expect("a sync");
            if !report.is_stopped {
                break;
            }
        }
        assert_eq!(mail.delivered("plan:free").await.len(), 30);
        assert_eq!(mail.sync().await.counts.requests, 0);
        mail.is_at_rest("in steps").await;
    }
}
