//! Options of the server.

use std::time::Duration;

use axum::http::HeaderValue;
use secrecy::SecretString;

use crate::{auth::Authenticator, gate::Limits};

/// Who may run the engine by GET.
#[derive(Debug, Clone)]
pub enum Scheduler {
    /// Callers with this secret.
    Bearing(SecretString),
    /// For development.
    Anyone,
}

#[derive(Debug, Clone)]
pub struct Options {
    pub limits: Limits,
    /// The largest request body, in bytes.
    pub body_bytes: u32,
    /// The longest time for a request to arrive, header and body together.
    pub arrive_within: Duration,
    /// How many WebSockets one address may have open.
    pub sockets_per_address: usize,
    /// The most items in a batch.
    pub batch_items: u32,
    pub authenticator: Authenticator,
    /// Who may run the engine by GET.
    pub scheduler: Scheduler,
    /// Other origins whose pages may call.
    pub cors_origins: Vec<HeaderValue>,
}
