//! What a run evaluates: every active segment, ordered so that a segment comes after those that it refers to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    attribute::Attributes,
    criteria::{Criteria, Memberships, Needs, ParseContext, parse_value},
    facts::UserFacts,
    ids::SegmentId,
    instant::Instant,
    membership::SegmentSet,
    period::Moment,
    segment::SegmentKey,
    segment_health::{RuleFailure, SegmentHealth},
    system_segments::system_segment,
};
use persistence::{
    ConnectionTrait, DbErr, attributes,
    facts::Candidate,
    segments::{self, Settled, StoredSegment, custom},
};

#[derive(Debug, Clone)]
pub struct PlannedSegment {
    pub id: SegmentId,
    pub key: SegmentKey,
    pub criteria: Criteria,
    /// The same with absolute dates, for one moment.
    resolved: Option<(Moment, Criteria)>,
    pub health: SegmentHealth,
    /// When, and by which rule, a run last evaluated everyone.
    pub settled: Option<Settled>,
    /// The clock of the last run that did not hold the segment back.
    pub followed_at: Option<Instant>,
}

impl PlannedSegment {
    fn rule_at(&self, moment: Moment) -> &Criteria {
        match &self.resolved {
            Some((at, resolved)) if *at == moment => resolved,
            _ => &self.criteria,
        }
    }

    /// The clocks of the last run, and of the last one that made all changes of the segment.
    fn last_clocks(&self) -> impl Iterator<Item = Instant> {
        let settled_at = self.settled.as_ref().map(|settled| settled.at);
        settled_at.into_iter().chain(self.followed_at)
    }
}

/// A segment whose rule cannot be evaluated. Its members stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedSegment {
    pub id: SegmentId,
    pub key: SegmentKey,
    pub reason: RuleFailure,
}

/// What definitions mean depends on it.
struct ParsedIn<'a> {
    zone: Tz,
    attributes: &'a Attributes,
}

#[derive(Debug, Clone)]
pub struct Plan {
    segments: Vec<PlannedSegment>,
    failed: Vec<FailedSegment>,
    /// Segments that an earlier run could not evaluate.
    marked: Vec<SegmentId>,
    ids: HashMap<SegmentKey, SegmentId>,
    versions: HashMap<SegmentId, i32>,
    needs: Needs,
}

impl Plan {
    pub async fn load(connection: &impl ConnectionTrait, zone: Tz) -> Result<Self, DbErr> {
        Self::load_supposing(connection, zone, None).await
    }

    /// The plan if one segment were active and had another definition.
    pub async fn load_supposing(
        connection: &impl ConnectionTrait,
        zone: Tz,
        supposed: Option<(SegmentId, &Criteria)>,
    ) -> Result<Self, DbErr> {
        // Read before the definitions, so that a save in between counts as a change.
        let versions = segments::versions(connection).await?;
        let stored = segments::all(connection).await?;
        let definitions =
            custom::all(connection).await?.into_iter().map(|custom| (custom.segment, custom.definition)).collect();
        let attributes = attributes::declared(connection).await?;
        Ok(Self::of(&stored, &definitions, versions, &ParsedIn { zone, attributes: &attributes }, supposed))
    }

    fn of(
        stored: &[StoredSegment],
        definitions: &HashMap<SegmentId, serde_json::Value>,
        versions: HashMap<SegmentId, i32>,
        ParsedIn { zone, attributes }: &ParsedIn<'_>,
        supposed: Option<(SegmentId, &Criteria)>,
    ) -> Self {
        let ids: HashMap<_, _> = stored.iter().map(|segment| (segment.key.clone(), segment.id)).collect();
        let segment_exists = |key: &SegmentKey| ids.contains_key(key);
        let context = ParseContext { zone: *zone, segment_exists: &segment_exists, attributes };
        let supposed_of = |id| supposed.filter(|(supposed, _)| *supposed == id).map(|(_, criteria)| criteria.clone());
        let (mut parsed, mut failed) = (Vec::new(), Vec::new());
        for segment in stored {
            let (id, key, supposed) = (segment.id, segment.key.clone(), supposed_of(segment.id));
            if !segment.is_active && supposed.is_none() {
                continue;
            }
            match supposed.map_or_else(|| criteria(&key, definitions.get(&id), &context), Ok) {
                Ok(criteria) => parsed.push(PlannedSegment {
                    id,
                    key,
                    criteria,
                    resolved: None,
                    health: segment.health.clone(),
                    settled: segment.settled.clone(),
                    followed_at: segment.followed_at,
                }),
                Err(reason) => failed.push(FailedSegment { id, key, reason }),
            }
        }
        let segments = in_dependency_order(parsed, &mut failed);
        let needs = needs_of(&segments);
        let is_marked = |segment: &&StoredSegment| segment.health != SegmentHealth::Ok;
        let marked = stored.iter().filter(is_marked).map(|segment| segment.id).collect();
        Self { segments, failed, marked, ids, versions, needs }
    }

