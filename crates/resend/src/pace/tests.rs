//! With a paused clock.

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
        turn.learn_of_others(Limits { remaining: Some(remaining), ..stated(limit) });
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
async fn pace_has_forgotten_others_after_an_hour_without_requests() {
    let pace = Pace::new(None);
    beside_others(&pace, 10, 7, 20).await;
    tokio::time::advance(Duration::from_secs(3_600)).await;
    assert_eq!(pace.rate().1, 5.0);
    let (_, ours) = beside_others(&pace, 10, 0, 20).await;
    assert!(ours > 4.0, "{ours} a second");
}

#[tokio::test(start_paused = true)]
async fn pace_takes_no_slow_answer_for_use_by_others() {
    let pace = Arc::new(Pace::new(None));
    pace.answered(stated(100));
    let requests: JoinSet<_> = (0..200)
        .map(|_| Arc::clone(&pace))
        .map(|pace| async move {
            let turn = pace.turn(Urgency::Ordinary).await;
            tokio::time::sleep(Duration::from_secs(6)).await;
            turn.learn_of_others(Limits { remaining: Some(50), ..stated(100) });
        })
        .collect();
    requests.join_all().await;
    assert_eq!(pace.rate().1, 50.0);
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
