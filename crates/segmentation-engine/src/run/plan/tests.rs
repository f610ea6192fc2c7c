use serde_json::{Value as Json, json};

use super::*;

/// A segment of a small catalogue.
pub(crate) fn stored(id: i32, key: &str) -> StoredSegment {
    let created_at = "2026-01-01T00:00:00Z".parse().expect("an instant");
    StoredSegment {
        id: SegmentId(id),
        key: key.parse().expect("a key"),
        is_active: true,
        is_being_deleted: false,
        health: SegmentHealth::Ok,
        settled: None,
        followed_at: None,
        created_at,
    }
}

fn utc() -> ParsedIn<'static> {
    ParsedIn { zone: Tz::UTC, attributes: Attributes::none() }
}

/// The plan of these segments. Definitions go by the id of their segment.
pub(crate) fn plan_of(stored: &[StoredSegment], definitions: &[(i32, Json)]) -> Plan {
    let definitions = definitions.iter().map(|(id, definition)| (SegmentId(*id), definition.clone())).collect();
    Plan::of(stored, &definitions, HashMap::new(), &utc(), None)
}

pub(crate) fn members_of(keys: &[&str]) -> Json {
    json!({"combineWith": "AND", "criteria": [{"field": "segment", "operator": "in", "value": keys}]})
}

fn ids(plan: &Plan) -> Vec<i32> {
    plan.segments().iter().map(|segment| segment.id.0).collect()
}

fn set(ids: &[i32]) -> BTreeSet<SegmentId> {
    ids.iter().copied().map(SegmentId).collect()
}