    /// The plan of one segment alone: it, and the segments that it refers to, directly or through others.
    pub(crate) fn only(&self, segment: SegmentId) -> Self {
        let mut kept = BTreeSet::from([segment]);
        // Segments come after those that they refer to.
        for planned in self.segments.iter().rev() {
            if kept.contains(&planned.id) {
                kept.extend(planned.criteria.references().into_iter().filter_map(|key| self.ids.get(key)));
            }
        }
        let segments: Vec<_> = self.segments.iter().filter(|planned| kept.contains(&planned.id)).cloned().collect();
        Self { needs: needs_of(&segments), segments, ..self.clone() }
    }

    /// The versions of the active segments when the plan was made.
    pub(crate) fn versions(&self) -> &HashMap<SegmentId, i32> {
        &self.versions
    }

    /// The plan of an engine that joins a run. Segments that were changed since the run began count as outdated.
    pub(crate) fn keeping(self, versions: &BTreeMap<SegmentId, i32>) -> Self {
        Self { versions: versions.iter().map(|(segment, version)| (*segment, *version)).collect(), ..self }
    }

    /// In the order of evaluation.
    pub fn segments(&self) -> &[PlannedSegment] {
        &self.segments
    }

    pub fn failed(&self) -> &[FailedSegment] {
        &self.failed
    }

    /// Segments that an earlier run could not evaluate and this one can.
    pub fn recovered(&self) -> impl Iterator<Item = SegmentId> {
        let failed: BTreeSet<_> = self.failed.iter().map(|failed| failed.id).collect();
        self.marked.iter().copied().filter(move |id| !failed.contains(id))
    }

    pub fn needs(&self) -> Needs {
        self.needs.clone()
    }

    /// The segments that were changed, activated, deactivated or deleted since the plan was made, by their present versions,
    /// and those that refer to them. The saves have updated their members. An engine that joins a run does not have a segment in
    /// its plan that was deactivated before, but has those that refer to it.
    pub fn outdated(&self, versions: &HashMap<SegmentId, i32>) -> BTreeSet<SegmentId> {
        let known = self.versions.keys().chain(versions.keys()).copied();
        self.with_dependants(known.filter(|segment| self.versions.get(segment) != versions.get(segment)).collect())
    }

    /// Adds the segments that refer to them, directly or through others that are evaluated.
    pub(crate) fn with_dependants(&self, mut segments: BTreeSet<SegmentId>) -> BTreeSet<SegmentId> {
        let known = self.ids.iter().filter(|(_, id)| segments.contains(id));
        let mut keys: BTreeSet<_> = known.map(|(key, _)| key).collect();
        for segment in &self.segments {
            if segment.criteria.references().into_iter().any(|key| keys.contains(key)) {
                segments.insert(segment.id);
                keys.insert(&segment.key);
            }
        }
        segments
    }

    /// The other segments of the segment's exclusive family; none if its type is not exclusive.
    pub(crate) fn exclusive_family(&self, of: SegmentId) -> BTreeSet<SegmentId> {
        let kind = self.key_of(of).map(|key| key.kind).filter(|kind| kind.is_exclusive());
        let family = self.segments.iter().filter(|segment| Some(segment.key.kind) == kind && segment.id != of);
        family.map(|segment| segment.id).collect()
    }

    /// The segments that refer to another one, directly or through others, in the order of evaluation.
    pub fn dependants(&self, of: SegmentId) -> impl Iterator<Item = &PlannedSegment> {
        let all = self.with_dependants(BTreeSet::from([of]));
        self.segments.iter().filter(move |segment| segment.id != of && all.contains(&segment.id))
    }

    pub fn key_of(&self, id: SegmentId) -> Option<&SegmentKey> {
        self.ids.iter().find(|(_, known)| **known == id).map(|(key, _)| key)
    }

    /// The memberships of a user, for conditions on segments.
    pub fn memberships<'a>(&'a self, set: &'a SegmentSet) -> impl Memberships + 'a {
        View { ids: &self.ids, set }
    }

    /// The rule of any segment, even one that is not evaluated, or why it cannot be evaluated.
    pub async fn rule(
        &self,
        connection: &impl ConnectionTrait,
        segment: &StoredSegment,
        zone: Tz,
    ) -> Result<Result<Criteria, RuleFailure>, DbErr> {
        if let Some(failed) = self.failed.iter().find(|failed| failed.id == segment.id) {
            return Ok(Err(failed.reason.clone()));
        }
        let stored = custom::find(connection, segment.id).await?;
        let attributes = attributes::declared(connection).await?;
        let segment_exists = |key: &SegmentKey| self.ids.contains_key(key);
        let context = ParseContext { zone, segment_exists: &segment_exists, attributes: &attributes };
        Ok(criteria(&segment.key, stored.as_ref().map(|stored| &stored.definition), &context))
    }

