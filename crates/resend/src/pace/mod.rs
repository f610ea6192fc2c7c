//! How fast requests follow each other. The limit of the service is shared by the whole account, with the host's own mail.

mod others;
#[cfg(test)]
mod tests;

use std::{sync::Mutex, time::Duration};

use tokio::{
    sync::{Mutex as Queue, Notify},
    time::{Instant, sleep_until},
};

use self::others::Others;

/// Requests in flight: as many as begin in a second, so that the rate is used while each takes less. Slow ones take more than a
/// second, so there are a few at any rate.
const IN_FLIGHT: usize = 8;
/// Requests a second until the service has stated its limit.
const UNKNOWN: f64 = 2.0;
/// Of the stated limit, unless a rate is given.
const SHARE: f64 = 0.5;
/// Of the stated limit, whatever rate is given: ours and those of others together.
const MOST: f64 = 0.9;
/// Of the stated limit, however much of it others use.
const LEAST: f64 = 0.1;
/// Of a window: with less left of it, the rest is for others.
const LEFT_TO_OTHERS: f64 = 0.2;
/// How much missed time is made up for at most, if the gap between two requests is shorter: at high rates, the clock and a busy machine
/// are too coarse for each gap. In no second are there more requests than nine tenths of the limit and a tenth of that.
const MADE_UP_FOR: Duration = Duration::from_millis(100);
/// How long the pace stays halved after the service refused a request, …
const HALVED: Duration = Duration::from_secs(30);
/// … and how often it then grows by a tenth of the whole.
const GROWS: Duration = Duration::from_secs(10);
/// How long everything waits after such a refusal, if the service does not say.
const WAIT: Duration = Duration::from_secs(1);

/// What an answer says about the limit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Limits {
    pub(crate) limit: Option<u32>,
    pub(crate) remaining: Option<u32>,
    pub(crate) reset: Option<Duration>,
    pub(crate) retry_after: Option<Duration>,
}

#[derive(Debug)]
pub(crate) struct Pace {
    given: Option<u32>,
    state: Mutex<State>,
    /// Only the first of the ordinary requests looks at the time.
    queue: Queue<()>,
    ended: Notify,
}

#[derive(Debug)]
struct State {
    limit: Option<u32>,
    in_flight: usize,
    /// The earliest moment of the next request.
    next: Instant,
    others: Others,
    /// After a refusal: the share of the whole pace, and since when.
    slowed: Option<(f64, Instant)>,
    /// After a refusal, one request goes before all others.
    probe: Probe,
    /// Requests that wait and go before others.
    urgent: usize,
}

/// Which of the waiting requests goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    Ordinary,
    /// What was looked up for it does not hold for long.
    Urgent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Probe {
    None,
    Due,
    InFlight,
}

/// The right to send one request.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pace: &'a Pace,
    begun: Instant,
    is_probe: bool,
}

impl Turn<'_> {
    /// Takes in what any answer to this request, also a refusal, says about the use of the limit by others.
    pub(crate) fn learn_of_others(&self, limits: Limits) {
        let (Some(limit), Some(remaining)) = (limits.limit, limits.remaining) else { return };
        self.pace.state().others.observe(self.begun, limit.saturating_sub(remaining), Instant::now());
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        state.in_flight -= 1;
        if self.is_probe && state.probe == Probe::InFlight {
            state.probe = Probe::None;
        }
        drop(state);
        self.pace.ended.notify_waiters();
    }
}

/// Counts while an urgent request waits.
struct Waiting<'a>(&'a Pace);

impl<'a> Waiting<'a> {
    fn new(pace: &'a Pace) -> Self {
        pace.state().urgent += 1;
        Self(pace)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().urgent -= 1;
    }
}

