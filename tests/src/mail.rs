//! A world whose segments are synced to a stand-in for the mail service.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::{
    instant::{Clock, SystemClock},
    mail::{SyncMode, SyncState},
    run::RunTrigger,
    segment::SegmentKey,
};
use persistence::sync::{events::Arrived, figures, segments};
use resend_fake::{Fake, PendingEvent, Switches};
use segmentation_engine::{
    audit::Audit,
    run::Stop,
    sync::{
        NoSyncObserver, SyncError, SyncOptions, SyncReport, events,
        settings::SyncSettings,
        start, status,
        switch::{self, Wanted},
    },
};

use crate::{Ended, Program, World, now};

pub struct MailWorld {
    pub world: World,
    pub fake: Fake,
    /// Where syncs find the mail service: the stand-in, or a judge in front of it.
    pub url: String,
}

impl MailWorld {
    pub async fn new(world: World) -> Self {
        Self::with(world, Fake::start(Switches::default()).await.expect("a port"))
    }

    pub fn with(world: World, fake: Fake) -> Self {
        Self { world, url: fake.url(), fake }
    }

    /// In this process, as fast as the stand-in allows.
    pub fn settings(&self) -> SyncSettings {
        let url = &self.url;
        let settings = SyncSettings::read(|variable| match variable {
            "RESEND_API_KEY" => Some(Fake::KEY.into()),
            "RESEND_BASE_URL" => Some(url.clone()),
            "RESEND_MAX_RATE" => Some("1000".into()),
            "RESEND_WEBHOOK_SECRET" => Some(Fake::SECRET.into()),
            _ => None,
        })
        .expect("good settings");
        SyncSettings { patience: Duration::from_secs(3), ..settings }
    }

    pub async fn switch(&self, key: &str, wanted: Wanted) {
        let audit = Audit::of_command("setSegmentSync");
        let now = SystemClock.now();
        switch::set(self.world.database(), &self.settings(), &key_of(key), &wanted, now, &audit)
            .await
            .expect("the segment is switched");
    }

    pub async fn on(&self, key: &str) {
        self.switch(key, Wanted::On { bind: None, extras: None, is_confirmed: true }).await;
    }

    pub fn options(mode: SyncMode) -> SyncOptions {
        SyncOptions {
            mode,
            segments: None,
            allow_shrink: true,
            max_requests: None,
            trigger: RunTrigger::Admin,
            stop: Stop::default(),
        }
    }

    /// In this process.
    pub async fn try_sync(&self, options: SyncOptions) -> Result<SyncReport, SyncError> {
        let database = self.world.database();
        let audit = Audit::of_command("runSync");
        let started = start(database, &self.settings(), options, (&audit, SystemClock.now())).await?;
        started.execute(database, &NoSyncObserver).await
    }

    pub async fn sync(&self) -> SyncReport {
        self.try_sync(Self::options(SyncMode::Delta)).await.expect("a sync")
    }

    pub async fn full(&self) -> SyncReport {
        self.try_sync(Self::options(SyncMode::Full)).await.expect("a full sync")
    }

    /// The program with the variables that it needs.
    pub fn program(&self, arguments: &[&str]) -> Program {
        Program::engine(&self.world.test_database.url)
            .args(arguments)
            .env("RESEND_API_KEY", Fake::KEY)
            .env("RESEND_BASE_URL", &self.url)
            .env("RESEND_MAX_RATE", "1000")
    }

    /// The stand-in answers meanwhile.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        run_beside(self.program(arguments)).await
    }

    /// Runs the engine, so that members follow what was written.
    pub async fn evaluate(&self) {
        self.world.run(now()).await;
    }

    /// Addresses in the remote segment of one of ours, by calls of ours.
    pub async fn delivered(&self, key: &str) -> BTreeSet<String> {
        self.there(key, true).await
    }

    async fn there(&self, key: &str, by_us: bool) -> BTreeSet<String> {
        let syncs = segments::all(self.world.database().connection()).await.expect("a query");
        let sync = syncs.into_iter().find(|sync| sync.key == key_of(key)).expect("it is synced");
        let Some(remote) = sync.remote_id else { return BTreeSet::new() };
        let state = self.fake.state();
        let there = state.contacts.values().filter(|contact| contact.segments.get(&remote) == Some(&by_us));
        there.map(|contact| contact.email.to_ascii_lowercase()).collect()
    }

    /// Addresses of members whom mail may reach, by plain SQL.
    pub async fn desired(&self, key: &str) -> BTreeSet<String> {
        let segment = self.world.segment(key).await.0;
        // Citus wants to be told that rows about one user are side by side.
        let side_by_side =
            if self.world.database().is_embedded() { "" } else { "AND users.shard = user_segment.shard" };
        let sql = format!(
            "SELECT DISTINCT users.address_key FROM user_segment JOIN users ON users.no = user_segment.user_no {side_by_side} \
             WHERE user_segment.segment_id = {segment} AND user_segment.removed_at IS NULL AND users.address_key IS NOT NULL \
             AND users.address_key NOT IN (SELECT address_key FROM suppression \
             WHERE carried_at IS NOT NULL OR set_at IS NOT NULL AND (lifted_at IS NULL OR set_at >= lifted_at)) \
             AND users.address_key NOT IN (SELECT address_key FROM sync_contact WHERE state = 'refused')"
        );
        self.world.query::<(String,)>(&sql).await.into_iter().map(|(key,)| key).collect()
    }

    /// Every segment that is on has exactly those whom mail may reach, and nothing happened that never may.
    pub async fn is_at_rest(&self, said: &str) {
        let syncs = segments::all(self.world.database().connection()).await.expect("a query");
        let on: BTreeMap<_, _> = syncs
            .into_iter()
            .filter(|sync| sync.state == SyncState::On)
            .map(|sync| (sync.key.to_string(), sync))
            .collect();
        for key in on.keys() {
            let (mut there, desired) = (self.there(key, true).await, self.desired(key).await);
            // Whom we put there and others put there again after they had taken them out.
            there.extend(self.there(key, false).await.intersection(&desired).cloned());
            assert_eq!(there, desired, "{key}, {said}");
        }
        let connection = self.world.database().connection();
        for synced in status::synced(connection).await.expect("a query") {
            let segment = synced.sync.segment;
            let counted = figures::standings(connection, &[segment]).await.expect("a query");
            assert_eq!(Some(&synced.standings), counted.get(&segment), "{}, {said}", synced.sync.key);
        }
        self.nothing_forbidden(said);
        self.world.verify().await;
    }

    pub fn nothing_forbidden(&self, said: &str) {
        assert_eq!(self.fake.violations(), [""; 0], "{said}");
    }

    /// Stores events, as the server does when they arrive. The next sync applies them.
    pub async fn arrive(&self, pending: &[PendingEvent]) {
        let arrived = |event: &PendingEvent| Arrived { id: event.id.clone(), body: event.body.clone() };
        let arrived: Vec<_> = pending.iter().map(arrived).collect();
        events::store(self.world.database(), &arrived, SystemClock.now()).await.expect("events are stored");
    }

    /// All events that the stand-in has sent and nobody took.
    pub async fn all_arrive(&self) {
        self.arrive(&self.fake.take_events()).await;
    }
}

/// On a thread of its own, so that servers of this one go on.
pub async fn run_beside(program: Program) -> Ended {
    tokio::task::spawn_blocking(|| program.run()).await.expect("the program ends")
}

fn key_of(key: &str) -> SegmentKey {
    key.parse().expect("a key")
}