    /// What rules need that are evaluated now, and by [`Plan::left_by_time`] at the clocks of earlier runs.
    pub fn needs_since_last_clocks(&self, now: Instant) -> Needs {
        let earliest = self.segments.iter().flat_map(PlannedSegment::last_clocks).min();
        self.needs
            .clone()
            .since(earliest.map_or_else(TimeDelta::zero, |earliest| (now - earliest).max(TimeDelta::zero())))
    }

    /// Which of the segments that a user leaves the user's present data matched when a run last looked. The user leaves
    /// them because time passed, not because data changed.
    pub(crate) fn left_by_time(&self, candidate: &Candidate, leave: &[SegmentId], zone: Tz) -> BTreeSet<SegmentId> {
        let left = self.segments.iter().filter(|segment| leave.contains(&segment.id));
        let mut wanted_at: BTreeMap<Instant, SegmentSet> = BTreeMap::new();
        let mut was_wanted = |now: Instant, id| {
            wanted_at.entry(now).or_insert_with(|| self.wanted(candidate, Moment { now, zone })).contains(id)
        };
        left.filter(|segment| segment.last_clocks().any(|clock| was_wanted(clock, segment.id)))
            .map(|segment| segment.id)
            .collect()
    }

    /// The plan resolved at one moment, which is then faster to evaluate.
    pub fn resolved(&self, moment: Moment) -> Self {
        let resolved = |segment: &PlannedSegment| PlannedSegment {
            resolved: Some((moment, segment.criteria.resolved(moment))),
            ..segment.clone()
        };
        Self { segments: self.segments.iter().map(resolved).collect(), ..self.clone() }
    }

    /// When the answer for a user can change after a moment, up to an instant, by time alone. Overrides expire besides.
    pub(crate) fn turning_points(&self, facts: &UserFacts, from: Moment, through: Instant) -> BTreeSet<Instant> {
        self.segments.iter().flat_map(|segment| segment.criteria.turning_points(facts, from, through)).collect()
    }

    /// The segments where a user should be a member. A segment that is not evaluated keeps the user as is. A segment
    /// that refers to another one sees the result for this user.
    pub fn wanted(&self, candidate: &Candidate, moment: Moment) -> SegmentSet {
        self.wanted_by(candidate, moment, |_| true)
    }

    /// The same with only some of the segments evaluated.
    pub(crate) fn wanted_by(
        &self,
        candidate: &Candidate,
        moment: Moment,
        is_evaluated: impl Fn(SegmentId) -> bool,
    ) -> SegmentSet {
        let mut wanted = candidate.overrides.kept(&candidate.current);
        for segment in self.segments.iter().filter(|segment| is_evaluated(segment.id)) {
            let memberships = View { ids: &self.ids, set: &wanted };
            let matches = segment.rule_at(moment).holds(&candidate.facts, &memberships, moment);
            if candidate.overrides.is_member(segment.id, matches) {
                wanted.insert(segment.id);
            } else {
                wanted.remove(segment.id);
            }
        }
        wanted
    }
}

fn needs_of(segments: &[PlannedSegment]) -> Needs {
    segments.iter().map(|segment| Needs::of(&segment.criteria)).fold(Needs::default(), Needs::and)
}

/// The memberships of a user by segment key.
struct View<'a> {
    ids: &'a HashMap<SegmentKey, SegmentId>,
    set: &'a SegmentSet,
}

impl Memberships for View<'_> {
    fn contains(&self, segment: &SegmentKey) -> bool {
        self.ids.get(segment).is_some_and(|id| self.set.contains(*id))
    }
}

fn criteria(
    key: &SegmentKey,
    definition: Option<&serde_json::Value>,
    context: &ParseContext<'_>,
) -> Result<Criteria, RuleFailure> {
    if let Some(system) = system_segment(key) {
        return Ok(system.criteria.clone());
    }
    let definition = definition.ok_or(RuleFailure::NoDefinition)?;
    parse_value(definition, context)
        .map_err(|faults| RuleFailure::InvalidDefinition { faults: faults.as_slice().to_vec() })
}

/// Segments come after those that they refer to. Segments on a cycle fail.
fn in_dependency_order(parsed: Vec<PlannedSegment>, failed: &mut Vec<FailedSegment>) -> Vec<PlannedSegment> {
    let mut waiting: BTreeMap<SegmentId, PlannedSegment> =
        parsed.into_iter().map(|segment| (segment.id, segment)).collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    loop {
        let keys: BTreeSet<_> = waiting.values().map(|segment| segment.key.clone()).collect();
        let is_ready =
            |segment: &PlannedSegment| segment.criteria.references().iter().all(|reference| !keys.contains(reference));
        let (ready, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
            waiting.into_iter().partition(|(_, segment)| is_ready(segment));
        waiting = rest;
        if ready.is_empty() {
            break;
        }
        ordered.extend(ready.into_values());
    }
    failed.extend(waiting.into_values().map(|segment| FailedSegment {
        id: segment.id,
        key: segment.key,
        reason: RuleFailure::Cycle,
    }));
    ordered
}

#[cfg(test)]
pub(crate) mod tests;