#[test]
fn plan_evaluates_a_segment_after_those_it_refers_to() {
    let stored = [stored(1, "custom:a"), stored(2, "custom:b"), stored(3, "custom:c"), stored(4, "plan:pro")];
    let definitions = [
        (1, members_of(&["custom:b", "custom:c"])),
        (2, members_of(&["custom:c", "plan:pro"])),
        (3, members_of(&["plan:pro"])),
    ];
    let plan = plan_of(&stored, &definitions);
    assert_eq!(ids(&plan), [4, 3, 2, 1]);
    assert_eq!(plan.with_dependants(set(&[3])), set(&[1, 2, 3]));
    assert_eq!(plan.dependants(SegmentId(3)).map(|segment| segment.id.0).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn plan_of_one_segment_has_what_it_refers_to() {
    let stored = [stored(1, "custom:a"), stored(2, "custom:b"), stored(3, "custom:c"), stored(4, "plan:pro")];
    let definitions = [(1, members_of(&["custom:b"])), (2, members_of(&["plan:pro"])), (3, members_of(&["plan:pro"]))];
    let plan = plan_of(&stored, &definitions);
    assert_eq!(ids(&plan.only(SegmentId(1))), [4, 2, 1]);
    assert_eq!(ids(&plan.only(SegmentId(3))), [4, 3]);
    assert_eq!(ids(&plan.only(SegmentId(9))), [0; 0], "inactive");
}

#[test]
fn plan_names_what_cannot_be_evaluated_and_why() {
    let stored = [
        stored(1, "custom:a"),
        stored(2, "custom:b"),
        stored(3, "custom:on-the-circle"),
        stored(4, "custom:undefined"),
        stored(5, "custom:unreadable"),
        stored(6, "custom:good"),
    ];
    let definitions = [
        (1, members_of(&["custom:b"])),
        (2, members_of(&["custom:a"])),
        (3, members_of(&["custom:a"])),
        (5, json!({"combineWith": "AND", "criteria": [{"field": "shoeSize", "operator": "equals", "value": 42}]})),
        (6, members_of(&["custom:undefined"])),
    ];
    let plan = plan_of(&stored, &definitions);
    // A segment that fails keeps its members, so others can refer to it.
    assert_eq!(ids(&plan), [6]);
    let mut failed: Vec<_> = plan.failed().iter().map(|failed| (failed.id.0, failed.reason.clone())).collect();
    failed.sort_by_key(|(id, _)| *id);
    let [
        (1, RuleFailure::Cycle),
        (2, RuleFailure::Cycle),
        (3, RuleFailure::Cycle),
        (4, RuleFailure::NoDefinition),
        (5, invalid),
    ] = &failed[..]
    else {
        panic!("{failed:?}");
    };
    assert!(matches!(invalid, RuleFailure::InvalidDefinition { faults } if faults.len() == 1), "{invalid:?}");
}

#[test]
fn plan_leaves_out_inactive_segments_unless_they_are_supposed_to_be_active() {
    let inactive = StoredSegment { is_active: false, ..stored(1, "plan:pro") };
    let all = [inactive, stored(2, "plan:free")];
    assert_eq!(ids(&plan_of(&all, &[])), [2]);
    let criteria = system_segment(&"plan:free".parse().expect("a key")).expect("a system segment").criteria.clone();
    let supposed = Some((SegmentId(1), &criteria));
    let plan = Plan::of(&all, &HashMap::new(), HashMap::new(), &utc(), supposed);
    assert_eq!(ids(&plan), [1, 2]);
    assert_eq!(plan.segments()[0].criteria, criteria);
}

#[test]
fn plan_knows_which_segments_recovered() {
    let failed =
        |stored| StoredSegment { health: SegmentHealth::RuleFailed { reason: RuleFailure::NoDefinition }, ..stored };
    let all = [failed(stored(1, "plan:pro")), failed(stored(2, "custom:undefined")), stored(3, "plan:free")];
    assert_eq!(plan_of(&all, &[]).recovered().collect::<Vec<_>>(), [SegmentId(1)]);
}

#[test]
fn plan_is_outdated_for_changed_segments_and_their_dependants() {
    let all = [stored(1, "custom:a"), stored(2, "custom:b"), stored(3, "plan:pro")];
    let definitions = [(SegmentId(1), members_of(&["custom:b"])), (SegmentId(2), members_of(&["plan:pro"]))];
    let versions = |of_b| HashMap::from([(SegmentId(1), 1), (SegmentId(2), of_b)]);
    let plan = Plan::of(&all, &HashMap::from(definitions), versions(1), &utc(), None);
    assert_eq!(plan.outdated(&versions(1)), set(&[]));
    assert_eq!(plan.outdated(&versions(2)), set(&[1, 2]));
    assert_eq!(plan.outdated(&HashMap::from([(SegmentId(2), 1)])), set(&[1]), "deleted meanwhile");
}

/// The engine that joins sees the segment as it is now, the one that began does not write what refers to it.
#[test]
fn plan_of_an_engine_that_joins_is_outdated_for_what_was_deactivated_before() {
    let all = [
        StoredSegment { is_active: false, ..stored(1, "custom:a") },
        stored(2, "custom:b"),
        stored(3, "custom:c"),
        stored(4, "plan:pro"),
    ];
    let definitions = [
        (SegmentId(1), members_of(&["plan:pro"])),
        (SegmentId(2), members_of(&["custom:a"])),
        (SegmentId(3), members_of(&["custom:b"])),
    ];
    let at_the_begin = [1, 2, 3, 4].map(|id| (SegmentId(id), 1));
    let present = HashMap::from([2, 3, 4].map(|id| (SegmentId(id), 1)));
    let plan = Plan::of(&all, &HashMap::from(definitions), present.clone(), &utc(), None);
    assert_eq!(plan.outdated(&present), set(&[]));
    let joined = plan.keeping(&BTreeMap::from(at_the_begin));
    assert_eq!(joined.outdated(&present), set(&[1, 2, 3]));
}

#[test]
fn plan_knows_exclusive_families() {
    let all = ["plan:free", "plan:pro", "lifecycle:new", "plan:premium", "behavior:casual", "behavior:streak_7"];
    let all: Vec<_> = (1..).zip(all).map(|(id, key)| stored(id, key)).collect();
    let plan = plan_of(&all, &[]);
    for (id, family) in [(1, vec![2, 4]), (2, vec![1, 4]), (3, vec![]), (5, vec![])] {
        assert_eq!(plan.exclusive_family(SegmentId(id)), set(&family), "{id}");
    }
}
