//! How fast requests follow each other. The limit of the service is shared by the whole account, with the host's own mail.

use std::{collections::VecDeque, sync::Mutex, time::Duration};

use tokio::{
    sync::{Mutex as Queue, Notify},
    time::{Instant, sleep_until},
};

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
/// In which the service counts requests.
const WINDOW: Duration = Duration::from_secs(1);
/// For how long, at least, the most that others used of a window is remembered.
const REMEMBERED: Duration = Duration::from_secs(10);
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
    /// When the last of our requests began, the oldest first.
    begun: VecDeque<Instant>,
    others: Others,
    /// After a refusal: the share of the whole pace, and since when.
    slowed: Option<(f64, Instant)>,
    /// After a refusal, one request goes before all others.
    probe: Probe,
    /// Requests that wait and go before others.
    urgent: usize,
}

/// The most that others use of a window.
#[derive(Debug, Clone, Copy)]
struct Others {
    since: Instant,
    most: u32,
    most_before: u32,
}

impl Others {
    fn new(now: Instant) -> Self {
        Self { since: now, most: 0, most_before: 0 }
    }

    fn observe(&mut self, used: u32, now: Instant) {
        if now - self.since >= REMEMBERED {
            *self = Self { since: now, most: 0, most_before: self.most };
        }
        self.most = self.most.max(used);
    }

