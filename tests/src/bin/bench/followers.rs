//! What webhooks and synced segments add to a first run, in which all users enter segments.

use domain::{
    system_segments::{SystemSegment, catalogue},
    webhook::WebhookEvent,
};
use integration_tests::{Kind, TestDatabase, World, now};
use segmentation_engine::{
    audit::Audit,
    run::{NoObserver, RunOptions, run},
    sync::{
        settings::SyncSettings,
        switch::{self, Wanted},
    },
    webhooks::{Random, WantedWebhook, WebhookSettings, save},
};

use crate::{
    crowd,
    engine::{Bar, Row, Unit, states, timed},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follower {
    Nobody,
    /// A webhook about all segments.
    Webhook,
    /// All built-in segments are synced.
    Sync,
}

impl Follower {
    const ALL: [Self; 3] = [Self::Nobody, Self::Webhook, Self::Sync];

    fn case(self) -> &'static str {
        match self {
            Self::Nobody => "first run, nobody follows",
            Self::Webhook => "first run, with a webhook",
            Self::Sync => "first run, with 13 synced segments",
        }
    }

    fn bar(self) -> Bar {
        match self {
            Self::Nobody => Bar::None,
            Self::Webhook => Bar::Times(Self::Nobody.case().into(), 1.15),
            Self::Sync => Bar::Times(Self::Nobody.case().into(), 1.02),
        }
    }

    async fn begin(self, world: &World) {
        match self {
            Self::Nobody => {}
            Self::Webhook => {
                let wanted = WantedWebhook {
                    url: Some("https://hooks.example.org".into()),
                    events: Some(vec![WebhookEvent::SegmentEntered, WebhookEvent::SegmentLeft]),
                    ..WantedWebhook::default()
                };
                let random = Random { id: [1; 12], secret: [1; 32] };
                let audit = Audit::of_command("saveWebhook");
                let reach = WebhookSettings::new(false).reach;
                save(world.database(), &wanted, reach, &random, now(), &audit).await.expect("it is saved");
            }
            Self::Sync => {
                let (settings, audit) = (SyncSettings::NONE, Audit::of_command("setSegmentSync"));
                for SystemSegment { key, .. } in catalogue() {
                    let wanted = Wanted::On { bind: None, extras: None, is_confirmed: true };
                    switch::set(world.database(), &settings, key, &wanted, now(), &audit).await.expect("it is on");
                }
            }
        }
    }
}

/// Each on a database of its own. They take turns.
pub(crate) async fn measure(kind: Kind, users: usize, rounds: usize) -> Vec<Row> {
    let (mut worlds, mut rows) = (Vec::new(), Vec::new());
    for follower in Follower::ALL {
        let world = World::new(TestDatabase::create(kind).await.expect("a database"));
        crowd::write(&world, users).await;
        follower.begin(&world).await;
        rows.push(Row::new(kind, follower.case().into(), Unit::Milliseconds, follower.bar()));
        worlds.push(world);
    }
    for round in 0..=rounds {
        for (world, row) in worlds.iter().zip(&mut rows) {
            world.execute("DELETE FROM webhook_outbox").await;
            states::empty(world).await;
            let (time, report) = timed(run(world.database(), &RunOptions::at(now()), &NoObserver)).await;
            assert_eq!(report.expect("the run succeeds").users_processed, users as u64);
            if round > 0 {
                row.note(time.as_secs_f64() * 1e3);
            }
        }
    }
    for (world, follower) in worlds.iter().zip(Follower::ALL) {
        let told = world.query::<(i64,)>("SELECT count(*) FROM webhook_outbox").await[0].0;
        assert_eq!(told > 0, follower == Follower::Webhook, "only what is asked for");
    }
    rows
}
