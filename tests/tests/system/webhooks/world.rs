//! A world with endpoints.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::{
    instant::{Clock, Instant},
    webhook::{WebhookEvent, WebhookId},
};
use integration_tests::{NodeReceiver, Receiver, World, now};
use segmentation_engine::{
    audit::Audit,
    run::Stop,
    webhooks::{Delivered, Deliverer, Random, Saved, WantedWebhook, WebhookError, WebhookSettings, save},
};

/// A clock that the test moves.
#[derive(Debug)]
pub(super) struct MovedClock(AtomicI64);

impl MovedClock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now().timestamp())))
    }

    pub(super) fn move_on(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Instant {
        Instant::from_timestamp(self.0.load(Ordering::Relaxed), 0).expect("a time")
    }
}

pub(super) fn audit() -> Audit {
    Audit { actor: "token:ops".into(), action: "test".into(), request_id: None, shell: None }
}

/// Of members of all segments.
pub(super) fn wanted(receiver: &Receiver) -> WantedWebhook {
    wanted_by(&receiver.url)
}

fn wanted_by(url: &str) -> WantedWebhook {
    WantedWebhook {
        id: None,
        url: Some(url.to_owned()),
        events: Some(vec![WebhookEvent::SegmentEntered, WebhookEvent::SegmentLeft]),
        ..WantedWebhook::default()
    }
}

/// Saves a webhook to a receiver in JavaScript, if Node has what that needs.
pub(super) async fn saved_in_node(world: &World, seed: u64, number: u8) -> Option<NodeReceiver> {
    let mut receiver = NodeReceiver::start(seed)?;
    let saved = put(world, &wanted_by(&receiver.url), number).await;
    receiver.trust(saved.secret.expect("a new secret").expose());
    Some(receiver)
}

/// Saves a webhook whose secret the receiver trusts. `number` makes its id.
pub(super) async fn saved(world: &World, receiver: &Receiver, number: u8) -> WebhookId {
    let saved = put(world, &wanted(receiver), number).await;
    receiver.trust(&[saved.secret.expect("a new secret").expose()]);
    saved.webhook.id
}

pub(super) async fn put(world: &World, wanted: &WantedWebhook, number: u8) -> Saved {
    try_put(world, wanted, number, now()).await.unwrap_or_else(|error| panic!("{error}"))
}

pub(super) async fn try_put(
    world: &World,
    wanted: &WantedWebhook,
    number: u8,
    at: Instant,
) -> Result<Saved, WebhookError> {
    let random = Random { id: [number; 12], secret: [number; 32] };
    save(world.database(), wanted, settings().reach, &random, at, &audit()).await
}

/// Without jitter, and with little time for an answer.
pub(super) fn settings() -> WebhookSettings {
    WebhookSettings { timeout: Duration::from_millis(400), dice: || 0, ..WebhookSettings::new(false) }
}

pub(super) fn deliverer(world: &World, clock: &Arc<MovedClock>) -> Deliverer {
    let clock: Arc<dyn Clock> = clock.clone();
    Deliverer::new(world.database().clone(), settings(), clock, Stop::default()).expect("TLS")
}

pub(super) async fn deliver(world: &World, clock: &Arc<MovedClock>) -> Delivered {
    deliverer(world, clock).deliver().await.expect("webhooks are delivered")
}

/// Of the messages about one segment and shard, the first that waits is due, and no other. A sender asks for those that are due at each
/// look, so a million that wait behind others must not be among them.
pub(super) async fn only_heads_are_due(world: &World) {
    let sql = "SELECT count(*) FROM webhook_delivery AS one WHERE one.state = 'waiting' AND (one.next_at IS NOT NULL) <> \
               (one.no = (SELECT min(first.no) FROM webhook_delivery AS first WHERE first.webhook_id = one.webhook_id \
               AND first.segment_id = one.segment_id AND first.shard = one.shard AND first.state = 'waiting'))";
    assert_eq!(world.query::<(i64,)>(sql).await, [(0,)]);
}

/// What is stored of the messages: state, attempts, outcome and answer.
pub(super) async fn stored(world: &World) -> Vec<(String, i32, Option<String>, Option<i32>)> {
    world.query("SELECT state, attempts, outcome, answer FROM webhook_delivery ORDER BY webhook_id, no").await
}
