//! Where a user stands in the explained segment: now, after the next run, and what keeps a change back.

use domain::{
    criteria::{SegmentNames, name_of},
    period::Moment,
    segment::SegmentKey,
    segment_health::SegmentHealth,
};
use persistence::{
    ConnectionTrait, DbErr,
    membership::ledger::{self, Membership, Recorded},
    reads::user_segments::{self, ActiveOverride},
    segments::{StoredSegment, custom},
};

use super::Explanation;

#[derive(Debug, Clone)]
pub struct Standing {
    pub is_member: bool,
    /// Whether the user would be a member after the next run.
    pub wanted: bool,
    /// What keeps the membership as it is although the rule asks for a change.
    pub hold: Option<Hold>,
    pub active_override: Option<ActiveOverride>,
    pub last_change: Option<Recorded>,
}

/// A segment that the last run held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub segment: SegmentKey,
    /// Members that would have been removed.
    pub leaving: u64,
    /// Members before the run.
    pub members: u64,
    /// The reason as a sentence.
    pub message: String,
}

impl Standing {
    /// Of the explained user in the explained segment.
    pub async fn of(
        connection: &impl ConnectionTrait,
        explanation: &Explanation,
        segment: &StoredSegment,
        moment: Moment,
    ) -> Result<Self, DbErr> {
        let user = explanation.user();
        let active = user_segments::active_overrides(connection, user, moment.now).await?;
        let last_change = ledger::latest(connection, Membership { user, segment: segment.id }).await?;
        let names = custom::names(connection).await?;
        let held_back = explanation.held_back_by(segment.id);
        Ok(Self {
            is_member: explanation.is_member(segment.id),
            wanted: explanation.is_wanted(segment.id),
            hold: held_back.and_then(|(by, health)| Hold::new(by, health, &segment.key, &names)),
            active_override: active.into_iter().find(|active| active.segment == segment.key),
            last_change,
        })
    }
}

impl Hold {
    fn new(
        held_back: &SegmentKey,
        health: &SegmentHealth,
        explained: &SegmentKey,
        names: &SegmentNames,
    ) -> Option<Self> {
        let SegmentHealth::HeldBack { leaving, members } = *health else { return None };
        let which = if held_back == explained {
            "this segment".to_owned()
        } else if held_back.kind == explained.kind && explained.kind.is_exclusive() {
            format!(
                "the segment {}, and a user is in one {} segment at a time",
                name_of(held_back, names),
                explained.kind.name()
            )
        } else {
            format!("the segment {}, which this one refers to", name_of(held_back, names))
        };
        let message =
            format!("The last run held back {which}: {leaving} of {members} members would have been removed.");
        Some(Self { segment: held_back.clone(), leaving, members, message })
    }
}
