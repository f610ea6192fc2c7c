//! `cargo xtask ci`: what CI does, on any machine, the fast checks first.

use anyhow::{Context, Result};

use crate::{codegen, frontend, postgres, process, step::Step, test};

/// The steps of CI.
pub(crate) fn steps() -> Vec<Step> {
    let mut steps = vec![
        Step::new("tools", tools),
        Step::new("formatting", || cargo(["fmt", "--all", "--check"])),
        // Advisories are left out: their database comes from the internet and changes without us, so the same commit
        // could pass today and fail tomorrow.
        Step::new("licences", || {
            cargo(["deny", "--all-features", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"])
        }),
        Step::new("lints", || {
            cargo(["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"])
        }),
        // The API is described by the server itself, which has to be built for that.
        Step::new("generated documents", || codegen::run(&codegen::Options { check: true })),
    ];
    steps.extend(test::steps(test::Options::default()));
    steps
}

/// Missing tools are named now and not after minutes of building.
fn tools() -> Result<()> {
    postgres::programs()?;
    frontend::tools()?;
    frontend::browser()?;
    process::capture(&mut process::cargo(["deny", "--version"]))
        .context("cargo-deny is not installed: cargo install --locked cargo-deny@0.20.2")?;
    Ok(())
}

fn cargo<const N: usize>(arguments: [&str; N]) -> Result<()> {
    process::run(&mut process::cargo(arguments))
}