    fn used(self) -> f64 {
        f64::from(self.most.max(self.most_before))
    }
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
    /// Takes in what any answer to this request says about the window: what of it we did not use, others did.
    pub(crate) fn answered(&self, limits: Limits) {
        let (Some(limit), Some(remaining)) = (limits.limit, limits.remaining) else { return };
        let mut state = self.pace.state();
        // Requests are counted in the order in which they begin, nearly.
        let is_ours = |begun: &&Instant| **begun <= self.begun && self.begun - **begun < WINDOW;
        let ours = state.begun.iter().filter(is_ours).count();
        let used_by_others = limit.saturating_sub(remaining).saturating_sub(u32::try_from(ours).unwrap_or(u32::MAX));
        state.others.observe(used_by_others, Instant::now());
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
            begun: VecDeque::new(),
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
                        state.begin(now);
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
        let left = (limit * MOST - state.others.used()).max(limit * LEAST);
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

impl State {
    fn begin(&mut self, now: Instant) {
        // An answer may take as long as a few windows.
        while self.begun.front().is_some_and(|begun| now - *begun > WINDOW * 4) {
            self.begun.pop_front();
        }
        self.begun.push_back(now);
    }
}

/// The share of the whole pace some time after a refusal.
fn share((share, since): (f64, Instant), now: Instant) -> f64 {
    let grown = now.saturating_duration_since(since).saturating_sub(HALVED);
    (share + 0.1 * (grown.as_secs_f64() / GROWS.as_secs_f64()).floor()).min(1.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::task::JoinSet;

    use super::*;

    fn stated(limit: u32) -> Limits {
        Limits { limit: Some(limit), remaining: Some(limit), reset: Some(Duration::from_secs(1)), retry_after: None }
    }

    /// How many turns begin in this many seconds.
    async fn turns_in(pace: &Pace, seconds: u64) -> usize {
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut turns = 0;
        loop {
            drop(pace.turn(Urgency::Ordinary).await);
            if Instant::now() >= end {
                return turns;
            }
            turns += 1;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pace_is_slow_until_the_limit_is_known() {
        let pace = Pace::new(None);
        assert!((20..=22).contains(&turns_in(&pace, 10).await));
    }

    #[tokio::test(start_paused = true)]
    async fn pace_is_half_of_the_limit_or_what_is_given_and_never_all_of_it() {
        for (limit, given, expected) in [(10, None, 5.0), (100, None, 50.0), (10, Some(3), 3.0), (10, Some(50), 9.0)] {
            let pace = Pace::new(given);
            pace.answered(stated(limit));
            let turns = turns_in(&pace, 20).await as f64 / 20.0;
            assert!((turns - expected).abs() <= 0.15 + expected * 0.02, "{limit} {given:?}: {turns}");
        }
    }

    /// Sends for this many seconds, and others as many evenly. The service counts in windows of a second. Returns in how many windows
    /// the limit was passed after the first ten seconds, and our requests a second.
    async fn beside_others(pace: &Pace, limit: u32, others: u32, seconds: u32) -> (usize, f64) {
        let start = Instant::now();
        let end = start + Duration::from_secs(seconds.into());
        let mut used = vec![(0, 0); seconds as usize + 1];
        loop {
            let turn = pace.turn(Urgency::Ordinary).await;
            if Instant::now() >= end {
                break;
            }
            let second = (Instant::now() - start).as_secs() as usize;
            used[second].0 += 1;
            let in_window = (Instant::now() - start).as_secs_f64().fract();
            used[second].1 = (in_window * f64::from(others)).ceil() as u32;
            let remaining = limit.saturating_sub(used[second].0 + used[second].1);
            turn.answered(Limits { remaining: Some(remaining), ..stated(limit) });
            pace.answered(Limits { remaining: Some(remaining), ..stated(limit) });
        }
        let after = &used[10..seconds as usize];
        let passed = after.iter().filter(|(ours, _)| ours + others > limit).count();
        (passed, f64::from(after.iter().map(|(ours, _)| ours).sum::<u32>()) / after.len() as f64)
    }

    #[tokio::test(start_paused = true)]
    async fn pace_leaves_others_what_they_use() {
        for (limit, others, at_least) in [(10, 6, 2.0), (100, 60, 15.0), (10, 0, 4.9), (100, 30, 49.0), (10, 10, 0.7)] {
            let (passed, ours) = beside_others(&Pace::new(None), limit, others, 60).await;
            assert!(passed == 0 || others == limit, "{others} of {limit}: passed in {passed} seconds");
            assert!(ours >= at_least, "{others} of {limit}: {ours} a second");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pace_forgets_others_who_are_gone() {
        let pace = Pace::new(None);
        beside_others(&pace, 10, 7, 20).await;
        let (_, ours) = beside_others(&pace, 10, 0, 40).await;
        assert!(ours > 4.0, "{ours} a second");
    }

    #[tokio::test(start_paused = true)]
    async fn pace_leaves_the_rest_of_a_window_to_others() {
        let pace = Pace::new(None);
        pace.answered(Limits { remaining: Some(1), reset: Some(Duration::from_secs(3)), ..stated(10) });
        let before = Instant::now();
        drop(pace.turn(Urgency::Ordinary).await);
        assert_eq!((Instant::now() - before).as_secs(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn pace_waits_as_told_after_a_refusal_and_sends_a_probe_first() {
        let pace = Pace::new(None);
        pace.answered(stated(10));
        pace.refused(Limits { retry_after: Some(Duration::from_secs(5)), ..stated(10) }, Duration::ZERO);
        let before = Instant::now();
        let probe = pace.turn(Urgency::Ordinary).await;
        assert_eq!((Instant::now() - before).as_secs(), 5);
        let next = tokio::time::timeout(Duration::from_secs(60), pace.turn(Urgency::Ordinary)).await;
        assert!(next.is_err(), "the others wait for the probe");
        drop(probe);
        drop(pace.turn(Urgency::Ordinary).await);
    }

    #[tokio::test(start_paused = true)]
    async fn pace_is_halved_after_a_refusal_and_grows_back() {
        let pace = Pace::new(None);
        pace.answered(stated(10));
        pace.refused(stated(10), Duration::ZERO);
        let slow = turns_in(&pace, 25).await;
        assert!((55..=66).contains(&slow), "{slow}");
        tokio::time::sleep(Duration::from_secs(100)).await;
        let whole = turns_in(&pace, 20).await;
        assert!((99..=103).contains(&whole), "{whole}");
    }

    /// How many turns begin while none ends.
    async fn turns_at_once(pace: &Pace) -> usize {
        let mut turns = Vec::new();
        while let Ok(turn) = tokio::time::timeout(Duration::from_secs(9), pace.turn(Urgency::Ordinary)).await {
            turns.push(turn);
        }
        let at_once = turns.len();
        turns.pop();
        drop(pace.turn(Urgency::Ordinary).await);
        at_once
    }

    #[tokio::test(start_paused = true)]
    async fn pace_has_eight_requests_in_flight_at_most_or_those_of_a_second() {
        for (limit, at_once) in [(1, 8), (10, 8), (16, 8), (100, 50), (1_000, 500)] {
            let pace = Pace::new(None);
            pace.answered(stated(limit));
            assert_eq!(turns_at_once(&pace).await, at_once, "at {limit}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pace_makes_up_for_a_tenth_of_a_second_at_most() {
        let pace = Pace::new(Some(900));
        pace.answered(stated(1_000));
        let begun = Instant::now();
        let mut turns = 0;
        while begun.elapsed() < Duration::from_secs(10) {
            for _ in 0..45 {
                drop(pace.turn(Urgency::Ordinary).await);
                turns += 1;
            }
            // The machine does something else for 50 milliseconds, in which 45 are due.
            tokio::time::advance(Duration::from_millis(50)).await;
        }
        assert!((8_900..=9_100).contains(&turns), "{turns}");
        tokio::time::advance(Duration::from_secs(60)).await;
        let burst = turns_in(&pace, 1).await;
        assert!(burst <= 1_000, "{burst} in a second");
    }

    #[tokio::test(start_paused = true)]
    async fn pace_is_used_while_requests_take_350_milliseconds() {
        for limit in [10, 20, 50, 100, 1_000] {
            let pace = Arc::new(Pace::new(None));
            pace.answered(stated(limit));
            let (begun, requests) = (Instant::now(), 30 * limit / 2);
            let all: JoinSet<_> = (0..requests)
                .map(|_| Arc::clone(&pace))
                .map(|pace| async move {
                    let _turn = pace.turn(Urgency::Ordinary).await;
                    tokio::time::sleep(Duration::from_millis(350)).await;
                })
                .collect();
            all.join_all().await;
            let used = 30.0 / begun.elapsed().as_secs_f64();
            assert!((0.95..1.01).contains(&used), "{used} at {limit}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pace_lets_urgent_requests_go_first_among_many() {
        let pace = Pace::new(Some(10));
        pace.answered(stated(100));
        let pace = Arc::new(pace);
        let turns: JoinSet<_> = (0..40)
            .map(|number| (Arc::clone(&pace), if number < 20 { Urgency::Ordinary } else { Urgency::Urgent }))
            .map(|(pace, urgency)| async move { drop(pace.turn(urgency).await) })
            .collect();
        let ended = tokio::time::timeout(Duration::from_secs(60), turns.join_all()).await;
        assert!(ended.is_ok(), "those that wait for their time keep no place from the others");
    }

    #[tokio::test(start_paused = true)]
    async fn pace_lets_urgent_requests_go_first() {
        let pace = Pace::new(Some(1));
        pace.answered(stated(10));
        drop(pace.turn(Urgency::Ordinary).await);
        let before = Instant::now();
        let ordinary = async {
            for _ in 0..5 {
                drop(pace.turn(Urgency::Ordinary).await);
            }
            Instant::now() - before
        };
        let urgent = async {
            drop(pace.turn(Urgency::Urgent).await);
            Instant::now() - before
        };
        let (ordinary, urgent) = tokio::join!(ordinary, urgent);
        assert_eq!((urgent.as_secs(), ordinary.as_secs()), (1, 6));
    }
}
