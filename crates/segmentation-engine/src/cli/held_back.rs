//! Sentences about health and issues, with the option that applies what was held back.

use std::fmt::Display;

use domain::{
    mail::SyncIssue,
    run::{RunIssue, issues_in_words},
    segment_health::SegmentHealth,
};

const HINT: &str = " Check the data. If it is right, run again with --allow-shrink.";

pub(super) fn health_in_words(health: &SegmentHealth) -> String {
    let hint = if matches!(health, SegmentHealth::HeldBack { .. }) { HINT } else { "" };
    format!("{health}{hint}")
}

pub(super) fn issues_with_hints(listed: &[RunIssue], count: u64) -> Vec<String> {
    with_hints(listed, count, |issue| matches!(issue, RunIssue::HeldBack { .. }), HINT)
}

const HINT_FOR_SYNC: &str = " Check the data. If it is right, sync again with --allow-shrink.";

pub(super) fn issues_of_sync_with_hints(listed: &[SyncIssue], count: u64) -> Vec<String> {
    with_hints(listed, count, |issue| matches!(issue, SyncIssue::HeldBack { .. }), HINT_FOR_SYNC)
}

fn with_hints<I: Display>(listed: &[I], count: u64, is_held_back: fn(&I) -> bool, hint: &str) -> Vec<String> {
    let mut sentences = issues_in_words(listed, count);
    for (issue, sentence) in listed.iter().zip(&mut sentences) {
        if is_held_back(issue) {
            sentence.push_str(hint);
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_back_segments_are_shown_with_the_option_that_applies_the_change() {
        let segment: domain::segment::SegmentKey = "lifecycle:active".parse().expect("a key");
        let issues = [
            RunIssue::UnreadableUser { user: domain::ids::UserId("bob".into()), column: "plan".into() },
            RunIssue::HeldBack { segment, leaving: 80, members: 150 },
        ];
        let held_back = "Held back: 80 of 150 members would be removed. Check the data. If it is right, run again with --allow-shrink.";
        assert_eq!(
            issues_with_hints(&issues, 9),
            ["user bob: cannot read the stored plan.", &format!("lifecycle:active: {held_back}"), "and 7 more"]
        );
        assert_eq!(health_in_words(&SegmentHealth::HeldBack { leaving: 80, members: 150 }), held_back);
        assert_eq!(health_in_words(&SegmentHealth::Ok), "OK");
    }
}
