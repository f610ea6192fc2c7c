//! What is switched off is removed at the mail service, at any size, and also if syncs are killed meanwhile. Nothing of others is.

use integration_tests::{Kind, MailWorld, TestDatabase, World, run_beside, user};
use segmentation_engine::sync::switch::Wanted;

fn sizes() -> &'static [usize] {
    if std::env::var_os("TEST_LONG").is_some() { &[0, 1, 101, 10_000] } else { &[0, 1, 101] }
}

/// Those that a removal passes.
const POINTS: [&str; 6] = [
    "sync_after_lease",
    "sync_before_intent",
    "sync_after_intent",
    "sync_before_request",
    "sync_after_request",
    "sync_after_outcome",
];

/// Returns the remote segment of others.
async fn synced(world: World, size: usize, is_bound: bool) -> (MailWorld, String) {
    let mail = MailWorld::new(world).await;
    mail.world.users(&(0..size).map(|number| user(&format!("u{number}"))).collect::<Vec<_>>()).await;
    mail.evaluate().await;
    let others = mail.fake.foreign_segment("News");
    mail.fake.foreign_contact("friend@example.org");
    mail.fake.add_to_segment("friend@example.org", &others);
    let bind = is_bound.then(|| others.clone().try_into().expect("an id"));
    mail.switch("plan:free", Wanted::On { bind, extras: None, is_confirmed: true }).await;
    mail.sync().await;
    mail.is_at_rest("synced").await;
    (mail, others)
}

async fn is_removed(size: usize, (mail, others): &(MailWorld, String)) {
    mail.switch("plan:free", Wanted::Off).await;
    for (pass, point) in POINTS.into_iter().enumerate() {
        let armed = format!("{point}={pass}*off->return");
        let ended = run_beside(mail.program(&["sync"]).env("FAILPOINTS", &armed)).await;
        assert!([-1, 0].contains(&ended.code), "{armed}: {ended:?}");
        mail.world.execute("UPDATE sync_run SET lease_until = started_at WHERE state = 'running'").await;
        mail.nothing_forbidden(&armed);
    }
    mail.sync().await;
    assert_eq!(mail.world.query::<(i64,)>("SELECT count(*) FROM segment_sync").await, [(0,)]);
    {
        let state = mail.fake.state();
        assert_eq!(state.segments.keys().collect::<Vec<_>>(), [others], "that of others stays, and ours is gone");
        assert_eq!(state.members(others).into_iter().collect::<Vec<_>>(), ["friend@example.org"]);
        assert_eq!(state.contacts.len(), size + 1, "contacts stay");
    }
    mail.nothing_forbidden("removed");
    mail.world.verify().await;
    let requests = mail.sync().await.counts.requests;
    assert_eq!(requests, 0, "nothing is left to do");
}

/// In several threads, since the stand-in takes long to import thousands, and a sync that cannot renew its lease meanwhile stops.
async fn at_every_size(kind: Kind, is_bound: bool) {
    for size in sizes() {
        let Some(database) = TestDatabase::create(kind).await else { return };
        is_removed(*size, &synced(World::new(database), *size, is_bound).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_is_a_segment_that_was_made_here_on_sqlite() {
    at_every_size(Kind::Sqlite, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_is_a_segment_that_was_made_here_on_postgres() {
    at_every_size(Kind::Postgres, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_are_our_contacts_from_a_segment_of_others_on_sqlite() {
    at_every_size(Kind::Sqlite, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_are_our_contacts_from_a_segment_of_others_on_postgres() {
    at_every_size(Kind::Postgres, true).await;
}
