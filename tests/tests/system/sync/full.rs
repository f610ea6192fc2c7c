//! A full sync looks at the lists of the mail service.

use std::collections::BTreeMap;

use domain::mail::SyncMode;
use integration_tests::{MailWorld, Program, World, on_both_databases, user};
use resend_fake::Fake;
use segmentation_engine::sync::switch::Wanted;
use serde_json::json;

async fn synced(world: World, count: usize) -> MailWorld {
    let mail = MailWorld::new(world).await;
    let users: Vec<_> = (0..count).map(|number| user(&format!("u{number}"))).collect();
    mail.world.users(&users).await;
    mail.evaluate().await;
    mail.on("plan:free").await;
    mail.sync().await;
    mail
}

async fn remote(mail: &MailWorld) -> String {
    mail.world.query::<(String,)>("SELECT remote_id FROM segment_sync").await.remove(0).0
}

on_both_databases! {
    async fn full_sync_puts_back_what_is_missing_and_counts_what_is_extra(world: World) {
        let mail = synced(world, 5).await;
        let segment = remote(&mail).await;
        mail.fake.remove_from_segment("u0@example.org", &segment);
        mail.fake.foreign_contact("stranger@example.org");
        mail.fake.add_to_segment("stranger@example.org", &segment);
        mail.fake.take_events();
        let report = mail.full().await;
        assert_eq!(report.counts.joined, 1);
        let drift = mail.world.query::<(i64, i64)>("SELECT missing, extra FROM segment_sync").await;
        assert_eq!(drift[0].1, 1, "the stranger is counted and stays");
        mail.is_at_rest("put back").await;
        mail.fake.forget_requests();
        mail.full().await;
        assert!(mail.fake.writes().is_empty(), "a second one only reads");
    }

    async fn full_dry_run_says_what_a_full_sync_would_do_and_only_reads(world: World) {
        let mail = synced(world, 5).await;
        let segment = remote(&mail).await;
        mail.fake.remove_from_segment("u0@example.org", &segment);
        mail.fake.unsubscribe("u1@example.org");
        mail.fake.bounce("u2@example.org");
        mail.fake.bounce("u9@example.org");
        mail.fake.foreign_contact("stranger@example.org");
        mail.fake.add_to_segment("stranger@example.org", &segment);
        mail.fake.take_events();
        mail.world.users(&[user("u8"), user("u9")]).await;
        mail.evaluate().await;
        mail.fake.forget_requests();
        let before = mail.world.dump().await;
        let plan = mail.run(&["sync", "--dry-run", "--full", "--json"]).await.expect(0).json();
        let expected = json!([{"segment": "plan:free", "joining": 2, "leaving": 2, "missing": 1, "extra": 1}]);
        assert_eq!((&plan["mode"], &plan["segments"]), (&json!("full"), &expected));
        let shown = mail.run(&["sync", "--dry-run", "--full"]).await.expect(0).output;
        assert!(shown.contains("segment    joining  leaving  missing  extra"), "{shown}");
        assert!(!mail.fake.requests().is_empty() && mail.fake.writes().is_empty());
        assert_eq!(mail.world.dump().await, before, "nothing is written");
        let report = mail.full().await;
        assert_eq!((report.counts.joined, report.counts.left), (2, 2));
        mail.fake.switch(|switches| switches.key = resend_fake::Key::Revoked);
        mail.run(&["sync", "--dry-run", "--full"]).await.expect(1);
        let without_key = Program::engine(&mail.world.test_database.url).args(["sync", "--dry-run", "--full"]);
        without_key.run().expect(2);
    }

    async fn full_sync_takes_extras_out_where_that_is_wanted(world: World) {
        let mail = synced(world, 3).await;
        let segment = remote(&mail).await;
        mail.fake.foreign_contact("stranger@example.org");
        mail.fake.add_to_segment("stranger@example.org", &segment);
        let wanted = Wanted::On { bind: None, extras: Some(domain::mail::Extras::Remove), is_confirmed: true };
        mail.switch("plan:free", wanted).await;
        mail.full().await;
        let state = mail.fake.state();
        let stranger = state.contacts.values().find(|contact| contact.email == "stranger@example.org").expect("the contact stays");
        assert!(stranger.segments.is_empty());
    }

    async fn full_sync_finds_opt_outs_whose_events_were_lost(world: World) {
        let mail = synced(world, 6).await;
        mail.fake.unsubscribe("u0@example.org");
        mail.fake.bounce("u1@example.org");
        mail.fake.delete_contact("u2@example.org");
        mail.fake.take_events();
        mail.full().await;
        assert_eq!(mail.delivered("plan:free").await.len(), 3);
        mail.is_at_rest("found by looking").await;
        let reasons = "SELECT reason FROM suppression ORDER BY reason";
        let reasons: Vec<_> = mail.world.query::<(String,)>(reasons).await.into_iter().map(|(reason,)| reason).collect();
        assert_eq!(reasons, ["bounced", "deleted", "unsubscribed"]);
    }

    async fn full_sync_reads_events_back(world: World) {
        let mail = synced(world, 4).await;
        let webhook = mail.fake.register_webhook("https://audience.example.org/api/webhooks/resend", Fake::SECRET);
        mail.fake.complain("u3@example.org");
        mail.fake.lift_suppression("u3@example.org");
        mail.fake.take_events();
        let report = mail.full().await;
        assert!(report.counts.events_read > 0);
        mail.is_at_rest("read back").await;
        mail.fake.switch_webhook_off(&webhook);
        let report = mail.full().await;
        assert_eq!(report.issues, [domain::mail::SyncIssue::WebhookOff]);
    }

    /// Those with the end of our URL may be of another installation, and a proxy may give ours another one.
    async fn full_sync_knows_its_webhook_by_the_secret(world: World) {
        const OTHER: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let mail = synced(world, 4).await;
        let staging = mail.fake.register_webhook("https://staging.example.org/api/webhooks/resend", OTHER);
        let asked_of = |webhook: &str| {
            let path = format!("/webhooks/{webhook}/events");
            mail.fake.requests().iter().any(|request| request.path.starts_with(&path))
        };
        mail.full().await;
        assert!(asked_of(&staging), "its URL ends as ours, and there is no other");
        mail.fake.register_webhook("https://other.example.org/hooks", OTHER);
        let ours = mail.fake.register_webhook("https://audience.example.org/hooks/mail", Fake::SECRET);
        mail.fake.switch_webhook_off(&staging);
        mail.fake.forget_requests();
        assert_eq!(mail.full().await.issues, []);
        assert!(asked_of(&ours) && !asked_of(&staging));
    }

    async fn full_sync_that_finds_no_difference_reads_each_page_once(world: World) {
        let mail = synced(world, 250).await;
        mail.on("lifecycle:churned").await;
        mail.fake.register_webhook("https://audience.example.org/api/webhooks/resend", Fake::SECRET);
        for number in 0..120 {
            mail.fake.suppress(&format!("stranger{number}@example.org"), "manual");
        }
        // What the first one puts into the second segment are events too.
        for _ in 0..2 {
            mail.full().await;
        }
        mail.fake.mail_event("email.delivered", "u1@example.org", None, None);
        mail.fake.mail_event("email.opened", "u1@example.org", None, None);
        mail.fake.forget_requests();
        mail.full().await;
        let mut asked = BTreeMap::new();
        for request in mail.fake.requests() {
            *asked.entry(request.route()).or_insert(0_i64) += 1;
        }
        let events = mail.world.query::<(i64,)>("SELECT count(*) FROM webhook_event").await[0].0;
        let expected = [
            // Two segments, three pages each.
            ("GET /segments/*/contacts", 6), ("GET /segments", 1), ("GET /suppressions", 2), ("GET /usage", 1), ("GET /webhooks", 1),
            // Which one is ours is known by its secret.
            ("GET /webhooks/*", 1), ("GET /webhooks/*/events/*", 2),
            // All of them happened within the last hour.
            ("GET /webhooks/*/events", (events + 99) / 100),
        ];
        assert_eq!(asked, expected.map(|(route, count)| (route.to_owned(), count)).into());
    }

    async fn full_sync_takes_out_again_whom_it_took_out_before(world: World) {
        let mail = synced(world, 3).await;
        let segment = remote(&mail).await;
        mail.fake.foreign_contact("stranger@example.org");
        let mut moved = user("u0");
        moved.plan = "PRO".into();
        mail.world.users(&[moved]).await;
        mail.evaluate().await;
        assert_eq!(mail.sync().await.counts.left, 1);
        for email in ["u0@example.org", "stranger@example.org"] {
            mail.fake.add_to_segment(email, &segment);
        }
        for _ in 0..2 {
            mail.full().await;
            let there: Vec<_> = mail.fake.state().members(&segment).into_iter().collect();
            assert_eq!(there, ["stranger@example.org", "u1@example.org", "u2@example.org"], "extras are kept, former members are not");
            mail.fake.add_to_segment("u0@example.org", &segment);
        }
        mail.full().await;
        mail.is_at_rest("taken out again").await;
        // A contact that was made anew is another one.
        mail.fake.delete_contact("u0@example.org");
        mail.all_arrive().await;
        mail.fake.foreign_contact("u0@example.org");
        mail.all_arrive().await;
        mail.fake.add_to_segment("u0@example.org", &segment);
        mail.full().await;
        assert!(mail.fake.state().members(&segment).contains("u0@example.org"));
        mail.is_at_rest("made anew").await;
    }

    /// Each page may be the last one, wrongly or not.
    async fn full_sync_concludes_nothing_from_a_list_that_is_cut_off(world: World) {
        let people = if std::env::var_os("TEST_LONG").is_some() { 2_500 } else { 250 };
        let mail = synced(world, people).await;
        let all = people.div_ceil(100);
        for pages in 0..all {
            mail.fake.switch(|switches| switches.list_breaks_after = Some(pages));
            let ended = mail.try_sync(MailWorld::options(SyncMode::Full)).await;
            assert!(ended.is_err(), "after {pages} pages");
            mail.fake.switch(|switches| switches.list_breaks_after = None);
            mail.is_at_rest("a list broke off").await;
        }
        mail.fake.switch(|switches| switches.cursors_die = true);
        assert!(mail.try_sync(MailWorld::options(SyncMode::Full)).await.is_err());
        mail.fake.switch(|switches| switches.cursors_die = false);
        mail.fake.switch(|switches| switches.list_repeats = true);
        assert!(mail.try_sync(MailWorld::options(SyncMode::Full)).await.is_err());
        mail.fake.switch(|switches| switches.list_repeats = false);
        for pages in 0..all {
            mail.fake.switch(|switches| switches.list_ends_after = Some(pages));
            let _ = mail.try_sync(MailWorld::options(SyncMode::Full)).await;
            mail.fake.switch(|switches| switches.list_ends_after = None);
            mail.is_at_rest("a list claimed to be at its end").await;
        }
        mail.full().await;
        mail.is_at_rest("a whole list").await;
    }
}
