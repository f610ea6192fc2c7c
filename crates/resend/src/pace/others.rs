//! How much of the limit others use: what of a window is used and is not ours.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// In which the service counts requests.
const WINDOW: Duration = Duration::from_secs(1);
/// The most that others used of a window is remembered for at least this long, and at most twice as long.
const REMEMBERED: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Others {
    /// When the last of our requests began, the oldest first.
    begun: VecDeque<Instant>,
    since: Instant,
    most: u32,
    most_before: u32,
}

impl Others {
    pub(super) fn new(now: Instant) -> Self {
        Self { begun: VecDeque::new(), since: now, most: 0, most_before: 0 }
    }

    /// One of our requests begins.
    pub(super) fn begin(&mut self, now: Instant) {
        while self.begun.front().is_some_and(|begun| now - *begun > WINDOW * 2) {
            self.begun.pop_front();
        }
        self.begun.push_back(now);
    }

    /// The answer to our request that began then says how many requests its window had. They are counted in the order in which they
    /// begin, nearly. An answer that took longer than a window says nothing of now.
    pub(super) fn observe(&mut self, begun: Instant, used: u32, now: Instant) {
        if now - begun > WINDOW {
            return;
        }
        let is_in_window = |other: &&Instant| **other <= begun && begun - **other < WINDOW;
        let ours = self.begun.iter().filter(is_in_window).count();
        if now - self.since >= REMEMBERED {
            (self.most_before, self.most, self.since) = (self.most_lately(now), 0, now);
        }
        self.most = self.most.max(used.saturating_sub(u32::try_from(ours).unwrap_or(u32::MAX)));
    }

    /// The most that they used of a window of late.
    pub(super) fn used(&self, now: Instant) -> f64 {
        let before = if now - self.since < REMEMBERED { self.most_before } else { 0 };
        f64::from(self.most_lately(now).max(before))
    }

    /// The most since the last turn, unless that is too long ago.
    fn most_lately(&self, now: Instant) -> u32 {
        if now - self.since < REMEMBERED * 2 { self.most } else { 0 }
    }
}
