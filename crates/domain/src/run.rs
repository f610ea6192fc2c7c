//! Runs of the engine: how one is asked for, where it stands, and what it could not do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    ids::UserId,
    segment::SegmentKey,
    segment_health::{RuleFailure, SegmentHealth},
    text_enum::text_enum,
};

text_enum! {
    pub enum RunState {
        Running = "running",
        Succeeded = "succeeded",
        Failed = "failed",
        /// It was asked to stop, or its process died and its lease ran out.
        Abandoned = "abandoned",
    }
}

text_enum! {
    #[derive(Default)]
    pub enum RunMode {
        /// Evaluates every user.
        #[default]
        Full = "full",
        /// Evaluates users whose data changed or who have a date that a rule passed since the last successful run;
        /// everyone, if a rule is new.
        Incremental = "incremental",
    }
}

text_enum! {
    pub enum RunTrigger {
        CommandLine = "command_line",
        /// A scheduler that calls the server.
        Cron = "cron",
        Admin = "admin",
    }
}

/// A user or a segment that a run left as it was. The run goes on with the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RunIssue {
    RuleFailed {
        segment: SegmentKey,
        reason: RuleFailure,
    },
    /// See [`SegmentHealth::HeldBack`].
    HeldBack {
        segment: SegmentKey,
        leaving: u64,
        members: u64,
    },
    /// Only a damaged database has such a user. The column is in words, without its content.
    UnreadableUser {
        user: UserId,
        column: String,
    },
    /// The database refused the changes of this user. The reason holds no data.
    UnwritableUser {
        user: UserId,
        reason: String,
    },
}

impl fmt::Display for RunIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RuleFailed { segment, reason } => {
                write!(f, "{segment}: {}", SegmentHealth::RuleFailed { reason: reason.clone() })
            }
            Self::HeldBack { segment, leaving, members } => {
                write!(f, "{segment}: {}", SegmentHealth::HeldBack { leaving: *leaving, members: *members })
            }
            Self::UnreadableUser { user, column } => write!(f, "user {user}: cannot read the stored {column}."),
            Self::UnwritableUser { user, reason } => {
                write!(f, "user {user}: the database refused the changes: {reason}.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn issues_are_stored_with_their_kind_and_read_by_people() {
        let segment: SegmentKey = "lifecycle:active".parse().expect("a key");
        let user = UserId("bob".into());
        for (issue, stored, words) in [
            (
                RunIssue::RuleFailed { segment: segment.clone(), reason: RuleFailure::Cycle },
                json!({"kind": "ruleFailed", "segment": "lifecycle:active", "reason": {"kind": "cycle"}}),
                "lifecycle:active: Not evaluated: the definition refers to itself through other segments.",
            ),
            (
                RunIssue::HeldBack { segment, leaving: 80, members: 150 },
                json!({"kind": "heldBack", "segment": "lifecycle:active", "leaving": 80, "members": 150}),
                "lifecycle:active: Held back: 80 of 150 members would be removed. \
                 Run again with --allow-shrink to apply.",
            ),
            (
                RunIssue::UnreadableUser { user: user.clone(), column: "quiz attempts".into() },
                json!({"kind": "unreadableUser", "user": "bob", "column": "quiz attempts"}),
                "user bob: cannot read the stored quiz attempts.",
            ),
            (
                RunIssue::UnwritableUser { user, reason: "a constraint failed".into() },
                json!({"kind": "unwritableUser", "user": "bob", "reason": "a constraint failed"}),
                "user bob: the database refused the changes: a constraint failed.",
            ),
        ] {
            assert_eq!(serde_json::to_value(&issue).expect("JSON"), stored);
            assert_eq!(serde_json::from_value::<RunIssue>(stored).expect("an issue"), issue);
            assert_eq!(issue.to_string(), words);
        }
    }
}