impl Pace {
    /// `given` is a rate that an operator chose.
    pub(crate) fn new(given: Option<u32>) -> Self {
        let now = Instant::now();
        let state = State {
            limit: None,
            in_flight: 0,
            next: now,
            others: Others::new(now),
            slowed: None,
            probe: Probe::None,
            urgent: 0,
        };
        Self { given, state: Mutex::new(state), queue: Queue::new(()), ended: Notify::new() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The limit that the service last stated, and our requests a second at most.
    pub(crate) fn rate(&self) -> (Option<u32>, f64) {
        let state = self.state();
        (state.limit, self.whole(&state))
    }

    /// Requests in flight at most.
    pub(crate) fn in_flight(&self) -> usize {
        let (_, rate) = self.rate();
        IN_FLIGHT.max(rate.ceil() as usize)
    }

    /// Waits for the turn of a request. A request that waits holds nothing that another one needs: ordinary ones let urgent ones pass.
    pub(crate) async fn turn(&self, urgency: Urgency) -> Turn<'_> {
        let (waiting, _first) = match urgency {
            Urgency::Ordinary => (None, Some(self.queue.lock().await)),
            Urgency::Urgent => (Some(Waiting::new(self)), None),
        };
        loop {
            let ended = self.ended.notified();
            let most = self.in_flight();
            let wait = {
                let mut state = self.state();
                let now = Instant::now();
                match state.probe {
                    Probe::InFlight => None,
                    Probe::Due | Probe::None if state.in_flight >= most => None,
                    Probe::Due | Probe::None if state.next > now => Some(state.next),
                    // An urgent request takes this turn.
                    Probe::Due | Probe::None if waiting.is_none() && state.urgent > 0 => {
                        Some(now + self.gap(&state, now))
                    }
                    probe @ (Probe::Due | Probe::None) => {
                        let (gap, is_probe) = (self.gap(&state, now), probe == Probe::Due);
                        // More time that was missed is not made up for: there would be bursts.
                        let earliest = now - gap.max(MADE_UP_FOR);
                        state.next = if is_probe { now } else { state.next.max(earliest) } + gap;
                        state.probe = if is_probe { Probe::InFlight } else { Probe::None };
                        state.in_flight += 1;
                        state.others.begin(now);
                        return Turn { pace: self, begun: now, is_probe };
                    }
                }
            };
            match wait {
                Some(next) => sleep_until(next).await,
                None => ended.await,
            }
        }
    }

    fn gap(&self, state: &State, now: Instant) -> Duration {
        let rate = self.whole(state) * state.slowed.map_or(1.0, |slowed| share(slowed, now));
        Duration::from_secs_f64(1.0 / rate.max(0.01))
    }

    /// Requests a second at the whole pace.
    fn whole(&self, state: &State) -> f64 {
        let given = self.given.map(f64::from);
        let Some(limit) = state.limit.map(f64::from) else { return given.map_or(UNKNOWN, |given| UNKNOWN.min(given)) };
        let left = (limit * MOST - state.others.used(Instant::now())).max(limit * LEAST);
        given.unwrap_or(limit * SHARE).min(left)
    }

    /// Takes in what an answer says.
    pub(crate) fn answered(&self, limits: Limits) {
        let mut state = self.state();
        let now = Instant::now();
        if let Some(limit) = limits.limit.filter(|limit| *limit > 0) {
            state.limit = Some(limit);
            let is_nearly_used =
                limits.remaining.is_some_and(|left| f64::from(left) < LEFT_TO_OTHERS * f64::from(limit));
            if let (true, Some(reset)) = (is_nearly_used, limits.reset) {
                state.next = state.next.max(now + reset);
            }
        }
        if state.slowed.is_some_and(|slowed| share(slowed, now) >= 1.0) {
            state.slowed = None;
        }
    }

    /// The service refused a request because there were too many. `jitter` is up to 250 ms.
    pub(crate) fn refused(&self, limits: Limits, jitter: Duration) {
        self.answered(Limits { remaining: None, ..limits });
        let mut state = self.state();
        let now = Instant::now();
        let wait = limits.retry_after.or(limits.reset).unwrap_or(WAIT);
        state.next = state.next.max(now + wait + jitter);
        let before = state.slowed.map_or(1.0, |slowed| share(slowed, now));
        // Several refusals of one moment count once.
        let is_new = state.slowed.is_none_or(|(_, since)| now - since >= WAIT);
        if is_new {
            state.slowed = Some((before / 2.0, now));
        }
        state.probe = Probe::Due;
    }
}

/// The share of the whole pace some time after a refusal.
fn share((share, since): (f64, Instant), now: Instant) -> f64 {
    let grown = now.saturating_duration_since(since).saturating_sub(HALVED);
    (share + 0.1 * (grown.as_secs_f64() / GROWS.as_secs_f64()).floor()).min(1.0)
}
