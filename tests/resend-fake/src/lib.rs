//! A stand-in for Resend with a memory: contacts, segments, imports, suppressions, webhooks, limits. For tests and the
//! demonstration.
//!
//! What Resend does not promise has a [switch](Switches), and each default is the worst case. It watches what no client may do:
//! subscribe a person again, and remove what others made. See [`Fake::violations`].

mod desk;
mod events;
mod faults;
mod ids;
mod limits;
mod people;
mod routes;
mod server;
mod state;
mod switches;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use chrono::{DateTime, Utc};

pub use self::{
    events::PendingEvent,
    faults::{Fault, Faults},
    server::Recorded,
    state::{Contact, State, Suppression},
    switches::{Dates, Key, RetryAfter, Switches, Upsert},
};

/// A running stand-in. It ends when the last clone is dropped.
#[derive(Clone)]
pub struct Fake {
    shared: Arc<server::Shared>,
}

impl Fake {
    /// On a free port of this machine.
    pub async fn start(switches: Switches) -> std::io::Result<Self> {
        Self::start_at(([127, 0, 0, 1], 0).into(), switches).await
    }

    /// With a page at `/` that shows what it remembers.
    pub async fn start_at(address: SocketAddr, switches: Switches) -> std::io::Result<Self> {
        server::start(address, switches).await.map(|shared| Self { shared })
    }

    /// The value of `RESEND_BASE_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The value of `RESEND_API_KEY`.
    pub const KEY: &'static str = "re_fake_key";
    /// The value of `RESEND_WEBHOOK_SECRET`.
    pub const SECRET: &'static str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// What it remembers, to look at and to change.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.shared.state)
    }

    /// What it does where Resend promises nothing.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.state().switches);
    }

    /// Requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.shared.requests).clone()
    }

    /// Requests so far that may have changed something.
    pub fn writes(&self) -> Vec<Recorded> {
        self.requests().into_iter().filter(|request| request.method != "GET").collect()
    }

    pub fn forget_requests(&self) {
        lock(&self.shared.requests).clear();
    }

    /// What a client did that none may do.
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// Events that were not taken yet, oldest first.
    pub fn take_events(&self) -> Vec<PendingEvent> {
        std::mem::take(&mut self.state().pending)
    }

    /// Sends events to an endpoint as they happen, for as long as the stand-in runs.
    pub fn deliver_to(&self, url: String) {
        events::deliver(Arc::downgrade(&self.shared), url);
    }

    /// Its clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.state().now()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
