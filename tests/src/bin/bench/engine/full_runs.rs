//! Full runs from each state, by the engine and by SQL written by hand.

use std::time::Duration;

use integration_tests::{Kind, World, ago, now};
use segmentation_engine::run::{NoObserver, RunOptions, run};

use super::{
    Bar, Row, Unit,
    states::{self, Changed, Checksum, State},
    timed,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worker {
    SetBased,
    Engine,
    /// With this batch size.
    Batches(usize),
}

const WORKERS: [Worker; 3] = [Worker::SetBased, Worker::Engine, Worker::Batches(5_000)];

impl Worker {
    fn case(self, state: State) -> String {
        match self {
            Self::SetBased => format!("set-based SQL, {}", state.name()),
            Self::Engine => format!("engine, {}", state.name()),
            Self::Batches(size) => format!("engine, batches of {size}, {}", state.name()),
        }
    }

    /// The set-based SQL sets the limit; batches of 100 are compared with larger ones.
    fn bar(self, state: State) -> Bar {
        match self {
            Self::Engine => Bar::Times(
                Self::SetBased.case(state),
                match state {
                    State::Empty => 1.15,
                    State::Unchanged | State::OnePercent => 1.1,
                },
            ),
            Self::SetBased | Self::Batches(_) => Bar::None,
        }
    }

    async fn work(self, world: &World) -> Duration {
        match self {
            Self::SetBased => timed(world.execute(&set_based(world))).await.0,
            Self::Engine => run_engine(world, RunOptions::at(now())).await,
            Self::Batches(size) => {
                let mut options = RunOptions::at(now());
                options.batch_size = size.try_into().expect("not zero");
                run_engine(world, options).await
            }
        }
    }
}

async fn run_engine(world: &World, options: RunOptions) -> Duration {
    let (time, report) = timed(run(world.database(), &options, &NoObserver)).await;
    assert!(report.expect("the run succeeds").issues.is_empty());
    time
}

fn set_based(world: &World) -> String {
    let sql = if world.database().is_embedded() {
        include_str!("set_based.sqlite.sql")
    } else {
        include_str!("set_based.postgres.sql")
    };
    let text = |days| ago(days).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false);
    sql.replace("{as_of}", &text(0)).replace("{week_ago}", &text(7)).replace("{month_ago}", &text(30))
}

/// Every case runs in every round, in changing order. The first round only warms up.
pub(crate) async fn measure(world: &World, kind: Kind, rounds: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for worker in WORKERS {
        rows.extend(State::ALL.map(|state| Row::new(kind, worker.case(state), Unit::Milliseconds, worker.bar(state))));
    }
    for round in 0..=rounds {
        let mut ends: Vec<[Checksum; 3]> = Vec::new();
        for turn in 0..WORKERS.len() {
            let place = (turn + round) % WORKERS.len();
            let (times, end) = from_state_to_state(world, WORKERS[place], round).await;
            eprintln!("{kind:?}: {:?}: {times:?}", WORKERS[place]);
            ends.push(end);
            for (state, time) in times.into_iter().enumerate().filter(|_| round > 0) {
                rows[place * State::ALL.len() + state].note(time.as_secs_f64() * 1e3);
            }
        }
        assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "everyone leaves the same behind: {ends:?}");
    }
    rows.extend(of_batches(kind, &rows));
    rows
}

/// The engine's rows again, against those with larger batches.
fn of_batches(kind: Kind, rows: &[Row]) -> Vec<Row> {
    let [_, engine, larger] = WORKERS;
    let against_larger = |state: State| {
        let case = format!("engine, batches of 100 against larger ones, {}", state.name());
        let mut row = Row::new(kind, case, Unit::Milliseconds, Bar::Times(larger.case(state), 1.05));
        let measured = rows.iter().find(|row| row.case() == engine.case(state)).expect("the engine's row");
        measured.values().iter().for_each(|value| row.note(*value));
        row
    };
    State::ALL.map(against_larger).into()
}

/// All states in order, with what each was left as.
async fn from_state_to_state(world: &World, worker: Worker, part: usize) -> ([Duration; 3], [Checksum; 3]) {
    states::empty(world).await;
    let empty = worker.work(world).await;
    let first = states::checksum(world).await;
    states::settle(world).await;
    let unchanged = worker.work(world).await;
    let second = states::checksum(world).await;
    let changed = Changed { every: 100, from: part };
    states::change(world, changed).await;
    let one_percent = worker.work(world).await;
    let third = states::checksum(world).await;
    states::change(world, changed).await;
    ([empty, unchanged, one_percent], [first, second, third])
}
