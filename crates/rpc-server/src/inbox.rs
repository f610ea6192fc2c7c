//! Events of the mail service on their way into the database. Those that arrive together share a commit; each answer waits for its
//! own, and not for effects: another task applies what is stored, a moment later.

use std::{sync::Arc, time::Duration};

use segmentation_engine::sync::events::{self, Arrived};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use tracing::warn;

use crate::{context::Context, metrics::Metrics};

/// Events that wait to be stored. Further ones are sent again by the service.
const WAITING: usize = 1_000;
/// Events that share a commit.
const TOGETHER: usize = 200;
/// How long an answer may take. The service gives up a little later.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How often events that failed are tried again, and those that others stored are looked for.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(crate) struct Inbox(mpsc::Sender<Waiting>);

struct Waiting {
    event: Arrived,
    is_stored: oneshot::Sender<bool>,
}

impl Inbox {
    /// Its work ends when the last clone is dropped.
    pub(crate) fn open(context: Context, metrics: Arc<Metrics>) -> Self {
        let (send, receive) = mpsc::channel(WAITING);
        let (stored, is_stored) = watch::channel(());
        tokio::spawn(store_all(context.clone(), receive, stored));
        tokio::spawn(apply_all(context, metrics, is_stored));
        Self(send)
    }

    /// Returns whether the event is stored, or was before.
    pub(crate) async fn put(&self, id: String, body: String) -> bool {
        let (is_stored, answer) = oneshot::channel();
        let waiting = Waiting { event: Arrived { id, body }, is_stored };
        self.0.try_send(waiting).is_ok() && matches!(timeout(ANSWER_WITHIN, answer).await, Ok(Ok(true)))
    }
}

async fn store_all(context: Context, mut inbox: mpsc::Receiver<Waiting>, stored: watch::Sender<()>) {
    let mut together = Vec::new();
    while inbox.recv_many(&mut together, TOGETHER).await > 0 {
        store(&context, &mut together).await;
        stored.send_replace(());
    }
}

/// Until nothing more is stored.
async fn apply_all(context: Context, metrics: Arc<Metrics>, mut is_stored: watch::Receiver<()>) {
    loop {
        match events::apply_waiting(&context.database, context.now()).await {
            Ok(ended) => metrics.events(ended),
            Err(_) => warn!("events of the mail service could not be applied; they are tried again"),
        }
        if let Ok(Err(_)) = timeout(LOOK, is_stored.changed()).await {
            return;
        }
    }
}

async fn store(context: &Context, together: &mut Vec<Waiting>) {
    let (arrived, answers): (Vec<_>, Vec<_>) =
        together.drain(..).map(|waiting| (waiting.event, waiting.is_stored)).unzip();
    let stored = events::store(&context.database, &arrived, context.now()).await;
    if stored.is_err() {
        warn!(events = arrived.len(), "events of the mail service could not be stored; it sends them again");
    }
    for answer in answers {
        // The caller may have disconnected.
        let _ = answer.send(stored.is_ok());
    }
}
