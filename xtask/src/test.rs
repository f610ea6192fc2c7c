//! `cargo xtask test`: every test, one step per kind.

use anyhow::Result;

use crate::{deploy, dist, frontend, frontend_tests, oracle, postgres::Postgres, process, site, step::Step};

/// With the second pass.
const SHARDS: &str = "8";
/// Tests of connections and callers, which reach no data, and those on SQLite. The second pass leaves them out.
const WITHOUT_DATA: [&str; 8] =
    ["sqlite", "callers::", "connections::", "full_disk::", "hostile::", "in_flight::", "slow_clients::", "sockets::"];

#[derive(clap::Args, Clone, Default)]
pub(crate) struct Options {
    /// Run more random cases; takes minutes.
    #[arg(long)]
    long: bool,
    /// Passed to `cargo test`, such as a part of a test's name.
    #[arg(last = true)]
    cargo: Vec<String>,
}

/// Fast ones first.
pub(crate) fn steps(options: Options) -> Vec<Step> {
    let is_long = options.long;
    vec![
        // Tests run the real programs, which `cargo test` does not build.
        Step::new("binaries", || {
            process::run(&mut process::cargo(["build", "--workspace", "--all-features", "--bins"]))
        }),
        Step::new("frontend", frontend_tests::run),
        Step::new("oracle", oracle::run),
        Step::new("deploy", move || deploy::run(is_long)),
        Step::new("dist", move || dist::test(is_long)),
        Step::new("site", site::test),
        // Of the traffic with the mail service.
        Step::new("judge", || frontend::install(&process::root().join("tests/prism"))),
        Step::new("Rust tests", {
            let options = options.clone();
            move || rust_tests(&options, &[])
        }),
        Step::new("Rust tests with several shards", move || sharded_tests(&options)),
    ]
}

/// Of the tests, those that may use PostgreSQL. Only there are several shards.
fn sharded_tests(options: &Options) -> Result<()> {
    let mut options = options.clone();
    if options.cargo.is_empty() {
        options.cargo = ["--test", "api", "--test", "system"].map(str::to_owned).to_vec();
    }
    if !options.cargo.iter().any(|argument| argument == "--") {
        options.cargo.push("--".to_owned());
    }
    options.cargo.extend(WITHOUT_DATA.iter().flat_map(|name| ["--skip", name]).map(str::to_owned));
    rust_tests(&options, &[("TEST_SHARDS", SHARDS)])
}

/// The same packages and features everywhere, since another selection rebuilds the dependencies. The server is a new one: the
/// databases of hundreds of tests fill a disk.
fn rust_tests(options: &Options, environment: &[(&str, &str)]) -> Result<()> {
    let postgres = Postgres::start()?;
    let mut command = process::cargo(["test", "--workspace", "--all-features"]);
    command.args(&options.cargo).envs(environment.iter().copied()).env("TEST_POSTGRES_URL", postgres.url());
    command.env("ORACLE_PYTHON", oracle::python()?);
    // Many tests wait for programs, leases, and the pace of the mail service: with four for each core, no core is idle.
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    command.env("RUST_TEST_THREADS", (4 * cores).to_string());
    if options.long {
        command.env("TEST_LONG", "1");
    }
    process::run(&mut command)
}
