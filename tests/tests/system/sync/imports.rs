//! Large first syncs: contacts that are not there are imported. What others made stays as it is, and the end is the same as one by one.

use std::time::Duration;

use domain::mail::SyncMode;
use integration_tests::{MailWorld, World, on_both_databases, user};
use resend_fake::{Fault, Faults};
use segmentation_engine::sync::SyncOptions;

const PEOPLE: usize = 260;

async fn people(world: World) -> MailWorld {
    let mail = MailWorld::new(world).await;
    let users: Vec<_> = (0..PEOPLE)
        .map(|number| {
            let mut user = user(&format!("u{number:03}"));
            // A hundred are in one segment more.
            user.plan = if number < 130 { "PRO" } else { "FREE" }.into();
            user.first_name = Some(format!("={number}, \"x\""));
            user
        })
        .collect();
    mail.world.users(&users).await;
    mail.evaluate().await;
    mail.on("plan:free").await;
    mail.on("plan:pro").await;
    mail
}

fn imports(mail: &MailWorld) -> usize {
    mail.fake.writes().iter().filter(|request| request.path.starts_with("/contacts/imports")).count()
}

on_both_databases! {
    async fn import_of_a_first_sync_ends_as_one_by_one(world: World) {
        let mail = people(world).await;
        // Some are there already, and one of them has opted out.
        for number in [0, 1, 200] {
            mail.fake.foreign_contact(&format!("u{number:03}@example.org"));
        }
        mail.fake.unsubscribe("u001@example.org");
        mail.fake.take_events();
        let report = mail.sync().await;
        assert_eq!(imports(&mail), 2, "one for each set of segments");
        assert_eq!((report.counts.joined, report.counts.created), (PEOPLE as u64 - 1, PEOPLE as u64 - 3));
        assert!(report.counts.requests < 60, "{:?}", report.counts);
        assert_eq!((mail.delivered("plan:free").await.len(), mail.delivered("plan:pro").await.len()), (130, 129));
        mail.is_at_rest("imported").await;
        {
            let state = mail.fake.state();
            let names = |email: &str| state.contact(email).expect("a contact").first_name.clone();
            assert_eq!(names("u100@example.org").as_deref(), Some("=100, \"x\""));
            assert_eq!(names("u200@example.org"), None, "somebody else made it");
        }
        assert_eq!(mail.sync().await.counts.requests, 0);
        let writes = mail.fake.writes().len();
        mail.full().await;
        assert_eq!(mail.fake.writes().len(), writes, "a full sync finds nothing to do");
    }

    async fn import_is_not_worth_it_for_a_few_or_beside_many_others(world: World) {
        let mail = people(world).await;
        // They are 520 pages.
        mail.fake.switch(|switches| switches.more_contacts = 52_000);
        let report = mail.sync().await;
        assert_eq!((imports(&mail), report.counts.joined), (0, PEOPLE as u64));
        mail.is_at_rest("one by one").await;
    }

    async fn import_in_hand_is_followed_by_the_next_sync(world: World) {
        let mail = people(world).await;
        mail.fake.switch(|switches| switches.import_delay = Duration::from_secs(3));
        // The segments, the usage, the list, two imports, and no more.
        let options = SyncOptions { max_requests: Some(7), ..MailWorld::options(SyncMode::Delta) };
        let report = mail.try_sync(options).await.expect("a sync");
        assert!(report.is_stopped && report.counts.joined == 0, "{:?}", report.counts);
        assert_eq!(imports(&mail), 2);
        // One is erased meanwhile: the import still makes the contact.
        mail.fake.state().erased.insert("u050@example.org".into());
        mail.world.erase("u050").await;
        mail.sync().await;
        assert_eq!(imports(&mail), 2, "not posted again");
        mail.sync().await;
        assert!(mail.fake.state().contact("u050@example.org").is_none());
        mail.is_at_rest("followed").await;
        let left = "SELECT (SELECT count(*) FROM sync_erasure) + (SELECT count(*) FROM sync_import)";
        assert_eq!(mail.world.query::<(i64,)>(left).await, [(0,)]);
    }

    async fn import_that_fails_is_sent_once_more_and_then_its_people_go_one_by_one(world: World) {
        let mail = people(world).await;
        mail.fake.switch(|switches| switches.failing_imports = 1);
        let report = mail.sync().await;
        assert_eq!((imports(&mail), report.counts.joined, report.counts.created), (3, PEOPLE as u64, PEOPLE as u64));
        assert!(report.counts.requests < 60, "{:?}", report.counts);
        mail.is_at_rest("sent once more").await;
        assert_eq!(mail.sync().await.counts.requests, 0);
    }

    async fn import_that_keeps_failing_holds_up_nobody(world: World) {
        let mail = people(world).await;
        mail.fake.switch(|switches| switches.failing_imports = 10);
        let report = mail.sync().await;
        assert_eq!((imports(&mail), report.counts.joined), (4, PEOPLE as u64));
        mail.is_at_rest("one by one").await;
        assert_eq!(mail.fake.state().contacts.len(), PEOPLE);
    }

    async fn import_whose_answer_is_lost_doubles_nobody(world: World) {
        let mail = people(world).await;
        for seed in 0..6 {
            mail.fake.switch(|switches| switches.faults = Some(Faults::new(0.3, &[Fault::Cut, Fault::Reset, Fault::Json500], seed)));
            let _ = mail.try_sync(MailWorld::options(SyncMode::Delta)).await;
        }
        mail.fake.switch(|switches| switches.faults = None);
        mail.sync().await;
        mail.sync().await;
        assert_eq!(mail.fake.state().contacts.len(), PEOPLE);
        mail.is_at_rest("answers lost").await;
    }
}
