//! The memory of the real program during a run.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use integration_tests::{Kind, NOW, World};

use super::{
    Bar, Row, Unit,
    states::{self, State},
};

/// How often memory is read. Linux keeps the peak, so only growth in the last moments is missed.
const PAUSE: Duration = Duration::from_millis(2);

/// From empty, and with nothing to change.
pub(crate) async fn measure(world: &World, kind: Kind) -> Vec<Row> {
    let bar = match kind {
        Kind::Sqlite => 110.0,
        Kind::Postgres => 64.0,
    };
    states::empty(world).await;
    let mut rows = Vec::new();
    for state in [State::Empty, State::Unchanged] {
        let case = format!("peak memory of segmentation-engine run, {}", state.name());
        let mut row = Row::new(kind, case, Unit::Megabytes, Bar::AtMost(bar));
        row.note(peak_of_run(&world.test_database.url));
        rows.push(row);
    }
    states::checksum(world).await;
    rows
}

/// The program beside this one.
pub(crate) fn engine() -> PathBuf {
    let bench = std::env::current_exe().expect("the path of this program");
    bench.with_file_name("segmentation-engine")
}

fn peak_of_run(database_url: &str) -> f64 {
    let engine = engine();
    let mut command = Command::new(&engine);
    command.args(["run", "--json", "--as-of", NOW]).env("DATABASE_URL", database_url).stdout(Stdio::null());
    peak_of(command.spawn().expect("segmentation-engine is beside this program"))
}

/// In megabytes. Waits until the program has ended well.
pub(crate) fn peak_of(mut child: Child) -> f64 {
    let mut peak = 0.0_f64;
    loop {
        peak = peak.max(resident_peak(&child).unwrap_or_default());
        if let Some(status) = child.try_wait().expect("its status") {
            assert!(status.success(), "it succeeds");
            return peak;
        }
        std::thread::sleep(PAUSE);
    }
}

/// In megabytes, from Linux. `None` once the process has ended.
fn resident_peak(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}
