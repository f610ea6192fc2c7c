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
    /// The state of a run.
    pub enum RunState {
        /// In progress.
        Running = "running",
        /// Completed.
        Succeeded = "succeeded",
        /// Ended with an error.
        Failed = "failed",
        /// It was asked to stop, or its process died and its lease ran out.
        Abandoned = "abandoned",
    }
}

text_enum! {
    /// Which users a run evaluates.
    #[derive(Default)]
    pub enum RunMode {
        /// All users.
        #[default]
        Full = "full",
        /// Users whose data changed, or who crossed a date in a rule, since the last completed run. All users if a
        /// definition is new.
        Incremental = "incremental",
    }
}

text_enum! {
    /// What started a run.
    pub enum RunTrigger {
        /// The command line.
        CommandLine = "command_line",
        /// A scheduler that calls the server.
        Cron = "cron",
        /// An admin.
        Admin = "admin",
    }
}

text_enum! {
    /// Where a run stands in a shard.
    pub enum ShardStage {
        /// Nobody has begun.
        Waiting = "waiting",
        /// Its users are evaluated. Of those who may be held back, nothing is written.
        Counting = "counting",
        /// Who would leave is known. The rest waits until that is known of all shards.
        Counted = "counted",
        /// The rest is written.
        Writing = "writing",
        /// All is written.
        Done = "done",
        /// Another run has taken over.
        Lost = "lost",
    }
}

impl ShardStage {
    /// The stage before a phase ends.
    #[must_use]
    pub fn in_progress(self) -> Self {
        match self {
            Self::Waiting | Self::Counting | Self::Counted => Self::Counting,
            Self::Writing | Self::Done | Self::Lost => Self::Writing,
        }
    }
}

/// A user or a segment that a run left unchanged. The run continues with the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub enum RunIssue {
    /// The segment's rule cannot be evaluated.
    RuleFailed {
        /// The segment's key, `type:value`.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        segment: SegmentKey,
        /// Why.
        reason: RuleFailure,
    },
    /// Too many members would have been removed from the segment at once.
    HeldBack {
        /// The segment's key, `type:value`.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        segment: SegmentKey,
        /// Number of members that would have been removed.
        leaving: u64,
        /// Number of members before the run.
        members: u64,
    },
    /// A stored value of the user cannot be read. Only a damaged database has such a user.
    UnreadableUser {
        /// The user's id in the host application.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        user: UserId,
        /// The unreadable value in words, such as `quiz attempts`.
        column: String,
    },
    /// The database refused the changes of the user.
    UnwritableUser {
        /// The user's id in the host application.
        #[cfg_attr(feature = "api", schemars(with = "String"))]
        user: UserId,
        /// The database's error code. Contains no data.
        reason: String,
    },
}

impl RunIssue {
    /// The user that the issue is about.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::RuleFailed { .. } | Self::HeldBack { .. } => None,
            Self::UnreadableUser { user, .. } | Self::UnwritableUser { user, .. } => Some(user),
        }
    }

    /// The same issue, under another id of the user that it is about.
    #[must_use]
    pub fn with_user(self, user: UserId) -> Self {
        match self {
            Self::RuleFailed { .. } | Self::HeldBack { .. } => self,
            Self::UnreadableUser { column, .. } => Self::UnreadableUser { user, column },
            Self::UnwritableUser { reason, .. } => Self::UnwritableUser { user, reason },
        }
    }
}

/// A sentence for each listed issue, and one for those that were counted but not listed.
pub fn issues_in_words(listed: &[impl fmt::Display], count: u64) -> Vec<String> {
    let more = count.saturating_sub(listed.len() as u64);
    let more = (more > 0).then(|| format!("and {more} more"));
    listed.iter().map(ToString::to_string).chain(more).collect()
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
                "lifecycle:active: Held back: 80 of 150 members would be removed.",
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
    #[test]
    fn issues_in_words_say_how_many_are_not_listed() {
        let issue = RunIssue::UnreadableUser { user: UserId("bob".into()), column: "plan".into() };
        assert_eq!(issues_in_words(&[] as &[RunIssue], 0), [] as [String; 0]);
        for (count, words) in
            [(1, "user bob: cannot read the stored plan."), (43, "user bob: cannot read the stored plan.\nand 42 more")]
        {
            assert_eq!(issues_in_words(std::slice::from_ref(&issue), count).join("\n"), words);
        }
    }
}
