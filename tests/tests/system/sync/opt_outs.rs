//! Nobody is mailed against their will, whatever changes.

use chrono::TimeDelta;
use domain::{
    instant::{Clock, SystemClock},
    mail::SuppressionReason,
    role::Role,
};
use integration_tests::{MailWorld, World, on_both_databases, user};
use resend_fake::Fake;
use segmentation_engine::{
    audit::Audit,
    sync::{ClearError, Cleared, clear},
};

async fn synced(world: World, ids: &[&str]) -> MailWorld {
    let mail = MailWorld::new(world).await;
    mail.world.users(&ids.iter().map(|id| user(id)).collect::<Vec<_>>()).await;
    mail.evaluate().await;
    mail.on("plan:free").await;
    mail.sync().await;
    mail
}

async fn readdress(mail: &MailWorld, email: &str) {
    let mut ann = user("ann");
    ann.email = email.into();
    mail.world.users(&[ann]).await;
}

async fn lift(mail: &MailWorld, user: &str, cleared: Cleared, role: Role) -> Result<(), ClearError> {
    let audit = Audit::of_command("clearSuppression");
    let user = domain::ids::UserId(user.into());
    clear(mail.world.database(), &user, cleared, "they asked for it", (role, SystemClock.now()), &audit).await
}

on_both_databases! {
    async fn opt_out_takes_a_person_out_and_a_later_word_lets_them_in(world: World) {
        let mail = synced(world, &["ann", "bob"]).await;
        mail.fake.unsubscribe("ann@example.org");
        mail.all_arrive().await;
        assert_eq!(mail.sync().await.counts.left, 1);
        assert_eq!(mail.delivered("plan:free").await.len(), 1);
        mail.is_at_rest("unsubscribed").await;
        assert_eq!(mail.world.members("plan:free").await.len(), 2, "she stays a member");
        mail.fake.resubscribe("ann@example.org");
        mail.all_arrive().await;
        assert_eq!(mail.sync().await.counts.joined, 1);
        mail.is_at_rest("subscribed again, by herself").await;
    }

    async fn opt_out_of_before_is_found_by_looking(world: World) {
        let mail = MailWorld::new(world).await;
        mail.fake.foreign_contact("ann@example.org");
        mail.fake.unsubscribe("ann@example.org");
        mail.fake.take_events();
        mail.world.users(&[user("ann")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.dropped), (0, 1));
        assert_eq!(mail.fake.writes().len(), 1, "only the segment was made");
        assert_eq!(mail.sync().await.counts.requests, 0);
        mail.is_at_rest("opted out before").await;
    }

    async fn opt_out_follows_a_person_to_another_address(world: World) {
        let mail = synced(world, &["ann"]).await;
        mail.fake.unsubscribe("ann@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        readdress(&mail, "other@example.org").await;
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.requests), (0, 0));
        let unsubscribed = Cleared::Suppression(SuppressionReason::Unsubscribed);
        assert!(matches!(lift(&mail, "ann", unsubscribed, Role::Admin).await, Err(ClearError::NotAllowed)));
        lift(&mail, "ann", unsubscribed, Role::Superadmin).await.expect("a superadmin may");
        assert_eq!(mail.sync().await.counts.joined, 1);
        mail.is_at_rest("carried and lifted").await;
    }

    async fn opt_out_is_not_lifted_by_an_admin(world: World) {
        let mail = synced(world, &["ann"]).await;
        mail.fake.unsubscribe("ann@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        let unsubscribed = Cleared::Suppression(SuppressionReason::Unsubscribed);
        assert!(matches!(lift(&mail, "ann", unsubscribed, Role::Superadmin).await, Err(ClearError::AtTheMailService)));
        let bounced = Cleared::Suppression(SuppressionReason::Bounced);
        assert!(matches!(lift(&mail, "ann", bounced, Role::Admin).await, Err(ClearError::NotHeld)));
        assert!(matches!(lift(&mail, "nobody", bounced, Role::Admin).await, Err(ClearError::NoUser(_))));
    }

    async fn opt_out_by_deletion_stays_until_an_admin_says_otherwise(world: World) {
        let mail = synced(world, &["ann", "bob"]).await;
        mail.fake.delete_contact("ann@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        for _ in 0..2 {
            assert_eq!(mail.full().await.counts.joined, 0, "a contact deleted there is not made again");
        }
        lift(&mail, "ann", Cleared::Suppression(SuppressionReason::Deleted), Role::Admin).await.expect("an admin may");
        assert_eq!(mail.sync().await.counts.created, 1);
        mail.is_at_rest("made again").await;
    }

    async fn opt_outs_by_bounce_and_complaint_hold(world: World) {
        let mail = synced(world, &["ann", "bob", "cleo"]).await;
        mail.fake.bounce("ann@example.org");
        mail.fake.complain("bob@example.org");
        mail.all_arrive().await;
        assert_eq!(mail.sync().await.counts.left, 2);
        mail.is_at_rest("bounced, complained").await;
        mail.fake.lift_suppression("ann@example.org");
        mail.all_arrive().await;
        assert_eq!(mail.sync().await.counts.joined, 1);
        mail.is_at_rest("the bounce is lifted there").await;
    }

    /// Each twice, and in every rotation.
    async fn opt_outs_are_the_same_in_any_order_of_events(world: World) {
        let mail = synced(world, &["ann", "bob", "cleo"]).await;
        for (second, change) in [
            (0, Fake::unsubscribe as fn(&Fake, &str)), (1, Fake::resubscribe), (2, Fake::bounce), (3, Fake::unsubscribe),
            (4, Fake::lift_suppression),
        ] {
            mail.fake.state().advance(TimeDelta::seconds(second));
            change(&mail.fake, "ann@example.org");
            if second < 2 {
                change(&mail.fake, "bob@example.org");
            }
        }
        let events = mail.fake.take_events();
        for turn in 0..events.len() {
            mail.world.execute("DELETE FROM suppression").await;
            mail.world.execute("DELETE FROM webhook_event").await;
            let mut turned = events.clone();
            turned.rotate_left(turn);
            mail.arrive(&turned).await;
            mail.arrive(&events).await;
            segmentation_engine::sync::events::apply_waiting(mail.world.database(), SystemClock.now()).await.expect("applied");
            let active = "SELECT address_key, reason FROM suppression \
                          WHERE set_at IS NOT NULL AND (lifted_at IS NULL OR set_at >= lifted_at) ORDER BY 1, 2";
            let held = mail.world.query::<(String, String)>(active).await;
            assert_eq!(held, [("ann@example.org".to_owned(), "unsubscribed".to_owned())], "from event {turn}");
        }
        mail.sync().await;
        mail.is_at_rest("any order").await;
    }

    async fn opt_outs_arrive_once_however_often_they_are_sent(world: World) {
        let mail = synced(world, &["ann"]).await;
        mail.fake.unsubscribe("ann@example.org");
        let events = mail.fake.take_events();
        for _ in 0..3 {
            mail.arrive(&events).await;
            mail.sync().await;
        }
        let stored = mail.world.query::<(i64,)>("SELECT count(*) FROM webhook_event WHERE state = 'done'").await;
        assert_eq!(stored, [(events.len() as i64,)]);
        mail.is_at_rest("once").await;
    }

    async fn opt_out_that_was_carried_is_not_lifted_by_word_about_the_new_address(world: World) {
        let mail = synced(world, &["ann"]).await;
        mail.fake.unsubscribe("ann@example.org");
        mail.all_arrive().await;
        readdress(&mail, "other@example.org").await;
        // Somebody else makes a contact of the new address, and it is subscribed.
        mail.fake.foreign_contact("other@example.org");
        mail.fake.resubscribe("other@example.org");
        mail.all_arrive().await;
        for _ in 0..2 {
            mail.full().await;
        }
        assert!(mail.delivered("plan:free").await.is_empty());
        lift(&mail, "ann", Cleared::Suppression(SuppressionReason::Unsubscribed), Role::Superadmin).await.expect("a superadmin may");
        assert_eq!(mail.sync().await.counts.joined, 1);
        mail.full().await;
        mail.is_at_rest("a full sync does not carry it again").await;
        assert_eq!(mail.delivered("plan:free").await.len(), 1);
    }

    async fn opt_out_at_a_former_address_follows_the_person(world: World) {
        let mail = synced(world, &["ann"]).await;
        readdress(&mail, "other@example.org").await;
        mail.sync().await;
        assert_eq!(mail.delivered("plan:free").await.len(), 1);
        mail.fake.unsubscribe("ann@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        assert!(mail.delivered("plan:free").await.is_empty());
        mail.is_at_rest("by a link in an old mail").await;
    }

    async fn opt_out_at_a_former_address_is_found_in_lists(world: World) {
        let mail = synced(world, &["ann"]).await;
        readdress(&mail, "other@example.org").await;
        mail.fake.complain("ann@example.org");
        mail.fake.take_events();
        mail.full().await;
        mail.sync().await;
        assert!(mail.delivered("plan:free").await.is_empty());
        mail.is_at_rest("in the list of suppressions").await;
    }

    async fn opt_out_follows_a_person_who_had_no_address_meanwhile(world: World) {
        let mail = synced(world, &["ann"]).await;
        mail.fake.unsubscribe("ann@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        readdress(&mail, "none").await;
        mail.sync().await;
        readdress(&mail, "other@example.org").await;
        mail.sync().await;
        assert!(mail.fake.state().contact_id("other@example.org").is_none());
        mail.is_at_rest("by way of an unusable address").await;
    }

    /// The answer to the call that made the contact was lost, and the person opted out before the next sync.
    async fn opt_out_after_a_lost_answer_takes_the_person_out(world: World) {
        let mail = synced(world, &["ann", "bob"]).await;
        mail.fake.unsubscribe("ann@example.org");
        mail.fake.take_events();
        mail.world.execute("UPDATE sync_contact SET state = 'creating', remote_id = NULL, origin = 'unknown'").await;
        mail.world.execute("UPDATE sync_member SET state = 'joining'").await;
        mail.world.execute("UPDATE segment_sync SET seen_version = -1").await;
        for _ in 0..2 {
            mail.sync().await;
        }
        assert_eq!(mail.delivered("plan:free").await.len(), 1);
        mail.is_at_rest("opted out after a lost answer").await;
    }

    /// It is looked for right before each request, not once for all of them.
    async fn opt_out_during_a_sync_is_heard(world: World) {
        let mail = MailWorld::new(world).await;
        let ids: Vec<_> = (0..40).map(|number| format!("u{number:02}")).collect();
        mail.world.users(&ids.iter().map(|id| user(id)).collect::<Vec<_>>()).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.fake.switch(|switches| switches.latency = std::time::Duration::from_millis(100));
        let (report, ()) = tokio::join!(mail.sync(), async {
            tokio::time::sleep(std::time::Duration::from_millis(400)).await;
            mail.fake.suppress("u39@example.org", "manual");
            mail.all_arrive().await;
            segmentation_engine::sync::events::apply_waiting(mail.world.database(), SystemClock.now()).await.expect("applied");
        });
        assert_eq!(report.counts.joined, 39);
        // Of several shards, that of u39 may be planned after the opt-out.
        assert!(report.counts.dropped <= 1);
        assert!(mail.fake.state().contact_id("u39@example.org").is_none());
        mail.sync().await;
        mail.is_at_rest("suppressed during a sync").await;
    }

    /// Others make the contact anew, and then it is deleted again.
    async fn opt_out_by_deletion_holds_in_any_order_of_events(world: World) {
        let mail = synced(world, &["ann"]).await;
        mail.fake.take_events();
        for change in [
            Fake::delete_contact as fn(&Fake, &str), |fake, email| drop(fake.foreign_contact(email)), Fake::delete_contact,
        ] {
            mail.fake.state().advance(TimeDelta::seconds(20));
            change(&mail.fake, "ann@example.org");
        }
        let events = mail.fake.take_events();
        mail.world.execute("CREATE TABLE kept_contact AS SELECT * FROM sync_contact").await;
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            for sql in [
                "DELETE FROM webhook_event", "DELETE FROM suppression", "DELETE FROM sync_contact",
                "INSERT INTO sync_contact SELECT * FROM kept_contact",
            ] {
                mail.world.execute(sql).await;
            }
            for place in order {
                mail.arrive(&events[place..=place]).await;
                segmentation_engine::sync::events::apply_waiting(mail.world.database(), SystemClock.now()).await.expect("applied");
            }
            let states = mail.world.query::<(String,)>("SELECT state FROM sync_contact").await;
            assert_eq!(states, [("gone".to_owned(),)], "{order:?}");
        }
        mail.world.execute("DROP TABLE kept_contact").await;
        assert_eq!(mail.sync().await.counts.created, 0);
        mail.is_at_rest("deleted again").await;
    }

    /// The contact that was there before was deleted; the one that we made later is another.
    async fn opt_out_by_deletion_is_about_one_contact(world: World) {
        let mail = MailWorld::new(world).await;
        mail.fake.foreign_contact("ann@example.org");
        mail.fake.delete_contact("ann@example.org");
        let late = mail.fake.take_events();
        mail.world.users(&[user("ann")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.arrive(&late).await;
        mail.sync().await;
        assert_eq!(mail.delivered("plan:free").await.len(), 1);
        mail.is_at_rest("late word of another contact").await;
    }
}
