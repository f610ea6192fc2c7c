//! How the server behaves.

use std::time::Duration;

use axum::http::HeaderValue;
use secrecy::SecretString;

use crate::{auth::Authenticator, gate::Limits};

/// Who may run the engine by GET, without a token.
#[derive(Debug, Clone)]
pub enum Scheduler {
    /// Whoever bears the secret.
    Bearing(SecretString),
    /// Anyone: for development.
    Anyone,
}

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Limits of the gate.
    pub limits: Limits,
    /// The largest request body, in bytes.
    pub body_bytes: u32,
    /// How long a request may take to arrive, header and body together.
    pub arrive_within: Duration,
    /// How many WebSockets one address may have open.
    pub sockets_per_address: usize,
    /// The most items of a batch.
    pub batch_items: u32,
    /// Who may call.
    pub authenticator: Authenticator,
    /// Who may run the engine by GET, without a token.
    pub scheduler: Scheduler,
    /// Origins of pages that may call, besides the server's own.
    pub cors_origins: Vec<HeaderValue>,
}
