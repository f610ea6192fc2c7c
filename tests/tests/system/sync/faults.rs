//! A mail service that fails, and syncs that are killed: nothing is lost, doubled or removed.

use domain::mail::SyncMode;
use integration_tests::{MailWorld, World, on_both_databases, run_beside, user};
use resend_fake::{Fault, Faults, Key, RetryAfter};
use segmentation_engine::{support::failpoints::SYNC_POINTS, sync::SyncOptions};

/// A world with work of every kind.
async fn busy(world: World) -> MailWorld {
    let mail = MailWorld::new(world).await;
    let users: Vec<_> = (0..12).map(|number| user(&format!("u{number}"))).collect();
    mail.world.users(&users).await;
    mail.evaluate().await;
    mail.on("plan:free").await;
    mail.fake.foreign_contact("u0@example.org");
    mail.fake.foreign_contact("stranger@example.org");
    mail
}

/// So that there is something to take out, to put in, to rename and to erase.
async fn edit(mail: &MailWorld, round: usize) {
    let changed: Vec<_> = (0..12)
        .filter(|number| (number + round).is_multiple_of(3))
        .map(|number| {
            let mut user = user(&format!("u{number}"));
            user.plan = if (number + round).is_multiple_of(2) { "PRO".into() } else { "FREE".into() };
            user.first_name = Some(format!("Name {round}"));
            if number == round % 12 {
                user.email = format!("u{number}.{round}@example.org");
            }
            user
        })
        .collect();
    mail.world.users(&changed).await;
    mail.evaluate().await;
}

fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// With a sync that nothing disturbs.
async fn recovers(mail: &MailWorld, said: &str) {
    mail.fake.switch(|switches| switches.faults = None);
    mail.world.execute("UPDATE sync_run SET lease_until = started_at WHERE state = 'running'").await;
    mail.sync().await;
    mail.is_at_rest(said).await;
    mail.fake.forget_requests();
    mail.sync().await;
    assert!(mail.fake.writes().is_empty(), "the second sync writes nothing, {said}");
}

on_both_databases! {
    async fn faults_of_every_kind_end_in_the_same_state(world: World) {
        let mail = busy(world).await;
        let rounds = if is_long() { 40 } else { 6 };
        for round in 0..rounds {
            edit(&mail, round).await;
            mail.fake.switch(|switches| switches.faults = Some(Faults::new(0.15, &Fault::ALL, round as u64)));
            let options = MailWorld::options(if round % 3 == 2 { SyncMode::Full } else { SyncMode::Delta });
            let _ = mail.try_sync(options).await;
            recovers(&mail, &format!("round {round}")).await;
        }
    }

    async fn faults_at_every_point_where_a_sync_is_killed(world: World) {
        let mail = busy(world).await;
        let mut round = 0;
        for point in SYNC_POINTS {
            for reached in if is_long() { 0..20 } else { 0..2 } {
                round += 1;
                edit(&mail, round).await;
                let armed = format!("{point}={reached}*off->return");
                let killed = mail.program(&["sync", "--allow-shrink"]).env("FAILPOINTS", &armed);
                let ended = run_beside(killed).await;
                assert!([-1, 0].contains(&ended.code), "{armed}: {ended:?}");
                recovers(&mail, &armed).await;
            }
        }
    }

    async fn faults_of_the_key_end_a_sync_before_anything_is_written(world: World) {
        let mail = busy(world).await;
        for (key, said) in [
            (Key::SendingOnly, "may only send mail: make one with full access"),
            (Key::Revoked, "key"),
            (Key::DailyQuota, "quota"),
        ] {
            mail.fake.switch(|switches| switches.key = key);
            let ended = mail.run(&["sync"]).await.expect(1);
            assert!(ended.errors.contains(said), "{}", ended.errors);
        }
        assert!(mail.fake.writes().iter().all(|request| request.status >= 400));
        mail.fake.switch(|switches| switches.key = Key::Full);
        recovers(&mail, "a good key").await;
    }

    async fn faults_by_too_many_requests_are_ridden_out(world: World) {
        let mail = busy(world).await;
        for (round, retry_after) in [RetryAfter::Absent, RetryAfter::Seconds(0), RetryAfter::Seconds(1)].into_iter().enumerate() {
            edit(&mail, round + 1).await;
            mail.fake.switch(|switches| {
                (switches.limit, switches.foreign_share, switches.retry_after) = (10, 0.6, retry_after);
            });
            mail.sync().await;
            mail.is_at_rest("ridden out").await;
        }
    }

    async fn faults_of_two_syncs_at_once_are_none(world: World) {
        let mail = busy(world).await;
        mail.fake.switch(|switches| switches.latency = std::time::Duration::from_millis(20));
        let all: Vec<_> = (0..4).map(|_| run_beside(mail.program(&["sync"]))).collect();
        let mut codes = Vec::new();
        for one in all {
            let ended = one.await;
            if ended.code == 75 {
                assert!(ended.errors.starts_with("error: another sync is active: "), "{}", ended.errors);
            }
            codes.push(ended.code);
        }
        assert!(codes.contains(&0) && codes.iter().all(|code| [0, 75].contains(code)), "{codes:?}");
        mail.is_at_rest("one at a time").await;
        let waited = mail.run(&["sync", "--wait", "30", "--json"]).await.expect(0).json();
        assert_eq!(waited["requests"], 0);
    }

    async fn faults_of_a_stop_leave_the_rest_to_the_next_one(world: World) {
        let mail = busy(world).await;
        let options = SyncOptions { max_requests: Some(5), ..MailWorld::options(SyncMode::Delta) };
        let report = mail.try_sync(options).await.expect("a sync");
        assert!(report.is_stopped);
        let ended = mail.run(&["sync", "--max-requests", "2"]).await.expect(75);
        assert!(ended.output.contains("stopped before all was done"), "{}", ended.output);
        recovers(&mail, "the rest").await;
    }
}
