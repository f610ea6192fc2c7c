//! So many requests a second for the whole account, in windows of one second.

use std::time::Instant;

use crate::switches::{RetryAfter, Switches};

#[derive(Debug)]
pub(crate) struct Window {
    began: Instant,
    used: u32,
}

/// What the headers say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) is_refused: bool,
    pub(crate) retry_after: RetryAfter,
}

impl Window {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), used: 0 }
    }

    pub(crate) fn take(&mut self, switches: &Switches) -> Standing {
        if self.began.elapsed().as_millis() >= 1_000 {
            let foreign = (f64::from(switches.limit) * switches.foreign_share).round();
            *self = Self { began: Instant::now(), used: foreign as u32 };
        }
        let is_refused = self.used >= switches.limit;
        if !is_refused {
            self.used += 1;
        }
        Standing {
            limit: switches.limit,
            remaining: switches.limit - self.used,
            is_refused,
            retry_after: switches.retry_after,
        }
    }
}
