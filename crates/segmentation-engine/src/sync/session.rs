//! What the steps of a sync share: the lease, the client, and what was done so far.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    ids::SegmentId,
    instant::{Clock, Instant, SystemClock},
    mail::{SyncCounts, SyncIssue},
};
use persistence::{
    Database, Transaction,
    runs::LEASE,
    sync::runs::{self, SyncId},
};
use resend::{Client, Gate, Segment, ids::SegmentId as RemoteId, signature::Secrets};
use tokio::{sync::OnceCell, task::JoinHandle, time};

use super::{
    error::SyncError,
    options::{SegmentChanges, SyncObserver, SyncOptions},
    start::StartedSync,
};
use crate::run::Stop;

/// Operations of a chunk at least, …
const CHUNK: u32 = 100;
/// … and as many as begin in so many seconds: before the next chunk, the last requests are awaited and the outcome is written, and in
/// that time the rate is not used.
const CHUNK_LASTS: f64 = 20.0;
const FIRST_CHUNK: u32 = 8;
/// Issues that are listed. Further ones are only counted.
const LISTED: usize = 1_000;
/// How often the lease is renewed while nothing else renews it.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How often somebody who asks to stop is heard.
const LOOK: Duration = Duration::from_millis(200);

pub(super) struct Session<'a> {
    pub(super) database: &'a Database,
    pub(super) client: Client,
    pub(super) options: SyncOptions,
    pub(super) id: SyncId,
    pub(super) sends_names: bool,
    /// With which the service signs its events. `None` if nothing comes back.
    pub(super) secrets: Option<Secrets>,
    pub(super) started: time::Instant,
    gate: Arc<Gate>,
    observer: &'a dyn SyncObserver,
    pub(super) account: OnceCell<Account>,
    progress: Arc<Mutex<Progress>>,
    tasks: [JoinHandle<()>; 2],
}

/// What was seen of the account at the mail service.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Those of our remote segments that are known to be there.
    pub(super) there: BTreeSet<RemoteId>,
    /// All segments of the account, in a full sync.
    pub(super) listed: Option<Vec<Segment>>,
}

#[derive(Default)]
pub(super) struct Progress {
    pub(super) counts: SyncCounts,
    pub(super) issues: Vec<SyncIssue>,
    pub(super) issue_count: u64,
    pub(super) by_segment: BTreeMap<SegmentId, SegmentChanges>,
    /// Whether an import is left to the next sync.
    pub(super) is_importing: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(database: &'a Database, started: StartedSync, observer: &'a dyn SyncObserver) -> Self {
        let progress = Arc::new(Mutex::new(Progress::default()));
        let tasks = [
            heartbeat(database.clone(), started.id, started.client.clone(), Arc::clone(&progress)),
            listen(started.options.stop.clone(), Arc::clone(&started.gate)),
        ];
        Self {
            database,
            client: started.client,
            options: started.options,
            id: started.id,
            sends_names: started.sends_names,
            secrets: started.secrets,
            started: time::Instant::now(),
            gate: started.gate,
            observer,
            account: OnceCell::new(),
            progress,
            tasks,
        }
    }

    pub(super) fn progress(&self) -> MutexGuard<'_, Progress> {
        lock(&self.progress)
    }

    pub(super) fn count(&self, add: impl FnOnce(&mut SyncCounts)) {
        add(&mut self.progress().counts);
    }

    pub(super) fn of_segment(&self, segment: SegmentId, add: impl FnOnce(&mut SegmentChanges)) {
        add(self.progress().by_segment.entry(segment).or_default());
    }

    pub(super) fn issue(&self, issue: SyncIssue) {
        let mut progress = self.progress();
        progress.issue_count += 1;
        if progress.issues.len() < LISTED {
            progress.issues.push(issue);
        }
    }

    /// With what the client has sent so far.
    pub(super) fn counts(&self) -> SyncCounts {
        counts_with(&self.progress, &self.client)
    }

    pub(super) fn now(&self) -> Instant {
        SystemClock.now()
    }

    /// Whether no request may begin any more: somebody asked to stop, or the requests are used up.
    pub(super) fn is_stopping(&self) -> bool {
        self.gate.is_stopping()
    }

    /// Contacts that are worked on at the same time. With few requests they come to an end one by one.
    pub(super) fn at_once(&self) -> usize {
        let most = self.client.at_once();
        let few = self.options.max_requests.map(|requests| usize::try_from(requests / 4).unwrap_or(most));
        few.unwrap_or(most).clamp(1, most)
    }

    /// Operations of a chunk. The first one is short if the limit is not known yet, so that the next one is as the rate needs it.
    pub(super) fn chunk(&self) -> u32 {
        match self.client.rate() {
            (None, _) => FIRST_CHUNK,
            (Some(_), rate) => CHUNK.max((rate * CHUNK_LASTS).ceil() as u32),
        }
    }

    pub(super) async fn begin(&self) -> Result<Transaction, SyncError> {
        Ok(self.database.begin().await?)
    }

    /// Renews the lease in the same transaction. Without the lease, nothing is written.
    pub(super) async fn commit(&self, tx: Transaction) -> Result<(), SyncError> {
        let (since, counts) = (time::Instant::now(), self.counts());
        runs::renew(&tx, self.id, &counts).await?;
        tx.commit().await?;
        self.gate.renew(since, LEASE);
        self.observer.progress(&counts);
        Ok(())
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

fn counts_with(progress: &Mutex<Progress>, client: &Client) -> SyncCounts {
    let used = client.used();
    SyncCounts { requests: used.requests, throttled: used.throttled, ..lock(progress).counts }
}

/// Renews the lease while requests are waited for. Once it is lost, requests in flight are cut off.
fn heartbeat(database: Database, id: SyncId, client: Client, progress: Arc<Mutex<Progress>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            time::sleep(HEARTBEAT).await;
            let (since, counts) = (time::Instant::now(), counts_with(&progress, &client));
            if renew(&database, id, &counts).await.is_ok() {
                client.gate().renew(since, LEASE);
            }
        }
    })
}

async fn renew(database: &Database, id: SyncId, counts: &SyncCounts) -> Result<(), SyncError> {
    let tx = database.begin().await?;
    runs::renew(&tx, id, counts).await?;
    Ok(tx.commit().await?)
}

/// Closes the gate when somebody asks to stop.
fn listen(stop: Stop, gate: Arc<Gate>) -> JoinHandle<()> {
    tokio::spawn(async move {
        is_asked(&stop).await;
        gate.stop();
    })
}

/// Ends when somebody asks to stop.
pub(super) async fn is_asked(stop: &Stop) {
    while !stop.is_asked() {
        time::sleep(LOOK).await;
    }
}
