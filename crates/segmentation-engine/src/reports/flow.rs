//! How users move between segments from one instant to the next.

use domain::{
    instant::{Instant, format_instant},
    period::Moment,
    rate::Rate,
    report::flow::{self, Matrix},
    segment::{SegmentKey, SegmentType},
    system_segments::catalogue,
    words::counted,
};
use persistence::{Snapshot, reads::history::Flow as Moves, reports::flow as read};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, GivenTime, Report, ReportError, ReportFault,
    given::{fault_of_count, faults_of_keys, find_all},
    note,
    table::{Cell, RATE, Table},
};

/// A set of segments, of which a user is in at most one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// By plan.
    Plan,
    /// By account age and activity.
    Lifecycle,
}

impl Family {
    pub(super) fn segments(self) -> Vec<SegmentKey> {
        let kind = match self {
            Self::Plan => SegmentType::Plan,
            Self::Lifecycle => SegmentType::Lifecycle,
        };
        catalogue().iter().map(|system| system.key.clone()).filter(|key| key.kind == kind).collect()
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowParams {
    /// The segments of a type. By default the lifecycle. Give either a family or segments.
    pub family: Option<Family>,
    /// The segments, each once.
    #[schemars(length(min = 2, max = 20))]
    pub segments: Option<Vec<SegmentKey>>,
    /// When, in order.
    #[schemars(length(min = 2, max = 13))]
    pub at: Vec<GivenTime>,
}

/// How users moved between segments.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowAnswer {
    /// The rows and columns of every matrix: the segments, then `none` (there, and in none of them), `multiple` (in more than one),
    /// `absent` (not there yet) and `erased` (erased, or deleted in the host application).
    states: Vec<String>,
    /// One for each instant and the next. Each has everyone, so that the columns of one are the rows of the next.
    steps: Vec<FlowStep>,
    /// Everyone who was there at any of the instants.
    population: u64,
    #[serde(flatten)]
    about: About,
}

/// How users moved from one instant to another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowStep {
    from: Instant,
    to: Instant,
    /// Rows are the states at `from`, columns those at `to`. Each cell is a share of its row.
    matrix: Vec<Vec<Rate>>,
    /// All changes after `from`, up to and including `to`.
    moves: StepMoves,
}

/// Changes of memberships.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepMoves {
    /// Number of memberships entered.
    entered: i64,
    /// Number of memberships left.
    left: i64,
}

pub struct Flow {
    segments: Vec<SegmentKey>,
    at: Vec<Instant>,
    moment: Moment,
}

impl Report for Flow {
    type Params = FlowParams;
    type Answer = FlowAnswer;

    fn read(params: FlowParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let mut faults = Vec::new();
        let segments = match (params.family, params.segments) {
            (Some(_), Some(_)) => {
                faults.push(ReportFault::new("segments", "cannot be used with family"));
                Vec::new()
            }
            (family, None) => family.unwrap_or(Family::Lifecycle).segments(),
            (None, Some(segments)) => {
                faults.extend(faults_of_keys("segments", &segments, 2..=20));
                segments
            }
        };
        faults.extend(fault_of_count("at", params.at.len(), 2..=13));
        let mut at = Vec::new();
        for (place, given) in params.at.iter().enumerate() {
            let path = format!("at[{place}]");
            match given.read_past(&path, moment) {
                Ok(instant) if at.last().is_some_and(|last| instant <= *last) => {
                    faults.push(ReportFault::new(&path, format!("expected a time later than at[{}]", place - 1)));
                }
                Ok(instant) => at.push(instant),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Self { segments, at, moment }) } else { Err(faults) }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<FlowAnswer, ReportError> {
        let chosen = find_all(tx, "segments", &self.segments).await?;
        let ids: Vec<_> = chosen.iter().map(|segment| segment.id).collect();
        let paths = read::paths(tx, &ids, &self.at).await?;
        let moves = read::moves(tx, &ids, &self.at).await?;
        let notes = self.at.first().map(|first| note::of_segments(&chosen, *first)).unwrap_or_default();
        let flow = flow::flow(&paths, ids.len(), self.at.len());
        let ends = self.at.windows(2).zip(moves);
        let states = self.segments.iter().map(SegmentKey::to_string);
        Ok(FlowAnswer {
            states: states.chain(["none", "multiple", "absent", "erased"].map(str::to_owned)).collect(),
            steps: flow.steps.iter().zip(ends).map(|(step, (ends, moves))| shown(step, ends, moves)).collect(),
            population: flow.population,
            about: About::now(self.moment, &chosen, notes),
        })
    }

    fn about(answer: &FlowAnswer) -> &About {
        &answer.about
    }

    fn summary(answer: &FlowAnswer) -> Vec<String> {
        let sentence = |step: &FlowStep| {
            let StepMoves { entered, left } = step.moves;
            let [from, to] = [step.from, step.to].map(format_instant);
            let entered = counted(entered.unsigned_abs(), "membership was", "memberships were");
            format!("From {from} to {to} {entered} entered and {left} left.")
        };
        answer.steps.iter().map(sentence).collect()
    }

    fn tables(answer: &FlowAnswer) -> Vec<Table> {
        let instants = |step: &FlowStep| [Cell::instant(step.from), Cell::instant(step.to)];
        let moves = |step: &FlowStep| {
            let StepMoves { entered, left } = step.moves;
            instants(step).into_iter().chain([Cell::Whole(entered), Cell::Whole(left)]).collect()
        };
        let mut cells = Vec::new();
        for step in &answer.steps {
            for (before, row) in answer.states.iter().zip(&step.matrix) {
                for (after, rate) in answer.states.iter().zip(row) {
                    let keys = instants(step).into_iter().chain([Cell::text(before), Cell::text(after)]);
                    cells.push(keys.chain(Cell::rate(*rate)).collect());
                }
            }
        }
        vec![
            Table {
                name: "steps",
                columns: ["from", "to", "before", "after"].into_iter().chain(RATE).collect(),
                rows: cells,
            },
            Table {
                name: "moves",
                columns: vec!["from", "to", "entered", "left"],
                rows: answer.steps.iter().map(moves).collect(),
            },
        ]
    }
}

fn shown(matrix: &Matrix, ends: &[Instant], Moves { entered, left }: Moves) -> FlowStep {
    let row = |counts: &Vec<u64>| {
        let of = counts.iter().sum();
        counts.iter().map(|count| Rate::new(*count, of)).collect()
    };
    FlowStep {
        from: ends[0],
        to: ends[1],
        matrix: matrix.iter().map(row).collect(),
        moves: StepMoves { entered, left },
    }
}
