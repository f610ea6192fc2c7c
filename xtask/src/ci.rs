//! `cargo xtask ci`: what CI does, fast checks first.

use std::env;

use anyhow::{Context, Result};

use crate::{codegen, deploy, frontend, frontend_tests, postgres, process, step::Step, test};

pub(crate) fn steps() -> Vec<Step> {
    let mut steps = vec![
        Step::new("tools", tools),
        Step::new("formatting", || cargo(["fmt", "--all", "--check"])),
        Step::new("licenses", || {
            cargo(["deny", "--all-features", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"])
        }),
        Step::new("advisories", advisories),
        Step::new("unused dependencies", || cargo(["machete"])),
        Step::new("lints", || {
            cargo(["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"])
        }),
        Step::new("documentation", documentation),
        // Builds the server, which prints its API.
        Step::new("generated documents", || codegen::run(&codegen::Options { check: true })),
    ];
    steps.extend(test::steps(test::Options::default()));
    steps
}

/// Reports missing tools before minutes of building.
fn tools() -> Result<()> {
    postgres::programs()?;
    frontend::tools()?;
    frontend_tests::browser()?;
    deploy::tools()?;
    process::capture(&mut process::cargo(["deny", "--version"]))
        .context("cargo-deny is not installed: cargo install --locked cargo-deny@0.20.2")?;
    process::capture(&mut process::cargo(["machete", "--version"]))
        .context("cargo-machete is not installed: cargo install --locked cargo-machete@0.9.2")?;
    Ok(())
}

/// Set by a workflow whose machine has the internet.
const REQUIRED: &str = "ADVISORIES_REQUIRED";

/// The database of advisories is on the internet. If it cannot be fetched, this step says so and checks nothing, unless it is required.
fn advisories() -> Result<()> {
    if let Err(error) = process::capture(&mut process::cargo(["deny", "fetch", "db"])) {
        let missing = "cannot fetch https://github.com/rustsec/advisory-db, so no advisory was checked";
        if env::var_os(REQUIRED).is_some() {
            return Err(error.context(missing));
        }
        eprintln!("skipped: {missing}. With {REQUIRED}=1, this fails");
        return Ok(());
    }
    cargo(["deny", "--all-features", "check", "--hide-inclusion-graph", "--disable-fetch", "advisories"])
}

fn documentation() -> Result<()> {
    let mut doc = process::cargo(["doc", "--workspace", "--all-features", "--no-deps", "--document-private-items"]);
    process::run(doc.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"))
}

fn cargo<const N: usize>(arguments: [&str; N]) -> Result<()> {
    process::run(&mut process::cargo(arguments))
}
