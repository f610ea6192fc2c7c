//! How webhooks are sent.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use webhooks::{Reach, TIMEOUT};

#[derive(Debug, Clone, Copy)]
pub struct WebhookSettings {
    /// Whether private and link-local addresses may be asked.
    pub reach: Reach,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Random, for the pauses between attempts.
    pub dice: fn() -> u8,
}

impl WebhookSettings {
    pub fn new(allow_private: bool) -> Self {
        let reach = if allow_private { Reach::Private } else { Reach::Public };
        Self { reach, timeout: TIMEOUT, dice }
    }
}

/// From the keys with which the standard library hashes, which are the system's randomness.
pub fn dice() -> u8 {
    RandomState::new().build_hasher().finish().to_be_bytes()[0]
}
