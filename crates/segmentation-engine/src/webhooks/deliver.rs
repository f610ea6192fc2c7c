//! Delivers what waits. Each webhook has a task of its own, so that a slow endpoint holds up no other.

use std::{collections::BTreeSet, ops::AddAssign, sync::Arc, time::Duration};

use domain::{instant::Clock, webhook::WebhookId};
use persistence::{
    Database, DbErr,
    webhooks::{
        lease::{self, Taken},
        people, queue,
    },
};
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};
use tracing::warn;
use webhooks::Sender;

use super::{
    attempt::{Attempting, Came},
    error::WebhookError,
    settings::WebhookSettings,
};
use crate::{
    run::Stop,
    support::{failpoints::point, retry::with_retry},
};

/// How often a server looks for what was written. A message is sent within a second of the commit.
const LOOK: Duration = Duration::from_millis(250);

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivered {
    pub delivered: u64,
    /// Attempts that are repeated.
    pub failed: u64,
    pub given_up: u64,
    /// Messages about nobody who is known any more, and those of webhooks that are off or gone by now.
    pub dropped: u64,
}

impl AddAssign for Delivered {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.failed += other.failed;
        self.given_up += other.given_up;
        self.dropped += other.dropped;
    }
}

/// Sends messages, beside any number of others that do.
#[derive(Clone)]
pub struct Deliverer {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    sender: Sender,
    settings: WebhookSettings,
    clock: Arc<dyn Clock>,
    stop: Stop,
    /// Many webhooks must not take all connections from the API.
    turns: Semaphore,
}

/// Webhooks that take messages at the same time.
const TURNS: usize = 2;

impl Deliverer {
    pub fn new(
        database: Database,
        settings: WebhookSettings,
        clock: Arc<dyn Clock>,
        stop: Stop,
    ) -> Result<Self, WebhookError> {
        let sender = Sender::new(settings.reach, settings.timeout)?;
        Ok(Self { shared: Arc::new(Shared { database, sender, settings, clock, stop, turns: Semaphore::new(TURNS) }) })
    }

    /// Delivers until nothing is due.
    pub async fn deliver(&self) -> Result<Delivered, WebhookError> {
        let mut done = Delivered::default();
        while !self.shared.stop.is_asked() {
            self.distribute().await?;
            let due = self.due().await?;
            if due.is_empty() {
                break;
            }
            let before = done;
            let mut workers: JoinSet<_> = due.into_iter().map(|webhook| self.clone().work(webhook)).collect();
            while let Some(worked) = workers.join_next().await {
                done += worked.unwrap_or_else(|_| Ok(Delivered::default()))?;
            }
            // Whatever else is due is under way in another process.
            if done == before && !self.has_news().await? {
                break;
            }
        }
        self.forget_erased().await?;
        Ok(done)
    }

    /// Delivers what comes, until it is asked to stop.
    pub async fn keep_delivering(&self) {
        let (mut workers, mut under_way) = (JoinSet::new(), BTreeSet::new());
        while !self.shared.stop.is_asked() {
            if self.begin_due(&mut workers, &mut under_way).await.is_err() {
                warn!("webhooks cannot be delivered: the database does not answer; it is tried again");
            }
            while let Some(ended) = workers.try_join_next() {
                match ended {
                    Ok(webhook) => _ = under_way.remove(&webhook),
                    // Which one it was is not known. A second worker for a webhook keeps to the same leases.
                    Err(_) => under_way.clear(),
                }
            }
            sleep(LOOK).await;
        }
        while workers.join_next().await.is_some() {}
    }

    async fn begin_due(
        &self,
        workers: &mut JoinSet<WebhookId>,
        under_way: &mut BTreeSet<WebhookId>,
    ) -> Result<(), WebhookError> {
        if self.has_news().await? {
            self.distribute().await?;
        }
        for webhook in self.due().await? {
            if under_way.insert(webhook.clone()) {
                let deliverer = self.clone();
                workers.spawn(async move {
                    if deliverer.clone().work(webhook.clone()).await.is_err() || deliverer.forget_erased().await.is_err() {
                        warn!(%webhook, "a webhook was not served to the end: the database did not answer; it is tried again");
                    }
                    webhook
                });
            }
        }
        Ok(())
    }

    async fn has_news(&self) -> Result<bool, DbErr> {
        queue::has_news(self.shared.database.connection()).await
    }

    async fn due(&self) -> Result<Vec<WebhookId>, DbErr> {
        lease::due(self.shared.database.connection(), self.shared.clock.now()).await
    }

    /// From the outbox to each webhook.
    async fn distribute(&self) -> Result<(), DbErr> {
        loop {
            let has_more = with_retry(|| async {
                let tx = self.shared.database.begin().await?;
                let has_more = queue::distribute(&tx, self.shared.clock.now()).await?;
                point("deliver_before_queued");
                tx.commit().await?;
                point("deliver_after_queued");
                Ok::<_, DbErr>(has_more)
            })
            .await?;
            if !has_more || self.shared.stop.is_asked() {
                return Ok(());
            }
        }
    }

    async fn forget_erased(&self) -> Result<(), DbErr> {
        people::forget_erased(self.shared.database.connection()).await
    }

    /// Sends what is due for a webhook, a few at a time.
    async fn work(self, webhook: WebhookId) -> Result<Delivered, DbErr> {
        let (mut under_way, mut done) = (JoinSet::new(), Delivered::default());
        loop {
            if !self.shared.stop.is_asked() && under_way.len() < lease::AT_A_TIME as usize {
                for taken in self.take(&webhook).await? {
                    under_way.spawn(self.clone().attempt(taken));
                }
            }
            // A request that takes long holds up nothing that has come meanwhile.
            let ended = tokio::select! {
                ended = under_way.join_next() => ended,
                () = sleep(LOOK) => continue,
            };
            let Some(ended) = ended else { return Ok(done) };
            // After a panic or an error the lease expires, and the message is sent again.
            match ended {
                Ok(Ok(Came::Delivered)) => done.delivered += 1,
                Ok(Ok(Came::Failed)) => done.failed += 1,
                Ok(Ok(Came::GivenUp)) => done.given_up += 1,
                Ok(Ok(Came::Nothing)) => done.dropped += 1,
                Err(_) => {}
                Ok(Err(error)) => return Err(error),
            }
        }
    }

    async fn take(&self, webhook: &WebhookId) -> Result<Vec<Taken>, DbErr> {
        let _turn = self.shared.turns.acquire().await;
        with_retry(|| async {
            let tx = self.shared.database.begin().await?;
            let taken = lease::take(&tx, webhook, self.shared.clock.now()).await?;
            point("deliver_before_taken");
            tx.commit().await?;
            point("deliver_after_taken");
            Ok::<_, DbErr>(taken)
        })
        .await
    }

    async fn attempt(self, taken: Taken) -> Result<Came, DbErr> {
        let Shared { database, sender, settings, clock, .. } = &*self.shared;
        Attempting { database, sender, settings, clock: &**clock }.attempt(&taken).await
    }
}
