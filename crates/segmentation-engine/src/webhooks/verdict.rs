//! What follows from an answer.

use domain::{
    instant::Instant,
    webhook::{MOST_FAILING, OffReason, pause_after},
};
use persistence::webhooks::lease::{Attempt, Then};

/// What becomes of a message and its webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Message(Then),
    /// No message is sent to it any more.
    Off(OffReason),
}

/// Whether the endpoint has taken the message.
pub fn is_good(attempt: Attempt) -> bool {
    attempt.answer.is_some_and(|code| (200..300).contains(&code))
}

/// Of an attempt that was not good. `failing_since` counts this one.
pub(super) fn verdict(
    attempt: Attempt,
    attempts: u32,
    failing_since: Option<Instant>,
    (now, dice): (Instant, u8),
) -> Verdict {
    const GONE: u16 = 410;
    if attempt.answer == Some(GONE) {
        return Verdict::Off(OffReason::Gone);
    }
    if failing_since.is_some_and(|since| now - since >= MOST_FAILING) {
        return Verdict::Off(OffReason::Failing);
    }
    Verdict::Message(pause_after(attempts, dice).map_or(Then::GivenUp, |pause| Then::Again { at: now + pause }))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::webhook::DeliveryOutcome;

    use super::*;

    fn answered(code: u16) -> Attempt {
        Attempt { outcome: DeliveryOutcome::Answered, answer: Some(code) }
    }

    #[test]
    fn verdict_is_good_for_success_alone() {
        for (code, expected) in [(200, true), (204, true), (299, true), (199, false), (302, false), (500, false)] {
            assert_eq!(is_good(answered(code)), expected, "{code}");
        }
        assert!(!is_good(Attempt { outcome: DeliveryOutcome::TimedOut, answer: None }));
    }

    #[test]
    fn verdict_of_failures_ends_with_the_message_or_the_webhook() {
        let now = Instant::from_timestamp(1_775_000_000, 0).expect("a time");
        let days = |days| Some(now - TimeDelta::days(days));
        let moment = (now, 0);
        let again = |seconds| Verdict::Message(Then::Again { at: now + TimeDelta::seconds(seconds) });
        assert_eq!(verdict(answered(500), 1, days(0), moment), again(5));
        assert_eq!(verdict(answered(302), 2, days(1), moment), again(300));
        assert_eq!(verdict(answered(500), 8, days(2), moment), Verdict::Message(Then::GivenUp));
        assert_eq!(verdict(answered(500), 8, days(5), moment), Verdict::Off(OffReason::Failing));
        assert_eq!(verdict(answered(410), 1, days(0), moment), Verdict::Off(OffReason::Gone));
    }
}
