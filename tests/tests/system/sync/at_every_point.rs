//! People who opt out or are erased while a sync is under way, wherever it is killed.

use integration_tests::{MailWorld, on_both_databases, run_beside, user};
use resend_fake::{Fault, Faults};
use segmentation_engine::support::failpoints::SYNC_POINTS;

/// How often each point is passed before the sync is killed there.
fn passes() -> usize {
    if std::env::var_os("TEST_LONG").is_some() { 20 } else { 1 }
}

fn address(id: &str) -> String {
    format!("{id}@example.org")
}

async fn people(mail: &MailWorld, ids: &[String]) {
    mail.world.users(&ids.iter().map(|id| user(id)).collect::<Vec<_>>()).await;
    mail.evaluate().await;
}

async fn killed(mail: &MailWorld, armed: &str) -> String {
    let killed = mail.program(&["sync", "--allow-shrink", "--log", "trace"]).env("FAILPOINTS", armed);
    let ended = run_beside(killed).await;
    assert!([-1, 0].contains(&ended.code), "{armed}: {ended:?}");
    mail.world.execute("UPDATE sync_run SET lease_until = started_at WHERE state = 'running'").await;
    ended.output + &ended.errors
}

/// In no table, and not at the mail service.
async fn nothing_is_left_of(mail: &MailWorld, id: &str, said: &str) {
    assert!(mail.fake.state().contact(&address(id)).is_none(), "{id} is at the mail service, {said}");
    for (table, rows) in mail.world.dump().await {
        let row = rows.iter().find(|row| row.contains(id));
        assert_eq!(row, None, "{table}, {said}");
    }
}

on_both_databases! {
    async fn erased_at_every_point_a_person_is_gone_after_the_next_sync(world: World) {
        let mail = MailWorld::new(world).await;
        mail.on("plan:free").await;
        people(&mail, &(0..3).map(|number| format!("other{number}")).collect::<Vec<_>>()).await;
        mail.sync().await;
        for (place, point) in SYNC_POINTS.into_iter().enumerate() {
            for pass in 0..passes() {
                let (id, armed) = (format!("canary-{place}-{pass}-"), format!("{point}={pass}*off->return"));
                mail.fake.state().erased.insert(address(&id));
                // Some have one contact already, and get another one.
                people(&mail, std::slice::from_ref(&id)).await;
                if pass % 2 == 1 {
                    mail.sync().await;
                    let mut moved = user(&id);
                    moved.email = format!("moved.{}", address(&id));
                    mail.fake.state().erased.insert(moved.email.clone());
                    mail.world.users(&[moved]).await;
                }
                let said = killed(&mail, &armed).await;
                assert!(!said.contains(&address(&id)), "{armed}: it is in the log");
                mail.world.erase(&id).await;
                killed(&mail, &armed).await;
                mail.sync().await;
                nothing_is_left_of(&mail, &id, &armed).await;
                mail.is_at_rest(&armed).await;
            }
        }
    }

    async fn erased_in_an_import_a_person_is_gone_after_the_next_sync(world: World) {
        let mail = MailWorld::new(world).await;
        mail.on("plan:free").await;
        for (round, point) in ["sync_before_intent", "sync_after_import_posted", "sync_before_outcome"].into_iter().enumerate() {
            let ids: Vec<_> = (0..250).map(|number| format!("r{round}-{number:03}-")).collect();
            people(&mail, &ids).await;
            killed(&mail, &format!("{point}=return")).await;
            let erased = &ids[7];
            mail.fake.state().erased.insert(address(erased));
            mail.world.erase(erased).await;
            // What an import makes is known once it has ended.
            for _ in 0..2 {
                mail.sync().await;
            }
            nothing_is_left_of(&mail, erased, point).await;
            mail.is_at_rest(point).await;
        }
    }

    async fn erased_while_the_mail_service_is_away_a_person_is_gone_once_it_is_back(world: World) {
        let mail = MailWorld::new(world).await;
        mail.on("plan:free").await;
        people(&mail, &["canary-1-".into(), "other".into()]).await;
        mail.sync().await;
        mail.fake.switch(|switches| switches.faults = Some(Faults::new(1.0, &[Fault::Html503], 1)));
        mail.fake.state().erased.insert(address("canary-1-"));
        mail.world.erase("canary-1-").await;
        assert!(mail.try_sync(MailWorld::options(domain::mail::SyncMode::Delta)).await.is_err());
        mail.world.execute("UPDATE sync_erasure SET since = '2026-01-01T00:00:00+00:00'").await;
        let status = mail.run(&["status", "--json"]).await.expect(0).json();
        assert_eq!(status["sync"]["erasuresPending"], 1, "{status}");
        mail.fake.switch(|switches| switches.faults = None);
        mail.sync().await;
        nothing_is_left_of(&mail, "canary-1-", "back").await;
        mail.is_at_rest("back").await;
    }

    async fn unsubscribed_at_every_point_a_person_gets_no_more_mail(world: World) {
        let mail = MailWorld::new(world).await;
        mail.on("plan:free").await;
        for (place, point) in SYNC_POINTS.into_iter().enumerate() {
            for pass in 0..passes() {
                let (id, armed) = (format!("u{place}-{pass}"), format!("{point}={pass}*off->return"));
                people(&mail, std::slice::from_ref(&id)).await;
                killed(&mail, &armed).await;
                // Somebody else has made the contact, or we have.
                mail.fake.foreign_contact(&address(&id));
                mail.fake.unsubscribe(&address(&id));
                if pass % 2 == 0 {
                    mail.all_arrive().await;
                } else {
                    mail.fake.take_events();
                }
                killed(&mail, &armed).await;
                mail.sync().await;
                mail.full().await;
                assert!(!mail.delivered("plan:free").await.contains(&address(&id)), "{armed}");
                mail.is_at_rest(&armed).await;
            }
        }
    }
}
