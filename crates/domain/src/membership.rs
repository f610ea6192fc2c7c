//! Who belongs where: **effective = (matches the rule ∪ admin include) − admin exclude**, and nobody deleted in the host
//! application. The one definition of it.

use crate::{ids::SegmentId, overrides::OverrideKind, text_enum::text_enum};

text_enum! {
    /// Why a membership changed, as recorded in the ledger.
    pub enum Cause {
        /// A run over many users.
        Run = "run",
        /// A run over one user.
        UserRun = "user_run",
        /// An admin's override.
        Admin = "admin",
        /// A custom segment was created or changed.
        SegmentSaved = "segment_saved",
        /// A custom segment was deleted.
        SegmentDeleted = "segment_deleted",
        /// The host application reports the user as deleted.
        HostDeleted = "host_deleted",
        /// The user was erased.
        Erasure = "erasure",
    }
}

/// Sorted, without duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SegmentSet(Vec<SegmentId>);

impl SegmentSet {
    pub fn contains(&self, segment: SegmentId) -> bool {
        self.0.binary_search(&segment).is_ok()
    }

    pub fn insert(&mut self, segment: SegmentId) {
        if let Err(place) = self.0.binary_search(&segment) {
            self.0.insert(place, segment);
        }
    }

    pub fn remove(&mut self, segment: SegmentId) {
        if let Ok(place) = self.0.binary_search(&segment) {
            self.0.remove(place);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = SegmentId> {
        self.0.iter().copied()
    }
}

impl FromIterator<SegmentId> for SegmentSet {
    fn from_iter<I: IntoIterator<Item = SegmentId>>(segments: I) -> Self {
        let mut segments: Vec<_> = segments.into_iter().collect();
        segments.sort_unstable();
        segments.dedup();
        Self(segments)
    }
}

/// What decides about the memberships of one user, besides the rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    pub include: SegmentSet,
    /// Wins over an include.
    pub exclude: SegmentSet,
    /// The host application has deleted the user. The overrides stay, for when it has the user again.
    pub is_gone: bool,
}

impl Overrides {
    pub fn insert(&mut self, kind: OverrideKind, segment: SegmentId) {
        match kind {
            OverrideKind::Include => self.include.insert(segment),
            OverrideKind::Exclude => self.exclude.insert(segment),
        }
    }

    /// As if nobody had decided about the segment.
    pub fn remove(&mut self, segment: SegmentId) {
        self.include.remove(segment);
        self.exclude.remove(segment);
    }

    /// Whether the user is a member, given whether the rule matches.
    pub fn is_member(&self, segment: SegmentId, matches: bool) -> bool {
        !self.is_gone && (matches || self.include.contains(segment)) && !self.exclude.contains(segment)
    }

    /// The memberships that stay if no rule is evaluated.
    pub fn kept(&self, current: &SegmentSet) -> SegmentSet {
        if self.is_gone { SegmentSet::default() } else { current.clone() }
    }
}

/// What has to change in a user's memberships.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    pub enter: Vec<SegmentId>,
    pub leave: Vec<SegmentId>,
}

impl Changes {
    pub fn between(current: &SegmentSet, wanted: &SegmentSet) -> Self {
        Self {
            enter: wanted.iter().filter(|segment| !current.contains(*segment)).collect(),
            leave: current.iter().filter(|segment| !wanted.contains(*segment)).collect(),
        }
    }

    pub fn applied_to(&self, current: &SegmentSet) -> SegmentSet {
        let kept = current.iter().filter(|segment| !self.leave.contains(segment));
        kept.chain(self.enter.iter().copied()).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.enter.is_empty() && self.leave.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[i32]) -> SegmentSet {
        ids.iter().copied().map(SegmentId).collect()
    }

    #[test]
    fn override_exclude_beats_include_beats_the_rule() {
        let segment = SegmentId(1);
        for (include, exclude, matches, expected) in [
            (false, false, false, false),
            (false, false, true, true),
            (true, false, false, true),
            (true, false, true, true),
            (false, true, true, false),
            (true, true, false, false),
            (true, true, true, false),
        ] {
            let decided = |on| if on { set(&[1]) } else { set(&[]) };
            let overrides = Overrides { include: decided(include), exclude: decided(exclude), is_gone: false };
            assert_eq!(overrides.is_member(segment, matches), expected, "{include} {exclude} {matches}");
            let gone = Overrides { is_gone: true, ..overrides };
            assert!(!gone.is_member(segment, matches), "a user who is gone is a member of nothing");
            assert_eq!(gone.kept(&set(&[1, 2])), set(&[]));
        }
    }

    #[test]
    fn changes_lead_from_the_current_to_the_wanted() {
        let changes = Changes::between(&set(&[1, 2, 5]), &set(&[2, 3]));
        assert_eq!(changes, Changes { enter: vec![SegmentId(3)], leave: vec![SegmentId(1), SegmentId(5)] });
        assert_eq!(changes.applied_to(&set(&[1, 2, 5])), set(&[2, 3]));
        assert!(Changes::between(&set(&[1, 2]), &set(&[2, 1])).is_empty());
    }
}
