//! What switching sync on for a segment would do, in numbers.

use std::time::Duration;

use domain::ids::SegmentId;
use persistence::{
    Database, DbErr,
    sync::{destination, figures},
};
use resend::{Client, Gate};
use std::sync::Arc;

use super::settings::SyncSettings;

/// Without a stated limit: the default of Resend, halved.
const RATE: f64 = 5.0;
/// How long somebody waits for the mail service.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncPreview {
    pub members: u64,
    pub without_address: u64,
    pub suppressed: u64,
    /// Members beyond the first one of each address.
    pub shared_addresses: u64,
    pub contacts_known: u64,
    /// They are looked up, and made if they are not there.
    pub contacts_unknown: u64,
    pub requests_least: u64,
    pub requests_most: u64,
    pub minutes_least: u64,
    pub minutes_most: u64,
    /// Contacts of the account's plan.
    pub contact_limit: Option<u64>,
    /// Contacts that the account has.
    pub contacts_used: Option<u64>,
}

impl SyncPreview {
    /// A switch that may make more contacts than this, or more than the plan has, has to be confirmed.
    const UNCONFIRMED: u64 = 1_000;

    pub fn needs_confirmation(&self) -> bool {
        let after = self.contacts_used.unwrap_or_default() + self.contacts_unknown;
        self.contacts_unknown > Self::UNCONFIRMED || self.contact_limit.is_some_and(|limit| after > limit)
    }
}

/// Asks the mail service once, for the limit of the plan, and does without it if that fails.
pub async fn preview(database: &Database, settings: &SyncSettings, segment: SegmentId) -> Result<SyncPreview, DbErr> {
    let connection = database.connection();
    let addresses = figures::addresses(connection, segment).await?;
    let destination = destination::read(connection).await?;
    let usage = ask(settings).await;
    let (known, unknown) = (addresses.known, addresses.usable.saturating_sub(addresses.known));
    // One to make or find the remote segment, one to check it.
    let least = known + unknown + 2;
    let most = known + 2 * unknown + 2;
    let given = settings.client.as_ref().and_then(|client| client.max_rate).map(f64::from);
    let rate = given.or(destination.rate_limit.map(|limit| f64::from(limit) / 2.0)).unwrap_or(RATE);
    let minutes = |requests: u64| (requests as f64 / rate / 60.0).ceil() as u64;
    Ok(SyncPreview {
        members: addresses.members,
        without_address: addresses.without_address,
        suppressed: addresses.suppressed,
        shared_addresses: addresses.shared,
        contacts_known: known,
        contacts_unknown: unknown,
        requests_least: least,
        requests_most: most,
        minutes_least: minutes(least),
        minutes_most: minutes(most),
        contact_limit: usage.and_then(|(_, limit)| limit).or(destination.contact_limit),
        contacts_used: usage.and_then(|(used, _)| used),
    })
}

async fn ask(settings: &SyncSettings) -> Option<(Option<u64>, Option<u64>)> {
    let client = Client::new(settings.client.as_ref()?, Arc::new(Gate::open())).ok()?.with_patience(PATIENCE);
    tokio::time::timeout(PATIENCE, client.contact_usage()).await.ok()?.ok()
}
