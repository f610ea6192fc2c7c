//! How segments overlap.

use domain::{
    instant::Instant,
    period::Moment,
    rate::Ratio,
    report::overlap::{self, Combination, Pair},
    segment::SegmentKey,
    words::{counted, plural},
};
use persistence::{Snapshot, reports::overlap as read};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, GivenTime, Report, ReportError, ReportFault,
    given::{faults_of_keys, find_all},
    note,
    table::{Cell, Table},
};

/// The largest combinations that an answer lists.
const MOST_COMBINATIONS: usize = 200;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverlapParams {
    /// The segments, each once.
    #[schemars(length(min = 2, max = 50))]
    pub segments: Vec<SegmentKey>,
    /// When. By default now.
    pub at: Option<GivenTime>,
}

/// How segments overlap: every pair, and every combination.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverlapAnswer {
    /// The point in time of all figures.
    at: Instant,
    /// The segments, in the order given.
    segments: Vec<SizeOfSegment>,
    /// Every pair once, in the order given.
    pairs: Vec<PairOfSegments>,
    /// Pairs of which all members of one are in the other, in the order given.
    contained: Vec<Containment>,
    /// How many users are in exactly these segments. Largest first, at most 200.
    combinations: Vec<CombinationOfSegments>,
    /// Users in combinations that are not listed.
    rest_users: u64,
    /// How many combinations are not listed.
    rest_combinations: u64,
    /// Users in none of the segments.
    none: u64,
    /// Everyone who was there.
    population: u64,
    #[serde(flatten)]
    about: About,
}

/// A segment and its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SizeOfSegment {
    id: SegmentKey,
    /// Number of members.
    size: u64,
}

/// How two segments overlap.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PairOfSegments {
    a: SegmentKey,
    b: SegmentKey,
    /// Users in both.
    both: u64,
    /// Users in both, of users in either.
    jaccard: Ratio,
    /// Users in both, of the members of `a`.
    of_row: Ratio,
    /// Users in both, of the members of `b`.
    of_column: Ratio,
}

/// All members of one segment are in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Containment {
    inner: SegmentKey,
    outer: SegmentKey,
}

/// Users in exactly these of the chosen segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CombinationOfSegments {
    segments: Vec<SegmentKey>,
    users: u64,
}

pub struct Overlap {
    segments: Vec<SegmentKey>,
    at: Instant,
    moment: Moment,
}

impl Report for Overlap {
    type Params = OverlapParams;
    type Answer = OverlapAnswer;

    fn read(params: OverlapParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let OverlapParams { segments, at } = params;
        let mut faults = faults_of_keys("segments", &segments, 2..=50);
        let at = at.map_or(Ok(moment.now), |at| at.read_past("at", moment));
        match at {
            Ok(at) if faults.is_empty() => Ok(Self { segments, at, moment }),
            at => {
                faults.extend(at.err());
                Err(faults)
            }
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<OverlapAnswer, ReportError> {
        let Self { at, moment, .. } = *self;
        let chosen = find_all(tx, "segments", &self.segments).await?;
        let ids: Vec<_> = chosen.iter().map(|segment| segment.id).collect();
        let read::Counted { mut combinations, none } = read::combinations(tx, &ids, at).await?;
        combinations.sort_by_key(|one| (std::cmp::Reverse(one.users), one.mask.places().collect::<Vec<_>>()));
        let key = |place: usize| self.segments[place].clone();
        let pairs = overlap::pairs(&combinations, ids.len());
        let mut contained: Vec<_> = pairs.iter().flat_map(|pair| pair.contained()).collect();
        contained.sort_unstable();
        let users = |of: &[Combination]| of.iter().map(|one| one.users).sum::<u64>();
        let (listed, rest) = combinations.split_at(combinations.len().min(MOST_COMBINATIONS));
        let sizes = overlap::sizes(&combinations, ids.len());
        Ok(OverlapAnswer {
            at,
            segments: sizes
                .iter()
                .enumerate()
                .map(|(place, size)| SizeOfSegment { id: key(place), size: *size })
                .collect(),
            contained: contained
                .into_iter()
                .map(|[inner, outer]| Containment { inner: key(inner), outer: key(outer) })
                .collect(),
            pairs: pairs.into_iter().map(|pair| of_pair(pair, key)).collect(),
            combinations: listed
                .iter()
                .map(|one| CombinationOfSegments { segments: one.mask.places().map(key).collect(), users: one.users })
                .collect(),
            rest_users: users(rest),
            rest_combinations: rest.len() as u64,
            none,
            population: users(&combinations) + none,
            about: About::now(moment, &chosen, note::of_segments(&chosen, at)),
        })
    }

    fn about(answer: &OverlapAnswer) -> &About {
        &answer.about
    }

    fn summary(answer: &OverlapAnswer) -> Vec<String> {
        let contained = answer
            .contained
            .iter()
            .map(|Containment { inner, outer }| format!("All members of {inner} are in {outer}."));
        let all = counted(answer.population, "user", "users");
        let largest = answer.combinations.iter().find(|one| one.segments.len() > 1).map(|one| {
            let keys: Vec<_> = one.segments.iter().map(SegmentKey::to_string).collect();
            let are = plural(one.users, "is", "are");
            format!(
                "{} of {all} {are} in exactly {}, the largest combination of several segments.",
                one.users,
                keys.join(" and ")
            )
        });
        contained.chain(largest).collect()
    }

    fn tables(answer: &OverlapAnswer) -> Vec<Table> {
        let pair = |pair: &PairOfSegments| {
            let keys = [Cell::text(&pair.a), Cell::text(&pair.b), Cell::count(pair.both)];
            keys.into_iter()
                .chain([pair.jaccard, pair.of_row, pair.of_column].into_iter().flat_map(Cell::ratio))
                .collect()
        };
        let combination = |one: &CombinationOfSegments| {
            let keys: Vec<_> = one.segments.iter().map(SegmentKey::to_string).collect();
            vec![Cell::Text(keys.join(" + ")), Cell::count(one.users)]
        };
        let others = [("none", answer.none), ("others", answer.rest_users)];
        let others = others.map(|(name, users)| vec![Cell::text(name), Cell::count(users)]);
        let size = |one: &SizeOfSegment| vec![Cell::text(&one.id), Cell::count(one.size)];
        vec![
            Table {
                name: "pairs",
                columns: vec![
                    "a",
                    "b",
                    "both",
                    "jaccardPart",
                    "jaccardOf",
                    "jaccardPercent",
                    "ofRowPart",
                    "ofRowOf",
                    "ofRowPercent",
                    "ofColumnPart",
                    "ofColumnOf",
                    "ofColumnPercent",
                ],
                rows: answer.pairs.iter().map(pair).collect(),
            },
            Table {
                name: "combinations",
                columns: vec!["segments", "users"],
                rows: answer.combinations.iter().map(combination).chain(others).collect(),
            },
            Table {
                name: "segments",
                columns: vec!["segment", "size"],
                rows: answer.segments.iter().map(size).collect(),
            },
        ]
    }
}

fn of_pair(pair: Pair, key: impl Fn(usize) -> SegmentKey) -> PairOfSegments {
    PairOfSegments {
        a: key(pair.a),
        b: key(pair.b),
        both: pair.both,
        jaccard: Ratio::new(pair.both, pair.either()),
        of_row: Ratio::new(pair.both, pair.size_a),
        of_column: Ratio::new(pair.both, pair.size_b),
    }
}
