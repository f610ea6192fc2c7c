//! Switching segments on and off: what is made, bound, paused and removed.

use domain::{
    mail::{SyncMode, SyncState},
    profile::User,
};
use integration_tests::{MailWorld, World, on_both_databases, user};
use persistence::sync::segments::{self, StoredSync};
use segmentation_engine::{
    run::{MayShrink, RunOptions},
    sync::{SyncOptions, switch::Wanted},
};
use serde_json::json;

async fn people(world: World, count: usize) -> MailWorld {
    let mail = MailWorld::new(world).await;
    let users: Vec<_> = (0..count).map(|number| user(&format!("u{number}"))).collect();
    mail.world.users(&users).await;
    mail.evaluate().await;
    mail
}

fn on_plan(id: &str, plan: &str) -> User {
    User { plan: plan.into(), ..user(id) }
}

async fn syncs(mail: &MailWorld) -> i64 {
    mail.world.query::<(i64,)>("SELECT count(*) FROM segment_sync").await[0].0
}

on_both_databases! {
    async fn switched_off_takes_the_remote_segment_with_it(world: World) {
        let mail = people(world, 101).await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.switch("plan:free", Wanted::Off).await;
        assert_eq!(mail.sync().await.counts.left, 101, "all left with it");
        assert_eq!(syncs(&mail).await, 0);
        let left = {
            let state = mail.fake.state();
            (state.segments.len(), state.contacts.len())
        };
        assert_eq!(left, (0, 101), "contacts stay");
        mail.nothing_forbidden("switched off");
        mail.world.verify().await;
        // On again makes a new one.
        mail.on("plan:free").await;
        assert_eq!(mail.sync().await.counts.created, 0, "the contacts are known");
        mail.is_at_rest("on again").await;
    }

    async fn switched_off_is_removed_by_a_sync_of_it_alone(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.switch("plan:free", Wanted::Off).await;
        let one = SyncOptions { segments: Some(vec!["plan:free".parse().expect("a key")]), ..MailWorld::options(SyncMode::Delta) };
        mail.try_sync(one.clone()).await.expect("a sync");
        assert_eq!(syncs(&mail).await, 0);
        assert!(mail.try_sync(one).await.expect_err("it is not synced").to_string().contains("no synced segment"));
    }

    async fn switched_off_leaves_what_others_made(world: World) {
        let mail = people(world, 3).await;
        let remote = mail.fake.foreign_segment("News");
        mail.fake.foreign_contact("friend@example.org");
        mail.fake.add_to_segment("friend@example.org", &remote);
        let bind = Some(remote.clone().try_into().expect("an id"));
        mail.switch("plan:free", Wanted::On { bind, extras: None, is_confirmed: true }).await;
        mail.sync().await;
        assert_eq!(mail.delivered("plan:free").await.len(), 3);
        mail.switch("plan:free", Wanted::Off).await;
        mail.sync().await;
        let state = mail.fake.state();
        assert_eq!(syncs_and_members(&state, &remote), (true, vec!["friend@example.org".to_owned()]));
        drop(state);
        mail.nothing_forbidden("bound");
    }

    async fn switched_to_pause_sends_nothing_but_opt_outs(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.switch("plan:free", Wanted::Paused).await;
        mail.world.users(&[user("new")]).await;
        mail.evaluate().await;
        mail.fake.unsubscribe("u0@example.org");
        mail.all_arrive().await;
        let report = mail.sync().await;
        assert_eq!((report.counts.joined, report.counts.left), (0, 1));
        mail.on("plan:free").await;
        assert_eq!(mail.sync().await.counts.joined, 1);
        mail.is_at_rest("on again").await;
    }

    async fn switched_segment_that_is_deleted_is_removed(world: World) {
        let mail = people(world, 3).await;
        let all = json!({"combineWith": "AND", "criteria": [{"field": "plan", "operator": "equals", "value": "FREE"}]});
        mail.world.custom_segment("mine", "Mine [x]", all).await;
        mail.evaluate().await;
        mail.on("custom:mine").await;
        mail.sync().await;
        let name = mail.fake.state().segments.values().next().expect("a segment").name.clone();
        assert!(name.starts_with("Mine [x] [") && name.ends_with(":custom:mine]"), "{name}");
        let moment = integration_tests::moment(integration_tests::now());
        let audit = segmentation_engine::audit::Audit::of_command("deleteCustomSegment");
        let key = "custom:mine".parse().expect("a key");
        let deleted = segmentation_engine::segments::delete::delete(mail.world.database(), &key, moment, &audit).await.expect("deleted");
        assert!(deleted.is_removed_by_sync);
        mail.sync().await;
        assert_eq!((syncs(&mail).await, mail.fake.state().segments.len()), (0, 0));
        mail.world.verify().await;
    }

    async fn switched_segment_that_is_deleted_there_waits_for_an_admin(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        mail.on("lifecycle:churned").await;
        mail.sync().await;
        let remote = mail.world.query::<(String,)>("SELECT remote_id FROM segment_sync WHERE segment_type = 'plan'").await.remove(0).0;
        mail.fake.delete_segment(&remote);
        mail.world.users(&[user("new")]).await;
        mail.evaluate().await;
        let report = mail.sync().await;
        assert_eq!(report.issue_count, 1);
        mail.fake.forget_requests();
        mail.world.users(&[user("newer")]).await;
        mail.evaluate().await;
        mail.sync().await;
        assert!(!mail.fake.requests().iter().any(|request| request.path.contains(&remote)), "nothing is asked of it");
        mail.on("plan:free").await;
        mail.sync().await;
        mail.is_at_rest("a new one is made").await;
    }

    async fn switched_segments_of_another_account_are_left_alone(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        mail.on("lifecycle:churned").await;
        mail.sync().await;
        let other = MailWorld::with(mail.world, resend_fake::Fake::start(resend_fake::Switches::default()).await.expect("a port"));
        other.world.users(&[user("new")]).await;
        other.evaluate().await;
        for mode in [domain::mail::SyncMode::Delta, domain::mail::SyncMode::Full] {
            let refused = other.try_sync(MailWorld::options(mode)).await.expect_err("it is another account");
            assert!(refused.to_string().contains("the key belongs to another account"), "{refused}");
        }
        assert!(other.fake.writes().is_empty());
    }

    /// Opt-outs of others, in another segment, do not excuse the leaves of this one.
    async fn switched_guard_counts_the_opt_outs_of_its_own_segment(world: World) {
        let mail = people(world, 120).await;
        let paying: Vec<_> = (0..80).map(|number| on_plan(&format!("paying{number}"), "PRO")).collect();
        mail.world.users(&paying).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.on("lifecycle:churned").await;
        mail.sync().await;
        let leaving: Vec<_> = (0..70).map(|number| on_plan(&format!("u{number}"), "PRO")).collect();
        mail.world.users(&leaving).await;
        let run = RunOptions { may_shrink: MayShrink::All, ..RunOptions::at(integration_tests::now()) };
        mail.world.run_with(&run).await;
        (0..80).for_each(|number| mail.fake.unsubscribe(&format!("paying{number}@example.org")));
        mail.all_arrive().await;
        let guarded = SyncOptions { allow_shrink: false, ..MailWorld::options(SyncMode::Delta) };
        let report = mail.try_sync(guarded).await.expect("a sync");
        assert_eq!((report.counts.left, report.issue_count), (80, 1), "who opted out leaves, and 70 of 120 are held back");
        assert_eq!(mail.delivered("plan:free").await.len(), 120);
    }

    /// What a sync read at its beginning is old by then.
    async fn switched_off_during_a_sync_stays_off(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        let connection = mail.world.database().connection();
        let [read] = segments::all(connection).await.expect("a query").try_into().expect("one segment");
        mail.switch("plan:free", Wanted::Paused).await;
        let made = StoredSync { remote_id: Some("made".into()), made_here: true, ..read };
        let tx = mail.world.database().begin().await.expect("a transaction");
        assert!(segments::note(&tx, &made).await.expect("it is noted"));
        tx.commit().await.expect("a commit");
        let stored = segments::find(connection, made.segment).await.expect("a query").expect("it is synced");
        assert_eq!((stored.state, stored.remote_id.as_deref()), (SyncState::Paused, Some("made")));

        let tx = mail.world.database().begin().await.expect("a transaction");
        segments::delete(&tx, made.segment).await.expect("it is deleted");
        assert!(!segments::note(&tx, &made).await.expect("nothing is noted"), "it is not switched on again");
        tx.commit().await.expect("a commit");
        assert_eq!(syncs(&mail).await, 0);
    }

    async fn switched_rule_is_not_held_up_and_lost_members_are(world: World) {
        let mail = people(world, 120).await;
        mail.on("plan:free").await;
        mail.sync().await;
        let gone: Vec<_> = (0..70).map(|number| on_plan(&format!("u{number}"), "PRO")).collect();
        mail.world.users(&gone).await;
        mail.world.run_with(&segmentation_engine::run::RunOptions { may_shrink: segmentation_engine::run::MayShrink::All, ..segmentation_engine::run::RunOptions::at(integration_tests::now()) }).await;
        let guarded = segmentation_engine::sync::SyncOptions { allow_shrink: false, ..MailWorld::options(domain::mail::SyncMode::Delta) };
        let report = mail.try_sync(guarded.clone()).await.expect("a sync");
        assert_eq!((report.counts.left, report.issue_count), (0, 1));
        assert_eq!(mail.delivered("plan:free").await.len(), 120);
        assert_eq!(mail.sync().await.counts.left, 70, "with --allow-shrink");
        assert_eq!(mail.try_sync(guarded).await.expect("a sync").issue_count, 0);
        mail.is_at_rest("allowed").await;
    }

    /// Those whom others had put in before us are never taken out by us.
    async fn switched_to_a_segment_of_others_takes_out_only_whom_it_put_in(world: World) {
        let mail = people(world, 3).await;
        let remote = mail.fake.foreign_segment("News");
        for name in ["u0", "u1"] {
            mail.fake.foreign_contact(&format!("{name}@example.org"));
            mail.fake.add_to_segment(&format!("{name}@example.org"), &remote);
        }
        let bind = Some(remote.clone().try_into().expect("an id"));
        mail.switch("plan:free", Wanted::On { bind, extras: None, is_confirmed: true }).await;
        mail.sync().await;
        assert_eq!(mail.fake.state().members(&remote).len(), 3);
        let status = segmentation_engine::sync::status::status(mail.world.database()).await.expect("a status");
        let standings = status.segments[0].standings;
        assert_eq!((standings.delivered, standings.joining, standings.leaving), (3, 0, 0));
        mail.world.users(&[on_plan("u0", "PRO"), on_plan("u2", "PRO")]).await;
        mail.evaluate().await;
        assert_eq!(mail.sync().await.counts.left, 1, "u2 alone");
        mail.fake.unsubscribe("u1@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        mail.full().await;
        mail.switch("plan:free", Wanted::Off).await;
        mail.sync().await;
        assert_eq!(syncs(&mail).await, 0);
        assert_eq!(mail.fake.state().members(&remote).len(), 2, "u0 and u1, by others");
        mail.nothing_forbidden("bound");
        mail.world.verify().await;
    }

    /// To another account every contact is unknown, so its word is not taken for a deletion or an erasure.
    async fn switched_account_does_not_end_erasures_and_removals(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        mail.on("lifecycle:churned").await;
        mail.sync().await;
        mail.world.erase("u0").await;
        mail.switch("lifecycle:churned", Wanted::Off).await;
        let fake = resend_fake::Fake::start(resend_fake::Switches::default()).await.expect("a port");
        let other = MailWorld::with(mail.world, fake);
        let one = SyncOptions { segments: Some(vec!["plan:free".parse().expect("a key")]), ..MailWorld::options(SyncMode::Delta) };
        for options in [MailWorld::options(SyncMode::Delta), MailWorld::options(SyncMode::Full), one] {
            let refused = other.try_sync(options).await.expect_err("it is another account");
            assert!(refused.to_string().contains("the key belongs to another account"), "{refused}");
        }
        assert!(other.fake.writes().is_empty());
        let mail = MailWorld::with(other.world, mail.fake);
        mail.fake.state().erased.insert("u0@example.org".into());
        mail.sync().await;
        assert_eq!(syncs(&mail).await, 1);
        let left = {
            let state = mail.fake.state();
            (state.segments.len(), state.contacts.len())
        };
        assert_eq!(left, (1, 2));
        mail.is_at_rest("with the right key again").await;
    }

    async fn switched_segment_whose_name_is_refused_holds_up_no_other(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        mail.on("lifecycle:churned").await;
        mail.fake.switch(|switches| switches.refused_name = Some("lifecycle:churned".into()));
        let report = mail.sync().await;
        let issues: Vec<_> = report.issues.iter().map(ToString::to_string).collect();
        assert_eq!(issues, [
            "lifecycle:churned: the mail service did not do what was asked of its segment: refused (POST /segments: 422 validation_error)."
        ]);
        assert_eq!(mail.delivered("plan:free").await.len(), 3);
        mail.fake.switch(|switches| switches.refused_name = None);
        mail.sync().await;
        mail.is_at_rest("the name is accepted").await;
        assert_eq!(mail.fake.state().segments.len(), 2);
    }

    /// What changed for one address while the segment was paused is done once it is on again.
    async fn switched_on_again_it_follows_what_changed_meanwhile(world: World) {
        let mail = people(world, 3).await;
        mail.on("plan:free").await;
        mail.on("lifecycle:churned").await;
        mail.sync().await;
        mail.switch("plan:free", Wanted::Paused).await;
        let moved = User { email: "moved@example.org".into(), ..user("u0") };
        mail.world.users(&[moved]).await;
        mail.sync().await;
        mail.on("plan:free").await;
        mail.sync().await;
        assert!(mail.delivered("plan:free").await.contains("moved@example.org"));
        mail.is_at_rest("on again").await;
    }
}

fn syncs_and_members(state: &resend_fake::State, segment: &str) -> (bool, Vec<String>) {
    let members = state.contacts.values().filter(|contact| contact.segments.contains_key(segment));
    (state.segments.contains_key(segment), members.map(|contact| contact.email.clone()).collect())
}
